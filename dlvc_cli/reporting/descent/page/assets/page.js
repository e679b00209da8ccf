// The page: what is set, what is shown, and the player.

import { Address } from "./address.js";
import { showAround, showCommand, showPlayer, showSaid } from "./around.js";
import { Arrows } from "./arrows.js";
import { Chart } from "../../../page_parts/assets/chart.js";
import { Desk } from "./desk.js";
import { element } from "../../../page_parts/assets/elements.js";
import { distanceToNearest, REASONS, RUNNING } from "./kernel.js";
import { SurfaceMap } from "./map.js";
import { offSurface, Plane } from "./places.js";
import { Rates } from "./rates_panel.js";
import { Relief } from "./relief.js";
import { computedRows, endsAsMade, isAsMade, labelOf, restoreRow } from "./rows.js";
import { Computer } from "./walks.js";

const MILLISECONDS = 12;

export class Page {
  constructor(data, rules, surface, palette, groups) {
    Object.assign(this, { data, surface, palette, groups });
    this.rows = computedRows(data, rules);
    this.start = [...data.start];
    this.settings = { stop: data.stop, maxSteps: data.maxSteps };
    this.cursor = Infinity;
    this.playing = false;
    this.speed = null;
    this.asked = null;
    this.computer = new Computer(surface);
    this.plane = Plane.of(data);
    this.address = new Address((sentences) => this.say(...sentences));
    const ratio = surface.columns / surface.rows;
    element("map").style.setProperty("--ratio", ratio);
    this.map = new SurfaceMap(element("map"), surface, palette, data.colours);
    this.chart = new Chart(element("chart"), data.axes);
    this.arrows = new Arrows(this);
    this.relief = new Relief(this);
    this.rates = new Rates(this);
    // What else shows the walks: each has a draw(shown) and a register(address).
    this.views = [this.arrows, this.relief, this.rates];
    this.desk = new Desk(this, {
      start: (place) => this.setStart(place),
      settings: (values) => this.changeSettings(values),
      eps: (eps) => this.setEps(eps),
      row: (row, values) => this.changeRow(row, values),
      shown: () => this.refresh(),
    });
    document.addEventListener("refused", (event) => this.say(event.detail));
  }

  // What is set.

  /** Start from a place, or say why that can't be. */
  setStart(place) {
    const wrong = offSurface(this.surface, place);
    if (!wrong) this.start = place;
    this.restart();
    if (wrong) {
      this.say(`No walk starts off the surface: ${wrong} The start stays at column `
        + `${this.start[0]}, row ${this.start[1]}.`);
    }
  }

  changeSettings(values) {
    Object.assign(this.settings, values);
    this.restart();
  }

  setEps(eps) {
    for (const row of this.rows) row.eps = eps;
    this.restart();
  }

  changeRow(row, values) {
    Object.assign(row, values);
    this.restart([row]);
  }

  /** The start and the settings of the command. */
  restore() {
    this.start = [...this.data.start];
    this.settings = { stop: this.data.stop, maxSteps: this.data.maxSteps };
    for (const row of this.rows) restoreRow(row, this.data);
    this.restart();
  }

  /** Walk anew: all rows, or those that were changed. */
  restart(rows = this.rows) {
    this.computer.rows = this.rows.filter((row) => row.checked);
    for (const row of rows) {
      if (row.checked) this.computer.restart(row, this.start, this.settings);
    }
    if (this.playing) this.cursor = 0;
    this.say();
    this.desk.showSettings();
    this.refresh();
  }

  /** Tell the user sentences in place of those before. */
  say(...sentences) {
    showSaid(sentences);
  }

  /** The greatest step of a gradient: half of the surface. */
  get mostEps() {
    return Math.min(this.surface.columns - 1, this.surface.rows - 1) / 2;
  }

  // What is shown.

  /** Rows with a track: computed ones, then those that were made. */
  get shown() {
    const made = this.groups.filter((group) => group.checked).flatMap((group) => group.rows);
    return [...this.computer.rows, ...made];
  }

  /** The steps of the longest walk that is shown, as far as it is known. */
  get total() {
    return Math.max(0, ...this.shown.map((row) => row.track.last));
  }

  /** Up to where all walks are known. */
  get known() {
    const open = this.computer.rows.filter((row) => row.walkState.reason === RUNNING);
    return Math.min(Infinity, ...open.map((row) => row.track.last));
  }

  isEnded(row) {
    const open = row.walkState && row.walkState.reason === RUNNING;
    return !open && Math.floor(this.cursor) >= row.track.last;
  }

  refresh() {
    if (this.frame) return;
    this.frame = requestAnimationFrame((now) => {
      this.frame = null;
      this.next(now);
    });
  }

  /** A frame: compute for a while, go on, draw. */
  next(now) {
    this.computer.work(MILLISECONDS);
    if (this.playing) this.goOn(now);
    this.before = now;
    this.draw();
    if (this.playing || this.computer.busy) this.refresh();
  }

  goOn(now) {
    const seconds = Math.min(Math.max(now - (this.before ?? now), 0), 100) / 1000;
    this.cursor = Math.min(this.cursor + seconds * this.stepsPerSecond, this.known);
    if (this.cursor >= this.total && !this.computer.busy) {
      this.cursor = Infinity;
      this.playing = false;
    }
  }

  /** As the user has set it, else so that the longest walk takes some eight seconds. */
  get stepsPerSecond() {
    return this.speed ?? Math.max(this.total / 8, 2);
  }

  /** The walks as map and chart draw them. */
  drawn() {
    return this.shown.map((row) => ({
      track: row.track, colour: row.colour, round: row.round, width: row.width,
      step: Math.floor(Math.min(this.cursor, row.track.last)), ended: this.isEnded(row),
    }));
  }

  draw() {
    this.reachAsked();
    const shown = this.drawn();
    this.map.draw(shown);
    this.chart.draw(shown, this.cursor);
    for (const view of this.views) view.draw(shown);
    this.desk.showResults(this.results());
    showPlayer(this);
    showAround(this);
    if (this.playing) return;
    showCommand(this);
    this.address.changed();
  }

  results() {
    const checked = this.computer.rows;
    return this.shown.map((row) => {
      const { track } = row;
      const index = track.indexAt(Math.min(this.cursor, track.last));
      const [x, y] = [track.x(index), track.y(index)];
      const reason = row.walkState ? REASONS[row.walkState.reason] : row.made.reason;
      return {
        row, x, y, step: track.stepOf(index), value: track.value(index), norm: track.norm(index),
        label: row.label ?? labelOf(row, checked),
        distance: distanceToNearest(x, y, this.surface.minima),
        reason: this.isEnded(row) ? reason : null,
      };
    });
  }

  /** Whether a walk ends as Python's; null where Python has made none with these settings. */
  asMade(row) {
    if (!row.walkState || row.walkState.reason === RUNNING) return null;
    return isAsMade(row, this.data, this.start, this.settings) ? endsAsMade(row) : null;
  }

  /** Which of the chart's axes are logarithmic. */
  showLog(values, steps) {
    Object.assign(this.chart, { logValues: values, logSteps: steps });
    element("log-values").checked = values;
    element("log-steps").checked = steps;
    this.refresh();
  }

  // The player.

  play() {
    this.asked = null;
    this.playing = !this.playing;
    if (this.playing && this.cursor >= this.total) this.cursor = 0;
    this.before = undefined;
    this.refresh();
  }

  showStep(step) {
    this.asked = null;
    this.playing = false;
    this.cursor = step >= this.total ? Infinity : Math.max(step, 0);
    this.refresh();
  }

  /** Show a step as soon as it has been computed. */
  askStep(step) {
    this.asked = step;
    this.refresh();
  }

  reachAsked() {
    // Of a walk under way the last step known need not be its end.
    if (this.asked === null || (this.asked >= this.known && this.computer.busy)) return;
    this.showStep(this.asked);
  }

  stepBack() {
    this.showStep(Math.ceil(Math.min(this.cursor, this.total)) - 1);
  }

  step() {
    this.showStep(this.cursor >= this.total ? 1 : Math.floor(this.cursor) + 1);
  }
}
