import { render } from "preact";
import type { Topology } from "../map/topology";
import { knownFrom, openedFrom, type Opened } from "./core/opened";
import { partsOf } from "./core/parts";
import { terrainOf, type Terrain } from "./core/terrain";
import type { WayBack } from "./core/way-back";
import { App } from "./page/App";
import { Desk } from "./page/desk";
import { Studio } from "./studio";
import { forgetWords } from "./words";

/**
 * Opens the studio in its place on the page; the addresses of what it reads stand there. Returns what closes it.
 * `coming` is the plan, asked for while this script was on its way. The marks are what benchmarks/office_studio.py reads.
 */
export async function openStudio(host: HTMLElement, coming: Promise<Response>): Promise<() => void> {
  forgetWords();
  const { plan, news, steps, area, edits, remarks, outlines, tiles } = host.dataset as Record<string, string>;
  const [[opened, terrain], wayBack, topology] = await Promise.all([
    coming.then((answer) => planOf(checked(answer, plan))),
    read(steps).then((answer) => answer.json() as Promise<WayBack>),
    read(outlines).then((answer) => answer.json() as Promise<Topology>),
  ]);
  performance.mark("studio:here");
  const studio = new Studio(opened, terrain);
  const desk = new Desk(studio, { plan, news, steps, area, edits, remarks }, wayBack);
  host.replaceChildren();
  render(<App studio={studio} desk={desk} topology={topology} tiles={tiles} />, host);
  host.dataset.opened = "yes";
  performance.mark("studio:opened");
  return () => {
    desk.close();
    render(null, host);
  };
}

/** The land is divided as soon as it is known where accounts lie, while the server reckons who holds what. */
async function planOf(answer: Response): Promise<[Opened, Terrain]> {
  const parts = partsOf(answer.body!);
  const next = async (): Promise<ArrayBuffer> => {
    const { value } = await parts.next();
    if (!value) throw new Error("The plan came without one of its parts.");
    return value;
  };
  const known = knownFrom(await next());
  const terrain = terrainOf(known);
  return [openedFrom(known, await next()), terrain];
}

async function read(address: string): Promise<Response> {
  return checked(await fetch(address), address);
}

function checked(answer: Response, address: string): Response {
  if (!answer.ok || answer.redirected) throw new Error(`${address} answers ${answer.status}.`);
  return answer;
}
