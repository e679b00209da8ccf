// Fingers, pens and the mouse on a canvas: a click, a drag, a pinch.

// Pixels that a finger may travel in a click.
const STILL = 5;

/**
 * Call what fingers do on `pad`. at: where an event is, [x, y]; click(place): a finger went down and
 * up; move(across, down): one finger drags; pinch(factor, place): two fingers stretch what is between
 * them, and the one at the place stays where it is.
 */
export function followFingers(pad, at, { click, move, pinch }) {
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
    if (!from) return;
    const to = at(event), other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, to);
    if (other) {
      const stretch = (place) => Math.hypot(place[0] - other[0], place[1] - other[1]);
      travelled = Infinity;
      pinch(stretch(to) / Math.max(stretch(from), 1), other);
    } else {
      travelled += Math.hypot(to[0] - from[0], to[1] - from[1]);
      if (travelled > STILL) move(to[0] - from[0], to[1] - from[1]);
    }
  });
  pad.addEventListener("pointerup", (event) => {
    if (fingers.delete(event.pointerId) && travelled <= STILL && !fingers.size) click(at(event));
  });
  pad.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
}

/** The factor by which a turn of the wheel zooms. */
export function wheelFactor({ deltaY, deltaMode }) {
  return Math.exp(-deltaY * (deltaMode ? 0.05 : 0.002));
}
