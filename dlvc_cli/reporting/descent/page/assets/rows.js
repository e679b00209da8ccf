// What is walked and shown: a row for each optimiser that is computed here, and a group for each
// trial whose walks are shown as they were made.

const ORDER = ["gd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"];

/** Rows of the trials that were made, then of the other built-in optimisers, unchecked. */
function computedRows(data) {
  const rows = [];
  data.trials.forEach((trial, number) => {
    if (!trial.computed) return;
    const name = ruleName(trial.optimizer, trial.parameters);
    const made = data.walks.find((walk) => walk.trial === number) ?? null;
    rows.push(makeRow(data, number, name, trial, { made, title: trial.label, checked: true }));
  });
  const eps = data.trials[0].eps;
  let colour = data.trials.length;
  for (const name of ORDER) {
    const known = data.optimizers.find((optimizer) => optimizer.name === name);
    if (!known || rows.some((row) => row.name === name)) continue;
    const rest = { made: null, title: `${name} with its defaults`, checked: false };
    rows.push(makeRow(data, colour++, name, { ...known, eps }, rest));
  }
  return rows;
}

function makeRow(data, colour, name, { parameters, lr, eps }, rest) {
  const { trials } = data.colours;
  return { name, parameters, lr, eps, colour: trials[colour % trials.length], width: 2.2, ...rest };
}

/** Put a row back to how it was made. */
function restoreRow(row, data) {
  const trial = data.trials[row.made?.trial]
    ?? { ...data.optimizers.find(({ name }) => name === row.name), eps: data.trials[0].eps };
  Object.assign(row, { parameters: trial.parameters, lr: trial.lr, eps: trial.eps });
  row.checked = row.made !== null;
}

/** Groups of walks that the page cannot compute or that start elsewhere; each has its tracks. */
async function madeGroups(data) {
  const { paths, colours } = data;
  const [steps, xs, ys, values] = await Promise.all(
    [paths.steps, paths.xs, paths.ys, paths.values].map(unpack),
  );
  const groups = [];
  data.trials.forEach((trial, number) => {
    const walks = data.walks.filter((walk) => walk.trial === number && walk.path !== null);
    if (!walks.length) return;
    const rows = walks.map((made) => {
      const [first, end] = made.path;
      const cut = (numbers) => numbers.subarray(first, end);
      return {
        made, track: new MadeTrack(made, cut(steps), cut(xs), cut(ys), cut(values)),
        eps: trial.eps, colour: colours.trials[number % colours.trials.length],
        width: walks.length > 1 ? 1.2 : 2.2,
        label: walks.length > 1 ? `from ${made.start.map(Math.round).join(", ")}` : trial.label,
      };
    });
    const label = trial.computed ? `${trial.label}, other starts` : trial.label;
    // Where the page walks itself, the other starts are there to be asked for.
    groups.push({ label, rows, colour: rows[0].colour, checked: !trial.computed });
  });
  return groups;
}

function placeText([x, y]) {
  return `${Number(x.toFixed(2))}, ${Number(y.toFixed(2))}`;
}

/** What tells a row from the others: its optimiser, and what differs between rows of the same. */
function labelOf(row, rows, data) {
  const words = [row.name];
  const same = rows.filter((other) => other.name === row.name);
  const differs = (read) => same.some((other) => read(other) !== read(row));
  if (differs((other) => other.lr)) words.push(`lr ${row.lr}`);
  if (differs((other) => other.eps)) words.push(`ε ${row.eps}`);
  const usual = data.optimizers.find(({ name }) => name === row.name).parameters;
  for (const [key, value] of Object.entries(row.parameters)) {
    if (!(key in usual)) continue;
    const expected = value === usual[key] || key === "momentum";
    if (expected && !differs((other) => other.parameters[key])) continue;
    const name = key === "momentum" ? "β" : key;
    words.push(value === true ? name : `${name} ${value}`);
  }
  return words.join(" ");
}

/** Whether a row walks as one that was made: from its start, with its settings. */
function isAsMade(row, data, start, settings) {
  const { made } = row;
  if (!made) return false;
  const trial = data.trials[made.trial];
  const same = trial.lr === row.lr && trial.eps === row.eps
    && made.start[0] === start[0] && made.start[1] === start[1]
    && settings.stop === data.stop && settings.maxSteps === data.maxSteps;
  return same && Object.entries(trial.parameters).every(
    ([key, value]) => row.parameters[key] === value,
  );
}

/** Whether the walk has come to the very same end as the one that was made. */
function endsAsMade({ walker, made }) {
  return walker.x === made.end[0] && walker.y === made.end[1] && walker.step === made.steps
    && REASONS[walker.reason] === made.reason && walker.norm === made.norm;
}
