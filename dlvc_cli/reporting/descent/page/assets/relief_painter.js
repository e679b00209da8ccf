// The ground of the 3-D view where there is no WebGL: few patches on a canvas, the farthest first.

import { lightOf } from "./relief_gl.js";
import { inSpace } from "./relief_mesh.js";
import { dot3 } from "./camera.js";

export class PaintedGround {
  constructor(canvas, palette) {
    this.pen = canvas.getContext("2d");
    this.palette = palette;
    this.most = 72;
    this.isLost = false;
  }

  take(net, space) {
    this.net = net;
    this.solid = inSpace(net, space);
  }

  draw(camera, scale) {
    const { pen, net } = this, { columns, rows } = net, { view } = camera;
    const ratio = pen.canvas.width / camera.width;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, camera.width, camera.height);
    const { places } = this.solid, light = lightOf(view);
    const pixels = Array.from({ length: columns * rows }, (_, k) => (
      camera.project(places.subarray(3 * k, 3 * k + 3), view)
    ));
    const patches = [];
    for (let row = 0; row + 1 < rows; row++) {
      for (let column = 0; column + 1 < columns; column++) {
        const a = row * columns + column;
        const corners = [a, a + 1, a + columns + 1, a + columns];
        patches.push({ corners, near: corners.reduce((sum, k) => sum + pixels[k][2], 0) });
      }
    }
    patches.sort((one, other) => one.near - other.near);
    for (const { corners } of patches) {
      pen.fillStyle = pen.strokeStyle = this.colourOf(corners, scale, light);
      pen.lineWidth = 0.7;
      pen.beginPath();
      for (const k of corners) pen.lineTo(pixels[k][0], pixels[k][1]);
      pen.closePath();
      pen.fill();
      pen.stroke();
    }
  }

  colourOf(corners, { low, high, power }, light) {
    const { values, normals } = this.solid;
    const mean = corners.reduce((sum, k) => sum + values[k], 0) / 4;
    const share = Math.min(Math.max((mean - low) / (high - low || 1), 0), 1);
    const place = 3 * Math.round(255 * share ** power);
    const normal = normals.subarray(3 * corners[0], 3 * corners[0] + 3);
    const lit = 0.5 + 0.62 * Math.max(dot3(normal, light), 0);
    const parts = [0, 1, 2].map((c) => Math.min(Math.round(this.palette[place + c] * lit), 255));
    return `rgb(${parts.join()})`;
  }
}
