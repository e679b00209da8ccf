// A map of learning rate and another parameter, coloured by the steps that a walk needs.

import { fitCanvas, pixelRatio } from "../../../page_parts/assets/elements.js";
import { LEFT, MAX_STEPS } from "./kernel.js";
import { strokeOnAny } from "../../../page_parts/assets/marks.js";
import { powerTicks, roundTicks, shortNumber } from "../../../page_parts/assets/ticks.js";

const AROUND = { left: 50, right: 12, top: 8, bottom: 36 };
const OFF = "#b02a2a", LATE = "#8b94a3";

export class RatesChart {
  /** isThere: whether a cell's walk has ended at a global minimum. */
  constructor(canvas, palette, isThere) {
    Object.assign(this, { pen: canvas.getContext("2d"), palette, isThere });
  }

  resize() {
    const { canvas } = this.pen, box = canvas.getBoundingClientRect();
    this.ratio = pixelRatio();
    this.width = box.width;
    this.height = box.height;
    fitCanvas(canvas, box.width * this.ratio, box.height * this.ratio);
  }

  /** The cell that a pixel lies in; null beside all. */
  cellAt(x, y) {
    const { lrs, others } = this.grid, [wide, tall] = this.sides;
    const column = Math.floor((x - AROUND.left) / wide);
    const row = others.length - 1 - Math.floor((y - AROUND.top) / tall);
    const inside = column >= 0 && row >= 0 && column < lrs.length && row < others.length;
    return inside ? row * lrs.length + column : null;
  }

  get sides() {
    const { lrs, others } = this.grid;
    return [
      (this.width - AROUND.left - AROUND.right) / lrs.length,
      (this.height - AROUND.top - AROUND.bottom) / others.length,
    ];
  }

  cornerOf(cell) {
    const { lrs, others } = this.grid, [wide, tall] = this.sides;
    const row = Math.floor(cell / lrs.length);
    return [AROUND.left + (cell % lrs.length) * wide, AROUND.top + (others.length - 1 - row) * tall];
  }

  /** chosen: a cell to mark, or null; now: what is in force, {lr, other}. */
  draw(grid, { chosen, now, symbol }) {
    this.grid = grid;
    this.resize();
    if (this.width < AROUND.left + 60) return;
    const { pen, ratio, width, height } = this, style = getComputedStyle(pen.canvas);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.chooseScale();
    const [wide, tall] = this.sides;
    grid.cells.forEach((result, cell) => {
      const [x, y] = this.cornerOf(cell);
      const near = grid.nearestResult(cell);
      pen.globalAlpha = result ? 1 : 0.6;
      pen.fillStyle = near ? this.colourOf(near) : style.getPropertyValue("--grid");
      // A hair of overlap, so that no seams show.
      pen.fillRect(x, y, wide + 0.4, tall + 0.4);
      pen.globalAlpha = 1;
      if (result) markCell(pen, x, y, wide, tall, this.kindOf(result));
    });
    this.drawAxes(style.color, symbol);
    this.drawNow(now);
    if (chosen === null) return;
    const [x, y] = this.cornerOf(chosen);
    pen.beginPath();
    pen.rect(x, y, wide, tall);
    strokeOnAny(pen, 2);
  }

  /** "there", "elsewhere", "late" or "off". */
  kindOf(result) {
    if (result.reason === LEFT) return "off";
    if (result.reason === MAX_STEPS) return "late";
    return this.isThere(result) ? "there" : "elsewhere";
  }

  chooseScale() {
    this.least = Infinity;
    this.most = 1;
    for (const result of this.grid.cells) {
      if (!result || result.reason === LEFT || result.reason === MAX_STEPS) continue;
      this.least = Math.min(this.least, Math.max(result.step, 1));
      this.most = Math.max(this.most, result.step);
    }
    this.least = Math.min(this.least, this.most);
  }

  colourOf(result) {
    const kind = this.kindOf(result);
    if (kind === "off") return OFF;
    if (kind === "late") return LATE;
    return this.shade(Math.max(result.step, 1));
  }

  /** The fewer the steps, the brighter. */
  shade(steps) {
    const share = Math.log(steps / this.least) / Math.log(this.most / this.least || 1) || 0;
    const place = 3 * Math.round(255 * (1 - Math.min(Math.max(share, 0), 1)));
    return `rgb(${this.palette.slice(place, place + 3).join()})`;
  }

  drawAxes(ink, symbol) {
    const { pen, width, height } = this, { lrs, others } = this.grid, [wide, tall] = this.sides;
    pen.fillStyle = ink;
    pen.font = "11px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "top";
    const low = Math.log10(lrs[0]), high = Math.log10(lrs.at(-1));
    let free = -Infinity;
    for (const lr of powerTicks(low, high)) {
      const share = (Math.log10(lr) - low) / (high - low);
      const x = AROUND.left + wide / 2 + share * wide * (lrs.length - 1), text = shortNumber(lr);
      const half = pen.measureText(text).width / 2;
      if (x - half < free || x + half > width) continue;
      free = x + half + 8;
      pen.fillRect(x - 0.5, height - AROUND.bottom, 1, 4);
      pen.fillText(text, x, height - AROUND.bottom + 6);
    }
    pen.fillText("learning rate", AROUND.left + (width - AROUND.left - AROUND.right) / 2, height - 14);
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    let last = Infinity;
    others.forEach((other, row) => {
      const y = AROUND.top + (others.length - 0.5 - row) * tall;
      const isRound = roundTicks(others[0], others.at(-1), 5).includes(other);
      if (!isRound && row < others.length - 1) return;
      if (last - y < 13) return;
      last = y;
      pen.fillText(shortNumber(other), AROUND.left - 6, y);
    });
    pen.textAlign = "left";
    pen.fillText(symbol, 2, height - AROUND.bottom + 12);
  }

  /** A ring at what is in force, between the cells too. */
  drawNow({ lr, other }) {
    const { pen } = this, { lrs, others } = this.grid, [wide, tall] = this.sides;
    const low = Math.log10(lrs[0]), high = Math.log10(lrs.at(-1));
    const column = (Math.log10(lr) - low) / (high - low) * (lrs.length - 1);
    const next = others.findIndex((number) => number >= other);
    if (next < 0 || column < -0.5 || column > lrs.length - 0.5) return;
    const before = Math.max(next - 1, 0), gap = others[next] - others[before];
    const row = gap ? before + (other - others[before]) / gap : next;
    const x = AROUND.left + (column + 0.5) * wide, y = AROUND.top + (others.length - 0.5 - row) * tall;
    pen.beginPath();
    pen.arc(x, y, 7, 0, 2 * Math.PI);
    strokeOnAny(pen, 2.2);
  }
}

/** What is no way to the minimum is told by a pattern, too. */
function markCell(pen, x, y, wide, tall, kind) {
  if (kind === "there") return;
  pen.lineWidth = 1;
  pen.strokeStyle = kind === "elsewhere" ? "rgb(255 255 255 / 85%)" : "rgb(255 255 255 / 45%)";
  const [left, right, top, bottom] = [x + 0.2 * wide, x + 0.8 * wide, y + 0.2 * tall, y + 0.8 * tall];
  pen.beginPath();
  if (kind === "late") {
    pen.moveTo(left, (top + bottom) / 2);
    pen.lineTo(right, (top + bottom) / 2);
  } else {
    pen.moveTo(left, bottom);
    pen.lineTo(right, top);
    if (kind === "off") {
      pen.moveTo(left, top);
      pen.lineTo(right, bottom);
    }
  }
  pen.stroke();
}

/** A legend's small image of a kind of cell. */
export function drawSample(canvas, kind, chart) {
  const pen = canvas.getContext("2d"), { width, height } = canvas;
  pen.fillStyle = { off: OFF, late: LATE, elsewhere: chart.shade(chart.least) }[kind];
  pen.fillRect(0, 0, width, height);
  markCell(pen, 0, 0, width, height, kind);
}
