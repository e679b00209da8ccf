// What of the page's state its address says: pieces of `Address`, each a key with what tells and
// what takes its text.

import { numbersOf } from "./address.js";
import { outOfRange } from "./inputs.js";
import { offSurface } from "./places.js";
import { restoredRow, restoreRow, withParameter } from "./rows.js";

const SPAN_DIGITS = 5;

/** Register everything but what the page's views add of their own. The page is as it opens. */
export function registerState(page) {
  const { address, data } = page;
  address.register("start", () => startText(page), (text) => takeStart(page, text));
  address.register("walks", () => walksText(page), (text) => takeWalks(page, text));
  address.register("eps", () => epsText(page), (text) => takeEps(page, text));
  for (const [key, setting, least] of [["stop", "stop", 0], ["steps", "maxSteps", 1]]) {
    const tell = () => textUnless(page.settings[setting] === data[setting], page.settings[setting]);
    address.register(key, tell, (text) => {
      const [number] = text === null ? [data[setting]] : numbersOf(text, 1, key);
      if (number < least) throw new Error(`${key} in the address is at least ${least}, not ${text}.`);
      page.changeSettings({ [setting]: setting === "maxSteps" ? Math.round(number) : number });
    });
  }
  address.register("made", () => madeText(page), (text) => takeMade(page, text));
  registerPart(page);
  registerLog(page);
  address.register("speed", () => textUnless(page.speed === null, page.speed), (text) => {
    const [speed] = text === null ? [null] : numbersOf(text, 1, "speed");
    if (speed !== null && !(speed > 0)) throw new Error(`speed in the address is above 0, not ${text}.`);
    page.speed = speed;
  });
  address.register("step", () => stepText(page), (text) => {
    const [step] = text === null ? [Infinity] : numbersOf(text, 1, "step");
    page.askStep(step < 0 ? 0 : Math.floor(step));
  });
}

function textUnless(isUsual, value) {
  return isUsual ? null : String(value);
}

function areEqual(first, second) {
  return first.length === second.length && first.every((item, k) => item === second[k]);
}

function startText({ start, data }) {
  return textUnless(areEqual(start, data.start), start.join(","));
}

function takeStart(page, text) {
  const start = text === null ? [...page.data.start] : numbersOf(text, 2, "start");
  const wrong = offSurface(page.surface, start);
  if (wrong) {
    throw new Error(`The address starts off the surface: ${wrong} The walks start where the command does.`);
  }
  page.setStart(start);
}

/** Walks as `gd@5,momentum:momentum=0.73@2.5`: what differs from how a row was made, lr after @. */
function walksText({ rows, data }) {
  const isUsual = rows.every((row) => row.checked === (row.made !== null));
  const told = rows.filter((row) => row.checked).map((row) => rowText(row, data));
  const plain = rows.filter((row) => row.checked).map((row) => row.id);
  return textUnless(isUsual && areEqual(told, plain), told.join(","));
}

function rowText(row, data) {
  const usual = restoredRow(row, data);
  const words = row.adjustable.filter(({ name }) => row.parameters[name] !== usual.parameters[name])
    .map(({ name }) => `:${name}=${row.parameters[name]}`);
  return row.id + words.join("") + (row.lr === usual.lr ? "" : `@${row.lr}`);
}

function takeWalks(page, text) {
  const { rows, data } = page;
  const wanted = text === null ? null : text.split(",").filter(Boolean)
    .map((word) => readRow(word, rows));
  for (const row of rows) {
    restoreRow(row, data);
    if (wanted) row.checked = false;
  }
  for (const { row, lr, numbers } of wanted ?? []) {
    row.checked = true;
    row.lr = lr ?? row.lr;
    for (const [parameter, number] of numbers) Object.assign(row, withParameter(row, parameter, number));
  }
  page.restart();
}

function readRow(word, rows) {
  const [text, lrText] = word.split("@");
  const row = rows.filter(({ id }) => text === id || text.startsWith(`${id}:`))
    .sort((a, b) => b.id.length - a.id.length)[0];
  if (!row) throw new Error(`The address asks for a walk by “${word}”, which this page does not have.`);
  const lr = lrText === undefined ? null : numbersOf(lrText, 1, `The learning rate of ${row.id}`)[0];
  if (lr !== null && !(lr > 0)) throw new Error(`The learning rate of ${row.id} is above 0, not ${lr}.`);
  const numbers = text.slice(row.id.length).split(":").filter(Boolean).map((part) => {
    const [name, value = ""] = part.split("=");
    const parameter = row.adjustable.find((each) => each.name === name);
    if (!parameter) throw new Error(`${row.id} has no “${name}” that can be set on this page.`);
    return [parameter, numbersOf(value, 1, `${name} of ${row.id}`)[0]];
  });
  for (const [parameter, number] of numbers) {
    const wrong = outOfRange(parameter, number);
    if (wrong) throw new Error(`${parameter.name} of ${row.id} ${wrong}.`);
  }
  return { row, lr, numbers };
}

function epsText({ rows, data }) {
  const checked = rows.filter((row) => row.checked);
  if (checked.every((row) => row.eps === restoredRow(row, data).eps)) return null;
  const all = checked.map((row) => row.eps);
  return all.every((eps) => eps === all[0]) ? String(all[0]) : all.join(",");
}

function takeEps(page, text) {
  const { rows, data } = page;
  const checked = rows.filter((row) => row.checked);
  const isOne = text !== null && !text.includes(",");
  const numbers = text === null ? [] : numbersOf(text, isOne ? 1 : checked.length, "eps");
  const most = page.mostEps;
  if (!numbers.every((eps) => eps > 0 && eps <= most)) {
    throw new Error(`eps in the address is above 0 and at most ${most}, not ${text}.`);
  }
  for (const row of rows) row.eps = isOne ? numbers[0] : restoredRow(row, data).eps;
  if (text !== null && !isOne) {
    checked.forEach((row, k) => {
      row.eps = numbers[k];
    });
  }
  page.restart();
}

function madeText({ groups }) {
  const isUsual = groups.every((group) => group.checked === group.usual);
  const shown = groups.map((_, k) => k + 1).filter((k) => groups[k - 1].checked);
  return textUnless(isUsual, shown.join(",") || "none");
}

function takeMade({ groups, desk }, text) {
  const none = text === null || text === "none";
  const shown = none ? [] : text.split(",").map(Number);
  if (!shown.every((k) => groups[k - 1])) {
    throw new Error(`The address asks for walks that were made and are not here: made=${text}.`);
  }
  groups.forEach((group, k) => {
    group.checked = text === null ? group.usual : shown.includes(k + 1);
  });
  desk.showSettings();
}

/** The middle's column and row and the columns in sight. */
/** Which part of the surface is in sight: its middle and width, or whole. */
function registerPart(page) {
  const { address, map } = page, opening = { left: map.left, top: map.top, span: map.span };
  address.register("part", () => partText(map, opening), (text) => {
    const { left, top, span } = text === null ? opening : readPart(text, page.surface);
    map.look(left, top, span);
    page.refresh();
  });
}

function partText(map, opening) {
  const { left, top, span } = map;
  if (left === opening.left && top === opening.top && span === opening.span) return null;
  if (map.isWhole) return "whole";
  const { width, height } = map.viewport;
  const decimals = Math.max(0, SPAN_DIGITS - Math.ceil(Math.log10(span)));
  const middle = [left + width / 2, top + height / 2].map((x) => Number(x.toFixed(decimals)));
  return [...middle, Number(span.toPrecision(SPAN_DIGITS))].join(",");
}

function readPart(text, surface) {
  const { columns, rows } = surface;
  if (text === "whole") return { left: -0.5, top: -0.5, span: columns };
  const [column, row, span] = numbersOf(text, 3, "part");
  const wrong = span > 0 ? offSurface(surface, [column, row]) : "part takes a width above 0.";
  if (wrong !== null) throw new Error(`The address looks off the surface: ${wrong}`);
  return { left: column - span / 2, top: row - span * rows / columns / 2, span };
}

/** Which of the chart's axes are logarithmic. */
function registerLog(page) {
  const { address, chart } = page, opening = logWords(chart);
  address.register("log", () => {
    const now = logWords(chart);
    return textUnless(now === opening, now || "none");
  }, (text) => {
    const axes = (text ?? opening).split(",").filter((word) => word && word !== "none");
    if (!axes.every((axis) => axis === "value" || axis === "step")) {
      throw new Error(`log in the address takes value, step or none, not “${text}”.`);
    }
    page.showLog(axes.includes("value"), axes.includes("step"));
  });
}

function logWords(chart) {
  return [chart.logValues && "value", chart.logSteps && "step"].filter(Boolean).join(",");
}

function stepText({ cursor, asked }) {
  const step = asked ?? cursor;
  return textUnless(step === Infinity, Math.floor(step));
}
