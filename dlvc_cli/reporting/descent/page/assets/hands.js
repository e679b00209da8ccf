// Mouse, touch and keyboard.

import { showReadout } from "./around.js";
import { MARGIN } from "../../../page_parts/assets/chart.js";
import { element } from "../../../page_parts/assets/elements.js";
import { followFingers, wheelFactor } from "./fingers.js";
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
  const put = (pixel) => page.setStart(
    ontoSurface(page.surface, rounded(map, map.toGrid(...pixel))),
  );

  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    handle.classList.add("held");
  });
  handle.addEventListener("pointermove", (event) => {
    if (handle.hasPointerCapture(event.pointerId)) put(at(event));
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

  followFingers(pad, at, {
    click: put,
    move: (across, down) => {
      map.pan(across, down);
      page.refresh();
    },
    pinch: (factor, place) => {
      map.zoom(factor, ...place);
      page.refresh();
    },
  });
  pad.addEventListener("pointermove", (event) => showReadout(page, map.toGrid(...at(event))));
  pad.addEventListener("pointerleave", () => showReadout(page, null));

  element("map").addEventListener("wheel", (event) => {
    // Where there is nothing left to zoom out, the page scrolls.
    if (event.deltaY > 0 && map.isWhole) return;
    event.preventDefault();
    map.zoom(wheelFactor(event), ...at(event));
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
