// Paths as lines on a canvas: of 100,000 steps, only those that lead to another pixel, each once.

import { rimOf } from "../../../page_parts/assets/rims.js";

/** A track in the pixels of a viewport {left, top, scale} on a canvas of width x height. */
export class Trace {
  constructor(track, viewport, width, height) {
    Object.assign(this, { track, viewport, width, height });
    this.stride = track.stride;
    this.next = 0;
    this.drawn = 0;
    this.moves = new Set();
    // Five numbers a segment: from x, y to x, y, and the step that takes it.
    this.segments = [];
    this.x = this.y = NaN;
  }

  /** Whether it still belongs to its track, which may have dropped points meanwhile. */
  get valid() {
    return this.stride === this.track.stride;
  }

  /** Take in what the track has got since. */
  extend() {
    const { track, segments, moves } = this;
    const { left, top, scale } = this.viewport;
    for (; this.next < track.length; this.next++) {
      const x = (track.x(this.next) - left) * scale;
      const y = (track.y(this.next) - top) * scale;
      const fromX = this.x, fromY = this.y;
      const key = squareOf(x, y), from = squareOf(fromX, fromY);
      if (key === from) continue;
      this.x = x;
      this.y = y;
      if (this.next === 0 || this.isOutside(fromX, fromY, x, y)) continue;
      const move = from * 2 ** 26 + key;
      if (moves.has(move)) continue;
      moves.add(move);
      segments.push(fromX, fromY, x, y, track.stepOf(this.next));
    }
  }

  isOutside(fromX, fromY, x, y) {
    return (fromX < 0 && x < 0) || (fromY < 0 && y < 0)
      || (fromX > this.width && x > this.width) || (fromY > this.height && y > this.height);
  }

  /** Draw the segments up to a step that have not been drawn yet. */
  draw(rims, lines, step, colour, width) {
    const first = this.drawn, { segments } = this;
    while (this.drawn < segments.length && segments[this.drawn + 4] <= step) this.drawn += 5;
    if (first === this.drawn) return;
    this.stroke(rims, first, rimOf(colour), width + 1.6);
    this.stroke(lines, first, colour, width);
  }

  stroke(pen, first, style, width) {
    const { segments } = this;
    pen.strokeStyle = style;
    pen.lineWidth = width;
    pen.lineJoin = pen.lineCap = "round";
    pen.beginPath();
    for (let k = first; k < this.drawn; k += 5) {
      // Where one segment follows on another, the pen stays down.
      const follows = k > first
        && segments[k - 3] === segments[k] && segments[k - 2] === segments[k + 1];
      if (!follows) pen.moveTo(segments[k], segments[k + 1]);
      pen.lineTo(segments[k + 2], segments[k + 3]);
    }
    pen.stroke();
  }
}

/** A number below 2^26 for the square of half a pixel that a place in or near the viewport lies in. */
function squareOf(x, y) {
  return nearby(x) * 8192 + nearby(y);
}

function nearby(place) {
  return Math.min(Math.max(Math.floor(place * 2) + 2048, 0), 8191);
}
