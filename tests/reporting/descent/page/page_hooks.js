// What the browser tests ask a page, as window.dlvc. The tests put this at the end of the page's
// own script, without import and export.
//
//   ready     a promise, kept when the first walks are there; nothing else answers before
//   run()     a promise of state(), kept when all walks have been computed to their ends
//   state()   {start, step, total, playing, busy, viewport, settings, walks}; step is the one that
//             is shown, null for the end. Each walk has {name, label, made, lr, parameters, eps,
//             start, x, y, step, value, norm, distance, reason, asMade}: where it is at the step
//             shown, why it has stopped (null while it has not), whether it was made by Python,
//             and if it was computed here with the settings of one that was, whether it ends alike
//   address() the part of the address behind #, written now
//   moments(step)
//             what moves the walks that are computed here at a step: the gradient and the last step
//   net(viewport, most)
//             the points {xs, ys, values} by which the 3-D view draws a part of the surface
//   relief()  the 3-D view: {around, up, painted, ends}; ends are where in it the walks have come
//             to, each {pixel, place}: a pixel, and the grid place that this pixel shows
//   rates()   the panel of learning rates: {done, subjects, cells}, a cell as {lr, other, x, y, value,
//             step, reason, distance, kind}
//   walk({trial, lr, eps, stop, maxSteps, start})
//             the end of any walk by a trial's rule: {end, value, steps, reason, norm, distance}

import {
  distanceToNearest, height, newWalkState, REASONS, UNSEEN, walk,
} from "../../../../dlvc_cli/reporting/descent/page/assets/kernel.js";
import { makeNet } from "../../../../dlvc_cli/reporting/descent/page/assets/relief_mesh.js";
import { PaintedGround } from "../../../../dlvc_cli/reporting/descent/page/assets/relief_painter.js";

async function run(page) {
  while (page.computer.busy) {
    page.computer.work(12);
    await new Promise((done) => setTimeout(done));
  }
  page.draw();
  return stateOf(page);
}

function stateOf(page) {
  const { start, cursor, total, playing, computer, map, settings } = page;
  const walks = page.results().map(({ row, ...result }) => ({
    ...result, name: row.name ?? null, made: !row.walkState, lr: row.lr ?? null, eps: row.eps,
    parameters: row.parameters ?? null, start: row.walkState ? start : row.made.start,
    asMade: page.asMade(row),
  }));
  const step = Number.isFinite(cursor) ? Math.floor(cursor) : null;
  const { busy } = computer, { viewport } = map;
  return { start, step, total, playing, busy, viewport, settings, walks };
}

function reliefOf(page) {
  const { camera, walks, ground } = page.relief;
  const ends = page.results().map(({ x, y }) => {
    const pixel = camera.project(walks.lay(x, y)).slice(0, 2);
    return { pixel, place: page.relief.placeAt(...pixel) };
  });
  const { around, up } = camera;
  return { around, up, painted: ground instanceof PaintedGround, ends };
}

function ratesOf({ grid, chart, subjects }) {
  return {
    done: grid?.isDone ?? false,
    subjects: subjects.map(({ row, parameter }) => [row.name, parameter.name]),
    cells: grid?.cells.map((cell, k) => cell && {
      ...cell, lr: grid.rowOf(k).lr, other: grid.others[Math.floor(k / grid.lrs.length)],
      reason: REASONS[cell.reason], kind: chart.kindOf(cell),
    }),
  };
}

function walkAlone({ data, surface }, rules, { trial, start, ...numbers }) {
  const { rule, settings } = data.trials[trial];
  const walkState = newWalkState(rules[rule], settings.map(Number), numbers, start);
  walk(surface, walkState, Infinity, UNSEEN);
  const end = [walkState.x, walkState.y];
  return {
    end, value: height(surface, ...end), steps: walkState.step, norm: walkState.norm,
    reason: REASONS[walkState.reason], distance: distanceToNearest(...end, surface.minima),
  };
}

/** opened: the promise of a page; rules: those that were translated for it. */
export function answer(opened, rules) {
  window.dlvc = {
    ready: opened.then((page) => {
      window.dlvc.run = () => run(page);
      window.dlvc.state = () => stateOf(page);
      window.dlvc.address = () => {
        page.address.write();
        return location.hash;
      };
      window.dlvc.moments = (step) => page.computer.rows.map(({ past }) => past.moment(step));
      window.dlvc.net = (viewport, most) => {
        const { xs, ys, values } = makeNet(page.surface, viewport, most);
        return [xs, ys, values].map((numbers) => Array.from(numbers));
      };
      window.dlvc.relief = () => reliefOf(page);
      window.dlvc.rates = () => ratesOf(page.rates);
      window.dlvc.walk = (options) => walkAlone(page, rules, options);
      return true;
    }),
  };
}
