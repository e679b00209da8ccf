// Mouse, touch and keyboard on the 3-D view.

import { showReadout } from "./around.js";

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

  const fingers = new Map();
  let travelled = 0;
  pad.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pad.setPointerCapture(event.pointerId);
    if (!fingers.size) travelled = 0;
    fingers.set(event.pointerId, at(event));
  });
  pad.addEventListener("pointermove", (event) => {
    const from = fingers.get(event.pointerId);
    if (!from) showReadout(page, relief.placeAt(...at(event)));
    if (!from) return;
    const to = at(event), other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const stretch = (place) => Math.hypot(place[0] - other[0], place[1] - other[1]);
      zoom(stretch(to) / Math.max(stretch(from), 1));
      travelled = Infinity;
    } else {
      travelled += Math.hypot(to[0] - from[0], to[1] - from[1]);
      if (travelled > 5) turn((from[0] - to[0]) * 0.008, (to[1] - from[1]) * 0.008);
    }
    fingers.set(event.pointerId, to);
  });
  pad.addEventListener("pointerup", (event) => {
    if (!fingers.delete(event.pointerId) || travelled > 5 || fingers.size) return;
    const place = relief.placeAt(...at(event));
    if (place) page.setStart(place.map((coordinate) => Number(coordinate.toFixed(1))));
  });
  pad.addEventListener("pointerleave", () => showReadout(page, null));
  pad.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
  pad.addEventListener("wheel", (event) => {
    if (event.deltaY > 0 && map.isWhole) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002)), at(event));
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
