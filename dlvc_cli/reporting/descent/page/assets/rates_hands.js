// Mouse and keyboard on the map of learning rates.

/** A cell is pointed at, and taken. */
export function handleRates({ rates }) {
  const { canvas } = rates;
  const choose = (cell) => {
    if (cell === rates.chosen || !rates.grid) return;
    rates.chosen = cell;
    rates.show();
  };
  const at = ({ offsetX, offsetY }) => rates.chart.cellAt(offsetX, offsetY);
  canvas.addEventListener("pointermove", (event) => rates.grid && choose(at(event)));
  canvas.addEventListener("pointerleave", () => choose(null));
  canvas.addEventListener("click", (event) => {
    const cell = rates.grid ? at(event) : null;
    if (cell !== null) rates.take(cell);
  });
  canvas.addEventListener("keydown", (event) => {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const { grid } = rates;
    const isTaken = event.key === "Enter" || event.key === " ";
    if (!grid || (!ways[event.key] && !isTaken)) return;
    event.preventDefault();
    const { length } = grid.lrs;
    if (rates.chosen === null) {
      choose((grid.others.length >> 1) * length + (length >> 1));
    } else if (isTaken) {
      rates.take(rates.chosen);
    } else {
      const [across, up] = ways[event.key];
      const inside = (place, last) => Math.min(Math.max(place, 0), last - 1);
      const row = inside(Math.floor(rates.chosen / length) + up, grid.others.length);
      choose(row * length + inside(rates.chosen % length + across, length));
    }
  });
}
