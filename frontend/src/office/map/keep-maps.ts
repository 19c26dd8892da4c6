import { cookie } from "../preferences/cookie";
import { onePlace, type Places } from "./places";
import { PlaceMap } from "./place-map";
import { outlinesOf, type Outlines, type Topology } from "./topology";

const REMEMBERED = "accounts_map";

let outlines: Promise<Outlines> | undefined;
const maps = new WeakMap<HTMLElement, PlaceMap>();
/** The address whose places the list's map shows, so that they are asked for once. */
let shown = "";

/** Maps on the page: one account's, and the one beside the list, which follows what is filtered. */
export function keepMaps(): void {
  document.addEventListener("click", (event) => {
    const followed = (event.target as Element).closest<HTMLElement>("[data-map-show]");
    if (followed)
      document.cookie = cookie(REMEMBERED, followed.dataset.mapShow!, location.protocol === "https:");
  });
  document.addEventListener("mouseover", (event) => {
    const row = (event.target as Element).closest<HTMLElement>("tr[data-account]");
    const host = document.querySelector<HTMLElement>("[data-map=list]");
    if (host) maps.get(host)?.mark(row ? Number(row.dataset.account) : null);
  });
  document.addEventListener("htmx:afterSettle", settle);
  settle();
}

function settle(): void {
  for (const host of document.querySelectorAll<HTMLElement>("[data-map=place]")) void showPlace(host);
  for (const host of document.querySelectorAll<HTMLElement>("[data-map=change]")) void showChange(host);
  const host = document.querySelector<HTMLElement>("[data-map=list]");
  const address = document.getElementById("results")?.dataset.points;
  if (host && address) void showList(host, address);
}

async function showPlace(host: HTMLElement): Promise<void> {
  const map = await mapIn(host, () => undefined);
  if (host.dataset.shown === undefined) map.show(onePlace(host.dataset));
}

/** What a territory gains, loses and keeps: the page brings the places along. */
async function showChange(host: HTMLElement): Promise<void> {
  const brought = document.getElementById(host.dataset.places!)!.textContent;
  const map = await mapIn(host, () => undefined);
  if (host.dataset.shown !== undefined) return;
  const places = JSON.parse(brought) as Places;
  map.show(places);
  tell(host, places);
}

async function showList(host: HTMLElement, address: string): Promise<void> {
  if (shown === address && maps.has(host)) return;
  shown = address;
  const [map, answer] = await Promise.all([mapIn(host, pointOut), fetch(address)]);
  if (!answer.ok || answer.redirected) return;
  const places = (await answer.json()) as Places;
  if (shown !== address) return; // somebody filters on
  names = new Map(places.ids.map((id, at) => [id, places.names[at]]));
  listAddress = places.address;
  map.show(places);
  tell(host, places);
}

async function mapIn(host: HTMLElement, choose: (id: number | null) => void): Promise<PlaceMap> {
  outlines ??= fetch(host.dataset.outlines!)
    .then((answer) => answer.json() as Promise<Topology>)
    .then(outlinesOf);
  const read = await outlines;
  let map = maps.get(host);
  if (!map) maps.set(host, (map = new PlaceMap(host, read, choose)));
  return map;
}

let names = new Map<number, string>();
let listAddress = "";

/** A point that is clicked names itself and shows its row, if the page has it. */
function pointOut(id: number | null): void {
  const host = document.querySelector<HTMLElement>("[data-map=list]")!;
  host.querySelector(".map-name")?.remove();
  for (const row of document.querySelectorAll("tr.is-here")) row.classList.remove("is-here");
  if (id === null) return;
  const name = document.createElement("a");
  name.className = "map-name";
  name.href = `${listAddress}${id}/`;
  name.textContent = names.get(id) ?? "";
  host.append(name);
  const row = document.querySelector<HTMLElement>(`tr[data-account="${id}"]`);
  row?.classList.add("is-here");
  row?.scrollIntoView({ block: "nearest" });
}

/** What the map cannot show, in words. */
function tell(host: HTMLElement, { left_out, placeless }: Places): void {
  host.querySelector(".map-note")?.remove();
  const texts = [
    left_out > 0 ? host.dataset.leftOut!.replace("{n}", left_out.toLocaleString()) : "",
    placeless > 0 ? host.dataset.placeless!.replace("{n}", placeless.toLocaleString()) : "",
  ].filter(Boolean);
  if (texts.length === 0) return;
  const note = document.createElement("p");
  note.className = "map-note";
  note.textContent = texts.join(" ");
  host.append(note);
}
