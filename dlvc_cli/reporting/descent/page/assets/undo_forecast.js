// A grid's values from what their forecast leaves, row by row: see forecast.py, whose sums these are.

const MIRRORED = {
  transposed: (row, column, columns, rows) => (
    rows === columns && column < row ? column * columns + row : -1
  ),
  columns: (row, column, columns) => (
    columns - 1 - column < column ? row * columns + columns - 1 - column : -1
  ),
  rows: (row, column, columns, rows) => (
    rows - 1 - row < row ? (rows - 1 - row) * columns + column : -1
  ),
};

/**
 * Values, row by row.
 * rest: a Uint16Array, or a BigUint64Array for numbers with a fraction; forecast: {order, mirrors}.
 */
export function undoForecast(rest, columns, { order, mirrors }) {
  const rows = rest.length / columns;
  const values = rest instanceof Uint16Array ? new Uint16Array(rest.length)
    : new Float64Array(rest.length);
  const put = values instanceof Uint16Array ? levelPutter(values, rest) : numberPutter(values, rest);
  const sums = sumsOf(order, columns);
  const [across, down] = order;
  const ways = mirrors.map((name) => MIRRORED[name]);
  for (let row = 0, k = 0; row < rows; row++) {
    const inRow = sums[Math.min(row, down)];
    for (let column = 0; column < columns; column++, k++) {
      let twin = -1;
      for (let way = 0; way < ways.length && twin < 0; way++) {
        twin = ways[way](row, column, columns, rows);
      }
      if (twin >= 0) {
        put(k, values[twin]);
        continue;
      }
      const { places, weights } = inRow[Math.min(column, across)];
      let total = 0;
      for (let j = 0; j < places.length; j++) total += weights[j] * values[k - places[j]];
      put(k, total > 0 ? total : 0);
    }
  }
  return values;
}

/** For each number of neighbours, up and to the left: how far back each is, and its weight. */
function sumsOf([across, down], columns) {
  const sums = [];
  for (let up = 0; up <= down; up++) {
    sums.push([]);
    for (let left = 0; left <= across; left++) {
      const places = [], weights = [];
      for (let j = 0; j <= up; j++) {
        for (let i = j ? 0 : 1; i <= left; i++) {
          places.push(j * columns + i);
          weights.push((-1) ** (i + j + 1) * choose(left, i) * choose(up, j));
        }
      }
      sums[up].push({ places, weights });
    }
  }
  return sums;
}

function choose(count, some) {
  let ways = 1;
  for (let k = 0; k < some; k++) ways = ways * (count - k) / (k + 1);
  return ways;
}

/** Whole numbers of 16 bits, which wrap around. */
function levelPutter(values, rest) {
  return (k, told) => {
    values[k] = Math.min(told, 65535) + ((rest[k] >>> 1) ^ -(rest[k] & 1));
  };
}

/** Numbers by their bits, as whole numbers of 64 bits that wrap around: in two halves. */
function numberPutter(values, rest) {
  const bits = new Uint32Array(values.buffer), folded = new Uint32Array(rest.buffer);
  return (k, told) => {
    values[k] = told;
    const low = 2 * k, high = low + 1;
    const sign = -(folded[low] & 1);
    const lower = ((folded[low] >>> 1 | folded[high] << 31) ^ sign) >>> 0;
    const sum = bits[low] + lower;
    bits[high] += ((folded[high] >>> 1) ^ sign) + (sum > 0xffffffff ? 1 : 0);
    bits[low] = sum;
  };
}
