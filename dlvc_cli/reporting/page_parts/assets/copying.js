// A button that copies a text, and says so.

export function copyBy(button, text) {
  const label = button.textContent;
  button.addEventListener("click", async () => {
    button.textContent = await put(text()) ? "Copied" : "Not copied: select it by hand";
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}

async function put(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
