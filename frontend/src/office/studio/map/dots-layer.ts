import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibreMap } from "maplibre-gl";
import { KeptPicture } from "./kept-picture";
import { tableOf, uploadColors } from "./land-layer";
import { Mark, sidesOf, type Look, type Painted } from "./paint";
import { bufferOf, movedBy, programOf } from "./program";
import { Resting } from "./resting";

const VERTEX = `
precision highp float;
precision highp int;
in vec2 place;
in ivec2 holders;
in uint marks;
uniform mat4 matrix;
uniform sampler2D colors;
uniform bool now;
uniform bool chosen;
uniform bool onlyMoved;
uniform int lit;
uniform float size;
flat out vec3 color;
flat out vec3 rim;
flat out float share;
flat out float strength;
flat out float radius;
flat out float diamond;
void main() {
  int holder = now ? holders.x : holders.y;
  bool isChosen = chosen && (marks & ${Mark.chosen}u) != 0u;
  bool shown = (marks & ${Mark.hidden}u) == 0u && isChosen == chosen && (!onlyMoved || isChosen || (marks & ${Mark.moved}u) != 0u);
  bool locked = (marks & ${Mark.locked}u) != 0u;
  float across = isChosen ? size + 5.0 : locked ? size + 2.0 : size;
  gl_Position = shown ? matrix * vec4(place, 0.0, 1.0) : vec4(2.0, 2.0, 0.0, 1.0);
  gl_PointSize = shown ? across : 0.0;
  radius = across * 0.5;
  color = texelFetch(colors, ivec2(holder + 1, 0), 0).rgb;
  rim = texelFetch(colors, ivec2(isChosen || locked ? 0 : 1, 1), 0).rgb;
  share = isChosen ? 2.0 : locked ? 1.5 : size > 7.0 ? 1.0 : 0.0;
  diamond = texelFetch(colors, ivec2(holder + 1, 2), 0).g;
  strength = lit < 0 || holder == lit || isChosen ? 1.0 : 0.35;
}`;

const FRAGMENT = `
precision mediump float;
flat in vec3 color;
flat in vec3 rim;
flat in float share;
flat in float strength;
flat in float radius;
flat in float diamond;
out vec4 seen;
void main() {
  vec2 off = abs(gl_PointCoord - vec2(0.5));
  float from = mix(length(off), off.x + off.y, step(0.5, diamond)) * 2.0 * radius;
  float cover = clamp(radius - from + 0.5, 0.0, 1.0) * strength;
  vec3 paint = mix(color, rim, clamp(from - (radius - share) + 0.5, 0.0, 1.0) * step(0.5, share));
  seen = vec4(paint * cover, cover);
}`;

/**
 * The accounts as dots. All of them are drawn into a picture that is kept while the camera and they rest; what is chosen is drawn
 * above it, larger than its dot below. So a frame after a move draws what was chosen: a hundred thousand dots take a driver
 * without a graphics card half as long as all the rest of the map.
 */
export class DotsLayer implements CustomLayerInterface {
  readonly id = "accounts";
  readonly type = "custom" as const;
  private map: MapLibreMap | null = null;
  private parts: Parts | null = null;
  private resting = new Resting();
  private stale = true;
  private nChosen = 0;
  private isFirst = true;
  private readonly places: Float32Array;
  private readonly holders: Int16Array;

  constructor(
    private readonly painted: Painted,
    private readonly look: Look,
  ) {
    const { finder, cells, now } = painted;
    this.places = new Float32Array(2 * now.length);
    for (let i = 0; i < now.length; i++) {
      // What has no place lies far beyond the map.
      this.places[2 * i] = Number.isNaN(finder.x[i]) ? 9 : finder.x[i] - cells.origin[0];
      this.places[2 * i + 1] = Number.isNaN(finder.y[i]) ? 9 : finder.y[i] - cells.origin[1];
    }
    this.holders = new Int16Array(2 * now.length);
  }

  changed(): void {
    this.stale = true;
  }

  onAdd(map: MapLibreMap, gl: WebGL2RenderingContext): void {
    this.map = map;
    this.parts = partsOf(gl, this.places, this.holders, this.painted.marks);
    this.resting = new Resting();
    this.stale = true;
  }

  onRemove(): void {
    this.parts = null;
  }

  /** Before the map's own frame: here one may draw into a picture. */
  prerender(gl: WebGL2RenderingContext, { defaultProjectionData }: CustomRenderMethodInput): void {
    if (this.parts === null || this.map === null) return;
    if (this.stale) this.upload(gl);
    const view = this.view(gl, defaultProjectionData.mainMatrix);
    if (this.resting.holds(this.painted, view)) return;
    this.parts.kept.begin();
    this.draw(gl, defaultProjectionData.mainMatrix, false);
    this.resting.drawn(this.painted, view);
  }

  render(gl: WebGL2RenderingContext, { defaultProjectionData }: CustomRenderMethodInput): void {
    if (this.parts === null || this.map === null) return;
    gl.disable(gl.DEPTH_TEST);
    this.parts.kept.show();
    this.draw(gl, defaultProjectionData.mainMatrix, true);
    if (this.isFirst) performance.mark("studio:painted");
    this.isFirst = false;
  }

  /** All that the picture of the dots at rest depends on, but the accounts. */
  private view(gl: WebGL2RenderingContext, matrix: ArrayLike<number>): string {
    const { colors, halo, ink, lit, divider, onlyMoved, afield } = this.look;
    const size = [gl.drawingBufferWidth, gl.drawingBufferHeight, devicePixelRatio];
    return [Array.from(matrix), size, colors, halo, ink, lit, divider, onlyMoved, [...afield]].join(" ");
  }

  private draw(gl: WebGL2RenderingContext, matrix: ArrayLike<number>, chosen: boolean): void {
    const { program, shape, colors } = this.parts!;
    const at = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(program, name);
    gl.useProgram(program);
    gl.bindVertexArray(shape);
    gl.uniformMatrix4fv(at("matrix"), false, movedBy(matrix, this.painted.cells.origin));
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, colors);
    gl.uniform1i(at("colors"), 0);
    gl.uniform1i(at("lit"), this.look.lit);
    gl.uniform1i(at("onlyMoved"), this.look.onlyMoved ? 1 : 0);
    gl.uniform1i(at("chosen"), chosen ? 1 : 0);
    gl.uniform1f(at("size"), dotSize(this.map!.getZoom(), this.painted.now.length) * devicePixelRatio);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.enable(gl.SCISSOR_TEST);
    for (const side of sidesOf(this.look, gl.drawingBufferWidth)) {
      gl.scissor(side.left, 0, side.width, gl.drawingBufferHeight);
      gl.uniform1i(at("now"), side.now ? 1 : 0);
      if (chosen) gl.drawElements(gl.POINTS, this.nChosen, gl.UNSIGNED_INT, 0);
      else gl.drawArrays(gl.POINTS, 0, this.painted.now.length);
    }
    gl.disable(gl.SCISSOR_TEST);
    gl.bindVertexArray(null);
  }

  private upload(gl: WebGL2RenderingContext): void {
    const { now, before, marks } = this.painted;
    for (let i = 0; i < now.length; i++) {
      this.holders[2 * i] = now[i];
      this.holders[2 * i + 1] = before[i];
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, this.parts!.holders);
    gl.bufferSubData(gl.ARRAY_BUFFER, 0, this.holders);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.parts!.marks);
    gl.bufferSubData(gl.ARRAY_BUFFER, 0, marks);
    const chosen = chosenIn(marks);
    gl.bindVertexArray(this.parts!.shape);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.parts!.chosen);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, chosen, gl.DYNAMIC_DRAW);
    gl.bindVertexArray(null);
    this.nChosen = chosen.length;
    uploadColors(gl, this.parts!.colors, this.look);
    this.stale = false;
  }
}

function chosenIn(marks: Uint8Array): Uint32Array {
  let n = 0;
  const found = new Uint32Array(marks.length);
  for (let i = 0; i < marks.length; i++) if ((marks[i] & Mark.chosen) !== 0) found[n++] = i;
  return found.subarray(0, n);
}

/** Across, in pixels: the more accounts, the smaller; larger as one comes nearer. */
export function dotSize(zoom: number, nAccounts: number): number {
  const crowd = Math.log10(Math.max(nAccounts, 100));
  return Math.min(14, Math.max(2, 8.5 - 1.3 * crowd + Math.max(0, zoom - 3.5) * 1.1));
}

interface Parts {
  program: WebGLProgram;
  shape: WebGLVertexArrayObject;
  holders: WebGLBuffer;
  marks: WebGLBuffer;
  chosen: WebGLBuffer;
  colors: WebGLTexture;
  kept: KeptPicture;
}

function partsOf(
  gl: WebGL2RenderingContext,
  places: Float32Array,
  holdersNow: Int16Array,
  marksNow: Uint8Array,
): Parts {
  const program = programOf(gl, VERTEX, FRAGMENT);
  const at = (name: string): number => {
    const place = gl.getAttribLocation(program, name);
    gl.enableVertexAttribArray(place);
    return place;
  };
  const shape = gl.createVertexArray();
  gl.bindVertexArray(shape);
  bufferOf(gl, gl.ARRAY_BUFFER, places);
  gl.vertexAttribPointer(at("place"), 2, gl.FLOAT, false, 0, 0);
  const holders = bufferOf(gl, gl.ARRAY_BUFFER, holdersNow);
  gl.vertexAttribIPointer(at("holders"), 2, gl.SHORT, 0, 0);
  const marks = bufferOf(gl, gl.ARRAY_BUFFER, marksNow);
  gl.vertexAttribIPointer(at("marks"), 1, gl.UNSIGNED_BYTE, 0, 0);
  const chosen = bufferOf(gl, gl.ELEMENT_ARRAY_BUFFER, new Uint32Array());
  gl.bindVertexArray(null);
  return { program, shape, holders, marks, chosen, colors: tableOf(gl), kept: new KeptPicture(gl) };
}
