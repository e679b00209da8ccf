// The page's elements: found, made, written into.

export function element(id) {
  return document.getElementById(id);
}

/** Make an element: make("input", {type: "range"}, child, "text"). */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
