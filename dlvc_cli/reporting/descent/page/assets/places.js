// Places on the surface: in grid units, in x and y of the formula's plane, and off it.

import { shortNumber } from "../../../page_parts/assets/ticks.js";

/** The plane of a surface's formula: x and y of a column and a row, and the other way. */
export class Plane {
  /** data: the page's; null is the plane of an image, which has none. */
  static of(data) {
    return data.domain === null ? null : new Plane(data);
  }

  constructor({ domain, xAlong, columns, rows }) {
    const [low, high] = domain;
    Object.assign(this, { low, high, turned: xAlong === "rows" });
    this.steps = [(high - low) / (columns - 1), (high - low) / (rows - 1)];
  }

  /** (column, row) as [x, y]. */
  toPlane([column, row]) {
    const { low, steps: [across, down], turned } = this;
    const place = [low + column * across, low + row * down];
    return turned ? place.reverse() : place;
  }

  /** (x, y) as [column, row]. */
  toGrid(place) {
    const { low, steps: [across, down], turned } = this;
    const [first, second] = turned ? [place[1], place[0]] : place;
    return [(first - low) / across, (second - low) / down];
  }
}

/** Why a place is off the surface, as a sentence; null where it is not. */
export function offSurface({ columns, rows }, [column, row]) {
  const wrong = [];
  if (!(column >= 0 && column <= columns - 1)) {
    wrong.push(`column ${column} is outside of 0 to ${columns - 1}`);
  }
  if (!(row >= 0 && row <= rows - 1)) wrong.push(`row ${row} is outside of 0 to ${rows - 1}`);
  return wrong.length ? `${wrong.join(", and ")}.` : null;
}

/** The nearest place on the surface. */
export function ontoSurface({ columns, rows }, [column, row]) {
  return [Math.min(Math.max(column, 0), columns - 1), Math.min(Math.max(row, 0), rows - 1)];
}

/** x or y with as many digits as can be told apart. */
export function inPlane(coordinate) {
  return Number(coordinate.toPrecision(6));
}

export function planeText([x, y]) {
  return `x ${shortNumber(x)}, y ${shortNumber(y)}`;
}
