import type { Map as MapLibreMap } from "maplibre-gl";
import { icon } from "../../icons/icon";
import { NOBODY } from "../core/accounts";
import { latitudeOf, longitudeOf } from "../core/mercator";
import type { Studio } from "../studio";
import { signed } from "../page/format";
import { counted, words } from "../words";
import { anchorsOf, fitting } from "./labels";

interface Pinned {
  element: HTMLElement;
  longitude: number;
  latitude: number;
  /** Of names the territory; of remarks null: they are always seen. */
  territory: number | null;
  /** In pixels, measured once: asking for it costs the whole page a layout. */
  width: number;
  height: number;
}

type Unmeasured = Omit<Pinned, "width" | "height">;

interface Deeds {
  island: (accounts: readonly number[]) => void;
  remark: (id: number) => void;
}

/** Kept free at the rim of the map, in pixels. */
const RIM = 6;

/** Breaks shown at once; more would hide the map. */
const MOST_ISLANDS = 40;

/** What stands on the map as elements of the page: names, warnings, breaks, remarks, and the account under the pointer. */
export class Overlay {
  private readonly layer = document.createElement("div");
  private readonly tip = document.createElement("div");
  private pinned: Pinned[] = [];
  private frame = 0;
  private isOpen = true;
  /** What is drawn, in short: choosing accounts changes none of it. */
  private drawn = "";
  private size: [number, number] = [0, 0];
  /** What the tools cover at the left. */
  private tools = 0;
  private readonly sized: ResizeObserver;

  constructor(
    host: HTMLElement,
    private readonly map: MapLibreMap,
    private readonly studio: Studio,
    private readonly deeds: Deeds,
  ) {
    this.layer.className = "studio-overlay";
    this.tip.className = "studio-tip";
    this.tip.hidden = true;
    host.append(this.layer, this.tip);
    map.on("move", this.place);
    this.sized = new ResizeObserver(([entry]) => {
      this.size = [entry.contentRect.width, entry.contentRect.height];
      this.tools = toolsIn(host);
      this.place();
    });
    this.sized.observe(this.layer);
    this.changed();
  }

  close(): void {
    this.isOpen = false;
    this.sized.disconnect();
    this.layer.remove();
    this.tip.remove();
  }

  /** Draws names and pins anew, once for however many changes come before the next frame, and after it: the map and the figures come first. */
  changed(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      setTimeout(() => {
        this.frame = 0;
        if (this.isOpen && this.draw()) this.place();
      });
    });
  }

  hover(account: number | null, x: number, y: number): void {
    const { accounts, territories } = this.studio;
    this.tip.hidden = account === null;
    if (account === null) return;
    const at = accounts.territory[account];
    const held = at < 0 ? words("nobody") : territories[at].name;
    const place = accounts.city(account);
    this.tip.replaceChildren(
      Object.assign(document.createElement("strong"), { textContent: accounts.name(account) }),
      [place, held, accounts.lock[account] ? words("locked") : ""].filter(Boolean).join(" · "),
    );
    const flip = x > this.size[0] - 260;
    this.tip.style.transform = `translate(${x + (flip ? -14 : 14)}px, ${y + 14}px) translateX(${flip ? "-100%" : "0"})`;
  }

  /** Returns whether anything is other than it was. */
  private draw(): boolean {
    const { warnings, header, lit, territories, landNow } = this.studio;
    const drawn = JSON.stringify([
      warnings.map((one) => [
        one.kind,
        one.territory,
        "deviation" in one ? Math.round(one.deviation * 100) : 0,
      ]),
      warnings.flatMap((one) => (one.kind === "island" ? one.island.accounts.length : [])),
      header.remarks,
      lit,
      territories.map(({ locked }) => locked),
      landNow.reduce((mixed, at) => (Math.imul(mixed, 31) + at) | 0, 0),
    ]);
    if (drawn === this.drawn) return false;
    this.drawn = drawn;
    const names = anchorsOf(this.studio).map(({ territory, x, y }) => ({
      element: this.name(territory),
      longitude: longitudeOf(x),
      latitude: latitudeOf(y),
      territory,
    }));
    const pinned = [...this.remarks(), ...names, ...this.islands()];
    this.layer.replaceChildren(...pinned.map(({ element }) => element));
    this.pinned = pinned.map((one) => ({
      ...one,
      width: one.element.offsetWidth,
      height: one.element.offsetHeight,
    }));
    return true;
  }

  private name(at: number): HTMLElement {
    const { territories, warnings, lit, colors } = this.studio;
    const element = document.createElement("div");
    element.className = "studio-name";
    element.dataset.color = String(colors[at]);
    element.classList.toggle("is-lit", lit === at);
    element.append(Object.assign(document.createElement("span"), { textContent: territories[at].name }));
    if (territories[at].locked) element.append(icon("lock"));
    const warning = warnings.find(
      ({ kind, territory }) => territory === at && (kind === "large" || kind === "small"),
    );
    if (warning && "deviation" in warning) {
      const sign = document.createElement("b");
      sign.className = warning.kind === "large" ? "is-large" : "is-small";
      sign.textContent = signed(warning.deviation);
      element.append(sign);
    }
    return element;
  }

  private islands(): Unmeasured[] {
    const { warnings, territories, accounts } = this.studio;
    return warnings
      .flatMap((warning) => (warning.kind === "island" ? [warning.island] : []))
      .slice(0, MOST_ISLANDS)
      .map((island) => {
        const element = document.createElement("button");
        element.type = "button";
        element.className = "studio-pin is-island";
        element.append(icon("unplug"));
        element.setAttribute(
          "aria-label",
          counted("islandPin", island.accounts.length, { territory: territories[island.territory].name }),
        );
        element.addEventListener("click", () => {
          this.deeds.island(island.accounts);
        });
        const middle = (of: Float64Array): number =>
          island.accounts.reduce((sum, i) => sum + of[i], 0) / island.accounts.length;
        return {
          element,
          longitude: middle(accounts.longitude),
          latitude: middle(accounts.latitude),
          territory: NOBODY,
        };
      });
  }

  private remarks(): Unmeasured[] {
    return this.studio.header.remarks.flatMap(({ id, longitude, latitude, settled, text, who }) => {
      if (longitude === null || latitude === null || settled) return [];
      const element = document.createElement("button");
      element.type = "button";
      element.className = "studio-pin is-remark";
      element.append(icon("message-square"));
      element.setAttribute("aria-label", words("remarkPin", { who, text: text.slice(0, 80) }));
      element.addEventListener("click", () => {
        this.deeds.remark(id);
      });
      return [{ element, longitude, latitude, territory: null }];
    });
  }

  private readonly place = (): void => {
    const [width, height] = this.size;
    const always = new Set<number>();
    const boxes = this.pinned.map(({ longitude, latitude, territory, ...one }, at) => {
      if (territory === null || (territory !== NOBODY && territory === this.studio.lit)) always.add(at);
      const { x, y } = this.map.project([longitude, latitude]);
      if (x < -80 || y < -40 || x > width + 80 || y > height + 40) return null;
      const [half, tall] = [one.width / 2, one.height / 2];
      // A name whose place is in sight is not cut off by the rim or the tools.
      const within = territory !== null && territory >= 0 && x >= 0 && x <= width;
      const middle = within ? Math.max(this.tools + half, Math.min(width - half - RIM, x)) : x;
      return { left: middle - half, right: middle + half, top: y - tall, bottom: y + tall };
    });
    const fits = fitting(boxes, always);
    this.pinned.forEach(({ element }, at) => {
      const box = boxes[at];
      element.style.visibility = fits[at] ? "visible" : "hidden";
      if (box) element.style.transform = `translate(${Math.round(box.left)}px, ${Math.round(box.top)}px)`;
    });
  };
}

/** How far the tools reach into the map where they stand in a column at its left. */
function toolsIn(host: HTMLElement): number {
  const tools = host.parentElement?.querySelector(".studio-tools");
  if (!tools) return RIM;
  const [left, { right, width, height }] = [host.getBoundingClientRect().left, tools.getBoundingClientRect()];
  return height > width ? right - left + RIM : RIM;
}
