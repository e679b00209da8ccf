// Unpack, walk, show.

import { showHeading } from "./around.js";
import { canUnpack, unpack, unpackSurface } from "./unpack.js";
import { element } from "../../../page_parts/assets/elements.js";
import { handleMap, handlePlayer, handleViewport, rangeOf } from "./hands.js";
import { Page } from "./page.js";
import { handleRelief } from "./relief_hands.js";
import { handleRates } from "./rates_hands.js";
import { handleHelp } from "./help.js";
import { handlePresentation } from "./presentation.js";
import { madeGroups } from "./rows.js";
import { registerState } from "./page_state.js";

async function open(rules) {
  const data = JSON.parse(element("data").textContent);
  const [surface, palette, groups] = await Promise.all([
    unpackSurface(data), unpack(data.palette), madeGroups(data),
  ]);
  const page = new Page(data, rules, surface, palette, groups);
  page.restart();
  page.computer.work(400);
  const tracks = page.shown.map((row) => row.track);
  if (tracks.length) page.chart.chooseScales(tracks);
  page.showLog(page.chart.logValues, page.chart.logSteps);
  page.map.show(rangeOf(page), { ifSmall: true });
  registerState(page);
  for (const view of page.views) view.register(page.address);
  showHeading(page);
  handleMap(page);
  handleViewport(page);
  handlePlayer(page);
  handleRelief(page);
  handleRates(page);
  handlePresentation(page);
  handleHelp();
  page.address.open();
  page.draw();
  return page;
}

/** Open the page, or say on it why that failed. rules: what Python has translated. */
export async function start(rules) {
  try {
    if (!canUnpack()) throw new Error("the browser has no DecompressionStream to unpack it with");
    return await open(rules);
  } catch (error) {
    const problem = element("problem");
    problem.textContent = `This page cannot be shown: ${error.message}. `
      + "It needs a browser of 2023 or later: Chrome or Edge 110, Firefox 115, Safari 16.4.";
    problem.hidden = false;
    throw error;
  }
}
