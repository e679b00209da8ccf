// Walks for many learning rates and values of one more parameter, a slice of time after another.

import { distanceToNearest, height, newWalkState, RUNNING, UNSEEN, walk } from "./kernel.js";
import { withParameter } from "./rows.js";

const COARSE = [4, 2, 1];

/** Numbers from low to high at even distances of their logarithms, short enough to be typed. */
export function logSpaced(low, high, count) {
  const unit = Math.log10(high / low) / (count - 1);
  return Array.from({ length: count }, (_, k) => Number((low * 10 ** (k * unit)).toPrecision(3)));
}

/** Numbers that a parameter may have: even ones, and where its upper end is open two close to it. */
export function spaced({ low, high, above, below }, count) {
  const unit = (high - low) / count;
  const numbers = Array.from({ length: count + 1 }, (_, k) => Number((low + k * unit).toPrecision(6)));
  if (above) numbers.shift();
  if (!below) return numbers;
  numbers.pop();
  return [...numbers, high - unit / 2, high - unit / 5].map((number) => Number(number.toPrecision(6)));
}

/**
 * The walks of one optimiser from one start. what: {surface, row, parameter, start, settings, lrs,
 * others}; others are the parameter's values. A cell is null until its walk has ended, then {x,
 * y, value, step, reason, distance}.
 */
export class RatesGrid {
  constructor(what) {
    Object.assign(this, what);
    this.cells = new Array(this.lrs.length * this.others.length).fill(null);
    this.order = coarseFirst(this.lrs.length, this.others.length);
    this.done = 0;
    this.walkState = null;
  }

  get isDone() {
    return this.done === this.cells.length;
  }

  /** What a row is with a cell's numbers. */
  rowOf(cell) {
    const { row, parameter, lrs, others } = this;
    const other = others[Math.floor(cell / lrs.length)];
    return { lr: lrs[cell % lrs.length], ...withParameter(row, parameter, other) };
  }

  /** The result of a cell, or while it has none, that of the nearest coarser one. */
  nearestResult(cell) {
    const columns = this.lrs.length, column = cell % columns, row = Math.floor(cell / columns);
    for (const every of COARSE.toReversed()) {
      const result = this.cells[(row - row % every) * columns + column - column % every];
      if (result) return result;
    }
    return null;
  }

  work(milliseconds) {
    const end = performance.now() + milliseconds;
    while (!this.isDone && performance.now() < end) this.goOn();
  }

  goOn() {
    const { surface, row, start, settings } = this, cell = this.order[this.done];
    if (!this.walkState) {
      const { lr, settings: numbers } = this.rowOf(cell);
      this.walkState = newWalkState(row.rule, numbers, { lr, eps: row.eps, ...settings }, start);
    }
    const { walkState } = this;
    walk(surface, walkState, 2000, UNSEEN);
    if (walkState.reason === RUNNING) return;
    const { x, y, step, reason } = walkState;
    this.cells[cell] = {
      x, y, step, reason, value: height(surface, x, y),
      distance: distanceToNearest(x, y, surface.minima),
    };
    this.walkState = null;
    this.done++;
  }
}

/**
 * Every fourth cell of every fourth line first, then every second, then the rest; of these the large
 * rates first, whose walks are short.
 */
function coarseFirst(columns, rows) {
  const rank = (cell) => {
    const column = cell % columns, row = Math.floor(cell / columns);
    return COARSE.findIndex((every) => column % every === 0 && row % every === 0);
  };
  const cells = Array.from({ length: columns * rows }, (_, k) => k);
  return cells.sort((one, other) => (
    rank(one) - rank(other) || other % columns - one % columns || one - other
  ));
}
