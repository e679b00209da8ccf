// Arrays as the page carries them: bytes of the same rank side by side, deflated, base64.

import { undoForecast } from "./undo_forecast.js";

const ARRAYS = {
  uint64: BigUint64Array,
  float64: Float64Array, float32: Float32Array, uint32: Uint32Array, uint16: Uint16Array,
  uint8: Uint8Array,
};

/** The typed array that was packed as {type, count, data}. */
export async function unpack(packed) {
  const Kind = ARRAYS[packed.type];
  const size = Kind.BYTES_PER_ELEMENT;
  const shuffled = await inflate(fromBase64(packed.data));
  const bytes = new Uint8Array(packed.count * size);
  for (let rank = 0; rank < size; rank++) {
    const from = rank * packed.count;
    for (let k = 0, to = rank; k < packed.count; k++, to += size) bytes[to] = shuffled[from + k];
  }
  return new Kind(bytes.buffer);
}

function fromBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let k = 0; k < bytes.length; k++) bytes[k] = binary.charCodeAt(k);
  return bytes;
}

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Whether this browser can inflate, which unpacking takes. */
export function canUnpack() {
  return typeof DecompressionStream === "function";
}

/** The surface of the page's data: {values, columns, rows, known, lowest, minima}. */
export async function unpackSurface(data) {
  const packed = undoForecast(await unpack(data.values), data.columns, data.values.forecast);
  // Levels of an image become values as in Python: a division, rounded in the same way.
  const values = data.levels === null ? packed : Float64Array.from(packed, (k) => k / data.levels);
  const surface = { values, columns: data.columns, rows: data.rows };
  surface.known = await unpack(data.known);
  surface.lowest = lowestPoints(surface);
  surface.minima = new Float64Array(surface.known.length + surface.lowest.length);
  surface.minima.set(surface.known);
  surface.minima.set(surface.lowest, surface.known.length);
  return surface;
}

/** The grid points of the least value, as x, y, x, y ... */
function lowestPoints({ values, columns }) {
  let least = Infinity;
  for (let k = 0; k < values.length; k++) if (values[k] < least) least = values[k];
  const points = [];
  for (let k = 0; k < values.length; k++) {
    if (values[k] === least) points.push(k % columns, Math.floor(k / columns));
  }
  return Float64Array.from(points);
}
