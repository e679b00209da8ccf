// Dashes by which curves of one colour are told apart, on a canvas and beside a name.

/** Strokes and gaps, in widths of the line; the first is solid. */
const DASHES = [[], [4, 2], [1, 1.4], [5, 2, 1, 2]];

/** Strokes and gaps in pixels of a line so thick, by its round through the colours. */
export function dashOf(round, thick) {
  return DASHES[round % DASHES.length].map((part) => part * thick);
}

/** The style of a swatch: a colour, with the dashes of its curve. */
export function swatchStyle(colour, round = 0) {
  const dash = dashOf(round, 2);
  if (!dash.length) return `background:${colour}`;
  let end = 0;
  const stops = dash.map((part, k) => {
    const start = end;
    end += part;
    return `${k % 2 ? "transparent" : colour} ${start}px ${end}px`;
  });
  return `background:repeating-linear-gradient(to right,${stops.join(",")});box-shadow:none`;
}
