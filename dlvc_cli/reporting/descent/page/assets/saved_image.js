// An image of what is seen, to save: the map, whose walk is whose, and the curves.

import { Chart } from "../../../page_parts/assets/chart.js";
import { element, make } from "../../../page_parts/assets/elements.js";
import { SurfaceMap } from "./map.js";
import { disk } from "../../../page_parts/assets/marks.js";
import { planeText } from "./places.js";
import { placeText } from "./rows.js";
import { shortNumber, stepsText } from "../../../page_parts/assets/ticks.js";

// In units of which each is RATIO pixels: an image for a slide, 3200 x 1800 pixels.
const WIDE = 1600, TALL = 900, RATIO = 2, EDGE = 36, TOP = 92;
const FONT = "system-ui, sans-serif";

/** Save the image under the surface's name. */
export function saveImage(page) {
  drawImage(page).toBlob((blob) => {
    const address = URL.createObjectURL(blob);
    make("a", { href: address, download: `${fileName(page.data.name)}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  });
}

/** A surface's name as a file's: of a path only the last part, without its suffix. */
function fileName(name) {
  const last = name.split(/[/\\]/).pop().replace(/\.\w+$/, "");
  return `${last.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[-.]+|-+$/g, "") || "surface"}-descent`;
}

export function drawImage(page) {
  const canvas = make("canvas");
  canvas.width = WIDE * RATIO;
  canvas.height = TALL * RATIO;
  const pen = canvas.getContext("2d");
  pen.scale(RATIO, RATIO);
  const style = getComputedStyle(document.documentElement);
  const inks = Object.fromEntries(["card", "ink", "soft", "edge"].map((name) => (
    [name, style.getPropertyValue(`--${name}`)]
  )));
  pen.fillStyle = inks.card;
  pen.fillRect(0, 0, WIDE, TALL);
  writeTitle(pen, page, inks);
  const right = EDGE + drawMap(pen, page, inks) + EDGE;
  const bottom = writeKey(pen, page, inks, right);
  drawCurves(pen, page, inks, { x: right, y: bottom, width: WIDE - EDGE - right });
  return canvas;
}

function writeTitle(pen, { data }, inks) {
  const room = WIDE - 2 * EDGE;
  pen.textBaseline = "alphabetic";
  pen.fillStyle = inks.ink;
  pen.font = `600 30px ${FONT}`;
  pen.fillText(shortened(pen, `Gradient descent on ${data.name}`, room), EDGE, 46);
  pen.fillStyle = inks.soft;
  pen.font = `17px ${FONT}`;
  pen.fillText(shortened(pen, element("about").textContent, room), EDGE, 73);
}

/** Draw the map as high as there is room; returns how wide it is. */
function drawMap(pen, page, inks) {
  const { surface, map } = page;
  const aspect = surface.columns / surface.rows;
  const height = Math.min(TALL - TOP - EDGE, 0.6 * WIDE / aspect);
  const box = { width: height * aspect, height };
  const names = ["terrain", "rims", "lines", "marks", "inset"];
  const frame = make("div", {}, ...names.map((name) => make("canvas", { class: name })));
  const drawn = new SurfaceMap(frame, surface, map.palette, map.colours);
  drawn.magnified = 1.4;
  drawn.resize(box, RATIO);
  drawn.look(map.left, map.top, map.span);
  drawn.draw(page.drawn());
  const [x, y] = drawn.toPixels(...page.start);
  if (x >= 0 && y >= 0 && x <= drawn.width && y <= drawn.height) {
    disk(drawn.marks, x, y, "#ffffff", 6);
  }
  if (page.arrows.isOn) page.arrows.drawOn(drawn);
  if (page.relief.isAlone) {
    const place = { x: EDGE, y: TOP, ...box };
    page.relief.drawOn(pen, place, { shown: page.drawn(), ratio: RATIO, magnified: 1.4 });
  } else {
    for (const { canvas } of drawn.layers) pen.drawImage(canvas, EDGE, TOP, box.width, box.height);
  }
  pen.fillStyle = inks.soft;
  pen.font = `15px ${FONT}`;
  pen.fillText(`○ start   ✕ end   ${map.minimumWords}`, EDGE, TOP + height + 24);
  return box.width;
}

/** Whose walk is whose, and where each is; returns where it ends. */
function writeKey(pen, page, inks, left) {
  const results = page.results();
  const room = WIDE - EDGE - left, most = 9;
  let y = TOP + 16;
  for (const result of results.slice(0, results.length > most ? most - 1 : most)) {
    pen.fillStyle = inks.soft;
    pen.fillRect(left - 1, y - 8, 32, 8);
    pen.fillStyle = result.row.colour;
    pen.fillRect(left, y - 7, 30, 6);
    pen.fillStyle = inks.ink;
    pen.font = `600 20px ${FONT}`;
    pen.fillText(shortened(pen, result.label, room - 42), left + 42, y);
    pen.fillStyle = inks.soft;
    pen.font = `16px ${FONT}`;
    pen.fillText(shortened(pen, placeWords(page, result), room - 42), left + 42, y + 22);
    y += 54;
  }
  if (results.length > most) {
    pen.fillText(`and ${results.length - most + 1} more walks`, left + 42, y - 4);
    y += 26;
  }
  return y;
}

function placeWords({ plane }, { row, x, y, step, value, reason }) {
  const place = plane ? planeText(plane.toPlane([x, y])) : `column, row ${placeText([x, y])}`;
  const why = reason === "left_surface" ? ", then left the surface" : "";
  // The label of a walk that was made has it.
  const rate = row.lr === undefined ? "" : `lr ${row.lr}, `;
  return `${rate}${stepsText(step)}${why}: value ${shortNumber(value)} at ${place}`;
}

function drawCurves(pen, page, inks, { x, y, width }) {
  const height = TALL - EDGE - y - 30;
  if (height < 120) return;
  pen.fillStyle = inks.soft;
  pen.font = `17px ${FONT}`;
  pen.fillText("Value against step", x, y + 16);
  const chart = new Chart(make("canvas"), page.data.axes);
  const { logValues, logSteps } = page.chart;
  Object.assign(chart, { magnified: 1.4, styled: element("chart"), logValues, logSteps });
  chart.resize({ width, height }, RATIO);
  chart.draw(page.drawn(), page.cursor);
  pen.drawImage(chart.pen.canvas, x, y + 30, width, height);
}

/** As much of a text as fits into some width. */
function shortened(pen, text, room) {
  if (pen.measureText(text).width <= room) return text;
  let length = text.length;
  while (length > 0 && pen.measureText(`${text.slice(0, length)}…`).width > room) length--;
  return `${text.slice(0, length)}…`;
}
