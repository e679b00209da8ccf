// The desk beside the map: settings, optimisers, the table of results.

const WHY = {
  running: "…",
  gradient: "gradient < stop",
  max_steps: "max steps",
  left_surface: "left the surface",
  no_progress: "no progress",
};

class Panel {
  /** change: what to call when the user sets something: start, settings, row, eps, shown. */
  constructor(page, change) {
    Object.assign(this, { page, change, rows: [], lines: new Map() });
    const { surface } = page;
    const by = (id) => document.getElementById(id);
    const most = Math.min(surface.columns - 1, surface.rows - 1) / 2;
    this.startX = new NumberField(by("start-x"), {
      low: 0, high: surface.columns - 1, take: (x) => change.start([x, page.start[1]]),
    });
    this.startY = new NumberField(by("start-y"), {
      low: 0, high: surface.rows - 1, take: (y) => change.start([page.start[0], y]),
    });
    this.eps = new Slider(by("eps-slider"), by("eps"), {
      low: 0.01, high: Math.min(most, 100), log: true,
      field: { low: 0, above: true, high: most }, take: (eps) => change.eps(eps),
    });
    this.maxSteps = new NumberField(by("max-steps"), {
      low: 1, high: 1e7, take: (steps) => change.settings({ maxSteps: Math.round(steps) }),
    });
    this.stop = new NumberField(by("stop"), { low: 0, take: (stop) => change.settings({ stop }) });
    by("settings").addEventListener("submit", (event) => event.preventDefault());
    this.makeStarts(by("starts"));
    this.makeRows(by("optimizers"));
    this.body = by("results");
  }

  makeStarts(select) {
    const { walks } = this.page.data;
    const starts = walks.filter((walk) => walk.trial === 0).map((walk) => walk.start);
    if (starts.length < 2) return;
    select.append(make("option", { value: "" }, "made from …"));
    starts.forEach((start, k) => select.append(make("option", { value: k }, placeText(start))));
    select.hidden = false;
    select.addEventListener("change", () => {
      if (select.value !== "") this.change.start([...starts[Number(select.value)]]);
      select.value = "";
    });
  }

  makeRows(parent) {
    this.rows = this.page.rows.map((row) => this.makeRow(row, parent));
    for (const group of this.page.groups) {
      const { box, label } = this.makePick(group.label, group.colour, group.checked);
      box.addEventListener("change", () => {
        group.checked = box.checked;
        this.change.shown();
      });
      const count = group.rows.length;
      const words = count === 1 ? "as it was made" : `${count} walks as they were made`;
      parent.append(make("div", { class: "row made" }, label, make("small", {}, words)));
    }
  }

  makePick(text, colour, checked) {
    const box = make("input", { type: "checkbox" });
    box.checked = checked;
    const swatch = make("i", { class: "swatch", style: `background:${colour}` });
    return { box, label: make("label", { class: "pick" }, box, swatch, make("b", {}, text)) };
  }

  makeRow(row, parent) {
    const { box, label } = this.makePick(row.name, row.colour, row.checked);
    label.title = row.title;
    const extras = make("small");
    label.append(extras);
    const lr = this.makeSlider(`Learning rate of ${row.name}`, "lr", {
      low: 0.001, high: 10000, log: true, field: { low: 0, above: true },
      take: (number) => this.change.row(row, { lr: number }),
    });
    const element = make("div", { class: "row", "data-row": row.name }, label, lr.element);
    let beta = null;
    if (row.name === "momentum" || row.name === "nesterov") {
      beta = this.makeSlider(`Momentum beta of ${row.name}`, "β", {
        low: 0, high: 0.99, log: false, field: { low: 0, high: 1 },
        take: (number) => this.change.row(row, {
          parameters: { ...row.parameters, momentum: number },
        }),
      });
      element.append(beta.element);
    }
    box.addEventListener("change", () => {
      row.checked = box.checked;
      this.change.row(row, {});
    });
    parent.append(element);
    return { row, box, element, extras, lr: lr.slider, beta: beta?.slider };
  }

  makeSlider(name, symbol, options) {
    const range = make("input", { type: "range", "aria-label": `${name}, slider` });
    const input = make("input", { type: "number", step: "any", "aria-label": name });
    const element = make("span", { class: "set" }, make("span", {}, symbol), range, input);
    return { element, slider: new Slider(range, input, options) };
  }

  /** Show the settings in force. */
  showSettings() {
    const { page } = this;
    this.startX.show(page.start[0]);
    this.startY.show(page.start[1]);
    this.maxSteps.show(page.settings.maxSteps);
    this.stop.show(page.settings.stop);
    const all = new Set(page.rows.map((row) => row.eps));
    this.eps.show(all.size === 1 ? page.rows[0].eps : null);
    for (const { row, box, element, extras, lr, beta } of this.rows) {
      box.checked = row.checked;
      element.classList.toggle("off", !row.checked);
      lr.show(row.lr);
      beta?.show(row.parameters.momentum);
      const label = labelOf(row, page.rows, page.data).split(" ").slice(1).join(" ");
      extras.textContent = label.replace(/^lr \S+ ?/, "").replace(/β \S+ ?/, "");
    }
  }

  /** Show where the walks are: [{row, label, x, y, value, norm, distance, step, reason}]. */
  showResults(results) {
    const known = new Set(results.map(({ row }) => row));
    for (const [row, line] of this.lines) {
      if (known.has(row)) continue;
      line.element.remove();
      this.lines.delete(row);
    }
    results.forEach((result, k) => {
      if (!this.lines.has(result.row)) this.lines.set(result.row, makeLine(result.row));
      const { element, cells, name, rest } = this.lines.get(result.row);
      const there = this.body.children[k] ?? null;
      if (there !== element) this.body.insertBefore(element, there);
      // Of a computed walk the optimiser comes first, then what tells it from others of the same.
      const [first, ...others] = result.row.label ? [result.label] : result.label.split(" ");
      setText(name, first);
      setText(rest, others.join(" "));
      setText(cells[0], result.step.toLocaleString("en"));
      setText(cells[1], `${result.x.toFixed(2)}, ${result.y.toFixed(2)}`);
      cells[1].title = `${result.x}, ${result.y}`;
      setText(cells[2], shortNumber(result.value, 5));
      cells[2].title = String(result.value);
      setText(cells[3], result.norm === null ? "–" : shortNumber(result.norm, 3));
      cells[3].title = result.norm ?? "Not kept with a walk that was made";
      setText(cells[4], shortNumber(result.distance, 3));
      setText(cells[5], result.reason === null ? "" : WHY[result.reason]);
    });
  }
}

function makeLine(row) {
  const name = make("span"), rest = make("small");
  const swatch = make("i", { class: "swatch", style: `background:${row.colour}` });
  const heads = ["Steps", "Column, row", "Value", "‖gradient‖", "To minimum", "Stopped by"];
  const cells = heads.map((text) => make("td", { "data-label": text }));
  const element = make("tr", {}, make("th", { scope: "row" }, swatch, name, " ", rest), ...cells);
  return { element, cells, name, rest };
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
