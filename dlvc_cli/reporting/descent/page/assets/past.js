// A walk's past: states now and then, from which any step can be taken again.

import { RUNNING, UNSEEN, walk } from "./kernel.js";

const MOST = 4096;

export class Past {
  constructor(surface, walkState) {
    this.surface = surface;
    this.states = [];
    this.every = 1;
    this.count = 0;
    this.keep(walkState);
  }

  /** Keep a state, which the walk leaves as it is; of too many, every second is dropped. */
  keep(walkState) {
    if (this.count++ % this.every) return;
    this.states.push({ ...walkState });
    if (this.states.length < MOST) return;
    this.states = this.states.filter((_, k) => k % 2 === 0);
    this.every *= 2;
  }

  /** The state after a step that the walk has taken. */
  at(step) {
    let k = this.states.length - 1;
    while (this.states[k].step > step) k--;
    const state = { ...this.states[k] };
    walk(this.surface, state, step - state.step, UNSEEN);
    return state;
  }

  /**
   * What moves a walk after a step: {x, y, gradient: {x, y, across, down}, update: [across, down]}.
   * The gradient is the one that the optimiser gets for its next step, and x and y where it is
   * taken; the update is the last step itself. Null for what there is not: no update before the
   * first step, no gradient where the state has overflowed.
   */
  moment(step) {
    const before = step > 0 ? this.at(step - 1) : null;
    const state = before ? { ...before } : this.at(0);
    if (before) walk(this.surface, state, 1, UNSEEN);
    const { x, y } = state;
    return {
      x, y, gradient: this.nextGradient(state),
      update: before && [x - before.x, y - before.y],
    };
  }

  /** Seen where the kernel hands it to the rule, so that it is the kernel's own. */
  nextGradient(state) {
    const { surface } = this, { columns, rows } = surface;
    const { update, lookAhead } = state.rule;
    const slopes = [], places = [state.x, state.y];
    const watched = {
      lookAhead,
      update(place, slope, ...rest) {
        slopes.push(slope);
        return update(place, slope, ...rest);
      },
    };
    // Nothing but an overflow stops it before its update.
    walk(surface, { ...state, rule: watched, stop: 0, maxSteps: Infinity, reason: RUNNING }, 1, UNSEEN);
    if (slopes.length < 2) return null;
    if (lookAhead) {
      const inside = (place, last) => Math.min(Math.max(place, 0), last);
      places[0] = inside(lookAhead(state.x, state.across, state.settings), columns - 1);
      places[1] = inside(lookAhead(state.y, state.down, state.settings), rows - 1);
    }
    return { x: places[0], y: places[1], across: slopes[0], down: slopes[1] };
  }
}
