// What lies on the ground of the 3-D view: walks, minima, the start, the sides' scales.

import { dot3, RISE, GROUND } from "./camera.js";
import { height } from "./kernel.js";
import { disk, markEnd, markMinimum } from "../../../page_parts/assets/marks.js";
import { roundTicks } from "../../../page_parts/assets/ticks.js";
import { rimOf } from "../../../page_parts/assets/rims.js";
import { Trace } from "./trace.js";

// How finely paths are drawn, in parts of the longer side, and how long a straight piece may be.
const FINE = 360, PIECE = 4;

export class ReliefWalks {
  constructor(canvas, surface, colours) {
    Object.assign(this, { pen: canvas.getContext("2d"), surface, colours });
    this.traces = new Map();
  }

  /** Another part of the surface, or other heights. */
  setSpace(space) {
    this.space = space;
    this.traces.clear();
  }

  /** A grid place as it lies on the surface. */
  lay(x, y) {
    return this.space.toSpace(x, y, height(this.surface, x, y));
  }

  /** Whether nothing of the surface stands between a place and the eye. */
  sees(place, eye) {
    const { space } = this, way = [0, 1, 2].map((k) => eye[k] - place[k]);
    // Above the highest point there is nothing more.
    const end = Math.min((RISE + GROUND - place[2]) / way[2], 1.2 / Math.hypot(...way));
    for (let k = 1; k <= 40; k++) {
      const t = end * (k / 40) ** 1.5;
      const [x, y] = space.toGrid(place[0] + t * way[0], place[1] + t * way[1]);
      if (!space.contains(x, y)) return true;
      if (this.lay(x, y)[2] > place[2] + t * way[2] + 0.004) return false;
    }
    return true;
  }

  draw(camera, { shown, start, minima, dotted, ink, ratio }) {
    const { pen, space } = this;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, camera.width, camera.height);
    this.camera = camera;
    this.view = camera.view;
    this.eye = camera.place;
    this.drawSides(ink);
    const kept = new Map();
    for (const each of shown) {
      const trace = this.traceOf(each.track);
      kept.set(each.track, trace);
      this.drawWalk(trace, each);
    }
    this.traces = kept;
    for (let k = 0; k < minima.length; k += 2) {
      this.mark(minima[k], minima[k + 1], (x, y) => (
        markMinimum(pen, x, y, this.colours.minimum, dotted)
      ));
    }
    if (space.contains(...start)) this.mark(...start, (x, y) => disk(pen, x, y, "#ffffff", 6.5));
    for (const { track, step, colour, ended, width } of shown) {
      const index = track.indexAt(step);
      this.mark(track.x(index), track.y(index), (x, y) => {
        if (ended) markEnd(pen, x, y, colour, width);
        else disk(pen, x, y, colour, 5);
      });
    }
  }

  /** Behind a hill a mark shows through. */
  mark(x, y, draw) {
    if (!this.space.contains(x, y)) return;
    const place = this.lay(x, y);
    const [left, top] = this.camera.project(place, this.view);
    this.pen.globalAlpha = this.sees(place, this.eye) ? 1 : 0.35;
    draw(left, top);
    this.pen.globalAlpha = 1;
  }

  traceOf(track) {
    const known = this.traces.get(track);
    if (known?.valid) return known;
    const { box, unit } = this.space;
    const viewport = { left: box.left, top: box.top, scale: FINE * unit };
    return new Trace(track, viewport, box.width * viewport.scale, box.height * viewport.scale);
  }

  drawWalk(trace, { step, colour, width }) {
    trace.extend();
    const lines = this.linesOf(trace, step);
    const { pen } = this;
    pen.lineJoin = pen.lineCap = "round";
    for (const [style, thick] of [[rimOf(colour), width + 1.6], [colour, width]]) {
      for (const { seen, pixels } of lines) {
        pen.globalAlpha = seen ? 1 : 0.22;
        pen.strokeStyle = style;
        pen.lineWidth = thick;
        pen.beginPath();
        for (const [x, y] of pixels) pen.lineTo(x, y);
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
  }

  /** The path in pieces that are wholly seen, or not. */
  linesOf({ segments, viewport }, step) {
    const lines = [];
    let last = null, line = null;
    for (let k = 0; k < segments.length && segments[k + 4] <= step; k += 5) {
      const [fromX, fromY, toX, toY] = segments.slice(k, k + 4);
      const parts = Math.ceil(Math.hypot(toX - fromX, toY - fromY) / PIECE) || 1;
      const follows = last && last[0] === fromX && last[1] === fromY;
      if (!follows) line = null;
      for (let part = follows ? 1 : 0; part <= parts; part++) {
        const x = viewport.left + (fromX + (toX - fromX) * part / parts) / viewport.scale;
        const y = viewport.top + (fromY + (toY - fromY) * part / parts) / viewport.scale;
        if (!this.space.contains(x, y)) {
          line = null;
          continue;
        }
        const place = this.lay(x, y), seen = this.sees(place, this.eye);
        const pixel = this.camera.project(place, this.view);
        if (line?.seen !== seen) {
          line?.pixels.push(pixel);
          line = { seen, pixels: [] };
          lines.push(line);
        }
        line.pixels.push(pixel);
      }
      last = [toX, toY];
    }
    return lines;
  }

  /** Columns and rows along the two lower sides that are in front. */
  drawSides(ink) {
    const { pen, space, camera, view } = this, { box } = space;
    const half = [box.width * space.unit / 2, box.height * space.unit / 2];
    const front = [view.eye[0] >= 0 ? half[0] : -half[0], view.eye[1] >= 0 ? half[1] : -half[1]];
    pen.fillStyle = pen.strokeStyle = ink;
    pen.font = "11px system-ui, sans-serif";
    pen.lineWidth = 1;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const sides = [["column", 0, box.left, box.width], ["row", 1, box.top, box.height]];
    for (const [name, axis, first, length] of sides) {
      // Seen along its own way, a side's numbers would lie on each other.
      if (Math.abs(dot3(axis ? [0, 1, 0] : [1, 0, 0], view.right)) < 0.25) continue;
      // Pixels beside the side.
      const at = (place, pixels) => {
        const out = pixels / view.scale;
        const shift = (place - first - length / 2) * space.unit;
        const aside = front[1 - axis] * (1 + out / Math.abs(front[1 - axis] || 1));
        return camera.project(axis ? [aside, shift, 0] : [shift, aside, 0], view);
      };
      for (const place of roundTicks(first, first + length, 5)) {
        const [from, to, text] = [at(place, 0), at(place, 6), at(place, 20)];
        pen.beginPath();
        pen.moveTo(from[0], from[1]);
        pen.lineTo(to[0], to[1]);
        pen.stroke();
        pen.fillText(String(place), text[0], text[1]);
      }
      const [x, y] = at(first + length / 2, 46);
      pen.fillText(name, x, y);
    }
  }
}
