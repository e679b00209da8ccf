// The kernel of the Python engine (dlvc_cli/descent/kernel.py), operation by operation: JavaScript's
// numbers are the same 64-bit floats, so every walk ends at the very same place.

export const RUNNING = 0, GRADIENT = 1, MAX_STEPS = 2, LEFT = 3, STUCK = 4;
export const REASONS = ["running", "gradient", "max_steps", "left_surface", "no_progress"];

/** The value at column x, row y of a surface {values, columns, rows}, bilinearly interpolated. */
export function height(surface, x, y) {
  const { values, columns, rows } = surface;
  let column = Math.trunc(x);
  let row = Math.trunc(y);
  if (column > columns - 2) column = columns - 2;
  if (row > rows - 2) row = rows - 2;
  x -= column;
  y -= row;
  let corner = row * columns + column;
  let left = values[corner];
  const upper = left + x * (values[corner + 1] - left);
  corner += columns;
  left = values[corner];
  return upper + y * (left + x * (values[corner + 1] - left) - upper);
}

/** The slope along the columns: a central difference, one-sided within eps of the border. */
function slopeAcross(surface, x, y, eps) {
  const low = x >= eps ? x - eps : x;
  const high = x + eps <= surface.columns - 1 ? x + eps : x;
  return (height(surface, high, y) - height(surface, low, y)) / (high - low);
}

/** The slope along the rows. */
function slopeDown(surface, x, y, eps) {
  const low = y >= eps ? y - eps : y;
  const high = y + eps <= surface.rows - 1 ? y + eps : y;
  return (height(surface, x, high) - height(surface, x, low)) / (high - low);
}

/**
 * A walk before its first step.
 * rule: {update, lookAhead, state}, as translated from Python; stepSettings: {lr, eps, stop, maxSteps};
 * settings: what the rule is called with.
 */
export function newWalkState(rule, settings, stepSettings, start) {
  const nothing = new Array(rule.state).fill(0);
  return {
    rule, settings, ...stepSettings, x: start[0], y: start[1], across: nothing, down: nothing,
    step: 0, reason: RUNNING, norm: 0,
  };
}

/** A track for walks of which only the end matters. */
export const UNSEEN = { add() {} };

/** Go on for `limit` steps at most; track.add(step, x, y, norm) is called at every position. */
export function walk(surface, walkState, limit, track) {
  const { rule, settings, lr, eps, stop, maxSteps } = walkState;
  const { update, lookAhead } = rule;
  const right = surface.columns - 1, bottom = surface.rows - 1;
  for (let taken = 0; taken < limit && walkState.reason === RUNNING; taken++) {
    const { x, y, across, down } = walkState;
    const aheadX = clamp(lookAhead ? lookAhead(x, across, settings) : x, right);
    const aheadY = clamp(lookAhead ? lookAhead(y, down, settings) : y, bottom);
    if (Number.isNaN(aheadX) || Number.isNaN(aheadY)) {
      // The state has overflowed: there is no other gradient than the last one.
      walkState.reason = LEFT;
      track.add(walkState.step, x, y, walkState.norm);
      return;
    }
    const slopeX = slopeAcross(surface, aheadX, aheadY, eps);
    const slopeY = slopeDown(surface, aheadX, aheadY, eps);
    let norm = Math.sqrt(slopeX * slopeX + slopeY * slopeY);
    let isSmall = norm < stop;
    if (isSmall) {
      // Where the gradient is taken ahead, it must be small where the walk stands, too.
      const hereX = slopeAcross(surface, x, y, eps), hereY = slopeDown(surface, x, y, eps);
      const here = Math.sqrt(hereX * hereX + hereY * hereY);
      isSmall = here < stop;
      if (isSmall) norm = here;
    }
    walkState.norm = norm;
    track.add(walkState.step, x, y, norm);
    if (isSmall) {
      walkState.reason = GRADIENT;
    } else if (walkState.step >= maxSteps) {
      walkState.reason = MAX_STEPS;
    } else {
      const step = walkState.step + 1;
      const [newX, newAcross] = update(x, slopeX, across, step, lr, settings);
      const [newY, newDown] = update(y, slopeY, down, step, lr, settings);
      if (!(newX >= 0 && newX <= right && newY >= 0 && newY <= bottom)) {
        walkState.reason = LEFT;
      } else if (newX === x && newY === y && isSame(across, newAcross) && isSame(down, newDown)) {
        walkState.reason = STUCK;
      } else {
        walkState.x = newX;
        walkState.y = newY;
        walkState.across = newAcross;
        walkState.down = newDown;
        walkState.step = step;
      }
    }
  }
}

function isSame(before, after) {
  return before.every((number, k) => number === after[k]);
}

function clamp(place, last) {
  const inside = place < 0 ? 0 : place;
  return inside > last ? last : inside;
}

/** The distance from (x, y) to the nearest of some points, which lie x, y, x, y ... in an array. */
export function distanceToNearest(x, y, points) {
  let least = Infinity;
  for (let k = 0; k < points.length; k += 2) {
    const across = x - points[k], down = y - points[k + 1];
    const square = across * across + down * down;
    if (square < least) least = square;
  }
  return Math.sqrt(least);
}
