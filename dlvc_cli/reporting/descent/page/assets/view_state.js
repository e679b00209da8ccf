// What of the views beside the map the address says: arrows, the 3-D view, the map of learning rates.

import { numbersOf } from "./address.js";

const VIEWS = { relief: "alone", both: "beside" };

/** Register the views' pieces of state. The page is as it opens. */
export function registerViews(page) {
  const { address, arrows, relief, rates } = page;
  address.register("arrows", () => (arrows.isOn ? "yes" : null), (text) => {
    arrows.isOn = isYes("arrows", text);
    page.refresh();
  });
  address.register("3d", () => VIEWS[relief.choice.value] ?? null, (text) => {
    const found = Object.entries(VIEWS).find(([, word]) => word === text);
    if (text !== null && !found) throw new Error(`3d in the address takes alone or beside, not “${text}”.`);
    relief.show(found?.[0] ?? "map");
  });
  address.register("logheight", () => (relief.log.checked ? "yes" : null), (text) => {
    relief.log.checked = isYes("logheight", text);
    page.refresh();
  });
  const opening = degrees(relief.camera);
  address.register("turn", () => {
    const now = degrees(relief.camera);
    return now === opening ? null : now;
  }, (text) => {
    const [around, up] = numbersOf(text ?? opening, 2, "turn");
    relief.camera.look(around * Math.PI / 180, up * Math.PI / 180);
    page.refresh();
  });
  address.register("rates", () => rates.text, (text) => rates.takeText(text));
}

function isYes(key, text) {
  if (text !== null && text !== "yes") throw new Error(`${key} in the address takes yes, not “${text}”.`);
  return text === "yes";
}

/** Where a camera looks from, around and up, in whole degrees. */
function degrees({ around, up }) {
  return [around, up].map((angle) => Math.round(angle * 180 / Math.PI)).join();
}
