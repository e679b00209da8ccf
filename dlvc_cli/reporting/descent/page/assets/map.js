// The map: terrain, paths and marks on canvases that lie on each other, of the part that is in sight.

import { pixelRatio } from "../../../page_parts/assets/elements.js";
import { disk, markEnd, markMinimum, strokeOnAny } from "../../../page_parts/assets/marks.js";
import { paintTerrain } from "./terrain.js";
import { roundTicks } from "../../../page_parts/assets/ticks.js";
import { Trace } from "./trace.js";
import { Viewport } from "./viewport.js";

export class SurfaceMap extends Viewport {
  /** frame: the element that holds the canvases; palette: RGB bytes of 256 shades. */
  constructor(frame, surface, palette, colours) {
    super(surface);
    Object.assign(this, { frame, palette, colours, magnified: 1 });
    const canvas = (name) => frame.querySelector(`canvas.${name}`).getContext("2d");
    this.layers = ["terrain", "rims", "lines", "marks"].map(canvas);
    [this.terrain, this.rims, this.lines, this.marks] = this.layers;
    this.inset = canvas("inset");
    this.traces = new Map();
    this.pinned = surface.known.length ? surface.known : surface.lowest;
    this.resize();
  }

  /** Take a size on the page, or another; marks and texts grow with `magnified`. */
  resize(box = this.terrain.canvas.getBoundingClientRect(), ratio = pixelRatio()) {
    const { magnified } = this;
    this.setSize(Math.max(box.width / magnified, 1), Math.max(box.height / magnified, 1));
    this.ratio = ratio * magnified;
    for (const { canvas } of this.layers) {
      canvas.width = Math.round(this.width * this.ratio);
      canvas.height = Math.round(this.height * this.ratio);
    }
    this.paintInset();
  }

  changed() {
    this.stale = true;
    this.traces.clear();
  }

  /** Draw tracks [{track, colour, width, step, ended}], up to their steps. */
  draw(shown) {
    if (this.stale) {
      this.paint();
      this.wipe(this.rims);
      this.wipe(this.lines);
    } else if (!this.goesOn(shown)) {
      this.wipe(this.rims);
      this.wipe(this.lines);
      for (const trace of this.traces.values()) trace.drawn = 0;
    }
    this.stale = false;
    this.wipe(this.marks);
    const viewport = { left: this.left, top: this.top, scale: this.scale };
    for (const { track, colour, width, step } of shown) {
      if (!this.traces.has(track)) {
        this.traces.set(track, new Trace(track, viewport, this.width, this.height));
      }
      const trace = this.traces.get(track);
      trace.extend();
      trace.draw(this.rims, this.lines, step, colour, width);
    }
    this.before = shown.map(({ track, step }) => ({ track, step }));
    for (const each of shown) this.markPlace(each);
  }

  /** Whether what is to be drawn only adds to what has been drawn. */
  goesOn(shown) {
    const { before, traces } = this;
    const same = shown.length === before.length && shown.every(({ track, step }, k) => (
      track === before[k].track && step >= before[k].step && traces.get(track).valid
    ));
    if (!same) this.traces = new Map(shown.filter(({ track }) => traces.get(track)?.valid)
      .map(({ track }) => [track, traces.get(track)]));
    return same;
  }

  wipe(pen) {
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.clearRect(0, 0, this.width, this.height);
  }

  paint() {
    const { canvas } = this.terrain;
    const image = this.terrain.createImageData(canvas.width, canvas.height);
    this.scaleOfColours = paintTerrain(image, this.surface, this.viewport, this.palette);
    this.terrain.putImageData(image, 0, 0);
    this.terrain.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    // A finger on the whole map scrolls the page; on a part it moves the map.
    this.marks.canvas.style.touchAction = this.isWhole ? "pan-y" : "none";
    this.inset.canvas.hidden = this.span > 0.6 * this.surface.columns;
    if (!this.inset.canvas.hidden) this.markInset();
    this.markMinima();
    this.markPlaces();
  }

  /** Known minima: stars, or where they are many, which is mostly along a curve, dots. */
  markMinima() {
    const { pinned, terrain, colours } = this;
    let last = [NaN, NaN];
    for (let k = 0; k < pinned.length; k += 2) {
      const [x, y] = this.toPixels(pinned[k], pinned[k + 1]);
      if (this.isDotted && Math.hypot(x - last[0], y - last[1]) < 7) continue;
      last = [x, y];
      if (x < -9 || y < -9 || x > this.width + 9 || y > this.height + 9) continue;
      markMinimum(terrain, x, y, colours.minimum, this.isDotted);
    }
  }

  /** What marks the minima, and what they are. */
  get minimumWords() {
    const what = this.surface.known.length ? "minimum of the formula" : "lowest grid point";
    return this.isDotted ? `● ${what} (many)` : `★ ${what}`;
  }

  get isDotted() {
    return this.pinned.length > 80;
  }

  /** Columns and rows along the lower and the left edge. */
  markPlaces() {
    const { terrain: pen, width, height: tall, viewport } = this;
    pen.font = "11px system-ui, sans-serif";
    pen.lineWidth = 1;
    const write = (text, x, y) => {
      pen.strokeStyle = "rgb(0 0 0 / 60%)";
      pen.lineWidth = 3;
      pen.lineJoin = "round";
      pen.strokeText(text, x, y);
      pen.fillStyle = "#fff";
      pen.fillText(text, x, y);
    };
    pen.textAlign = "center";
    pen.textBaseline = "bottom";
    for (const column of roundTicks(viewport.left, viewport.left + viewport.width, width / 75)) {
      const x = this.toPixels(column, 0)[0];
      if (x < 40 || x > width - 20) continue;
      pen.fillStyle = "#fff";
      pen.fillRect(x - 0.5, tall - 5, 1, 5);
      write(String(column), x, tall - 6);
    }
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    for (const row of roundTicks(viewport.top, viewport.top + viewport.height, tall / 75)) {
      const y = this.toPixels(0, row)[1];
      if (y < 10 || y > tall - 24) continue;
      pen.fillStyle = "#fff";
      pen.fillRect(0, y - 0.5, 5, 1);
      write(String(row), 8, y);
    }
  }

  markPlace({ track, colour, width, step, ended }) {
    const index = track.indexAt(step);
    const [x, y] = this.toPixels(track.x(index), track.y(index));
    if (ended) markEnd(this.marks, x, y, colour, width);
    else disk(this.marks, x, y, colour, 5);
  }

  /** The whole surface in a corner, for when the map shows a part. */
  paintInset() {
    const { canvas } = this.inset;
    const { columns, rows } = this.surface;
    const unit = 96 / Math.max(columns, rows);
    canvas.style.width = `${Math.max(columns * unit, 8)}px`;
    canvas.style.height = `${Math.max(rows * unit, 8)}px`;
    canvas.width = Math.round(parseFloat(canvas.style.width) * this.ratio);
    canvas.height = Math.round(parseFloat(canvas.style.height) * this.ratio);
    this.miniature = this.inset.createImageData(canvas.width, canvas.height);
    const whole = { left: -0.5, top: -0.5, width: columns };
    paintTerrain(this.miniature, this.surface, whole, this.palette);
  }

  markInset() {
    const pen = this.inset;
    const { width, height } = pen.canvas;
    pen.putImageData(this.miniature, 0, 0);
    const scale = width / this.surface.columns;
    const viewport = this.viewport;
    const box = [(viewport.left + 0.5) * scale, (viewport.top + 0.5) * scale];
    const sides = [Math.max(viewport.width * scale, 5), Math.max(viewport.height * scale, 5)];
    const corner = [Math.min(box[0], width - sides[0]), Math.min(box[1], height - sides[1])];
    // On whole pixels, where a line is as bright as its colour.
    pen.beginPath();
    pen.rect(...[...corner, ...sides].map(Math.round));
    strokeOnAny(pen, 2 * Math.ceil(this.ratio / 1.5));
  }
}
