// Unpack, walk, show.

async function open() {
  const data = JSON.parse(element("data").textContent);
  const [surface, palette, groups] = await Promise.all([
    unpackSurface(data), unpack(data.palette), madeGroups(data),
  ]);
  const page = new Page(data, surface, palette, groups);
  page.restart();
  page.computer.work(400);
  const tracks = page.shown.map((row) => row.track);
  if (tracks.length) page.chart.chooseScales(tracks);
  element("log-values").checked = page.chart.logValues;
  element("log-steps").checked = page.chart.logSteps;
  page.map.show(rangeOf(page), { ifSmall: true });
  showHeading(page);
  handleMap(page);
  handleView(page);
  handlePlayer(page);
  page.draw();
  return page;
}

const opened = open().catch((error) => {
  const problem = element("problem");
  problem.textContent = `This page cannot be shown: ${error.message}. `
    + "It needs a browser of 2023 or later.";
  problem.hidden = false;
  throw error;
});

/** Compute all walks to their ends. */
async function run(page) {
  while (page.computer.busy) {
    page.computer.work(MILLISECONDS);
    await new Promise((done) => setTimeout(done));
  }
  page.draw();
  return stateOf(page);
}

function stateOf(page) {
  const { start, cursor, total, playing, computer, map, settings } = page;
  const walks = page.results().map(({ row, ...result }) => ({
    ...result, name: row.name ?? null, made: !row.walker, lr: row.lr ?? null, eps: row.eps,
    parameters: row.parameters ?? null, start: row.walker ? start : row.made.start,
    asMade: page.asMade(row),
  }));
  const step = Number.isFinite(cursor) ? Math.floor(cursor) : null;
  return { start, step, total, playing, busy: computer.busy, view: map.view, settings, walks };
}

/** The end of any walk, apart from what the page shows. */
function walkAlone({ surface }, { optimizer, parameters, start, ...numbers }) {
  const rule = RULES[ruleName(optimizer, parameters)](parameters);
  const walker = makeWalker(rule, numbers, start);
  walk(surface, walker, Infinity, { add() {} });
  const end = [walker.x, walker.y];
  return {
    end, value: height(surface, ...end), steps: walker.step, norm: walker.norm,
    reason: REASONS[walker.reason], distance: distanceToNearest(...end, surface.minima),
  };
}

// For tests, and for whoever likes to ask the page:
//   ready     a promise, kept when the first walks are there; nothing else answers before
//   run()     a promise of state(), kept when all walks have been computed to their ends
//   state()   {start, step, total, playing, busy, view, settings, walks}; step is the one that is
//             shown, null for the end. Each walk has {name, label, made, lr, parameters, eps,
//             start, x, y, step, value, norm, distance, reason, asMade}: where it is at the step
//             shown, why it has stopped (null while it has not), whether it was made by Python,
//             and if it was computed here with the settings of one that was, whether it ends alike
//   walk({optimizer, parameters, lr, eps, stop, maxSteps, start})
//             the end of any walk: {end, value, steps, reason, norm, distance}
window.dlvc = {
  ready: opened.then((page) => {
    window.dlvc.run = () => run(page);
    window.dlvc.state = () => stateOf(page);
    window.dlvc.walk = (options) => walkAlone(page, options);
    return true;
  }),
};
