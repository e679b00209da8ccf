// Which part of the surface is in sight: left and top edge and the sides, in grid units.

const LEAST_SPAN = 0.01;

export class Viewport {
  constructor(surface) {
    this.surface = surface;
    this.left = this.top = -0.5;
    this.span = surface.columns;
    this.width = this.height = 1;
  }

  /** What to do when something else comes in sight. */
  changed() {}

  /** The pixels that it is shown on. */
  setSize(width, height) {
    this.width = width;
    this.height = height;
    this.changed();
  }

  get viewport() {
    const { left, top, span } = this;
    return { left, top, width: span, height: span * this.surface.rows / this.surface.columns };
  }

  get scale() {
    return this.width / this.span;
  }

  get isWhole() {
    return this.span >= this.surface.columns;
  }

  look(left, top, span) {
    const { columns, rows } = this.surface;
    this.span = Math.min(Math.max(span, LEAST_SPAN), columns);
    const tall = this.span * rows / columns;
    this.left = Math.min(Math.max(left, -0.5), columns - 0.5 - this.span);
    this.top = Math.min(Math.max(top, -0.5), rows - 0.5 - tall);
    this.changed();
  }

  showWhole() {
    this.look(-0.5, -0.5, this.surface.columns);
  }

  /** Show a rectangle {left, right, top, bottom} with some room around it. */
  show(range, { ifSmall = false } = {}) {
    const { columns, rows } = this.surface;
    const aspect = columns / rows;
    const across = range.right - range.left, down = range.bottom - range.top;
    const span = Math.max(across, down * aspect, 5) * 1.6;
    if (ifSmall && span > columns / 4) return;
    const middleX = (range.left + range.right) / 2, middleY = (range.top + range.bottom) / 2;
    this.look(middleX - span / 2, middleY - span / aspect / 2, span);
  }

  /** Zoom so that the place under a pixel stays there. */
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const [column, row] = this.toGrid(x, y);
    const span = Math.min(Math.max(this.span / factor, LEAST_SPAN), this.surface.columns);
    const scale = this.width / span;
    this.look(column - x / scale, row - y / scale, span);
  }

  pan(x, y) {
    this.look(this.left - x / this.scale, this.top - y / this.scale, this.span);
  }

  toPixels(column, row) {
    return [(column - this.left) * this.scale, (row - this.top) * this.scale];
  }

  toGrid(x, y) {
    return [this.left + x / this.scale, this.top + y / this.scale];
  }
}
