// The start in fields: column and row, and x and y where the surface has a formula.

import { element } from "../../../page_parts/assets/elements.js";
import { NumberField } from "./inputs.js";
import { inPlane } from "./places.js";

export class StartFields {
  /** take: what gets the start that is typed, [column, row]. */
  constructor(page, take) {
    const { surface, plane } = page;
    this.page = page;
    const field = (id, called, high, k) => new NumberField(element(id), {
      low: 0, high, called, take: (number) => take(page.start.with(k, number)),
    });
    this.grid = [
      field("start-x", "The start's column", surface.columns - 1, 0),
      field("start-y", "The start's row", surface.rows - 1, 1),
    ];
    element("start-plane").hidden = !plane;
    this.plane = plane === null ? [] : ["plane-x", "plane-y"].map((id, k) => (
      new NumberField(element(id), {
        low: plane.low, high: plane.high, called: `The start's ${"xy"[k]}`,
        take: (number) => take(this.startWith(k, number)),
      })
    ));
  }

  /** The start with another x (k 0) or y (k 1). */
  startWith(k, number) {
    const { plane, start } = this.page;
    const place = plane.toGrid(plane.toPlane(start).with(k, number));
    const moved = plane.turned ? 1 - k : k;
    // The other one stays as it is, and rounding must not lead over the border.
    return start.with(moved, this.grid[moved].nearest(place[moved]));
  }

  show(start) {
    for (const k of [0, 1]) this.grid[k].show(start[k]);
    const { plane } = this.page;
    this.plane.forEach((field, k) => {
      const typed = field.input.valueAsNumber;
      const isTyped = document.activeElement === field.input && Number.isFinite(typed)
        && this.startWith(k, typed).every((place, j) => place === start[j]);
      field.show(isTyped ? typed : inPlane(plane.toPlane(start)[k]));
    });
  }
}
