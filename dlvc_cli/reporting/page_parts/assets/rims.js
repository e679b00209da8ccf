// How bright colours look, and rims by which they stand out.

/** How bright a colour #rrggbb looks, from 0 to 255. */
export function brightness(colour) {
  const [red, green, blue] = [1, 3, 5].map((k) => parseInt(colour.slice(k, k + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/** A rim by which a colour stands out on dark and on light. */
export function rimOf(colour) {
  return brightness(colour) < 150 ? "#ffffff" : "#222222";
}
