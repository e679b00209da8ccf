// Mouse, touch and keyboard on the 3-D view.

import { showReadout } from "./around.js";
import { followFingers, wheelFactor } from "./fingers.js";

const TURN = Math.PI / 24;

/** Drags turn it, a click puts the start there, the wheel and two fingers zoom the map with it. */
export function handleRelief(page) {
  const { map, relief } = page, { front: pad, camera } = relief;
  const at = (event) => {
    const box = pad.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top].map((side) => side / map.magnified);
  };
  const zoom = (factor, pixel) => {
    const place = (pixel && relief.placeAt(...pixel)) ?? middleOf(map.viewport);
    map.zoom(factor, ...map.toPixels(...place));
    page.refresh();
  };
  const turn = (around, up) => {
    camera.turn(around, up);
    page.refresh();
  };

  followFingers(pad, at, {
    click: (pixel) => {
      const place = relief.placeAt(...pixel);
      if (place) page.setStart(place.map((coordinate) => Number(coordinate.toFixed(1))));
    },
    move: (across, down) => turn(-across * 0.008, down * 0.008),
    pinch: (factor) => zoom(factor),
  });
  pad.addEventListener("pointermove", (event) => {
    // While it turns, there is no telling what is under the mouse.
    if (!event.buttons) showReadout(page, relief.placeAt(...at(event)));
  });
  pad.addEventListener("pointerleave", () => showReadout(page, null));
  pad.addEventListener("wheel", (event) => {
    if (event.deltaY > 0 && map.isWhole) return;
    event.preventDefault();
    zoom(wheelFactor(event), at(event));
  }, { passive: false });
  pad.addEventListener("keydown", (event) => {
    const ways = {
      ArrowLeft: [TURN, 0], ArrowRight: [-TURN, 0], ArrowUp: [0, TURN], ArrowDown: [0, -TURN],
    };
    const factor = { "+": 2, "-": 0.5 }[event.key];
    if (!ways[event.key] && !factor) return;
    event.preventDefault();
    if (factor) zoom(factor);
    else turn(...ways[event.key]);
  });
}

function middleOf({ left, top, width, height }) {
  return [left + width / 2, top + height / 2];
}
