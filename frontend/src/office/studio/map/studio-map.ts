import { Map as MapLibreMap, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { palette } from "../../../map/palette";
import { outlinesOf, type Topology } from "../../map/topology";
import { NOBODY } from "../core/accounts";
import { latitudeOf, longitudeOf, mercatorX, mercatorY } from "../core/mercator";
import type { Studio } from "../studio";
import { Counties } from "./counties";
import { hexColor, mapColors, type MapColors } from "./css-color";
import { DotsLayer } from "./dots-layer";
import { Drawing } from "./drawing";
import { LandLayer } from "./land-layer";
import { Overlay } from "./overlay";
import { sidesOf, type Look, type Painted } from "./paint";
import { styleOf } from "./style";
import { howOf, resolutionOf, type AreaKind, type How, type Tool } from "./tools";

setWorkerUrl(workerUrl);

const UNITED_STATES: [number, number, number, number] = [-125, 24, -66, 50];
/** What is so near is seen as the same: the page may have changed its size a little since. */
const [NEARLY_PX, NEARLY_ZOOM] = [30, 0.2];
const REACH_PX = { mouse: 8, pen: 12, touch: 22 };

/** A point of the map, the account that is nearest to it, and how fine hexagons are to be. */
export interface Spot {
  longitude: number;
  latitude: number;
  account: number | null;
  resolution: number;
}

export interface MapEvents {
  /** Somebody clicked where a remark is to stand. */
  remarkAt: (longitude: number, latitude: number) => void;
  openRemark: (id: number) => void;
  /** The accounts of an area that only the server knows, as positions; null where there is none. */
  areaAt: (kind: AreaKind, spot: Spot) => Promise<{ name: string; accounts: number[] } | null>;
  /** An area was chosen, with how many accounts. */
  areaChosen: (name: string, n: number) => void;
  nothingThere: (tool: Tool) => void;
}

/** The map of the studio: the only part that knows MapLibre. What it shows it reads from the studio; what one does on it it tells. */
export class StudioMap {
  readonly look: Look;
  private readonly map: MapLibreMap;
  private readonly land: LandLayer;
  private readonly dots: DotsLayer;
  private readonly overlay: Overlay;
  private readonly drawing: Drawing;
  private readonly counties: Counties;
  private readonly observer: MutationObserver;
  private readonly silence: () => void;
  /** The figures of the plan as it was drawn last: an edit brings others. */
  private shown: unknown = null;
  private isOpen = true;
  private tool: Tool = "select";
  how: How = "only";
  areaKind: AreaKind = "county";

  constructor(
    private readonly host: HTMLElement,
    private readonly studio: Studio,
    topology: Topology,
    tiles: string,
    label: string,
    private readonly events: MapEvents,
  ) {
    this.counties = new Counties(topology);
    const outlines = outlinesOf(topology);
    this.look = {
      colors: new Uint8Array(),
      halo: [255, 255, 255],
      ink: [0, 0, 0],
      locked: studio.shaping.frozen,
      afield: new Set(
        [...studio.territories.keys()].filter((at) => studio.territories[at].kind !== "geographic"),
      ),
      lit: NOBODY,
      divider: 0,
      onlyMoved: false,
    };
    const colors = mapColors(host);
    this.paint(colors);
    const painted: Painted = {
      cells: studio.cells,
      sites: studio.sites,
      finder: studio.finder,
      now: studio.accounts.territory,
      before: studio.accounts.before,
      landNow: studio.landNow,
      landBefore: studio.landBefore,
      marks: studio.marks,
    };
    this.land = new LandLayer(painted, this.look);
    this.dots = new DotsLayer(painted, this.look);
    const ground = document.createElement("div");
    ground.className = "studio-ground";
    host.append(ground);
    this.map = new MapLibreMap({
      container: ground,
      style: styleOf(colors, outlines, tiles),
      bounds: this.home(),
      fitBoundsOptions: { padding: this.padding(48) },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      renderWorldCopies: false,
      fadeDuration: 0,
      maxZoom: 16,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.doubleClickZoom.disable();
    const canvas = this.map.getCanvas();
    canvas.setAttribute("aria-label", label);
    this.overlay = new Overlay(host, this.map, studio, {
      island: (accounts) => {
        this.zoomTo(accounts);
        this.studio.choose(accounts);
      },
      remark: events.openRemark,
    });
    this.drawing = new Drawing(host, (ring, event) => {
      this.drawn(ring, event);
    });
    this.map.on("style.load", () => {
      this.map.addLayer(this.land, "water");
      this.map.addLayer(this.dots);
    });
    this.map.on("click", ({ point, originalEvent }) => {
      if (this.drawing.kind === null) this.act(point.x, point.y, originalEvent);
    });
    canvas.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.act(host.clientWidth / 2, host.clientHeight / 2, event);
    });
    this.map.on("mousemove", ({ point }) => {
      this.overlay.hover(this.accountAt(point.x, point.y, "mouse"), point.x, point.y);
    });
    this.map.on("mouseout", () => {
      this.overlay.hover(null, 0, 0);
    });
    this.map.once("idle", () => {
      performance.mark("studio:drawn");
      host.dataset.ready = "yes";
    });
    this.observer = new MutationObserver(() => {
      const fresh = mapColors(host);
      this.paint(fresh);
      this.map.setStyle(styleOf(fresh, outlines, tiles), { diff: false });
      this.land.changed();
      this.changed();
    });
    this.observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.silence = studio.listen(() => {
      this.changed();
    });
  }

  close(): void {
    this.isOpen = false;
    this.silence();
    this.observer.disconnect();
    this.overlay.close();
    this.map.remove();
  }

  use(tool: Tool): void {
    this.tool = tool;
    this.drawing.cancel();
    this.drawing.kind = tool === "rectangle" || tool === "lasso" ? tool : null;
    this.map.dragPan[this.drawing.kind ? "disable" : "enable"]();
    this.map.boxZoom.disable();
    this.host.dataset.tool = tool;
  }

  focus(): void {
    this.map.getCanvas().focus({ preventScroll: true });
  }

  /** Shows the plan before on the left of the divider; 0 shows the plan as it is alone. */
  compare(divider: number): void {
    this.look.divider = divider;
    this.map.triggerRepaint();
  }

  showOnlyMoved(only: boolean): void {
    this.look.onlyMoved = only;
    this.map.triggerRepaint();
  }

  zoomBy(steps: number): void {
    this.map.easeTo({ zoom: this.map.getZoom() + steps, animate: !still() });
  }

  /** The land of the territories; and all accounts, wherever portfolios have theirs, to whoever sees the land already. */
  showAll(): void {
    const padding = this.padding(48);
    const there = this.map.cameraForBounds(this.home(), { padding });
    const { lng, lat } = this.map.getCenter();
    const middle = there?.center === undefined ? null : this.map.project(there.center);
    const now = this.map.project([lng, lat]);
    const isThere =
      middle !== null &&
      Math.hypot(middle.x - now.x, middle.y - now.y) < NEARLY_PX &&
      Math.abs(this.map.getZoom() - (there?.zoom ?? Infinity)) < NEARLY_ZOOM;
    this.map.fitBounds(isThere ? this.everything() : this.home(), { padding, animate: !still() });
  }

  zoomTo(accounts: readonly number[]): void {
    const box = this.boxOf(accounts);
    if (box) this.map.fitBounds(box, { padding: this.padding(80), maxZoom: 9, animate: !still() });
  }

  showPlace(longitude: number, latitude: number): void {
    this.map.easeTo({
      center: [longitude, latitude],
      zoom: Math.max(this.map.getZoom(), 7),
      animate: !still(),
    });
  }

  /** Chooses what can be seen now. */
  chooseInView(how: How): void {
    const bounds = this.map.getBounds();
    this.studio.choose(
      this.studio.finder.within(
        mercatorX(bounds.getWest()),
        mercatorY(bounds.getNorth()),
        mercatorX(bounds.getEast()),
        mercatorY(bounds.getSouth()),
      ),
      how,
    );
  }

  /** Where an account is on the page now: for the tests that drive the map. */
  pixelOf(account: number): { x: number; y: number } {
    const { longitude, latitude } = this.studio.accounts;
    return this.map.project([longitude[account], latitude[account]]);
  }

  private changed(): void {
    this.look.lit = this.studio.lit;
    this.dots.changed();
    this.overlay.changed();
    const { figures } = this.studio;
    if (figures === this.shown) this.map.triggerRepaint();
    else {
      // An edit is drawn at once, while the page writes its figures: first the accounts, in the next frame the land.
      this.map.redraw();
      requestAnimationFrame(() => {
        this.land.changed();
        if (this.isOpen) this.map.triggerRepaint();
      });
    }
    this.shown = figures;
  }

  private paint(named: MapColors): void {
    const dark = named["--color-base-100"][0] < 128;
    const colors = palette(dark).map(hexColor);
    const page = this.host.closest<HTMLElement>("[data-studio]");
    palette(dark).forEach((color, at) => page?.style.setProperty(`--territory-${at}`, color));
    const look = this.look;
    look.colors = Uint8Array.from(
      [named["--map-nobody"], ...this.studio.colors].flatMap((color) =>
        typeof color === "number" ? colors[color] : color,
      ),
    );
    look.halo = named["--map-halo"];
    look.ink = named["--map-ink"];
  }

  private drawn(ring: readonly (readonly [number, number])[], event: PointerEvent): void {
    const lasso = ring.map(([x, y]) => {
      const { lng, lat } = this.map.unproject([x, y]);
      return [mercatorX(lng), mercatorY(lat)] as const;
    });
    this.studio.choose(this.studio.finder.encircled(lasso), howOf(event, this.how));
  }

  /** What the tool does at a point of the map. */
  private act(x: number, y: number, event: MouseEvent | KeyboardEvent): void {
    const { lng, lat } = this.map.unproject([x, y]);
    if (this.tool === "remark") {
      this.events.remarkAt(lng, lat);
      return;
    }
    const how = howOf(event, this.how);
    if (this.tool === "area") {
      void this.chooseArea(lng, lat, how);
      return;
    }
    const touch = "pointerType" in event && event.pointerType === "touch";
    const reach = touch ? "touch" : "key" in event ? "touch" : "mouse";
    const account = this.accountAt(x, y, reach);
    if (this.tool === "territory") {
      const territory = account === null ? this.landAt(lng, lat, x) : this.heldBy(account, x);
      if (territory === NOBODY) this.events.nothingThere("territory");
      else {
        this.studio.light(territory);
        this.studio.choose(this.studio.accountsOf(territory), how);
      }
    } else if (account !== null) this.studio.choose([account], how === "add" ? "toggle" : how);
    else if (how === "only") this.studio.choose([]);
  }

  private async chooseArea(longitude: number, latitude: number, how: How): Promise<void> {
    const found =
      this.areaKind === "county"
        ? this.countyAt(longitude, latitude)
        : await this.events.areaAt(this.areaKind, {
            longitude,
            latitude,
            account: this.nearestTo(longitude, latitude),
            resolution: resolutionOf(this.map.getZoom()),
          });
    if (found === null) {
      this.events.nothingThere("area");
      return;
    }
    this.studio.choose(found.accounts, how);
    this.events.areaChosen(found.name, found.accounts.length);
  }

  private countyAt(longitude: number, latitude: number): { name: string; accounts: number[] } | null {
    const county = this.counties.at(longitude, latitude);
    if (county === null) return null;
    const accounts = county.rings.flatMap((ring) => [
      ...this.studio.finder.encircled(ring.map(([x, y]) => [mercatorX(x), mercatorY(y)] as const)),
    ]);
    return { name: `${county.name}, ${county.state}`, accounts };
  }

  /** Within an eighth of the map's width. */
  private nearestTo(longitude: number, latitude: number): number | null {
    const bounds = this.map.getBounds();
    const reach = (mercatorX(bounds.getEast()) - mercatorX(bounds.getWest())) / 8;
    return this.studio.finder.nearest(mercatorX(longitude), mercatorY(latitude), reach);
  }

  private accountAt(x: number, y: number, pointer: keyof typeof REACH_PX): number | null {
    const [here, beside] = [this.map.unproject([x, y]), this.map.unproject([x + REACH_PX[pointer], y])];
    const reach = mercatorX(beside.lng) - mercatorX(here.lng);
    return this.studio.finder.nearest(mercatorX(here.lng), mercatorY(here.lat), reach);
  }

  /** The territory of the nearest site, whose land it is. */
  private landAt(longitude: number, latitude: number, pixel: number): number {
    const { sites, landNow, landBefore } = this.studio;
    const [x, y] = [mercatorX(longitude), mercatorY(latitude)];
    let [found, least] = [NOBODY, Infinity];
    for (let site = 0; site < sites.n; site++) {
      const distance = (sites.x[site] - x) ** 2 + (sites.y[site] - y) ** 2;
      if (distance < least) [found, least] = [site, distance];
    }
    if (found === NOBODY) return NOBODY;
    return this.isNow(pixel) ? landNow[found] : landBefore[found];
  }

  private heldBy(account: number, pixel: number): number {
    const { territory, before } = this.studio.accounts;
    return this.isNow(pixel) ? territory[account] : before[account];
  }

  private isNow(pixel: number): boolean {
    const side = sidesOf(this.look, this.host.clientWidth).find(
      ({ left, width }) => pixel >= left && pixel < left + width,
    );
    return side?.now ?? true;
  }

  /** The tools cover the left of a wide map, the top of a narrow one. */
  private padding(around: number): { top: number; right: number; bottom: number; left: number } {
    const narrow = this.host.clientWidth < 480;
    const each = Math.min(around, this.host.clientWidth / 8);
    return {
      top: each + (narrow ? 40 : 0),
      right: each,
      bottom: each,
      left: each + (narrow ? 0 : 32),
    };
  }

  /** Where the territories lie that own land: a few customers of a portfolio far away do not make a region small. */
  private home(): [number, number, number, number] {
    const { accounts, territories } = this.studio;
    const isAtHome = (i: number): boolean => territories[accounts.territory[i]]?.kind === "geographic";
    return this.boxOf([...accounts.longitude.keys()].filter(isAtHome)) ?? this.everything();
  }

  private everything(): [number, number, number, number] {
    return this.boxOf(this.studio.accounts.longitude.keys()) ?? UNITED_STATES;
  }

  private boxOf(accounts: Iterable<number>): [number, number, number, number] | null {
    const { finder } = this.studio;
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const i of accounts) {
      if (Number.isNaN(finder.x[i])) continue;
      left = Math.min(left, finder.x[i]);
      right = Math.max(right, finder.x[i]);
      top = Math.min(top, finder.y[i]);
      bottom = Math.max(bottom, finder.y[i]);
    }
    if (left > right) return null;
    return [longitudeOf(left), latitudeOf(bottom), longitudeOf(right), latitudeOf(top)];
  }
}

function still(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
