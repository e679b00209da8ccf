// A presentation: the map and the walks fill the screen, in sizes that are read from the back.

import { isYes } from "./address.js";
import { element } from "../../../page_parts/assets/elements.js";

// Of a screen's height, so that 1080 pixels have marks and texts twice as large as usual.
const MAGNIFIED_PER_PIXEL = 1 / 540;

export function handlePresentation(page) {
  let presenting = false;
  const show = (on) => {
    if (on === presenting) return;
    presenting = on;
    document.body.classList.toggle("presenting", on);
    resizeAll(page, on);
    // What was clicked to get here must not take the space bar.
    document.activeElement?.blur();
  };
  page.address.register("present", () => (presenting ? "yes" : null), (text) => (
    show(isYes("present", text))
  ));
  element("present").addEventListener("click", () => {
    show(true);
    // Where the screen can't be taken, the window is filled.
    document.documentElement.requestFullscreen?.().catch(() => {});
  });
  const leave = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    show(false);
  };
  element("leave").addEventListener("click", leave);
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement) show(false);
  });
  addEventListener("resize", () => presenting && resizeAll(page, true));
  addEventListener("keydown", (event) => {
    if (presenting && press(event, page, leave)) event.preventDefault();
  });
}

function resizeAll(page, presenting) {
  const magnified = presenting ? Math.max(innerHeight * MAGNIFIED_PER_PIXEL, 1) : 1;
  for (const view of [page.map, page.chart]) {
    view.magnified = magnified;
    view.resize();
  }
  page.refresh();
}

/** What a key does while presenting; whether it does anything. */
function press({ key, target, ctrlKey, altKey, metaKey }, page, leave) {
  // Sliders, the start and the 3-D view have arrow keys of their own.
  const isOwn = target.matches?.("input, select, .handle, [tabindex]");
  if (ctrlKey || altKey || metaKey) return false;
  if (key === "Escape") leave();
  else if (key === " ") page.play();
  else if (isOwn) return false;
  else if (key === "ArrowRight") page.step();
  else if (key === "ArrowLeft") page.stepBack();
  else if (key === "Home") page.showStep(0);
  else if (key === "End") page.showStep(Infinity);
  else return false;
  return true;
}
