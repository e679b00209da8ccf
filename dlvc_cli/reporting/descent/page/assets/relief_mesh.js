// The part of a surface that is in sight as a net of few points, with its pits and its peaks.

import { height } from "./kernel.js";

/**
 * A net over a viewport: {columns, rows, xs, ys, values}; its points lie on the surface, row after
 * row, at grid places xs, ys. Where there is a pit of the grid, the nearest point of the net stands in
 * it, of several in the deepest; else on a peak: none is lost between the points.
 */
export function makeNet(surface, viewport, most) {
  const box = insideOf(surface, viewport);
  const longer = Math.max(box.width, box.height);
  const count = (side) => Math.max(2, Math.round(most * side / longer));
  const columns = count(box.width), rows = count(box.height);
  const across = box.width / (columns - 1), down = box.height / (rows - 1);
  const net = { columns, rows, box };
  for (const name of ["xs", "ys", "values"]) net[name] = new Float64Array(columns * rows);
  for (let row = 0, k = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, k++) {
      net.xs[k] = column === columns - 1 ? box.left + box.width : box.left + column * across;
      net.ys[k] = row === rows - 1 ? box.top + box.height : box.top + row * down;
      net.values[k] = height(surface, net.xs[k], net.ys[k]);
    }
  }
  // From close by, every grid point has points of the net around it.
  if ((across > 1 || down > 1) && columns > 2 && rows > 2) keepExtremes(net, surface, across, down);
  return net;
}

function insideOf({ columns, rows }, viewport) {
  const left = Math.max(viewport.left, 0), top = Math.max(viewport.top, 0);
  const right = Math.min(viewport.left + viewport.width, columns - 1);
  const bottom = Math.min(viewport.top + viewport.height, rows - 1);
  return { left, top, width: right - left, height: bottom - top };
}

function keepExtremes({ columns, rows, box, xs, ys, values }, surface, across, down) {
  const { pits, peaks } = extremesOf(surface);
  const inner = (place, last) => Math.min(Math.max(Math.round(place), 1), last - 1);
  const sampled = values.slice();
  const taken = new Uint8Array(values.length);
  for (const [places, mark, way] of [[peaks, 1, 1], [pits, 2, -1]]) {
    for (const k of places) {
      const x = k % surface.columns, y = Math.floor(k / surface.columns);
      const column = (x - box.left) / across, row = (y - box.top) / down;
      if (column < 0 || row < 0 || column > columns - 1 || row > rows - 1) continue;
      // The net's border stays straight.
      const point = inner(row, rows - 1) * columns + inner(column, columns - 1);
      const known = taken[point] === mark ? values[point] : sampled[point];
      if (way * (surface.values[k] - known) <= 0) continue;
      taken[point] = mark;
      xs[point] = x;
      ys[point] = y;
      values[point] = surface.values[k];
    }
  }
}

const extremes = new WeakMap();

/** The grid points that no neighbour is below, and those that none is above; a plain has neither. */
function extremesOf(surface) {
  if (extremes.has(surface)) return extremes.get(surface);
  const { values, columns, rows } = surface;
  const pits = [], peaks = [];
  for (let row = 0; row < rows; row++) {
    const first = Math.max(row - 1, 0), last = Math.min(row + 1, rows - 1);
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column];
      let below = false, above = false;
      const left = Math.max(column - 1, 0), right = Math.min(column + 1, columns - 1);
      for (let i = first; i <= last && !(below && above); i++) {
        for (let k = i * columns + left; k <= i * columns + right; k++) {
          if (values[k] < value) below = true;
          else if (values[k] > value) above = true;
        }
      }
      if (below !== above) (above ? pits : peaks).push(row * columns + column);
    }
  }
  extremes.set(surface, { pits, peaks });
  return { pits, peaks };
}

/** A net in space: places (u, v, w), normals, and the corners of its triangles. */
export function inSpace(net, space) {
  const { columns, rows, xs, ys, values } = net;
  const places = new Float32Array(3 * xs.length), normals = new Float32Array(3 * xs.length);
  for (let k = 0; k < xs.length; k++) places.set(space.toSpace(xs[k], ys[k], values[k]), 3 * k);
  const corners = new Uint32Array(6 * (columns - 1) * (rows - 1));
  let to = 0;
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const a = row * columns + column, c = a + columns;
      corners.set([a, c, a + 1, a + 1, c, c + 1], to);
      addNormal(places, normals, a, c, a + 1);
      addNormal(places, normals, a + 1, c, c + 1);
      to += 6;
    }
  }
  for (let k = 0; k < normals.length; k += 3) {
    const size = Math.hypot(normals[k], normals[k + 1], normals[k + 2]) || 1;
    for (let c = 0; c < 3; c++) normals[k + c] /= size;
  }
  return { places, normals, values, corners };
}

function addNormal(places, normals, a, b, c) {
  const [i, j, k] = [3 * a, 3 * b, 3 * c];
  const p = places[j] - places[i], q = places[j + 1] - places[i + 1], r = places[j + 2] - places[i + 2];
  const s = places[k] - places[i], t = places[k + 1] - places[i + 1], u = places[k + 2] - places[i + 2];
  // v grows towards the viewer of a map, so that this points up.
  const normal = [r * t - q * u, p * u - r * s, q * s - p * t];
  for (const corner of [i, j, k]) for (let n = 0; n < 3; n++) normals[corner + n] += normal[n];
}

/** The places around the net's border, in order. */
export function borderOf({ columns, rows }) {
  const border = [];
  for (let column = 0; column < columns - 1; column++) border.push(column);
  for (let row = 0; row < rows - 1; row++) border.push(row * columns + columns - 1);
  for (let column = columns - 1; column > 0; column--) border.push((rows - 1) * columns + column);
  for (let row = rows - 1; row > 0; row--) border.push(row * columns);
  return border;
}
