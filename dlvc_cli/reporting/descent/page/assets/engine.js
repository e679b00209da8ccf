// The kernel and the rules of the Python engine (dlvc_cli/descent/kernel.py and the built-in
// optimisers' rules), operation by operation: JavaScript's numbers are the same 64-bit floats, so
// every walk ends at the very same place. Only + - * / and the square root, in the same order.

const RUNNING = 0, GRADIENT = 1, MAX_STEPS = 2, LEFT = 3, STUCK = 4;
const REASONS = ["running", "gradient", "max_steps", "left_surface", "no_progress"];

/** The value at column x, row y of a surface {values, columns, rows}, bilinearly interpolated. */
function height(surface, x, y) {
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

// An update takes a coordinate, the slope along it and that coordinate's state, which it changes.

function updatePlain(x, gradient, state, lr, settings) {
  return x - lr * gradient;
}

function updateMomentum(x, gradient, state, lr, settings) {
  const velocity = settings[0] * state[0] - lr * gradient;
  state[0] = velocity;
  return x + velocity;
}

function updateAdagrad(x, gradient, state, lr, settings) {
  const total = state[0] + gradient * gradient;
  state[0] = total;
  return x - lr * gradient / (Math.sqrt(total) + settings[0]);
}

function updateRmsprop(x, gradient, state, lr, settings) {
  const alpha = settings[0], eps = settings[1], momentum = settings[2], centered = settings[3];
  const square = alpha * state[0] + (1 - alpha) * gradient * gradient;
  const mean = state[1] + (1 - alpha) * (gradient - state[1]);
  const spread = Math.sqrt(Math.abs(square - centered * mean * mean)) + eps;
  const velocity = momentum * state[2] + gradient / spread;
  state[0] = square;
  state[1] = mean;
  state[2] = velocity;
  return x - lr * velocity;
}

function updateAdam(x, gradient, state, lr, settings) {
  const beta1 = settings[0], beta2 = settings[1], eps = settings[2];
  const mean = state[0] + (1 - beta1) * (gradient - state[0]);
  const square = beta2 * state[1] + (1 - beta2) * gradient * gradient;
  const weight1 = beta1 * state[2] + (1 - beta1);
  const weight2 = beta2 * state[3] + (1 - beta2);
  const spread = Math.sqrt(square) / Math.sqrt(weight2) + eps;
  state[0] = mean;
  state[1] = square;
  state[2] = weight1;
  state[3] = weight2;
  return x - lr / weight1 * mean / spread;
}

function stay(x, state, settings) {
  return x;
}

function lookAhead(x, state, settings) {
  return x + settings[0] * state[0];
}

// By optimiser, its parameters as Python calls them -> a rule.
const RULES = {
  gd: () => ({ update: updatePlain, ahead: stay, state: 0, settings: [] }),
  momentum: (p) => ({ update: updateMomentum, ahead: stay, state: 1, settings: [p.momentum] }),
  nesterov: (p) => ({ update: updateMomentum, ahead: lookAhead, state: 1, settings: [p.momentum] }),
  adagrad: (p) => ({ update: updateAdagrad, ahead: stay, state: 1, settings: [p.eps] }),
  rmsprop: (p) => ({
    update: updateRmsprop, ahead: stay, state: 3,
    settings: [p.alpha, p.eps, p.momentum, p.centered ? 1 : 0],
  }),
  adam: (p) => ({
    update: updateAdam, ahead: stay, state: 4, settings: [p.beta1, p.beta2, p.eps],
  }),
};

/** What an optimiser is here: sgd is one of three, and without weight decay adamw is adam. */
function ruleName(optimizer, parameters) {
  if (optimizer === "adamw") return "adam";
  if (optimizer !== "sgd") return optimizer;
  if (parameters.momentum === 0) return "gd";
  return parameters.nesterov ? "nesterov" : "momentum";
}

/** A walk before its first step. numbers: {lr, eps, stop, maxSteps}. */
function makeWalker(rule, numbers, start) {
  return {
    rule, ...numbers, x: start[0], y: start[1], step: 0, reason: RUNNING, norm: 0,
    across: new Array(rule.state).fill(0), down: new Array(rule.state).fill(0),
  };
}

/** Go on for `limit` steps at most; track.add(step, x, y, norm) is called at every position. */
function walk(surface, walker, limit, track) {
  const { rule, lr, eps, stop, maxSteps, across, down } = walker;
  const { update, ahead, settings } = rule;
  const right = surface.columns - 1, bottom = surface.rows - 1;
  for (let taken = 0; taken < limit && walker.reason === RUNNING; taken++) {
    const x = walker.x, y = walker.y;
    const aheadX = clamp(ahead(x, across, settings), right);
    const aheadY = clamp(ahead(y, down, settings), bottom);
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
    walker.norm = norm;
    track.add(walker.step, x, y, norm);
    if (Number.isNaN(aheadX) || Number.isNaN(aheadY)) {
      walker.reason = LEFT;
    } else if (isSmall) {
      walker.reason = GRADIENT;
    } else if (walker.step >= maxSteps) {
      walker.reason = MAX_STEPS;
    } else {
      const before = [...across, ...down];
      const newX = update(x, slopeX, across, lr, settings);
      const newY = update(y, slopeY, down, lr, settings);
      if (!(newX >= 0 && newX <= right && newY >= 0 && newY <= bottom)) {
        walker.reason = LEFT;
      } else if (newX === x && newY === y && isSame(before, [...across, ...down])) {
        walker.reason = STUCK;
      } else {
        walker.x = newX;
        walker.y = newY;
        walker.step += 1;
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
function distanceToNearest(x, y, points) {
  let least = Infinity;
  for (let k = 0; k < points.length; k += 2) {
    const across = x - points[k], down = y - points[k + 1];
    const square = across * across + down * down;
    if (square < least) least = square;
  }
  return Math.sqrt(least);
}
