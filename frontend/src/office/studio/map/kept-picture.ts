import { programOf } from "./program";

const WHOLE = `
void main() {
  vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
  gl_Position = vec4(corner, 0.0, 1.0);
}`;

const AS_IT_IS = `
precision mediump float;
uniform sampler2D picture;
out vec4 seen;
void main() { seen = texelFetch(picture, ivec2(gl_FragCoord.xy), 0); }`;

/** A picture as large as the map that is drawn once and shown in many frames: laid over what is there, by its own alpha. */
export class KeptPicture {
  private readonly program: WebGLProgram;
  private readonly frame: WebGLFramebuffer;
  private readonly texture: WebGLTexture;
  private readonly shape: WebGLVertexArrayObject;
  private size = "";

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.program = programOf(gl, WHOLE, AS_IT_IS);
    this.frame = gl.createFramebuffer();
    this.texture = gl.createTexture();
    this.shape = gl.createVertexArray();
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
      gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
  }

  /** What is drawn from here on goes into the picture, which is empty; whoever draws returns to the map's own afterwards. */
  begin(): void {
    const { gl } = this;
    const { drawingBufferWidth: width, drawingBufferHeight: height } = gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame);
    if (this.size !== `${width} ${height}`) {
      gl.bindTexture(gl.TEXTURE_2D, this.texture);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.texture, 0);
      this.size = `${width} ${height}`;
    }
    gl.viewport(0, 0, width, height);
    gl.disable(gl.SCISSOR_TEST);
    gl.colorMask(true, true, true, true);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
  }

  /** Lays it over the map, at the depth that is set. */
  show(): void {
    const { gl } = this;
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.disable(gl.STENCIL_TEST);
    gl.disable(gl.CULL_FACE);
    gl.disable(gl.SCISSOR_TEST);
    gl.useProgram(this.program);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.uniform1i(gl.getUniformLocation(this.program, "picture"), 0);
    gl.bindVertexArray(this.shape);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.bindVertexArray(null);
  }
}
