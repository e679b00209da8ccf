// Mouse, touch and keyboard.

import { showReadout } from "./around.js";
import { MARGIN } from "./chart.js";
import { element } from "./elements.js";
import { ontoSurface } from "./places.js";
import { saveImage } from "./saved_image.js";
import { emptyRange, widen } from "./walks.js";

/** The start by handle, by click and by arrow keys; the viewport by wheel, drag and two fingers. */
export function handleMap(page) {
  const { map } = page;
  const pad = element("pad"), handle = element("start");
  const at = (event) => {
    const box = pad.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top].map((x) => x / map.magnified);
  };
  // What is dragged over the border stays at it.
  const put = (event) => page.setStart(
    ontoSurface(page.surface, rounded(map, map.toGrid(...at(event)))),
  );

  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    handle.classList.add("held");
  });
  handle.addEventListener("pointermove", (event) => {
    if (handle.hasPointerCapture(event.pointerId)) put(event);
  });
  handle.addEventListener("lostpointercapture", () => handle.classList.remove("held"));
  handle.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (!way[event.key]) return;
    event.preventDefault();
    // A grid unit, or from close by a part of one.
    const unit = (map.span < 60 ? 0.1 : 1) * (event.shiftKey ? 10 : 1);
    const moved = [0, 1].map((k) => page.start[k] + unit * way[event.key][k]);
    page.setStart(moved.map((place) => Number(place.toFixed(4))));
  });

  const fingers = new Map();
  let travelled = 0;
  pad.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pad.setPointerCapture(event.pointerId);
    if (!fingers.size) travelled = 0;
    fingers.set(event.pointerId, at(event));
  });
  pad.addEventListener("pointermove", (event) => {
    showReadout(page, map.toGrid(...at(event)));
    const from = fingers.get(event.pointerId);
    if (!from) return;
    const to = at(event);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const stretch = (place) => Math.hypot(place[0] - other[0], place[1] - other[1]);
      map.zoom(stretch(to) / Math.max(stretch(from), 1), ...other);
      travelled = Infinity;
    } else {
      travelled += Math.hypot(to[0] - from[0], to[1] - from[1]);
      if (travelled > 5) map.pan(to[0] - from[0], to[1] - from[1]);
    }
    fingers.set(event.pointerId, to);
    if (travelled > 5) page.refresh();
  });
  pad.addEventListener("pointerup", (event) => {
    if (fingers.delete(event.pointerId) && travelled <= 5 && !fingers.size) put(event);
  });
  pad.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
  pad.addEventListener("pointerleave", () => showReadout(page, null));

  element("map").addEventListener("wheel", (event) => {
    // Where there is nothing left to zoom out, the page scrolls.
    if (event.deltaY > 0 && map.isWhole) return;
    event.preventDefault();
    map.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002)), ...at(event));
    page.refresh();
  }, { passive: false });
}

/** A place with no more decimals than a pixel can tell. */
function rounded(map, place) {
  const decimals = Math.max(0, Math.ceil(Math.log10(map.scale)));
  return place.map((coordinate) => Number(coordinate.toFixed(decimals)));
}

export function handleViewport(page) {
  const { map } = page;
  const look = (id, change) => element(id).addEventListener("click", () => {
    change();
    page.refresh();
  });
  look("zoom-in", () => map.zoom(2));
  look("zoom-out", () => map.zoom(0.5));
  look("whole", () => map.showWhole());
  look("fit", () => map.show(rangeOf(page)));
  map.inset.canvas.addEventListener("click", () => {
    map.showWhole();
    page.refresh();
  });
  const chart = element("chart");
  const scrub = (event) => {
    if (event.buttons !== 1) return;
    page.showStep(Math.round(page.chart.toStep(event.offsetX / page.chart.magnified - MARGIN.left)));
  };
  chart.addEventListener("pointerdown", scrub);
  chart.addEventListener("pointermove", scrub);
  for (const [id, key] of [["log-values", "logValues"], ["log-steps", "logSteps"]]) {
    element(id).addEventListener("change", (event) => {
      page.chart[key] = event.target.checked;
      page.refresh();
    });
  }
  new ResizeObserver(() => {
    map.resize();
    page.chart.resize();
    page.refresh();
  }).observe(document.body);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => page.refresh());
}

export function handlePlayer(page) {
  const press = (id, action) => element(id).addEventListener("click", action);
  press("play", () => page.play());
  press("step", () => page.step());
  press("reset", () => page.showStep(0));
  press("end", () => page.showStep(Infinity));
  press("as-made", () => page.restore());
  press("save", () => saveImage(page));
  element("time").addEventListener("input", (event) => page.showStep(event.target.valueAsNumber));
  element("speed").addEventListener("input", (event) => {
    page.speed = 10 ** event.target.valueAsNumber;
    page.refresh();
  });
}

/** What all walks that are shown cover. */
export function rangeOf(page) {
  const range = emptyRange();
  for (const { track } of page.shown) {
    widen(range, track.range.left, track.range.top, track.range.low);
    widen(range, track.range.right, track.range.bottom, track.range.high);
  }
  return Number.isFinite(range.left) ? range : {
    left: page.start[0], right: page.start[0], top: page.start[1], bottom: page.start[1],
  };
}
