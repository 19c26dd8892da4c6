import type { CustomLayerInterface, CustomRenderMethodInput } from "maplibre-gl";
import type { Cells } from "../core/cells";
import { KeptPicture } from "./kept-picture";
import { sidesOf, type Look, type Painted } from "./paint";
import { bufferOf, movedBy, programOf } from "./program";

const ACROSS = 256;

/** Each corner asks a table whose land its site is; a move changes the table, not the shapes. */
const TABLE = `
precision highp float;
precision highp int;
precision highp isampler2D;
uniform mat4 matrix;
uniform isampler2D holders;
uniform sampler2D colors;
uniform bool now;
uniform int lit;
int holderOf(uint site) {
  ivec2 both = texelFetch(holders, ivec2(int(site) % ${ACROSS}, int(site) / ${ACROSS}), 0).rg;
  return now ? both.r : both.g;
}`;

const LAND = `${TABLE}
in vec2 corner;
in uint site;
flat out vec4 color;
flat out float hatch;
void main() {
  int holder = holderOf(site);
  gl_Position = matrix * vec4(corner, 0.0, 1.0);
  float strength = holder < 0 ? 0.0 : lit < 0 ? 0.30 : holder == lit ? 0.46 : 0.12;
  color = vec4(texelFetch(colors, ivec2(holder + 1, 0), 0).rgb * strength, strength);
  hatch = texelFetch(colors, ivec2(holder + 1, 2), 0).r;
}`;

/** Land of a locked territory is hatched. */
const HATCHED = `
precision mediump float;
flat in vec4 color;
flat in float hatch;
uniform float unit;
out vec4 seen;
void main() {
  float line = hatch * (mod(gl_FragCoord.x + gl_FragCoord.y, 7.0 * unit) < 1.5 * unit ? 0.45 : 0.0);
  seen = min(color * (1.0 + line), vec4(1.0));
}`;

/** A line as a ribbon of pixels, of four corners; between two sites of one territory there is none. */
const BORDER = `
precision highp float;
precision highp int;
in vec4 line;
in ivec2 holders;
uniform mat4 matrix;
uniform sampler2D colors;
uniform int lit;
uniform vec2 pixel;
uniform float broad;
flat out vec4 color;
void main() {
  int corner = gl_VertexID & 3;
  vec4 from = matrix * vec4(line.xy, 0.0, 1.0);
  vec4 to = matrix * vec4(line.zw, 0.0, 1.0);
  vec2 along = normalize((to.xy / to.w - from.xy / from.w) / pixel + vec2(1e-6, 0.0));
  vec2 across = vec2(-along.y, along.x) * (float(corner & 1) - 0.5) * broad;
  vec4 end = corner < 2 ? from : to;
  vec2 over = along * (corner < 2 ? -0.4 : 0.4) * broad;
  gl_Position = end + vec4((across + over) * pixel * end.w, 0.0, 0.0);
  color = vec4(texelFetch(colors, ivec2(0, 1), 0).rgb, 1.0) * (lit < 0 || holders.x == lit || holders.y == lit ? 0.85 : 0.35);
}`;

const FILL = `
precision mediump float;
flat in vec4 color;
out vec4 seen;
void main() { seen = color; }`;

/**
 * The territories' land and the borders between them. Nothing of it is made anew when accounts move: a table changes. It is kept
 * as a picture while neither it nor the camera changes.
 */
export class LandLayer implements CustomLayerInterface {
  readonly id = "land-of-territories";
  readonly type = "custom" as const;
  private parts: Parts | null = null;
  private stale = true;
  /** What the picture was drawn from, but for the land. */
  private drawn = "";
  private locked = "";

  constructor(
    private readonly painted: Painted,
    private readonly look: Look,
  ) {}

  /** The land or the colors have changed. */
  changed(): void {
    this.stale = true;
  }

  onAdd(_map: unknown, gl: WebGL2RenderingContext): void {
    this.parts = partsOf(gl, this.painted);
    uploadLines(gl, this.parts.before, this.painted.cells, this.painted.landBefore); // it never changes
    this.stale = true;
    this.drawn = "";
  }

  onRemove(): void {
    this.parts = null;
  }

  /** Before the map's own frame: here one may draw into a picture. */
  prerender(gl: WebGL2RenderingContext, { defaultProjectionData }: CustomRenderMethodInput): void {
    if (this.parts === null) return;
    const { lit, divider } = this.look;
    const locked = [...this.look.locked].join();
    if (locked !== this.locked) this.stale = true;
    this.locked = locked;
    const size = [gl.drawingBufferWidth, gl.drawingBufferHeight, devicePixelRatio];
    const view = [Array.from(defaultProjectionData.mainMatrix), size, lit, divider].join(" ");
    if (!this.stale && view === this.drawn) return;
    if (this.stale) this.upload(gl);
    this.parts.kept.begin();
    this.draw(gl, this.parts, movedBy(defaultProjectionData.mainMatrix, this.painted.cells.origin));
    this.drawn = view;
  }

  /** The depth that MapLibre has set keeps the land below the water, which is painted first. */
  render(): void {
    this.parts?.kept.show();
  }

  private draw(gl: WebGL2RenderingContext, parts: Parts, matrix: Float32Array): void {
    const { land, border, landShape } = parts;
    const { drawingBufferWidth: width, drawingBufferHeight: height } = gl;
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.disable(gl.CULL_FACE);
    gl.enable(gl.SCISSOR_TEST);
    for (const side of sidesOf(this.look, width)) {
      gl.scissor(side.left, 0, side.width, height);
      const ofLand = this.use(gl, land, matrix);
      gl.uniform1i(ofLand("now"), side.now ? 1 : 0);
      gl.uniform1f(ofLand("unit"), devicePixelRatio);
      gl.bindVertexArray(landShape);
      gl.drawElements(gl.TRIANGLES, this.painted.cells.triangles.length, gl.UNSIGNED_INT, 0);
      const ofBorder = this.use(gl, border, matrix);
      gl.uniform2f(ofBorder("pixel"), 2 / width, 2 / height);
      gl.uniform1f(ofBorder("broad"), 1.75 * devicePixelRatio);
      const lines = side.now ? parts.now : parts.before;
      gl.bindVertexArray(lines.shape);
      gl.drawElements(gl.TRIANGLES, 6 * lines.n, gl.UNSIGNED_INT, 0);
    }
    gl.disable(gl.SCISSOR_TEST);
    gl.bindVertexArray(null);
  }

  private use(
    gl: WebGL2RenderingContext,
    program: WebGLProgram,
    matrix: Float32Array,
  ): (name: string) => WebGLUniformLocation | null {
    const at = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(program, name);
    gl.useProgram(program);
    gl.uniformMatrix4fv(at("matrix"), false, matrix);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.parts!.holders);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.parts!.colors);
    gl.uniform1i(at("holders"), 0);
    gl.uniform1i(at("colors"), 1);
    gl.uniform1i(at("lit"), this.look.lit);
    return at;
  }

  private upload(gl: WebGL2RenderingContext): void {
    const { landNow, landBefore } = this.painted;
    const rows = Math.max(1, Math.ceil(landNow.length / ACROSS));
    const table = new Int16Array(2 * ACROSS * rows).fill(-1);
    for (let site = 0; site < landNow.length; site++) {
      table[2 * site] = landNow[site];
      table[2 * site + 1] = landBefore[site];
    }
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    gl.bindTexture(gl.TEXTURE_2D, this.parts!.holders);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RG16I, ACROSS, rows, 0, gl.RG_INTEGER, gl.SHORT, table);
    uploadColors(gl, this.parts!.colors, this.look);
    uploadLines(gl, this.parts!.now, this.painted.cells, landNow);
    this.stale = false;
  }
}

interface Parts {
  land: WebGLProgram;
  border: WebGLProgram;
  holders: WebGLTexture;
  colors: WebGLTexture;
  landShape: WebGLVertexArrayObject;
  now: Lines;
  before: Lines;
  kept: KeptPicture;
}

/** The borders of one state of the plan. */
interface Lines {
  shape: WebGLVertexArrayObject;
  ends: WebGLBuffer;
  holders: WebGLBuffer;
  corners: WebGLBuffer;
  n: number;
}

function partsOf(gl: WebGL2RenderingContext, { cells }: Painted): Parts {
  const land = programOf(gl, LAND, HATCHED);
  const border = programOf(gl, BORDER, FILL);
  const landShape = gl.createVertexArray();
  gl.bindVertexArray(landShape);
  floats(gl, gl.getAttribLocation(land, "corner"), 2, cells.corners);
  const site = gl.getAttribLocation(land, "site");
  bufferOf(gl, gl.ARRAY_BUFFER, cells.cornerSite);
  gl.enableVertexAttribArray(site);
  gl.vertexAttribIPointer(site, 1, gl.UNSIGNED_INT, 0, 0);
  bufferOf(gl, gl.ELEMENT_ARRAY_BUFFER, cells.triangles);
  const [now, before] = [linesOf(gl, border), linesOf(gl, border)];
  gl.bindVertexArray(null);
  const kept = new KeptPicture(gl);
  return { land, border, holders: tableOf(gl), colors: tableOf(gl), landShape, now, before, kept };
}

function linesOf(gl: WebGL2RenderingContext, program: WebGLProgram): Lines {
  const shape = gl.createVertexArray();
  gl.bindVertexArray(shape);
  const ends = floats(gl, gl.getAttribLocation(program, "line"), 4, new Float32Array());
  const holders = bufferOf(gl, gl.ARRAY_BUFFER, new Int16Array());
  const at = gl.getAttribLocation(program, "holders");
  gl.enableVertexAttribArray(at);
  gl.vertexAttribIPointer(at, 2, gl.SHORT, 0, 0);
  const corners = bufferOf(gl, gl.ELEMENT_ARRAY_BUFFER, new Uint32Array());
  return { shape, ends, holders, corners, n: 0 };
}

/**
 * Writes those lines that run between two territories. Chosen here, and each with corners of its own: drivers without a
 * graphics card take twenty microseconds for an instance, and most lines are none.
 */
function uploadLines(gl: WebGL2RenderingContext, lines: Lines, cells: Cells, land: Int16Array): void {
  const { lines: all, lineSites } = cells;
  let n = 0;
  for (let at = 0; at < lineSites.length; at += 2) if (land[lineSites[at]] !== land[lineSites[at + 1]]) n++;
  const ends = new Float32Array(16 * n);
  const holders = new Int16Array(8 * n);
  const corners = new Uint32Array(6 * n);
  let drawn = 0;
  for (let line = 0; line < lineSites.length / 2; line++) {
    const [a, b] = [land[lineSites[2 * line]], land[lineSites[2 * line + 1]]];
    if (a === b) continue;
    for (let corner = 4 * drawn; corner < 4 * drawn + 4; corner++) {
      for (let i = 0; i < 4; i++) ends[4 * corner + i] = all[4 * line + i];
      holders[2 * corner] = a;
      holders[2 * corner + 1] = b;
    }
    const first = 4 * drawn;
    corners.set([first, first + 1, first + 2, first + 1, first + 2, first + 3], 6 * drawn);
    drawn++;
  }
  lines.n = n;
  gl.bindVertexArray(lines.shape);
  gl.bindBuffer(gl.ARRAY_BUFFER, lines.ends);
  gl.bufferData(gl.ARRAY_BUFFER, ends, gl.DYNAMIC_DRAW);
  gl.bindBuffer(gl.ARRAY_BUFFER, lines.holders);
  gl.bufferData(gl.ARRAY_BUFFER, holders, gl.DYNAMIC_DRAW);
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, lines.corners);
  gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, corners, gl.DYNAMIC_DRAW);
  gl.bindVertexArray(null);
}

function floats(gl: WebGL2RenderingContext, at: number, size: number, data: Float32Array): WebGLBuffer {
  const buffer = bufferOf(gl, gl.ARRAY_BUFFER, data);
  gl.enableVertexAttribArray(at);
  gl.vertexAttribPointer(at, size, gl.FLOAT, false, 0, 0);
  return buffer;
}

/** A texture that is read number by number. */
export function tableOf(gl: WebGL2RenderingContext): WebGLTexture {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
    gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
  return texture;
}

/** The first row: the colors; the second begins with the ink of borders and the halo of dots; the third says who is hatched, and whose dots are diamonds. */
export function uploadColors(gl: WebGL2RenderingContext, texture: WebGLTexture, look: Look): void {
  const n = Math.max(look.colors.length / 3, 2);
  const table = new Uint8Array(4 * n * 3);
  const put = (at: number, color: ArrayLike<number>): void => {
    table.set([color[0], color[1], color[2], 255], 4 * at);
  };
  for (let at = 0; at < look.colors.length / 3; at++) put(at, look.colors.subarray(3 * at, 3 * at + 3));
  for (const at of look.locked) table[4 * (2 * n + at + 1)] = 255;
  for (const at of look.afield) table[4 * (2 * n + at + 1) + 1] = 255;
  put(n, look.ink);
  put(n + 1, look.halo);
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, n, 3, 0, gl.RGBA, gl.UNSIGNED_BYTE, table);
}
