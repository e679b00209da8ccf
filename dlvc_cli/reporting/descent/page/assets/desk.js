// The desk beside the map: settings, optimisers, the table of results.

import { swatchStyle } from "../../../page_parts/assets/dashes.js";
import { element, make, setText } from "../../../page_parts/assets/elements.js";
import { NumberField, Slider } from "./inputs.js";
import { planeText } from "./places.js";
import { extrasOf, mainParameter, placeText, withParameter } from "./rows.js";
import { StartFields } from "./start_fields.js";
import { shortNumber } from "../../../page_parts/assets/ticks.js";

const RATE_HELP = "The learning rate: how far a step goes for its gradient.";

export class Desk {
  /** change: what to call when the user sets something: start, settings, row, eps, shown. */
  constructor(page, change) {
    Object.assign(this, { page, change, rows: [], lines: new Map() });
    const most = page.mostEps;
    this.start = new StartFields(page, change.start);
    this.eps = new Slider(element("eps-slider"), element("eps"), {
      low: 0.01, high: Math.min(most, 100), log: true, take: (eps) => change.eps(eps),
      field: { low: 0, above: true, high: most, called: "The gradient step ε" },
    });
    this.maxSteps = new NumberField(element("max-steps"), {
      low: 1, high: 1e7, called: "Max steps", take: (steps) => change.settings({ maxSteps: Math.round(steps) }),
    });
    this.stop = new NumberField(element("stop"), {
      low: 0, called: "Stop below", take: (stop) => change.settings({ stop }),
    });
    element("settings").addEventListener("submit", (event) => event.preventDefault());
    this.makeStarts(element("starts"));
    this.makeRows(element("optimizers"));
    this.body = element("results");
    this.heads = [...this.body.parentElement.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
    this.why = { ...page.data.why, running: "…" };
  }

  makeStarts(select) {
    const { walks } = this.page.data;
    const starts = walks.filter((walk) => walk.trial === 0).map((walk) => walk.start);
    if (starts.length < 2) return;
    select.append(make("option", { value: "" }, "made from …"));
    select.append(...starts.map((start, k) => make("option", { value: k }, placeText(start))));
    select.hidden = false;
    select.addEventListener("change", () => {
      if (select.value !== "") this.change.start([...starts[Number(select.value)]]);
      select.value = "";
    });
  }

  /** What was asked for comes first: rows of trials, then groups; then the other optimisers. */
  makeRows(parent) {
    const { rows, groups } = this.page;
    const asked = rows.filter((row) => row.made), others = rows.filter((row) => !row.made);
    this.rows = asked.map((row) => this.makeRow(row, parent));
    for (const group of groups) this.makeGroup(group, parent);
    this.rows.push(...others.map((row) => this.makeRow(row, parent)));
  }

  makeGroup(group, parent) {
    const { box, label } = this.makePick(group.label, group, group.checked);
    group.box = box;
    box.addEventListener("change", () => {
      group.checked = box.checked;
      this.change.shown();
    });
    const count = group.rows.length;
    label.dataset.help = "Whether to show these walks, as they were made.";
    const words = count === 1 ? "as it was made" : `${count} walks as they were made`;
    const why = group.why && `: ${group.why}`;
    parent.append(make("div", { class: "row made" }, label, make("small", {}, words + why)));
  }

  makePick(text, { colour, round }, checked) {
    const box = make("input", { type: "checkbox" });
    box.checked = checked;
    const swatch = make("i", { class: "swatch", style: swatchStyle(colour, round) });
    return { box, label: make("label", { class: "pick", "data-name": text }, box, swatch, make("b", {}, text)) };
  }

  makeRow(row, parent) {
    const { box, label } = this.makePick(row.name, row, row.checked);
    Object.assign(label.dataset, {
      help: `Whether to walk by this optimiser: ${row.title}.`, name: row.name,
    });
    const extras = make("small");
    label.append(extras);
    const lr = makeSlider(`Learning rate of ${row.name}`, "lr", RATE_HELP, {
      ...rateRange(row), log: true, take: (number) => this.change.row(row, { lr: number }),
      field: { low: 0, above: true, called: `The learning rate of ${row.name}` },
    });
    const element = make("div", { class: "row", "data-row": row.name }, label, lr.element);
    const main = mainParameter(row);
    const fields = row.adjustable.map((parameter) => {
      const { element: field, input } = this.makeParameter(row, parameter);
      return { parameter, field, input };
    });
    const [first, more] = [true, false].map((is) => (
      fields.filter(({ parameter }) => (parameter === main) === is)
    ));
    element.append(...first.map(({ field }) => field));
    if (more.length) element.append(...makeMore(row, more));
    box.addEventListener("change", () => {
      row.checked = box.checked;
      this.change.row(row, {});
    });
    parent.append(element);
    return { row, box, element, extras, lr: lr.input, fields };
  }

  /** A slider for a parameter, or where it has no end, a number field. */
  makeParameter(row, parameter) {
    const { name, symbol, help, above, below } = parameter;
    const low = parameter.low ?? -Infinity, high = parameter.high ?? Infinity;
    const take = (number) => this.change.row(row, withParameter(row, parameter, number));
    const words = `${name} of ${row.name}`;
    const field = { low, high, above, below, called: words };
    if (Number.isFinite(high - low)) return makeSlider(words, symbol, help, { low, high, field, take });
    const input = make("input", {
      type: "number", step: "any", "aria-label": words, "data-help": help,
    });
    const element = make("span", { class: "set" }, make("span", {}, symbol), input);
    return { element, input: new NumberField(input, { ...field, take }) };
  }

  /** Show the settings in force. */
  showSettings() {
    const { page } = this;
    this.start.show(page.start);
    this.maxSteps.show(page.settings.maxSteps);
    this.stop.show(page.settings.stop);
    const all = new Set(page.rows.map((row) => row.eps));
    this.eps.show(all.size === 1 ? page.rows[0].eps : null);
    for (const { box, checked } of page.groups) box.checked = checked;
    for (const { row, box, element, extras, lr, fields } of this.rows) {
      box.checked = row.checked;
      element.classList.toggle("off", !row.checked);
      lr.show(row.lr);
      for (const { parameter, input } of fields) input.show(row.parameters[parameter.name]);
      extras.textContent = extrasOf(row);
    }
  }

  /** Show where the walks are: [{row, label, x, y, value, norm, distance, step, reason}]. */
  showResults(results) {
    const { plane } = this.page;
    const known = new Set(results.map(({ row }) => row));
    for (const [row, line] of this.lines) {
      if (known.has(row)) continue;
      line.element.remove();
      this.lines.delete(row);
    }
    results.forEach((result, k) => {
      if (!this.lines.has(result.row)) this.lines.set(result.row, makeLine(result.row, this.heads));
      const { element, cells, places, name, rest } = this.lines.get(result.row);
      const there = this.body.children[k] ?? null;
      if (there !== element) this.body.insertBefore(element, there);
      // Of a computed walk the optimiser comes first, then what tells it from others of the same.
      const first = result.row.name ?? result.label;
      setText(name, first);
      setText(rest, result.label.slice(first.length + 1));
      setText(cells[0], result.step.toLocaleString("en"));
      setText(places[0], `${result.x.toFixed(2)}, ${result.y.toFixed(2)}`);
      cells[1].title = `${result.x}, ${result.y}`;
      if (plane) setText(places[1], planeText(plane.toPlane([result.x, result.y])));
      setText(cells[2], shortNumber(result.value, 5));
      cells[2].title = String(result.value);
      setText(cells[3], result.norm === null ? "–" : shortNumber(result.norm, 3));
      cells[3].title = result.norm ?? "Not kept with a walk that was made";
      setText(cells[4], shortNumber(result.distance, 3));
      setText(cells[5], result.reason === null ? "" : this.why[result.reason]);
    });
  }
}

/** The ends of a slider of rates: ten times the row's own lies between, to either side. */
function rateRange({ lr }) {
  const power = Math.log10(lr);
  return { low: 10 ** Math.min(-3, Math.floor(power) - 1), high: 10 ** Math.max(4, Math.ceil(power) + 1) };
}

function makeSlider(name, symbol, help, options) {
  const range = make("input", { type: "range", "aria-label": `${name}, slider`, "data-help": help });
  const input = make("input", {
    type: "number", step: "any", "aria-label": name, "data-help": help,
  });
  const element = make("span", { class: "set" }, make("span", {}, symbol), range, input);
  return { element, input: new Slider(range, input, options) };
}

/** A button and what it shows: the parameters for which a row has no room. */
function makeMore(row, fields) {
  const names = fields.map(({ parameter }) => parameter.symbol).join(", ");
  const more = make("div", { class: "more" }, ...fields.map(({ field }) => field));
  const button = make("button", {
    type: "button", class: "dots", "aria-expanded": "false",
    "data-help": `Shows ${names}, for which the row has no room.`,
    "aria-label": `More settings of ${row.name}: ${names}`,
  }, "⋯");
  more.hidden = true;
  button.addEventListener("click", () => {
    more.hidden = !more.hidden;
    button.setAttribute("aria-expanded", String(!more.hidden));
  });
  return [button, more];
}

function makeLine(row, heads) {
  const name = make("span"), rest = make("small");
  const swatch = make("i", { class: "swatch", style: swatchStyle(row.colour, row.round) });
  const cells = heads.map((text) => make("td", { "data-label": text }));
  const places = [make("span"), make("small")];
  cells[1].append(...places);
  const element = make("tr", {}, make("th", { scope: "row" }, swatch, name, " ", rest), ...cells);
  return { element, cells, places, name, rest };
}
