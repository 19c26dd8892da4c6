import { draw } from "./draw";
import type { Scene } from "./scene";

/** A full frame slower than this is replaced by the last picture, moved, while a gesture lasts. */
const SLOW_MS = 34;
const SETTLED_MS = 90;

/** Paints at most once a frame; while a slow map is moved, it moves the last picture and paints when the hand rests. */
export class Painter {
  scene: Scene | null = null;
  private transform = { k: 1, x: 0, y: 0 };
  private frame = 0;
  private settle = 0;
  private cost = 0;
  /** Counts what was drawn, so that only a fresh, whole picture is kept. */
  private touched = 0;
  private picture: HTMLCanvasElement | null = null;
  private pictured = { k: 1, x: 0, y: 0 };

  constructor(private readonly canvas: HTMLCanvasElement) {}

  show(scene: Omit<Scene, "transform">): void {
    this.scene = { ...scene, transform: this.transform };
    this.request();
  }

  move(transform: { k: number; x: number; y: number }): void {
    this.transform = transform;
    if (this.scene === null) return;
    this.scene = { ...this.scene, transform };
    if (this.cost > SLOW_MS && this.picture !== null) {
      this.shift();
      clearTimeout(this.settle);
      this.settle = window.setTimeout(() => {
        this.request();
      }, SETTLED_MS);
    } else {
      this.request();
    }
  }

  paintNow(changes: Partial<Scene>): void {
    if (this.scene !== null) this.scene = { ...this.scene, ...changes };
    this.paint();
  }

  private request(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  private paint(): void {
    if (this.scene === null) return;
    const started = performance.now();
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const { width, height } = this.scene;
    if (this.canvas.width !== width * ratio || this.canvas.height !== height * ratio) {
      this.canvas.width = width * ratio;
      this.canvas.height = height * ratio;
    }
    draw(this.canvas.getContext("2d")!, this.scene, ratio);
    this.cost = performance.now() - started;
    // Drawing only orders the work: what it took shows when the next frame begins.
    const state = ++this.touched;
    const transform = this.transform;
    requestAnimationFrame(() => {
      this.cost = Math.max(this.cost, performance.now() - started);
      if (this.cost > SLOW_MS && this.touched === state) this.keep(transform);
    });
    this.canvas.dataset.paintMs = this.cost.toFixed(1);
  }

  private keep(transform: { k: number; x: number; y: number }): void {
    this.picture ??= document.createElement("canvas");
    this.picture.width = this.canvas.width;
    this.picture.height = this.canvas.height;
    this.picture.getContext("2d")!.drawImage(this.canvas, 0, 0);
    this.pictured = transform;
  }

  private shift(): void {
    this.touched++;
    const scene = this.scene!;
    const ratio = this.canvas.width / scene.width;
    const context = this.canvas.getContext("2d")!;
    const zoomed = this.transform.k / this.pictured.k;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = scene.ink.water;
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    context.setTransform(
      zoomed,
      0,
      0,
      zoomed,
      ratio * (this.transform.x - this.pictured.x * zoomed),
      ratio * (this.transform.y - this.pictured.y * zoomed),
    );
    context.drawImage(this.picture!, 0, 0);
  }
}
