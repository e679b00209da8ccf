// Walks that can be looked at after any of their steps: computed here, or as they were made.

import { height, newWalkState, RUNNING, walk } from "./kernel.js";
import { Past } from "./past.js";

/**
 * Positions, values and gradient norms of a walk; of too many, every second is dropped. steepest and
 * longest: the greatest norm of a gradient, and the greatest length of a step.
 */
class Track {
  constructor(surface) {
    this.surface = surface;
    this.stride = 1;
    this.count = 0;
    this.last = 0;
    this.numbers = new Float64Array(4 * 1024);
    this.end = new Float64Array(4);
    this.range = emptyRange();
    this.steepest = this.longest = 0;
  }

  /** What the kernel calls at every position, the last one included. */
  add(step, x, y, norm) {
    const value = height(this.surface, x, y);
    const { end, range } = this;
    const moved = step > 0 ? Math.hypot(x - end[0], y - end[1]) : 0;
    if (moved > this.longest) this.longest = moved;
    if (norm > this.steepest) this.steepest = norm;
    this.last = step;
    end[0] = x;
    end[1] = y;
    end[2] = value;
    end[3] = norm;
    widen(range, x, y, value);
    if (step % this.stride !== 0) return;
    if (4 * this.count === this.numbers.length) this.makeRoom();
    if (step % this.stride !== 0) return;
    const { numbers } = this;
    let place = 4 * this.count++;
    numbers[place++] = x;
    numbers[place++] = y;
    numbers[place++] = value;
    numbers[place] = norm;
  }

  makeRoom() {
    if (this.count < Track.MOST) {
      const larger = new Float64Array(2 * this.numbers.length);
      larger.set(this.numbers);
      this.numbers = larger;
      return;
    }
    this.stride *= 2;
    this.count /= 2;
    for (let k = 1; k < this.count; k++) this.numbers.copyWithin(4 * k, 8 * k, 8 * k + 4);
  }

  /** How many points there are to draw: those kept, and the end. */
  get length() {
    return this.count + ((this.count - 1) * this.stride < this.last ? 1 : 0);
  }

  stepOf(index) {
    return index < this.count ? index * this.stride : this.last;
  }

  x(index) {
    return index < this.count ? this.numbers[4 * index] : this.end[0];
  }

  y(index) {
    return index < this.count ? this.numbers[4 * index + 1] : this.end[1];
  }

  value(index) {
    return index < this.count ? this.numbers[4 * index + 2] : this.end[2];
  }

  norm(index) {
    return index < this.count ? this.numbers[4 * index + 3] : this.end[3];
  }

  /** The last point that was reached by a step. */
  indexAt(step) {
    return step >= this.last ? this.length - 1 : Math.floor(step / this.stride);
  }
}
Track.MOST = 2 ** 20;

/** The least and the greatest of what a track has been through. */
export function emptyRange() {
  return {
    left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity, low: Infinity,
    high: -Infinity,
  };
}

export function widen(range, x, y, value) {
  if (x < range.left) range.left = x;
  if (x > range.right) range.right = x;
  if (y < range.top) range.top = y;
  if (y > range.bottom) range.bottom = y;
  if (value < range.low) range.low = value;
  if (value > range.high) range.high = value;
}

/** The track of a walk that was made, of those points that the page carries. */
export class MadeTrack {
  constructor(made, steps, xs, ys, values) {
    Object.assign(this, { made, steps, xs, ys, values });
    this.length = steps.length;
    this.last = steps[this.length - 1];
    this.stride = 1;
    this.range = emptyRange();
    for (let k = 0; k < this.length; k++) widen(this.range, xs[k], ys[k], values[k]);
  }

  isEnd(index) {
    return index === this.length - 1;
  }

  stepOf(index) {
    return this.steps[index];
  }

  x(index) {
    return this.isEnd(index) ? this.made.end[0] : this.xs[index];
  }

  y(index) {
    return this.isEnd(index) ? this.made.end[1] : this.ys[index];
  }

  value(index) {
    return this.isEnd(index) ? this.made.value : this.values[index];
  }

  norm(index) {
    return this.isEnd(index) ? this.made.norm : null;
  }

  indexAt(step) {
    let low = 0, high = this.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.steps[middle] <= step) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Computes walks to their ends, a slice of time after another. */
export class Computer {
  constructor(surface) {
    this.surface = surface;
    this.rows = [];
  }

  /** Begin a row's walk anew: it gets a state and a track. settings: {stop, maxSteps}. */
  restart(row, place, settings) {
    const stepSettings = { lr: row.lr, eps: row.eps, ...settings };
    row.walkState = newWalkState(row.rule, row.settings, stepSettings, place);
    row.track = new Track(this.surface);
    row.past = new Past(this.surface, row.walkState);
    walk(this.surface, row.walkState, 1, row.track);
  }

  get busy() {
    return this.rows.some((row) => row.walkState.reason === RUNNING);
  }

  /** Compute for some milliseconds, all walks side by side. */
  work(milliseconds) {
    const end = performance.now() + milliseconds;
    while (this.busy && performance.now() < end) {
      for (const row of this.rows) {
        walk(this.surface, row.walkState, 500, row.track);
        row.past.keep(row.walkState);
      }
    }
  }
}
