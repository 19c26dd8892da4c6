import { select } from "d3-selection";
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomBehavior } from "d3-zoom";
import { extent, type Extent } from "../../geometry/extent";
import { fit } from "../../geometry/fit";
import { projection, type Project } from "../../geometry/projection";
import { nearest } from "./nearest";
import type { Places } from "./places";
import type { Outlines } from "./topology";

const UNITED_STATES: Extent = { left: -125, top: 24, right: -66, bottom: 50 };
const REACH = 14;
const AROUND_ONE = 1.6;
/** Pixels a degree from which on counties are drawn. */
const COUNTIES_FROM = 45;

interface Base {
  land: Path2D;
  states: Path2D;
  counties: Path2D;
}

/** A map of accounts: packaged outlines under points, on a canvas one can pull and zoom. */
export class PlaceMap {
  private readonly canvas = document.createElement("canvas");
  private readonly behavior: ZoomBehavior<HTMLCanvasElement, unknown>;
  private places: Places | null = null;
  private base: Base | null = null;
  private x = new Float64Array();
  private y = new Float64Array();
  private transform = zoomIdentity;
  private frame = 0;
  private box: Extent | null = null;
  /** How long a degree of latitude is before zooming. */
  private degree = 1;
  /** The account that is pointed out. */
  private marked: number | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly outlines: Outlines,
    private readonly choose: (id: number | null) => void,
  ) {
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", host.dataset.label ?? "");
    host.replaceChildren(this.canvas);
    this.behavior = zoom<HTMLCanvasElement, unknown>()
      .scaleExtent([0.2, 60])
      .filter((event: WheelEvent) => this.isLarge || event.ctrlKey || event.type !== "wheel")
      .on("zoom", (event: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
        this.transform = event.transform;
        this.request();
      });
    select(this.canvas).call(this.behavior);
    this.canvas.addEventListener("click", (event) => {
      this.clicked(event);
    });
    new ResizeObserver(() => {
      this.fitAll();
    }).observe(host);
    new MutationObserver(() => {
      this.request();
    }).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  /** A small map in a page lets the wheel scroll the page. */
  private get isLarge(): boolean {
    return this.host.dataset.map === "list";
  }

  show(places: Places): void {
    this.places = places;
    this.marked = null;
    const lies = { x: Float64Array.from(places.longitude), y: Float64Array.from(places.latitude) };
    const project = projection(
      places.ids.length > 0 ? padded(extent(lies.x, lies.y)) : UNITED_STATES,
      true,
      true,
    );
    const at = places.ids.map((_, i) => project(lies.x[i], lies.y[i]));
    this.x = Float64Array.from(at, (place) => place[0]);
    this.y = Float64Array.from(at, (place) => place[1]);
    this.base = {
      land: traced(this.outlines.land, project, true),
      states: traced(this.outlines.states, project, false),
      counties: traced(this.outlines.counties, project, false),
    };
    const middle = places.ids.length > 0 ? [lies.x[0], lies.y[0]] : [-96, 38];
    this.degree = Math.abs(project(middle[0], middle[1] + 0.5)[1] - project(middle[0], middle[1] - 0.5)[1]);
    this.host.dataset.shown = String(places.ids.length);
    this.fitAll(this.frameOf(places, project));
  }

  mark(id: number | null): void {
    const at = id === null || !this.places ? -1 : this.places.ids.indexOf(id);
    this.marked = at < 0 ? null : at;
    this.request();
  }

  private frameOf(places: Places, project: Project): Extent {
    if (places.ids.length > 1) return extent(this.x, this.y);
    const around =
      places.ids.length === 1 ? padded(extent(places.longitude, places.latitude), AROUND_ONE) : UNITED_STATES;
    const corners = [
      project(around.left, around.top),
      project(around.right, around.bottom),
      project(around.left, around.bottom),
      project(around.right, around.top),
    ];
    return extent(
      corners.map(([x]) => x),
      corners.map(([, y]) => y),
    );
  }

  private fitAll(box: Extent | null = this.box): void {
    this.box = box;
    const { clientWidth: width, clientHeight: height } = this.host;
    if (!box || width === 0 || height === 0) return;
    const { k, x, y } = fit(box, width, height, { margin: 24, largest: 30 });
    select(this.canvas).call(
      this.behavior.transform.bind(this.behavior),
      zoomIdentity.translate(x, y).scale(k),
    );
    this.request();
  }

  private clicked({ offsetX, offsetY }: MouseEvent): void {
    const { k, x, y } = this.transform;
    const found = nearest(this.x, this.y, { x: (offsetX - x) / k, y: (offsetY - y) / k }, REACH / k);
    this.marked = found;
    this.choose(found === null ? null : this.places!.ids[found]);
    this.request();
  }

  private request(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  private paint(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (!this.base || width === 0) return;
    const ratio = Math.min(devicePixelRatio || 1, 2);
    if (this.canvas.width !== width * ratio || this.canvas.height !== height * ratio) {
      this.canvas.width = width * ratio;
      this.canvas.height = height * ratio;
    }
    const context = this.canvas.getContext("2d")!;
    const style = getComputedStyle(this.host);
    const ink = (name: string): string => style.getPropertyValue(name).trim();
    const { k, x, y } = this.transform;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.setTransform(ratio * k, 0, 0, ratio * k, ratio * x, ratio * y);
    context.fillStyle = ink("--map-land");
    context.fill(this.base.land);
    context.lineJoin = "round";
    if (k * this.degree > COUNTIES_FROM) stroke(context, this.base.counties, ink("--map-county"), 0.75 / k);
    stroke(context, this.base.states, ink("--map-state"), 1 / k);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.paintPoints(context, { width, height }, ink);
  }

  private paintPoints(
    context: CanvasRenderingContext2D,
    { width, height }: { width: number; height: number },
    ink: (name: string) => string,
  ): void {
    const { k, x, y } = this.transform;
    const n = this.x.length;
    const radius = Math.min(6, (n > 1500 ? 2.2 : n > 300 ? 3 : 4.5) * Math.max(1, k) ** 0.3);
    const colors = ["--map-prospect", "--map-active", "--map-lapsed", "--map-closed"].map(ink);
    context.globalAlpha = n > 1500 ? 0.75 : 0.9;
    colors.forEach((color, status) => {
      context.beginPath();
      for (let i = 0; i < n; i++) {
        if (this.places!.status[i] !== status) continue;
        const [px, py] = [this.x[i] * k + x, this.y[i] * k + y];
        if (!(px > -radius && px < width + radius && py > -radius && py < height + radius)) continue;
        context.moveTo(px + radius, py);
        context.arc(px, py, radius, 0, 2 * Math.PI);
      }
      context.fillStyle = color;
      context.fill();
    });
    context.globalAlpha = 1;
    if (this.marked === null) return;
    context.beginPath();
    context.arc(this.x[this.marked] * k + x, this.y[this.marked] * k + y, radius + 4, 0, 2 * Math.PI);
    context.lineWidth = 2.5;
    context.strokeStyle = ink("--map-mark");
    context.stroke();
  }
}

function stroke(context: CanvasRenderingContext2D, path: Path2D, color: string, width: number): void {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke(path);
}

function padded(box: Extent, by = 0.2): Extent {
  return { left: box.left - by, top: box.top - by, right: box.right + by, bottom: box.bottom + by };
}

function traced(lines: number[][], project: Project, closed: boolean): Path2D {
  const path = new Path2D();
  for (const line of lines) {
    let drawing = false;
    for (let i = 0; i + 1 < line.length; i += 2) {
      const [x, y] = project(line[i], line[i + 1]);
      if (Number.isNaN(x)) drawing = false;
      else if (drawing) path.lineTo(x, y);
      else {
        path.moveTo(x, y);
        drawing = true;
      }
    }
    if (closed) path.closePath();
  }
  return path;
}
