// Input elements: numbers that are taken only when they are right, and sliders beside them.

/**
 * A number field; `take` gets every right number that is typed: from low to high, where `above` is
 * set above low, and where `below` is set below high. Of any other number an event `refused` tells,
 * its detail a sentence that begins with `called`.
 */
export class NumberField {
  constructor(input, {
    low = -Infinity, high = Infinity, above = false, below = false, called, take,
  }) {
    Object.assign(this, { input, low, high, above, below, called });
    input.addEventListener("input", () => {
      const number = input.valueAsNumber;
      const right = this.accepts(number);
      input.setAttribute("aria-invalid", String(!right));
      if (right) take(number);
      else if (Number.isFinite(number)) this.refuse(number);
    });
    // What is not right when it is left gives way to what is in force.
    input.addEventListener("change", () => {
      if (input.getAttribute("aria-invalid") === "true") this.show(this.shown);
    });
  }

  accepts(number) {
    return Number.isFinite(number) && outOfRange(this, number) === "";
  }

  nearest(number) {
    return Math.min(Math.max(number, this.low), this.high);
  }

  refuse(number) {
    const { input, called, shown } = this;
    const stays = shown === null || shown === undefined ? "" : ` It stays at ${shown}.`;
    const detail = `${called} ${outOfRange(this, number)}.${stays}`;
    input.dispatchEvent(new CustomEvent("refused", { bubbles: true, detail }));
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

/** What is wrong with a number for {low, high, above, below}, as a clause; "" where nothing is. */
export function outOfRange({ low, high, above, below }, number) {
  const least = low ?? -Infinity, most = high ?? Infinity;
  const right = (above ? number > least : number >= least)
    && (below ? number < most : number <= most);
  if (right) return "";
  const ends = [
    least > -Infinity && `${above ? "above" : "at least"} ${numberWord(least)}`,
    most < Infinity && `${below ? "below" : "at most"} ${numberWord(most)}`,
  ].filter(Boolean).join(" and ");
  return `is ${ends}, not ${numberWord(number)}`;
}

function numberWord(number) {
  return Number.isSafeInteger(number) ? number.toLocaleString("en") : String(number);
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
