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

/** Pixels of a canvas for one of the page. */
export function pixelRatio() {
  return Math.min(window.devicePixelRatio || 1, 2);
}

/** Give a canvas so many pixels; one that has them keeps what is on it. */
export function fitCanvas(canvas, width, height) {
  const sides = [Math.round(width), Math.round(height)];
  if (canvas.width !== sides[0]) canvas.width = sides[0];
  if (canvas.height !== sides[1]) canvas.height = sides[1];
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
