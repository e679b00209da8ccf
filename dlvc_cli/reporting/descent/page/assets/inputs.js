// Input elements: numbers that are taken only when they are right, and sliders beside them.

/**
 * A number field; `take` gets every right number that is typed: from low to high, where `above` is
 * set above low, and where `below` is set below high.
 */
export class NumberField {
  constructor(input, {
    low = -Infinity, high = Infinity, above = false, below = false, take,
  }) {
    Object.assign(this, { input, low, high, above, below });
    input.addEventListener("input", () => {
      const number = input.valueAsNumber;
      const right = this.accepts(number);
      input.setAttribute("aria-invalid", String(!right));
      if (right) take(number);
    });
    // What is not right when it is left gives way to what is in force.
    input.addEventListener("change", () => {
      if (input.getAttribute("aria-invalid") === "true") this.show(this.shown);
    });
  }

  accepts(number) {
    return Number.isFinite(number) && (this.above ? number > this.low : number >= this.low)
      && (this.below ? number < this.high : number <= this.high);
  }

  /** Show a number; null where there are several. */
  show(number) {
    this.shown = number;
    this.input.setAttribute("aria-invalid", "false");
    const same = number !== null && this.input.valueAsNumber === number;
    if (!same) this.input.value = number === null ? "" : String(number);
    this.input.placeholder = number === null ? "several" : "";
  }
}

/** A slider with a number field. Where `log` is set, the slider is logarithmic from low to high. */
export class Slider {
  constructor(range, input, { low, high, log = false, field, take }) {
    Object.assign(this, { range, low, high, log });
    this.field = new NumberField(input, {
      ...field,
      take: (number) => {
        this.showOnRange(number);
        this.field.shown = number;
        take(number);
      },
    });
    const step = log ? 0.01 : (high - low) / 100;
    range.min = (log ? Math.log10(low) : low) + (field.above && !log ? step : 0);
    range.max = (log ? Math.log10(high) : high) - (field.below && !log ? step : 0);
    range.step = step;
    range.addEventListener("input", () => {
      const place = range.valueAsNumber;
      const number = Number((log ? 10 ** place : place).toPrecision(3));
      this.field.show(number);
      range.setAttribute("aria-valuetext", String(number));
      take(number);
    });
  }

  show(number) {
    this.field.show(number);
    this.showOnRange(number);
  }

  showOnRange(number) {
    if (number === null) return;
    const place = Math.min(Math.max(number, this.low), this.high);
    this.range.value = this.log ? Math.log10(place) : place;
    this.range.setAttribute("aria-valuetext", String(number));
  }
}
