// The surface as an image: viridis, with lines of equal value where it is smooth enough.

const LEVELS = 12;

/** Paint a bar of all shades, a pixel each: the palette, or from its other end. */
export function paintBar(canvas, palette, { reversed = false } = {}) {
  const pen = canvas.getContext("2d");
  for (let k = 0; k < 256; k++) {
    const shade = 3 * (reversed ? 255 - k : k);
    pen.fillStyle = `rgb(${palette.slice(shade, shade + 3).join()})`;
    pen.fillRect(k, 0, 1, 1);
  }
}

/**
 * Paint the part of a surface in a viewport {left, top, width} into an ImageData of any size.
 * Returns the scale of its colours: {low, high, power}; a shade is ((v - low)/(high - low))^power.
 */
export function paintTerrain(image, surface, viewport, palette) {
  const { width, height: rows } = image;
  const values = sampleViewport(surface, viewport, width, rows);
  const scale = chooseScale(values);
  const shades = new Float32Array(values.length);
  const spread = scale.high - scale.low || 1;
  for (let k = 0; k < values.length; k++) {
    const share = (values[k] - scale.low) / spread;
    shades[k] = scale.power === 1 ? share : share ** scale.power;
  }
  const contours = isSmooth(shades, width + 1);
  const pixels = image.data;
  for (let row = 0, to = 0; row < rows; row++) {
    for (let column = 0; column < width; column++, to += 4) {
      const k = row * (width + 1) + column;
      const colour = 3 * Math.min(Math.max(Math.round(shades[k] * 255), 0), 255);
      const light = contours && crosses(shades, k, width + 1) ? 0.3 : 0;
      for (let c = 0; c < 3; c++) {
        const dark = palette[colour + c];
        pixels[to + c] = dark + light * (255 - dark);
      }
      pixels[to + 3] = 255;
    }
  }
  return scale;
}

/** Values at the pixels' middles, one more column and row than pixels; averaged from far away. */
function sampleViewport(surface, viewport, width, rows) {
  const unit = viewport.width / width;
  const parts = Math.min(Math.max(Math.ceil(unit), 1), 3);
  const across = places(viewport.left, unit, width + 1, parts, surface.columns);
  const down = places(viewport.top, unit, rows + 1, parts, surface.rows);
  const values = new Float32Array((width + 1) * (rows + 1));
  const { values: heights, columns } = surface;
  const share = 1 / (parts * parts);
  for (let i = 0; i < down.cells.length; i++) {
    const base = down.cells[i] * columns, y = down.parts[i];
    const to = Math.floor(i / parts) * (width + 1);
    for (let j = 0, column = 0, part = 0; j < across.cells.length; j++) {
      const corner = base + across.cells[j], x = across.parts[j];
      const left = heights[corner], below = heights[corner + columns];
      const upper = left + x * (heights[corner + 1] - left);
      const lower = below + x * (heights[corner + columns + 1] - below);
      values[to + column] += share * (upper + y * (lower - upper));
      if (++part === parts) {
        part = 0;
        column++;
      }
    }
  }
  return values;
}

/** The grid cells that the parts of pixels lie in, and where in them. */
function places(first, unit, count, parts, size) {
  const cells = new Int32Array(count * parts), within = new Float32Array(count * parts);
  for (let k = 0; k < cells.length; k++) {
    const place = Math.min(Math.max(first + (k + 0.5) * unit / parts, 0), size - 1);
    cells[k] = Math.min(Math.trunc(place), size - 2);
    within[k] = place - cells[k];
  }
  return { cells, parts: within };
}

/** Linear, or a power where most values lie so low that they would all have one colour. */
function chooseScale(values) {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const some = values.filter((_, k) => k % 61 === 0).sort();
  const middle = (some[some.length >> 1] - low) / (high - low || 1);
  const bent = middle > 0 && middle < 0.2;
  const power = bent ? Math.max(Math.log(0.5) / Math.log(middle), 0.15) : 1;
  return { low, high, power };
}

/** Whether contour lines would lie some pixels apart. */
function isSmooth(shades, stride) {
  let sum = 0;
  for (let k = 0; k + stride < shades.length; k += 7) {
    sum += Math.abs(shades[k + 1] - shades[k]) + Math.abs(shades[k + stride] - shades[k]);
  }
  const mean = sum / 2 / (shades.length / 7);
  return mean * LEVELS < 1 / 5;
}

function crosses(shades, k, stride) {
  const level = Math.floor(shades[k] * LEVELS);
  const right = Math.floor(shades[k + 1] * LEVELS), below = Math.floor(shades[k + stride] * LEVELS);
  // Where a level takes less than three pixels, lines would run together.
  const steep = Math.max(
    Math.abs(shades[k + 1] - shades[k]), Math.abs(shades[k + stride] - shades[k]),
  );
  return (level !== right || level !== below) && steep * LEVELS < 1 / 3;
}

/** The value of a shade from 0 to 1. */
export function valueOfShade(shade, { low, high, power }) {
  return low + (high - low) * shade ** (1 / power);
}
