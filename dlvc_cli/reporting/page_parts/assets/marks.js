// Marks on canvases, each with a rim: where a walk is (a disk), its end (a cross), a minimum.

import { rimOf } from "./rims.js";

export function disk(pen, x, y, colour, radius) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  finish(pen, colour, rimOf(colour));
}

/** A minimum: a star, or where they are many, a dot. */
export function markMinimum(pen, x, y, colour, isDotted) {
  if (isDotted) dot(pen, x, y, colour);
  else star(pen, x, y, colour);
}

/** Where a walk has ended whose path is so wide. */
export function markEnd(pen, x, y, colour, width) {
  cross(pen, x, y, colour, width < 2 ? 4 : 6);
}

/** Stroke the path in white with a black rim, which is seen on any ground. */
export function strokeOnAny(pen, width) {
  for (const [style, thick] of [["#000000", 2 * width], ["#ffffff", width]]) {
    pen.strokeStyle = style;
    pen.lineWidth = thick;
    pen.stroke();
  }
}

function dot(pen, x, y, colour) {
  pen.beginPath();
  pen.arc(x, y, 1.8, 0, 2 * Math.PI);
  finish(pen, colour, "rgb(34 34 34 / 70%)", 0.8);
}

function star(pen, x, y, colour) {
  pen.beginPath();
  for (let k = 0; k < 10; k++) {
    const radius = k % 2 ? 3.4 : 8.5, angle = (k / 5 - 0.5) * Math.PI;
    pen.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  pen.closePath();
  finish(pen, colour, "#222222");
}

export function cross(pen, x, y, colour, size) {
  for (const [style, width] of [[rimOf(colour), 5.4], [colour, 3]]) {
    pen.strokeStyle = style;
    pen.lineWidth = width;
    pen.lineCap = "butt";
    pen.beginPath();
    const arm = size - (width < 4 ? 1 : 0);
    for (const side of [1, -1]) {
      pen.moveTo(x - arm, y - side * arm);
      pen.lineTo(x + arm, y + side * arm);
    }
    pen.stroke();
  }
}

function finish(pen, colour, rim, width = 1.2) {
  pen.fillStyle = colour;
  pen.fill();
  pen.lineWidth = width;
  pen.strokeStyle = rim;
  pen.stroke();
}
