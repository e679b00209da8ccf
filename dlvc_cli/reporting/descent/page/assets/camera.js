// A space with a part of the surface in it, and the eye that looks at it.

const DISTANCE = 3.2;
// Pixels a unit, in parts of the image's width and of its height.
const SIZES = [0.64, 0.72];
/** How high the surface stands, in sides of the part that is in sight, and what is under it. */
export const RISE = 0.42, GROUND = 0.03;

/**
 * The space of a viewport: u to the right and v to the front, from -1/2 to 1/2 along the longer
 * side, w upwards from 0. lift: a value's height from 0 to 1.
 */
export class Space {
  constructor(box, lift) {
    Object.assign(this, { box, lift });
    this.unit = 1 / Math.max(box.width, box.height);
  }

  toSpace(x, y, value) {
    const { box, unit } = this;
    return [
      (x - box.left - box.width / 2) * unit, (y - box.top - box.height / 2) * unit,
      GROUND + RISE * this.lift(value),
    ];
  }

  toGrid(u, v) {
    const { box, unit } = this;
    return [u / unit + box.left + box.width / 2, v / unit + box.top + box.height / 2];
  }

  contains(x, y) {
    const { left, top, width, height } = this.box;
    return x >= left && y >= top && x <= left + width && y <= top + height;
  }
}

export class Camera {
  constructor() {
    // Radians: around, from the front, and up, from the ground.
    this.around = -0.6;
    this.up = 0.7;
    this.setSize(1, 1);
  }

  setSize(width, height) {
    this.width = width;
    this.height = height;
  }

  turn(around, up) {
    this.look(this.around + around, this.up + up);
  }

  look(around, up) {
    this.around = around % (2 * Math.PI);
    this.up = Math.min(Math.max(up, 0.05), Math.PI / 2);
  }

  /** What the image is made with: the way to the right, up and to the eye, and pixels a unit. */
  get view() {
    const [sin, cos, high, low] = [
      Math.sin(this.around), Math.cos(this.around), Math.sin(this.up), Math.cos(this.up),
    ];
    return {
      right: [cos, -sin, 0], above: [-sin * high, -cos * high, low], eye: [sin * low, cos * low, high],
      middle: [0, 0, GROUND + 0.2 * RISE], distance: DISTANCE,
      scale: Math.min(SIZES[0] * this.width, SIZES[1] * this.height),
    };
  }

  /** Pixels of a place in space, and how far it is to the front. */
  project([u, v, w], { right, above, eye, middle, distance, scale } = this.view) {
    const p = [u - middle[0], v - middle[1], w - middle[2]];
    const near = dot3(p, eye), size = scale * distance / (distance - near);
    return [this.width / 2 + dot3(p, right) * size, this.height / 2 - dot3(p, above) * size, near];
  }

  /** The ray through a pixel: where it begins, and a unit of its way. */
  rayAt(x, y) {
    const { right, above, eye, middle, distance, scale } = this.view;
    const across = (x - this.width / 2) / scale, up = (this.height / 2 - y) / scale;
    const from = [0, 1, 2].map((k) => middle[k] + distance * eye[k]);
    const way = [0, 1, 2].map((k) => across * right[k] + up * above[k] - distance * eye[k]);
    const size = Math.hypot(...way);
    return { from, way: way.map((part) => part / size) };
  }

  /** The eye's own place. */
  get place() {
    const { eye, middle, distance } = this.view;
    return [0, 1, 2].map((k) => middle[k] + distance * eye[k]);
  }
}

export function dot3(a, b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
