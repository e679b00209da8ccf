// A report: its curves, its tables' order, and the buttons that copy commands.

import { copyBy } from "../../page_parts/assets/copying.js";
import { CurveFigure } from "./curve_drawing.js";
import { sortBy } from "./sorting.js";
import { element } from "../../page_parts/assets/elements.js";

export function openReport() {
  const { figures, axes } = JSON.parse(element("data").textContent);
  const drawn = figures.map((figure) => new CurveFigure(element(figure.id), figure, axes));
  const drawAll = () => drawn.forEach((figure) => { figure.resize(); });
  window.addEventListener("resize", drawAll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  for (const table of document.querySelectorAll("table.sortable")) sortBy(table);
  for (const button of document.querySelectorAll("button.copy")) {
    copyBy(button, () => button.previousElementSibling.textContent);
  }
}
