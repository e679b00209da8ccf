// Tables that buttons in their headings sort: numbers as numbers, what is missing last.

export function sortBy(table) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.querySelector("button")?.addEventListener("click", () => {
      // Numbers first from the greatest, words from the first.
      const before = head.getAttribute("aria-sort");
      const usual = isNumeric(table, column) ? "descending" : "ascending";
      const other = usual === "ascending" ? "descending" : "ascending";
      const order = before === usual ? other : usual;
      for (const each of heads) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order);
      arrange(table.tBodies[0], column, order === "ascending" ? 1 : -1);
    });
  });
}

function keyOf(row, column) {
  const text = row.cells[column].textContent.trim();
  const number = Number.parseFloat(text.replace(/,(?=\d{3})/g, ""));
  return { text, number, missing: text === "" || text === "-" };
}

function isNumeric(table, column) {
  const keys = [...table.tBodies[0].rows].map((row) => keyOf(row, column));
  return keys.every(({ number, missing }) => missing || !Number.isNaN(number));
}

function arrange(body, column, sign) {
  const numeric = isNumeric(body.parentElement, column);
  const rows = [...body.rows].map((row) => ({ row, ...keyOf(row, column) }));
  rows.sort((one, two) => {
    if (one.missing !== two.missing) return one.missing ? 1 : -1;
    if (one.missing) return 0;
    return sign * (numeric ? one.number - two.number : one.text.localeCompare(two.text));
  });
  body.append(...rows.map(({ row }) => row));
}
