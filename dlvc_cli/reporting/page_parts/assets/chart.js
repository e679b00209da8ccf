// Value against step: a curve for each walk, drawn up to the step that is shown.

import { dashOf } from "./dashes.js";
import { pixelRatio } from "./elements.js";
import { cross, disk } from "./marks.js";
import { powerTicks, roundTicks, shortNumber } from "./ticks.js";
import { brightness } from "./rims.js";

export const MARGIN = { left: 52, right: 10, top: 8, bottom: 24 };

export class Chart {
  /** axes: when they are logarithmic, as Python decides it (see reporting/scales.py). */
  constructor(canvas, axes) {
    this.axes = axes;
    this.pen = canvas.getContext("2d");
    this.magnified = 1;
    this.styled = canvas;
    this.logValues = false;
    this.logSteps = false;
    this.curves = new Map();
    this.resize();
  }

  /** Take a size on the page, or another; lines and texts grow with `magnified`. */
  resize(box = this.pen.canvas.getBoundingClientRect(), ratio = pixelRatio()) {
    const { canvas } = this.pen;
    const { magnified } = this;
    canvas.width = Math.round(box.width * ratio);
    canvas.height = Math.round(box.height * ratio);
    this.ratio = ratio * magnified;
    this.width = box.width / magnified - MARGIN.left - MARGIN.right;
    this.height = box.height / magnified - MARGIN.top - MARGIN.bottom;
  }

  /** Logarithmic axes where walks tell more on them. */
  chooseScales(tracks) {
    this.coverAll(tracks);
    const { wideRatio, fewSteps, fallShare, earlyShare } = this.axes;
    this.logValues = this.low > 0 && this.high / this.low > wideRatio;
    const fallen = tracks.map((track) => stepOfMostFall(track, fallShare)).sort((a, b) => a - b);
    this.logSteps = this.steps > fewSteps && fallen[fallen.length >> 1] < earlyShare * this.steps;
  }

  coverAll(tracks) {
    const ranges = tracks.map((track) => track.range);
    this.steps = Math.max(1, ...tracks.map((track) => track.last));
    this.low = Math.min(...ranges.map((range) => range.low));
    this.high = Math.max(...ranges.map((range) => range.high));
  }

  /** Draw tracks [{track, colour, round, width, step, ended}] and a line at the step shown. */
  draw(shown, cursor) {
    const { pen, ratio } = this;
    const style = getComputedStyle(this.styled);
    const ink = style.color, grid = style.getPropertyValue("--grid");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, pen.canvas.width, pen.canvas.height);
    if (!shown.length || this.width < 20) return;
    this.coverAll(shown.map(({ track }) => track));
    this.setAxis();
    pen.translate(MARGIN.left, MARGIN.top);
    this.drawGrid(ink, grid);
    const dark = isDark(style.getPropertyValue("--plot"));
    for (const each of shown) this.drawCurve(each, dark);
    if (cursor < this.steps) this.drawCursor(this.toX(cursor), ink);
  }

  setAxis() {
    const floor = this.low > 0 ? this.low : this.high * 1e-9;
    const bend = this.logValues ? (value) => Math.log10(Math.max(value, floor)) : (value) => value;
    const bottom = bend(this.low), top = bend(this.high);
    const room = 0.05 * (top - bottom || Math.abs(top) || 1);
    this.bend = bend;
    this.bottom = bottom - room;
    this.top = top + room;
  }

  toX(step) {
    const share = this.logSteps ? Math.log1p(step) / Math.log1p(this.steps) : step / this.steps;
    return share * this.width;
  }

  toStep(x) {
    const share = Math.min(Math.max(x / this.width, 0), 1);
    return this.logSteps ? Math.expm1(share * Math.log1p(this.steps)) : share * this.steps;
  }

  toY(value) {
    return this.height * (1 - (this.bend(value) - this.bottom) / (this.top - this.bottom));
  }

  drawGrid(ink, grid) {
    const { pen } = this;
    pen.font = "11px system-ui, sans-serif";
    pen.lineWidth = 1;
    pen.strokeStyle = grid;
    pen.fillStyle = ink;
    pen.textBaseline = "middle";
    pen.textAlign = "right";
    let before = Infinity;
    for (const value of this.valueTicks()) {
      const y = Math.round(this.toY(value)) + 0.5;
      if (before - y < 14) continue;
      before = y;
      line(pen, 0, y, this.width, y);
      pen.fillText(shortNumber(value, 12), -6, y);
    }
    pen.textBaseline = "top";
    let free = this.width + MARGIN.right;
    for (const step of this.stepTicks().reverse()) {
      const x = Math.round(this.toX(step)) + 0.5;
      line(pen, x, 0, x, this.height);
      const text = step.toLocaleString("en"), half = pen.measureText(text).width / 2;
      const middle = Math.min(x, this.width + MARGIN.right - half);
      if (middle + half > free) continue;
      free = middle - half - 8;
      pen.textAlign = "center";
      pen.fillText(text, middle, this.height + 7);
    }
  }

  valueTicks() {
    const { bottom, top } = this;
    return this.logValues ? powerTicks(bottom, top) : roundTicks(bottom, top, 5);
  }

  stepTicks() {
    if (!this.logSteps) {
      const most = Math.max(2, Math.floor(this.width / 80));
      return roundTicks(0, this.steps, most).filter(Number.isInteger);
    }
    const ticks = [0];
    for (let step = 1; step <= this.steps; step *= 10) ticks.push(step);
    return ticks;
  }

  drawCurve({ track, colour, round = 0, width, step, ended }, dark) {
    const { pen } = this;
    const columns = this.columnsOf(track);
    // Only a colour too near to the paper's needs a rim to be seen.
    const faint = Math.abs(brightness(colour) - (dark ? 35 : 255)) < 55;
    const rim = dark ? "#aab1bd" : "#6b7280";
    const thick = width < 2 ? 1.2 : 1.8;
    pen.lineJoin = "round";
    pen.setLineDash(dashOf(round, thick));
    for (const [style, size] of faint ? [[rim, thick + 1.4], [colour, thick]] : [[colour, thick]]) {
      pen.strokeStyle = style;
      pen.lineWidth = size;
      pen.beginPath();
      for (const { x, steps, values } of columns) {
        if (steps > step) break;
        for (const value of values) pen.lineTo(x, this.toY(value));
      }
      const index = track.indexAt(step);
      pen.lineTo(this.toX(track.stepOf(index)), this.toY(track.value(index)));
      pen.stroke();
    }
    pen.setLineDash([]);
    const index = track.indexAt(step);
    const place = [this.toX(track.stepOf(index)), this.toY(track.value(index))];
    if (ended) cross(pen, ...place, colour, 4);
    else disk(pen, ...place, colour, 3.5);
  }

  /** In each column of pixels the first, lowest, highest and last value: no swing is lost. */
  columnsOf(track) {
    const key = [track.length, this.steps, this.width, this.logSteps].join();
    const known = this.curves.get(track);
    if (known?.key === key) return known.columns;
    const columns = [];
    let index = 0;
    while (index < track.length) {
      const first = index, x = Math.floor(this.toX(track.stepOf(index)));
      const next = Math.ceil(this.toStep(x + 1));
      let low = first, high = first;
      index = Math.max(first + 1, Math.min(track.indexAt(next - 1) + 1, track.length));
      for (let k = first + 1; k < index; k++) {
        if (track.value(k) < track.value(low)) low = k;
        if (track.value(k) > track.value(high)) high = k;
      }
      const order = [first, Math.min(low, high), Math.max(low, high), index - 1];
      const single = index - first === 1;
      columns.push({
        x: single ? this.toX(track.stepOf(first)) : x + 0.5,
        steps: track.stepOf(index - 1),
        values: single ? [track.value(first)] : order.map((k) => track.value(k)),
      });
    }
    if (this.curves.size > 200) this.curves.clear();
    this.curves.set(track, { key, columns });
    return columns;
  }

  drawCursor(x, ink) {
    const { pen } = this;
    pen.strokeStyle = ink;
    pen.setLineDash([3, 3]);
    pen.lineWidth = 1;
    line(pen, x, 0, x, this.height);
    pen.setLineDash([]);
  }
}

/** The step by which that share of the fall to the least value has happened. */
function stepOfMostFall(track, share) {
  const first = track.value(0);
  const low = first - share * (first - track.range.low);
  for (let k = 0; k < track.length; k++) {
    if (track.value(k) <= low) return track.stepOf(k);
  }
  return 0;
}

function line(pen, x, y, toX, toY) {
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(toX, toY);
  pen.stroke();
}

function isDark(colour) {
  return brightness(colour.trim()) < 128;
}
