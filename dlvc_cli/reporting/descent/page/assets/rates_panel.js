// The panel of learning rates: how many steps a walk from this start needs, whatever is chosen.

import { numbersOf } from "./address.js";
import { element, make, setText } from "../../../page_parts/assets/elements.js";
import { NumberField } from "./inputs.js";
import { REASONS } from "./kernel.js";
import { drawSample, RatesChart } from "./rates_chart.js";
import { logSpaced, RatesGrid, spaced } from "./rates_grid.js";
import { mainParameter, placeText } from "./rows.js";
import { paintBar } from "./terrain.js";
import { shortNumber, stepsText } from "../../../page_parts/assets/ticks.js";

const COLUMNS = 36, LINES = 20;
// So much of each slice is the panel's; the rest is for what else the page has to do.
const SLICE = 10;
const ENDS = {
  gradient: "ends", no_progress: "ends, without progress,", max_steps: "is still under way",
  left_surface: "leaves the surface",
};

export class Rates {
  constructor(page) {
    this.page = page;
    this.panel = element("rates");
    this.canvas = element("rates-map");
    const { tolerance, lowEnough } = page.data;
    this.chart = new RatesChart(this.canvas, page.palette, ({ distance, value }) => (
      distance <= tolerance || (lowEnough !== null && value <= lowEnough)
    ));
    this.subjects = page.rows.flatMap((row) => row.adjustable
      .filter(({ low, high }) => low !== null && high !== null)
      .map((parameter) => ({ row, parameter, lr: row.lr })));
    this.panel.hidden = !this.subjects.length;
    if (!this.subjects.length) return;
    this.chosen = null;
    this.choice = element("rates-of");
    this.choice.append(...this.subjects.map(({ row, parameter }, k) => (
      make("option", { value: k }, `${row.made ? row.title : row.name}: ${parameter.symbol}`)
    )));
    const first = this.subjects.findIndex(({ row, parameter }) => (
      row.checked && parameter === mainParameter(row)
    ));
    this.choice.value = Math.max(first, 0);
    this.low = new NumberField(element("rates-low"), {
      low: 0, above: true, below: true, called: "The smallest learning rate of the map",
      take: (low) => this.changeRange(low, this.range.high),
    });
    this.high = new NumberField(element("rates-high"), {
      above: true, called: "The largest learning rate of the map",
      take: (high) => this.changeRange(this.range.low, high),
    });
    this.center();
    this.choice.addEventListener("change", () => {
      this.center();
      page.refresh();
    });
    this.panel.addEventListener("toggle", () => page.refresh());
    paintBar(element("rates-bar"), page.palette, { reversed: true });
  }

  get isOn() {
    return this.panel.open && this.subjects.length > 0;
  }

  get subject() {
    return this.subjects[Number(this.choice.value)];
  }

  /** Around the rate that the row began with; the rates of interest are more often above it. */
  center() {
    const { lr } = this.subject;
    this.setRange(lr / 100, lr * 1000);
  }

  setRange(low, high) {
    this.range = { low, high };
    this.low.high = high;
    this.high.low = low;
    this.low.show(low);
    this.high.show(high);
  }

  changeRange(low, high) {
    this.setRange(low, high);
    this.page.refresh();
  }

  /** The page is as it opens. */
  register(address) {
    address.register("rates", () => this.text, (text) => this.takeText(text));
  }

  /** For the address: `momentum:momentum,0.1,10000`, or null while it is shut. */
  get text() {
    if (!this.isOn) return null;
    const { row, parameter } = this.subject, { low, high } = this.range;
    return `${row.id}:${parameter.name},${low},${high}`;
  }

  /** What `text` tells. */
  takeText(text) {
    if (text === null) {
      this.panel.open = false;
      return;
    }
    const [name, ...numbers] = text.split(",");
    const [low, high] = numbersOf(numbers.join(), 2, "rates");
    const found = this.subjects.findIndex(({ row, parameter }) => `${row.id}:${parameter.name}` === name);
    if (found < 0) throw new Error(`The address asks for rates of “${name}”, which this page does not have.`);
    if (!(low > 0 && high > low)) throw new Error(`rates in the address go from above 0 up, not from ${low} to ${high}.`);
    this.choice.value = found;
    this.setRange(low, high);
    this.panel.open = true;
  }

  /** With every frame: begins anew where what was computed does not hold for what is set. */
  draw() {
    if (!this.isOn) return;
    const { page, range, subject } = this, { row, parameter } = subject, { start, settings } = page;
    // The learning rate and the parameter are what the map is about.
    const others = row.settings.with(parameter.setting, 0);
    const key = JSON.stringify([
      this.choice.value, range, start, settings, row.eps, others.map(String),
    ]);
    if (key !== this.key) {
      this.key = key;
      this.chosen = null;
      this.grid = new RatesGrid({
        surface: page.surface, row: { ...row }, parameter, start: [...start],
        settings: { ...settings }, lrs: logSpaced(range.low, range.high, COLUMNS),
        others: spaced(parameter, LINES),
      });
      this.goOn();
    }
    this.show();
  }

  /** A slice, and another one after it; the page stays answerable between them. */
  goOn() {
    if (this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      if (!this.isOn) return;
      this.grid.work(SLICE);
      const now = performance.now();
      if (this.grid.isDone || now - (this.shownAt ?? 0) > 100) this.show();
      if (!this.grid.isDone) this.goOn();
    });
  }

  show() {
    const { grid, chart, subject } = this, { row, parameter } = subject;
    this.shownAt = performance.now();
    chart.draw(grid, {
      chosen: this.chosen, symbol: parameter.symbol,
      now: { lr: row.lr, other: row.parameters[parameter.name] },
    });
    const { length } = grid.cells;
    setText(element("rates-progress"), grid.isDone ? "" : `${grid.done} of ${length} walks`);
    setText(element("rates-few"), chart.least.toLocaleString("en"));
    setText(element("rates-many"), `${chart.most.toLocaleString("en")} steps`);
    for (const canvas of this.panel.querySelectorAll("canvas[data-kind]")) {
      drawSample(canvas, canvas.dataset.kind, chart);
    }
    setText(element("rates-readout"), this.chosen === null ? this.bestText() : this.textOf(this.chosen));
  }

  bestText() {
    const there = this.grid.cells.map((result, cell) => ({ result, cell }))
      .filter(({ result }) => result && this.chart.kindOf(result) === "there")
      .sort((one, other) => one.result.step - other.result.step);
    if (there.length) return `Fewest steps to a minimum: ${this.textOf(there[0].cell)}`;
    return this.grid.isDone ? "None of these walks comes to a lowest minimum." : "";
  }

  textOf(cell) {
    const { grid, subject } = this, result = grid.cells[cell];
    const { lr, settings } = grid.rowOf(cell), { symbol, setting } = subject.parameter;
    const name = `lr ${shortNumber(lr)}, ${symbol} ${shortNumber(settings[setting])}`;
    if (!result) return `${name}: not walked yet`;
    const kind = this.chart.kindOf(result);
    const there = { there: ", at a lowest minimum", elsewhere: ", at another place than a lowest minimum" };
    return `${name}: ${ENDS[REASONS[result.reason]]} after ${stepsText(result.step)} at ${placeText([result.x, result.y])}, `
      + `value ${shortNumber(result.value, 4)}${there[kind] ?? ""}.`;
  }

  /** Walk with a cell's numbers. */
  take(cell) {
    const { row } = this.subject;
    this.page.changeRow(row, { checked: true, ...this.grid.rowOf(cell) });
  }
}
