// Numbers to write on axes and in tables.

/** Round numbers from low to high, about so many. */
export function roundTicks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((digit) => digit * power >= rough);
  const ticks = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) {
    ticks.push(Number((k * step).toPrecision(12)));
  }
  return ticks;
}

/** A number as it fits in a table: 0.01234, 1.2e-7. */
export function shortNumber(value, digits = 4) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e6) {
    return value.toExponential(2).replace(/\.?0+e/, "e").replace("e+", "e");
  }
  return String(Number(value.toPrecision(digits)));
}

/** Numbers for a logarithmic axis from 10^bottom to 10^top. */
export function powerTicks(bottom, top) {
  const decades = top - bottom;
  const digits = decades < 1 ? [1, 2, 3, 5, 7] : decades < 2.5 ? [1, 2, 5] : [1];
  const every = Math.ceil(decades / 6);
  const ticks = [];
  for (let power = Math.floor(bottom); power <= top; power++) {
    if (power % every !== 0) continue;
    for (const digit of digits) {
      const value = Number(`${digit}e${power}`);
      if (Math.log10(value) >= bottom && Math.log10(value) <= top) ticks.push(value);
    }
  }
  return ticks.length > 1 ? ticks : roundTicks(10 ** bottom, 10 ** top, 4);
}

/** A count of steps in words. */
export function stepsText(count) {
  return `${count.toLocaleString("en")} step${count === 1 ? "" : "s"}`;
}
