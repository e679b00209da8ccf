// Walks and single updates by the page's own scripts, outside of a browser. A module with the
// translated rules and the cases is named on the command line; the results are printed as JSON,
// numbers as texts, since JSON has neither infinity nor -0.

import { unpackSurface } from "../../../../dlvc_cli/reporting/descent/page/assets/unpack.js";
import {
  distanceToNearest, height, newWalkState, REASONS, walk,
} from "../../../../dlvc_cli/reporting/descent/page/assets/kernel.js";

const { rules, cases } = await import(process.argv[2]);

async function walked({ rule, settings, start, surface: data, ...numbers }) {
  const surface = await unpackSurface(data);
  const walkState = newWalkState(rules[rule], settings.map(Number), numbers, start);
  let positions = 0;
  walk(surface, walkState, Infinity, { add() { positions++; } });
  const { x, y, step, norm } = walkState;
  return {
    reason: REASONS[walkState.reason],
    numbers: [x, y, step, norm, height(surface, x, y), distanceToNearest(x, y, surface.minima)],
    positions,
  };
}

function updated({ rule, x, gradient, state, step, lr, settings }) {
  const [newX, newState] = rules[rule].update(
    x, gradient, state.map(Number), step, lr, settings.map(Number),
  );
  return { numbers: [newX, ...newState] };
}

const results = [];
for (const each of cases) {
  const { numbers, ...rest } = each.surface ? await walked(each) : updated(each);
  results.push({ ...rest, numbers: numbers.map((n) => (Object.is(n, -0) ? "-0" : String(n))) });
}
process.stdout.write(JSON.stringify(results));
