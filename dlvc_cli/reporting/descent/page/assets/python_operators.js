// Python's arithmetic where JavaScript's differs: what the translated rules call.

/** a // b: what Python's own floats do, by the remainder. */
export function floorDivide(a, b) {
  if (b === 0) return a / b;
  const rest = a % b;
  const less = rest !== 0 && rest < 0 !== b < 0 ? 1 : 0;
  const quotient = (a - rest) / b - less;
  const whole = Math.floor(quotient);
  if (quotient === 0) return copySign(0, a / b);
  return quotient - whole > 0.5 ? whole + 1 : whole;
}

/** a % b, with the sign of b. */
export function remainder(a, b) {
  const rest = a % b;
  if (rest === 0) return copySign(0, b);
  return rest < 0 !== b < 0 ? rest + b : rest;
}

/** a ** b, which is 1 for 1 to any power, and for -1 to an infinite one. */
export function power(a, b) {
  if (a === 1 || (a === -1 && Math.abs(b) === Infinity)) return 1;
  return a ** b;
}

export function square(a) {
  return a * a;
}

/** min(a, b): the first, unless the second is less. */
export function least(a, b) {
  return b < a ? b : a;
}

/** max(a, b): the first, unless the second is greater. */
export function greatest(a, b) {
  return b > a ? b : a;
}

/** The size of a with the sign of b. */
export function copySign(a, b) {
  const size = Math.abs(a);
  return b < 0 || Object.is(b, -0) ? -size : size;
}
