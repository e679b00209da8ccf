// Arrows on the map: the gradient that a walk is about to follow, and the step that it has just taken.

import { isYes } from "./address.js";
import { swatchStyle } from "../../../page_parts/assets/dashes.js";
import { element, make, setText } from "../../../page_parts/assets/elements.js";
import { placeText } from "./rows.js";
import { rimOf } from "../../../page_parts/assets/rims.js";
import { shortNumber } from "../../../page_parts/assets/ticks.js";

// Pixels: of the greatest on a walk, and of the least that can be told from a point.
const LONGEST = 64, SHORTEST = 13;

export class Arrows {
  constructor(page) {
    this.page = page;
    this.moments = new Map();
    this.lines = new Map();
    this.box = element("arrows");
    this.box.addEventListener("change", () => page.refresh());
  }

  get isOn() {
    return this.box.checked;
  }

  /** The page is as it opens. */
  register(address) {
    address.register("arrows", () => (this.isOn ? "yes" : null), (text) => {
      this.box.checked = isYes("arrows", text);
      this.page.refresh();
    });
  }

  /** After the map has been drawn. */
  draw() {
    element("arrow-key").hidden = element("arrow-figures").hidden = !this.isOn;
    if (!this.isOn) return;
    this.drawOn(this.page.map);
    this.showFigures(this.rows);
  }

  /** The rows whose walks are computed here; of one that was made, the gradients are not known. */
  get rows() {
    return this.page.shown.filter((row) => row.past);
  }

  drawOn(map) {
    for (const row of this.rows) drawMoment(map, row, this.momentOf(row));
  }

  /** What moves a row's walk at the step shown; kept until that is another. */
  momentOf(row) {
    const step = Math.floor(Math.min(this.page.cursor, row.track.last));
    const known = this.moments.get(row);
    if (known?.past === row.past && known.step === step) return known.moment;
    const moment = row.past.moment(step);
    this.moments.set(row, { past: row.past, step, moment });
    return moment;
  }

  /** The figures of what the arrows show, a line a walk. */
  showFigures(rows) {
    const parent = element("arrow-figures");
    for (const [row, line] of this.lines) {
      if (rows.includes(row)) continue;
      line.remove();
      this.lines.delete(row);
    }
    const labels = new Map(this.page.results().map(({ row, label }) => [row, label]));
    for (const row of rows) {
      if (!this.lines.has(row)) {
        const swatch = make("i", { class: "swatch", style: swatchStyle(row.colour, row.round) });
        this.lines.set(row, make("p", {}, swatch, make("span")));
      }
      const line = this.lines.get(row);
      if (line.parentElement !== parent) parent.append(line);
      setText(line.lastChild, `${labels.get(row)}: ${momentText(this.momentOf(row))}`);
    }
  }
}

/** What moves a walk, on the map's marks. */
function drawMoment(map, { track, colour }, { x, y, gradient, update }) {
  const pen = map.marks, here = map.toPixels(x, y);
  if (update) drawStep(pen, here, update, lengthOf(update, track.longest), colour);
  if (!gradient) return;
  const there = map.toPixels(gradient.x, gradient.y);
  // Short on a map of the whole, the way to where the gradient is taken may not show.
  if (Math.hypot(there[0] - here[0], there[1] - here[1]) > 2) drawWay(pen, here, there, colour);
  const down = [-gradient.across, -gradient.down];
  drawSlope(pen, there, down, lengthOf(down, track.steepest));
}

function momentText({ x, y, gradient, update }) {
  const words = [];
  if (gradient) {
    const ahead = gradient.x !== x || gradient.y !== y;
    const where = ahead ? `, taken ahead at ${placeText([gradient.x, gradient.y])}` : "";
    words.push(`gradient ${pairText([gradient.across, gradient.down])}${where}`);
  }
  words.push(update ? `last step ${pairText(update)}` : "no step yet");
  return words.join("; ");
}

function pairText(pair) {
  return `(${pair.map((number) => shortNumber(number, 3)).join(", ")})`;
}

/** The root of its share of the walk's greatest: a hundredth can still be seen. */
function lengthOf([across, down], greatest) {
  const size = Math.hypot(across, down);
  if (!(size > 0)) return 0;
  return Math.max(LONGEST * Math.sqrt(Math.min(size / greatest, 1)), SHORTEST);
}

/** What stands on an arrow's way: `at(along, aside)` in pixels. */
function placesOn([x, y], [across, down]) {
  const size = Math.hypot(across, down);
  const way = [across / size, down / size];
  return (along, aside) => [
    x + along * way[0] - aside * way[1], y + along * way[1] + aside * way[0],
  ];
}

/** A filled arrow: the step. */
function drawStep(pen, place, step, length, colour) {
  if (!length) return;
  const at = placesOn(place, step), neck = length - Math.min(11, 0.6 * length);
  const half = 0.5 * (length - neck);
  trace(pen, [
    at(0, 1.4), at(neck, 1.4), at(neck, half), at(length, 0), at(neck, -half), at(neck, -1.4),
    at(0, -1.4),
  ]);
  pen.closePath();
  pen.lineWidth = 2.4;
  pen.strokeStyle = rimOf(colour);
  pen.stroke();
  pen.fillStyle = colour;
  pen.fill();
}

/** An open arrow: the slope. */
function drawSlope(pen, place, slope, length) {
  if (!length) return;
  const at = placesOn(place, slope), barb = Math.min(9, 0.6 * length);
  for (const [style, width] of [["#222222", 4.2], ["#ffffff", 1.8]]) {
    pen.strokeStyle = style;
    pen.lineWidth = width;
    trace(pen, [at(0, 0), at(length, 0)]);
    pen.stroke();
    trace(pen, [at(length - barb, 0.7 * barb), at(length, 0), at(length - barb, -0.7 * barb)]);
    pen.stroke();
  }
}

function trace(pen, places) {
  pen.lineJoin = pen.lineCap = "round";
  pen.beginPath();
  for (const place of places) pen.lineTo(...place);
}

/** From where the walk is to where it looks ahead: dashes that end in a ring. */
function drawWay(pen, here, there, colour) {
  for (const [style, width] of [[rimOf(colour), 3.2], [colour, 1.6]]) {
    pen.strokeStyle = style;
    pen.lineWidth = width;
    pen.setLineDash([4, 3]);
    pen.beginPath();
    pen.moveTo(...here);
    pen.lineTo(...there);
    pen.stroke();
    pen.setLineDash([]);
    pen.beginPath();
    pen.arc(...there, 4, 0, 2 * Math.PI);
    pen.stroke();
  }
}
