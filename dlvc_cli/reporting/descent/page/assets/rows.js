// What is walked and shown: a row for each optimiser that is computed here, and a group for each
// trial whose walks are shown as they were made.

import { unpack } from "./unpack.js";
import { REASONS } from "./kernel.js";
import { MadeTrack } from "./walks.js";

/** Rows of the trials that were made, then of the other optimisers that are live, unchecked. */
export function computedRows(data, rules) {
  const rows = [];
  data.trials.forEach((trial, number) => {
    if (!trial.computed) return;
    const made = data.walks.find((walk) => walk.trial === number) ?? null;
    rows.push(makeRow(data, rules, number, trial, { made, title: trial.label, checked: true }));
  });
  const { eps } = data.trials[0];
  let colour = data.trials.length;
  for (const optimizer of data.optimizers) {
    if (rows.some((row) => row.name === optimizer.name)) continue;
    const rest = { made: null, title: `${optimizer.name} with its defaults`, checked: false };
    rows.push(makeRow(data, rules, colour++, { ...optimizer, eps }, rest));
  }
  // An optimiser may have several rows: the second one of gd is gd.2 to the page's address.
  rows.forEach((row, k) => {
    const before = rows.slice(0, k).filter(({ name }) => name === row.name).length;
    row.id = before ? `${row.name}.${before + 1}` : row.name;
  });
  return rows;
}

/** what: a trial or an optimiser of the page's data. */
function makeRow(data, rules, colour, what, rest) {
  const { name, usual, usualLr, written, adjustable } = what;
  const { trials } = data.colours;
  const row = {
    name, usual, usualLr, written, adjustable, rule: rules[what.rule],
    colour: trials[colour % trials.length], round: Math.floor(colour / trials.length),
    width: 2.2, ...rest,
  };
  set(row, what);
  return row;
}

function set(row, { parameters, settings, lr, eps }) {
  // Infinity is a text in JSON.
  Object.assign(row, { parameters, lr, eps, settings: settings.map(Number) });
}

/** How a row was made: {lr, eps, parameters, settings}. */
export function restoredRow(row, data) {
  const { eps } = data.trials[0];
  return data.trials[row.made?.trial]
    ?? { ...data.optimizers.find(({ name }) => name === row.name), eps };
}

/** Put a row back to how it was made. */
export function restoreRow(row, data) {
  set(row, restoredRow(row, data));
  row.checked = row.made !== null;
}

/** What a row is to be with another value of a parameter. */
export function withParameter(row, { name, setting }, number) {
  return {
    parameters: { ...row.parameters, [name]: number },
    settings: row.settings.with(setting, number),
  };
}

/** The parameter whose slider stands in the row itself: the first that has both its ends. */
export function mainParameter({ adjustable }) {
  return adjustable.find(({ low, high }) => low !== null && high !== null) ?? null;
}

/** Groups of walks that the page cannot compute or that start elsewhere; each has its tracks. */
export async function madeGroups(data) {
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
        round: Math.floor(number / colours.trials.length),
        width: walks.length > 1 ? 1.2 : 2.2,
        label: walks.length > 1 ? `from ${made.start.map(Math.round).join(", ")}` : trial.label,
      };
    });
    const label = trial.computed ? `${trial.label}, other starts` : trial.label;
    // Where the page walks itself, the other starts are there to be asked for.
    groups.push({
      label, rows, trial, colour: rows[0].colour, round: rows[0].round, why: trial.why, checked: !trial.computed,
      usual: !trial.computed,
    });
  });
  return groups;
}

export function placeText([x, y]) {
  return `${Number(x.toFixed(2))}, ${Number(y.toFixed(2))}`;
}

/** What tells a row from the others: its optimiser, and what differs between rows of the same. */
export function labelOf(row, rows) {
  const same = rows.filter((other) => other.name === row.name);
  const words = [row.name];
  if (differs(row, same, (other) => other.lr)) words.push(`lr ${row.lr}`);
  if (differs(row, same, (other) => other.eps)) words.push(`ε ${row.eps}`);
  const main = mainParameter(row);
  for (const key of Object.keys(row.usual)) {
    const isTold = key === main?.name ? false : row.parameters[key] !== row.usual[key];
    if (isTold || differs(row, same, (other) => other.parameters[key])) {
      words.push(wordsOf(row, key));
    }
  }
  return words.join(" ");
}

/** What a row's sliders don't tell: parameters that are not at their defaults. */
export function extrasOf(row) {
  const isShown = (key) => row.adjustable.some(({ name }) => name === key);
  return Object.keys(row.usual)
    .filter((key) => !isShown(key) && row.parameters[key] !== row.usual[key])
    .map((key) => wordsOf(row, key)).join(" ");
}

function differs(row, same, read) {
  return same.some((other) => read(other) !== read(row));
}

function wordsOf({ parameters, adjustable }, key) {
  const name = adjustable.find((parameter) => parameter.name === key)?.symbol ?? key;
  if (typeof parameters[key] === "boolean") return parameters[key] ? name : `no ${name}`;
  return `${name} ${parameters[key]}`;
}

/** Whether a row walks as one that was made: from its start, with its settings. */
export function isAsMade(row, data, start, settings) {
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
export function endsAsMade({ walkState, made }) {
  return walkState.x === made.end[0] && walkState.y === made.end[1] && walkState.step === made.steps
    && REASONS[walkState.reason] === made.reason && walkState.norm === made.norm;
}
