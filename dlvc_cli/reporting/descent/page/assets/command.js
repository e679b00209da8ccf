// The command lines of the walks that are seen: as few as say them exactly, one a line.

import { isAsMade } from "./rows.js";

/** The commands whose walks are those that the page shows; none where it shows none. */
export function commandsOf(page) {
  if (isWhatWasMade(page)) return [page.data.command];
  const groups = groupBy(mergeStarts(seenWalks(page)), ({ starts, exact }) => (
    JSON.stringify([starts, exact])
  ));
  return groups.flatMap((walks) => partsOf(walks).map((part) => write(page, part)));
}

/** Whether all walks that were made are seen as they were made, and no others. */
function isWhatWasMade({ rows, groups, data, start, settings }) {
  return data.walks.length > 0 && groups.every((group) => group.checked) && rows.every((row) => (
    row.made ? row.checked && isAsMade(row, data, start, settings) : !row.checked
  ));
}

/** Each walk as {text, sweeps, lr, usualLr, eps, start, exact}. */
function seenWalks({ rows, groups, data, start }) {
  const computed = rows.filter((row) => row.checked).map((row) => ({
    text: optimizerText(row), sweeps: [], lr: row.lr, usualLr: row.usualLr, eps: row.eps, start,
    exact: false,
  }));
  const made = groups.filter((group) => group.checked).flatMap(({ trial, rows: tracks }) => (
    tracks.map((row) => ({
      text: trial.text ?? optimizerText(trial), sweeps: trial.sweeps ?? [], lr: trial.lr,
      usualLr: trial.usualLr, eps: trial.eps, start: row.made.start, exact: data.exact,
    }))
  ));
  return [...computed, ...made];
}

/** An optimiser as --optimizer takes it: what is not at its default after its name. */
function optimizerText({ name, usual, parameters, written }) {
  const words = Object.keys(usual).filter((key) => parameters[key] !== usual[key])
    .map((key) => `:${key}=${written[key] ?? parameters[key]}`);
  return name + words.join("");
}

/** Walks that only differ in where they start as one, with all `starts`. */
function mergeStarts(walks) {
  const groups = groupBy(walks, ({ start: _, ...rest }) => JSON.stringify(rest));
  return groups.map((same) => ({
    ...same[0], starts: [...new Set(same.map(({ start }) => start.join(",")))],
  }));
}

/** Walks from the same starts in parts, each of which is one command. */
function partsOf(walks) {
  const [plain, swept] = [walks.filter(isPlain), walks.filter((walk) => !isPlain(walk))];
  const optimizers = groupBy(plain, ({ text }) => text);
  const isProduct = optimizers.length > 0 && optimizers.every((same) => (
    settingsOf(same) === settingsOf(optimizers[0]) && same.length === combinations(same)
  ));
  // Every optimiser with every learning rate and eps: what a sweep does.
  if (isProduct && plain.length > optimizers.length) return [plain, ...swept.map((walk) => [walk])];
  const parts = groupBy(plain, ({ eps, ...walk }) => JSON.stringify([rateOf(walk), eps]));
  return [...parts, ...swept.map((walk) => [walk])];
}

function isPlain({ sweeps }) {
  return !sweeps.length;
}

function settingsOf(walks) {
  return walks.map(({ lr, eps }) => `${lr} ${eps}`).sort().join();
}

function combinations(walks) {
  return distinct(walks, "lr").length * distinct(walks, "eps").length;
}

function distinct(walks, key) {
  return [...new Set(walks.map((walk) => walk[key]))];
}

/** The learning rate that has to be said; null where it is the optimiser's own. */
function rateOf({ lr, usualLr }) {
  return lr === usualLr ? null : lr;
}

/** The command of walks from the same starts by optimisers with the same settings. */
function write({ data, settings }, walks) {
  const { base, usual } = data;
  const [{ starts, exact, sweeps }] = walks;
  const words = [...base];
  const say = (option, value) => words.push(option, String(value));
  const isUsual = starts.length === 1 && starts[0] === usual.start.join(",");
  if (!isUsual) words.push(...starts.map((start) => `--start=${start}`));
  const rates = distinct(walks, "lr");
  // Of optimisers with different learning rates each has its own.
  const own = walks.every((walk) => rateOf(walk) === null);
  const epsilons = distinct(walks, "eps");
  if (!own && rates.length === 1) say("--lr", rates[0]);
  if (epsilons.length === 1 && epsilons[0] !== usual.eps) say("--eps", epsilons[0]);
  const texts = distinct(walks, "text").join(",");
  if (texts !== usual.optimizer) say("--optimizer", texts);
  if (!own && rates.length > 1) say("--sweep", `lr=${rates.join(",")}`);
  if (epsilons.length > 1) say("--sweep", `eps=${epsilons.join(",")}`);
  for (const sweep of sweeps) say("--sweep", sweep);
  if (settings.stop !== usual.stop) say("--stop", settings.stop);
  if (settings.maxSteps !== usual.maxSteps) say("--max-steps", settings.maxSteps);
  if (exact) words.push("--exact");
  return words.map(quoted).join(" ");
}

/** A word as a shell takes it: as Python's shlex.quote writes it. */
function quoted(word) {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\"'\"'")}'`;
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return [...groups.values()];
}
