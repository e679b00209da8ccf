// A figure of curves over epochs: hovered, or moved along with the arrow keys, it reads out values.

import { Chart, MARGIN } from "../../page_parts/assets/chart.js";
import { swatchStyle } from "../../page_parts/assets/dashes.js";
import { make, setText } from "../../page_parts/assets/elements.js";
import { shortNumber } from "../../page_parts/assets/ticks.js";

/** Of more curves, one is looked for by hiding the others. */
const MANY = 7;

/** A curve as the chart wants it: values at epochs, those that are missing left out. */
class Curve {
  constructor(epochs, values) {
    const known = epochs.map((epoch, k) => [epoch, values[k]]).filter(([, v]) => v !== null);
    this.epochs = known.map(([epoch]) => epoch);
    this.values = known.map(([, value]) => value);
    this.length = known.length;
    this.last = this.epochs[this.length - 1];
    this.range = { low: Math.min(...this.values), high: Math.max(...this.values) };
  }

  stepOf(index) {
    return this.epochs[index];
  }

  value(index) {
    return this.values[index];
  }

  /** The last that is known at that epoch; the first before there is any. */
  indexAt(epoch) {
    let low = 0, high = this.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.epochs[middle] <= epoch) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The value at that epoch, behind the end the last one with its epoch, in words. */
  read(epoch) {
    const index = this.indexAt(epoch);
    if (epoch > this.last) return `${written(this.values[index])}, epoch ${this.last}`;
    return this.epochs[index] === epoch ? written(this.values[index]) : "-";
  }
}

export class CurveFigure {
  constructor(box, figure, axes) {
    this.canvas = box.querySelector("canvas");
    this.readout = box.querySelector("output");
    this.chart = new Chart(this.canvas, axes);
    this.curves = figure.curves.map((each) => ({ ...each, track: new Curve(each.epochs, each.values) }));
    this.outputs = this.addLegend(box.querySelector(".legend"));
    const tracks = this.curves.map(({ track }) => track);
    this.last = Math.max(...tracks.map((track) => track.last));
    const low = Math.min(...tracks.map((track) => track.range.low));
    const high = Math.max(...tracks.map((track) => track.range.high));
    this.chart.logValues = figure.mayBend && low > 0 && high / low > axes.wideRatio;
    this.listen();
    this.show(this.last);
  }

  /** A line a curve, with a box that shows it; of many, buttons for all. Returns their values. */
  addLegend(list) {
    const boxes = [];
    const outputs = this.curves.map((curve) => {
      const box = make("input", { type: "checkbox" });
      box.checked = true;
      box.addEventListener("change", () => {
        curve.hidden = !box.checked;
        this.draw();
      });
      const swatch = make("span", { class: "swatch", style: swatchStyle(curve.colour, curve.round) });
      const output = make("b");
      list.append(make("li", {}, make("label", {}, box, swatch, make("span", {}, curve.name)), output));
      boxes.push(box);
      return output;
    });
    if (boxes.length > MANY) list.before(this.buttonsFor(boxes));
    return outputs;
  }

  buttonsFor(boxes) {
    const buttons = [["Show all", true], ["Hide all", false]].map(([text, checked]) => {
      const button = make("button", { type: "button" }, text);
      button.addEventListener("click", () => {
        boxes.forEach((box, k) => {
          box.checked = checked;
          this.curves[k].hidden = !checked;
        });
        this.draw();
      });
      return button;
    });
    return make("p", { class: "all" }, ...buttons);
  }

  listen() {
    const { canvas } = this;
    const follow = (event) => {
      const left = canvas.getBoundingClientRect().left;
      this.show(Math.round(this.chart.toStep(event.clientX - left - MARGIN.left)));
    };
    canvas.addEventListener("pointermove", follow);
    canvas.addEventListener("pointerdown", follow);
    canvas.addEventListener("keydown", (event) => {
      const far = Math.max(1, Math.round(this.last / 10));
      const moves = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -far, PageUp: far };
      if (event.key === "Home") this.show(1);
      else if (event.key === "End") this.show(this.last);
      else if (event.key in moves) this.show(this.epoch + moves[event.key]);
      else return;
      event.preventDefault();
    });
  }

  show(epoch) {
    this.epoch = Math.min(Math.max(epoch, 1), this.last);
    const values = this.curves.map(({ track }) => track.read(this.epoch));
    setText(this.readout, `epoch ${this.epoch}`);
    values.forEach((value, k) => { setText(this.outputs[k], value); });
    const said = this.curves.map(({ name }, k) => `${name} ${values[k]}`).join(", ");
    this.canvas.setAttribute("aria-valuenow", this.epoch);
    this.canvas.setAttribute("aria-valuemax", this.last);
    this.canvas.setAttribute("aria-valuetext", `epoch ${this.epoch}: ${said}`);
    this.draw();
  }

  resize() {
    this.chart.resize();
    this.draw();
  }

  draw() {
    const shown = this.curves.filter((curve) => !curve.hidden).map(({ track, colour, round }) => (
      { track, colour, round, width: 2, step: this.last, ended: false }
    ));
    // At the very end there is no line.
    this.chart.draw(shown, this.epoch);
  }
}

function written(value) {
  return value !== 0 && Math.abs(value) < 0.001 ? shortNumber(value, 3) : value.toFixed(4);
}
