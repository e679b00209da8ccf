// What each control does, in a sentence (its data-help): beside it, for mouse, keyboard and touch,
// and in a list of all.

import { element, make, setText } from "../../../page_parts/assets/elements.js";

const AFTER = 400, TOUCHED = 6000;

export function handleHelp() {
  const bubble = element("bubble");
  let timer = null, shown = null;
  const hide = () => {
    clearTimeout(timer);
    shown?.removeAttribute("aria-describedby");
    shown = null;
    bubble.hidden = true;
  };
  const show = (control) => {
    hide();
    shown = control;
    setText(bubble, control.dataset.help);
    control.setAttribute("aria-describedby", "bubble");
    bubble.hidden = false;
    placeBeside(bubble, control);
  };
  document.addEventListener("pointerover", (event) => {
    const control = helped(event);
    if (event.pointerType === "touch" || control === shown) return;
    if (event.target === bubble) return;
    hide();
    if (control) timer = setTimeout(() => show(control), AFTER);
  });
  document.addEventListener("pointerdown", (event) => {
    const control = helped(event);
    hide();
    if (event.pointerType !== "touch" || !control) return;
    show(control);
    timer = setTimeout(hide, TOUCHED);
  });
  document.addEventListener("focusin", (event) => {
    const control = helped(event);
    if (control && event.target.matches(":focus-visible")) show(control);
  });
  document.addEventListener("focusout", (event) => {
    if (helped(event) === shown) hide();
  });
  addEventListener("scroll", () => shown && hide(), { capture: true, passive: true });
  // Escape first puts the sentence away, then does whatever else it does.
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown) hide();
  });
  element("explain").addEventListener("click", () => {
    hide();
    listAll(element("explanations"));
  });
}

function helped({ target }) {
  return target.closest?.("[data-help]") ?? null;
}

/** Below a control, or where there is no room, above it; never out of the window. */
function placeBeside(bubble, control) {
  const box = control.getBoundingClientRect(), own = bubble.getBoundingClientRect();
  const left = box.left + box.width / 2 - own.width / 2;
  const below = box.bottom + 8;
  const top = below + own.height <= innerHeight ? below : box.top - own.height - 8;
  bubble.style.left = `${Math.max(8, Math.min(left, innerWidth - own.width - 8))}px`;
  bubble.style.top = `${Math.max(top, 8)}px`;
}

/** A dialog with the sentences of all controls that are there, each once. */
function listAll(dialog) {
  const list = dialog.querySelector("dl");
  const sentences = new Map();
  for (const control of document.querySelectorAll("[data-help]")) {
    const { help } = control.dataset;
    if (control.checkVisibility() && !sentences.has(help)) sentences.set(help, nameOf(control));
  }
  list.replaceChildren(...[...sentences].flatMap(([help, name]) => (
    [make("dt", {}, name), make("dd", {}, help)]
  )));
  dialog.showModal();
}

function nameOf(control) {
  const name = control.dataset.name ?? control.getAttribute("aria-label")
    ?? (control.labels?.[0] ?? control).textContent;
  return name.split(":")[0].trim() || control.id;
}
