// The surface in 3-D: the part that the map shows, with the same colours, to be turned around.

import { isYes, numbersOf } from "./address.js";
import { Camera, GROUND, RISE, Space } from "./camera.js";
import { element, fitCanvas, pixelRatio } from "../../../page_parts/assets/elements.js";
import { height } from "./kernel.js";
import { Ground } from "./relief_gl.js";
import { makeNet } from "./relief_mesh.js";
import { PaintedGround } from "./relief_painter.js";
import { ReliefWalks } from "./relief_walks.js";

// A logarithmic height shows so many powers of ten.
const DECADES = 5;

export class Relief {
  constructor(page) {
    this.page = page;
    this.frame = element("relief");
    this.choice = element("view");
    this.log = element("log-height");
    this.camera = new Camera();
    [this.back, this.front] = this.frame.querySelectorAll("canvas");
    this.walks = new ReliefWalks(this.front, page.surface, page.data.colours);
    this.choice.addEventListener("change", () => this.show(this.choice.value));
    this.log.addEventListener("change", () => page.refresh());
    this.back.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.back.addEventListener("webglcontextrestored", () => {
      this.ground = null;
      page.refresh();
    });
    this.show("map");
  }

  get isOn() {
    return this.choice.value !== "map";
  }

  /** Whether it takes the map's place. */
  get isAlone() {
    return this.choice.value === "alone";
  }

  /** which: "map", or where this view is, "alone" or "beside" the map. */
  show(which) {
    this.choice.value = which;
    element("views").dataset.view = which;
    this.frame.hidden = !this.isOn;
    this.log.parentElement.hidden = !this.isOn;
    element("turn-help").hidden = which !== "alone";
    element("start-help").hidden = which === "alone";
    this.page.refresh();
  }

  /** The page is as it opens. */
  register(address) {
    address.register("3d", () => (this.isOn ? this.choice.value : null), (text) => {
      if (text !== null && text !== "alone" && text !== "beside") {
        throw new Error(`3d in the address takes alone or beside, not “${text}”.`);
      }
      this.show(text ?? "map");
    });
    address.register("logheight", () => (this.log.checked ? "yes" : null), (text) => {
      this.log.checked = isYes("logheight", text);
      this.page.refresh();
    });
    const opening = degrees(this.camera);
    address.register("turn", () => {
      const now = degrees(this.camera);
      return now === opening ? null : now;
    }, (text) => {
      const [around, up] = numbersOf(text ?? opening, 2, "turn");
      this.camera.look(around * Math.PI / 180, up * Math.PI / 180);
      this.page.refresh();
    });
  }

  /** After the map, whose part and colours it takes. */
  draw(shown) {
    if (!this.isOn) return;
    const { palette } = this.page;
    this.ground ??= Ground.on(this.back, palette) ?? new PaintedGround(this.back, palette);
    if (this.ground.isLost) return;
    this.fitSize();
    this.takeNet();
    this.paint(shown);
  }

  paint(shown) {
    const { map, start } = this.page;
    this.ground.draw(this.camera, map.scaleOfColours);
    this.walks.draw(this.camera, {
      shown, start, minima: map.pinned, dotted: map.isDotted, ratio: this.ratio,
      ink: getComputedStyle(this.front).color,
    });
  }

  /** Take a size on the page, or another; marks and texts grow as those of the map. */
  fitSize(box = this.frame.getBoundingClientRect(), ratio = pixelRatio(), { magnified } = this.page.map) {
    this.ratio = ratio * magnified;
    this.camera.setSize(Math.max(box.width / magnified, 1), Math.max(box.height / magnified, 1));
    for (const canvas of [this.back, this.front]) {
      fitCanvas(canvas, box.width * ratio, box.height * ratio);
    }
  }

  /** The net of what is in sight, made anew when that is something else. */
  takeNet() {
    const { surface, map } = this.page, { viewport } = map;
    const key = [...Object.values(viewport), this.log.checked].join();
    if (key === this.key && this.taken === this.ground) return;
    this.key = key;
    this.taken = this.ground;
    const net = makeNet(surface, viewport, this.ground.most);
    this.space = new Space(net.box, liftOf(net.values, this.log.checked));
    this.ground.take(net, this.space);
    this.walks.setSpace(this.space);
  }

  /** Draw it into a rectangle of another canvas, in units of `ratio` pixels. */
  drawOn(pen, { x, y, width, height: tall }, { shown, ratio, magnified }) {
    this.fitSize({ width, height: tall }, ratio, { magnified });
    this.paint(shown);
    for (const canvas of [this.back, this.front]) pen.drawImage(canvas, x, y, width, tall);
    this.fitSize();
    this.paint(shown);
  }

  /** The grid place that a pixel shows; null beside the surface. */
  placeAt(x, y) {
    const { from, way } = this.camera.rayAt(x, y), { space } = this;
    const at = (t) => [0, 1, 2].map((k) => from[k] + t * way[k]);
    let before = (RISE + GROUND - from[2]) / way[2];
    if (!(before > 0)) before = 0;
    for (let k = 1; k <= 400; k++) {
      const t = before + 0.006, [u, v, w] = at(t), place = space.toGrid(u, v);
      if (w < 0) return null;
      if (space.contains(...place) && space.toSpace(...place, height(this.page.surface, ...place))[2] >= w) {
        return place;
      }
      before = t;
    }
    return null;
  }
}

/** Where a camera looks from, around and up, in whole degrees. */
function degrees({ around, up }) {
  return [around, up].map((angle) => Math.round(angle * 180 / Math.PI)).join();
}

/** Heights from 0 to 1 of the values in sight, in proportion or by their logarithms. */
function liftOf(values, isLog) {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const spread = high - low || 1;
  const share = (value) => Math.min(Math.max((value - low) / spread, 0), 1);
  if (!isLog) return share;
  const least = 10 ** -DECADES;
  return (value) => 1 + Math.log10(Math.max(share(value), least)) / DECADES;
}
