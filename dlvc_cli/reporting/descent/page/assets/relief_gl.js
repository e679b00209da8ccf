// The ground of the 3-D view by WebGL: a net with the map's colours, lit from above.

import { inSpace, borderOf } from "./relief_mesh.js";

const VERTEX = `#version 300 es
in vec3 place; in vec3 normal; in float value;
uniform vec3 right, above, eye, middle;
uniform vec4 frame; // distance, pixels a unit over half the sides
out vec3 way; out float level;
void main() {
  vec3 p = place - middle;
  float w = frame.x - dot(p, eye), near = frame.x - 1.5, far = frame.x + 1.5;
  gl_Position = vec4(
    dot(p, right) * frame.y, dot(p, above) * frame.z, (w * (far + near) - 2.0 * far * near) / (far - near), w
  );
  way = normal;
  level = value;
}`;
const FRAGMENT = `#version 300 es
precision highp float;
in vec3 way; in float level;
uniform vec3 light, colours; // colours: low, high, power
uniform sampler2D palette;
out vec4 colour;
void main() {
  float share = clamp((level - colours.x) / max(colours.y - colours.x, 1e-30), 0.0, 1.0);
  float shade = pow(share, colours.z);
  vec3 paint = texture(palette, vec2((shade * 255.0 + 0.5) / 256.0, 0.5)).rgb;
  float size = length(way);
  float lit = size < 0.5 ? 0.42 : 0.5 + 0.62 * max(dot(way / size, light), 0.0);
  colour = vec4(paint * lit, 1.0);
}`;

export class Ground {
  /** Null where the browser has no WebGL. */
  static on(canvas, palette) {
    const isSoft = drawsInSoftware();
    const gl = canvas.getContext("webgl2", { antialias: !isSoft, preserveDrawingBuffer: true });
    return gl && new Ground(gl, palette, isSoft ? 160 : 256);
  }

  /** most: points of a net along its longer side. */
  constructor(gl, palette, most) {
    this.gl = gl;
    this.most = most;
    this.program = makeProgram(gl);
    gl.useProgram(this.program);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB, 256, 1, 0, gl.RGB, gl.UNSIGNED_BYTE, palette);
    for (const name of ["MIN", "MAG"]) gl.texParameteri(gl.TEXTURE_2D, gl[`TEXTURE_${name}_FILTER`], gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    this.places = new Map();
    this.buffers = ["place", "normal", "value"].map((name, k) => {
      const buffer = gl.createBuffer(), at = gl.getAttribLocation(this.program, name);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, k === 2 ? 1 : 3, gl.FLOAT, false, 0, 0);
      return buffer;
    });
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    gl.enable(gl.DEPTH_TEST);
  }

  get isLost() {
    return this.gl.isContextLost();
  }

  /** Take a net in a space, and walls from its border down. */
  take(net, space) {
    const { gl } = this, solid = withWalls(net, inSpace(net, space));
    [solid.places, solid.normals, solid.values].forEach((numbers, k) => {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[k]);
      gl.bufferData(gl.ARRAY_BUFFER, numbers, gl.STATIC_DRAW);
    });
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, solid.corners, gl.STATIC_DRAW);
    this.count = solid.corners.length;
  }

  placeOf(name) {
    if (!this.places.has(name)) this.places.set(name, this.gl.getUniformLocation(this.program, name));
    return this.places.get(name);
  }

  /** scale: that of the map's colours. */
  draw(camera, { low, high, power }) {
    const { gl } = this, { canvas } = gl, { view } = camera;
    const at = (name) => this.placeOf(name);
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    for (const name of ["right", "above", "eye", "middle"]) gl.uniform3fv(at(name), view[name]);
    const far = view.distance, sides = [camera.width, camera.height];
    gl.uniform4f(at("frame"), far, ...sides.map((side) => 2 * far * view.scale / side), 0);
    gl.uniform3fv(at("light"), lightOf(view));
    gl.uniform3f(at("colours"), low, high, power);
    gl.drawElements(gl.TRIANGLES, this.count, gl.UNSIGNED_INT, 0);
  }
}

/** Without a graphics card all is some ten times as slow. */
function drawsInSoftware() {
  const gl = document.createElement("canvas").getContext("webgl2");
  const told = gl?.getExtension("WEBGL_debug_renderer_info");
  const name = told ? gl.getParameter(told.UNMASKED_RENDERER_WEBGL) : "";
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|software|basic render/i.test(name);
}

/** From behind the viewer's left shoulder, wherever they stand. */
export function lightOf({ right, above, eye }) {
  const light = [0, 1, 2].map((k) => 0.45 * eye[k] + 0.75 * above[k] - 0.6 * right[k]);
  const size = Math.hypot(...light);
  return light.map((part) => part / size);
}

function makeProgram(gl) {
  const program = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return program;
}

/** A wall's points have no normal: they are in shade from wherever they are seen. */
function withWalls(net, { places, normals, values, corners }) {
  const border = borderOf(net), count = values.length;
  const solid = {
    places: enlarged(places, 6 * border.length), normals: enlarged(normals, 6 * border.length),
    values: enlarged(Float32Array.from(values), 2 * border.length),
    corners: enlarged(corners, 6 * border.length),
  };
  border.forEach((point, k) => {
    const top = count + 2 * k, next = count + 2 * ((k + 1) % border.length);
    const [u, v, w] = places.subarray(3 * point, 3 * point + 3);
    solid.places.set([u, v, w, u, v, 0], 3 * top);
    solid.values.set([values[point], values[point]], top);
    solid.corners.set([top, top + 1, next, next, top + 1, next + 1], corners.length + 6 * k);
  });
  return solid;
}

function enlarged(numbers, more) {
  const larger = new numbers.constructor(numbers.length + more);
  larger.set(numbers);
  return larger;
}
