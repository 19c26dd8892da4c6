type Point = readonly [number, number];

const SVG = "http://www.w3.org/2000/svg";
/** A drag shorter than this is a click. */
const CLICK_PX = 5;
/** A lasso's points are at least this far apart. */
const STEP_PX = 3;

/** Draws a rectangle or a lasso over the map, with a mouse, a pen or one finger; a second finger ends it. */
export class Drawing {
  private readonly svg = document.createElementNS(SVG, "svg");
  private readonly shape = document.createElementNS(SVG, "polygon");
  private points: Point[] = [];
  private pointer: number | null = null;
  kind: "rectangle" | "lasso" | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly done: (ring: Point[], event: PointerEvent) => void,
  ) {
    this.svg.setAttribute("class", "studio-drawing");
    this.svg.setAttribute("aria-hidden", "true");
    this.svg.append(this.shape);
    host.append(this.svg);
    host.addEventListener("pointerdown", this.down, { capture: true });
    host.addEventListener("pointermove", this.move);
    host.addEventListener("pointerup", this.up);
    host.addEventListener("pointercancel", this.cancel);
  }

  readonly cancel = (): void => {
    this.points = [];
    this.pointer = null;
    this.shape.removeAttribute("points");
  };

  private readonly down = (event: PointerEvent): void => {
    if (this.kind === null || event.button !== 0) return;
    if (!(event.target instanceof HTMLCanvasElement)) return;
    if (this.pointer !== null) {
      this.cancel();
      return;
    }
    this.pointer = event.pointerId;
    this.points = [this.at(event)];
  };

  private readonly move = (event: PointerEvent): void => {
    if (event.pointerId !== this.pointer) return;
    const here = this.at(event);
    const last = this.points[this.points.length - 1];
    if (this.kind === "rectangle") this.points = [this.points[0], here];
    else if (Math.hypot(here[0] - last[0], here[1] - last[1]) >= STEP_PX) this.points.push(here);
    this.shape.setAttribute("points", this.ring().map(String).join(" "));
  };

  private readonly up = (event: PointerEvent): void => {
    if (event.pointerId !== this.pointer) return;
    const ring = this.ring();
    this.cancel();
    const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
    const size = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
    if (ring.length >= 3 && size >= CLICK_PX) this.done(ring, event);
  };

  private ring(): Point[] {
    if (this.kind !== "rectangle" || this.points.length < 2) return this.points;
    const [[ax, ay], [bx, by]] = this.points;
    return [
      [ax, ay],
      [bx, ay],
      [bx, by],
      [ax, by],
    ];
  }

  private at(event: PointerEvent): Point {
    const box = this.host.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
}
