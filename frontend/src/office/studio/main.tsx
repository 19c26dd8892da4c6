import { render } from "preact";
import type { Topology } from "../map/topology";
import { openedFrom } from "./core/opened";
import type { WayBack } from "./core/way-back";
import { App } from "./page/App";
import { Desk } from "./page/desk";
import { Studio } from "./studio";
import { forgetWords } from "./words";

/** Opens the studio in its place on the page; the address of what it reads stands there. Returns what closes it. */
export async function openStudio(host: HTMLElement): Promise<() => void> {
  forgetWords();
  const { plan, news, steps, edits, remarks, outlines, tiles } = host.dataset as Record<string, string>;
  const [buffer, wayBack, topology] = await Promise.all([
    read(plan).then((answer) => answer.arrayBuffer()),
    read(steps).then((answer) => answer.json() as Promise<WayBack>),
    read(outlines).then((answer) => answer.json() as Promise<Topology>),
  ]);
  const studio = new Studio(openedFrom(buffer));
  const desk = new Desk(studio, { plan, news, steps, edits, remarks }, wayBack);
  host.replaceChildren();
  render(<App studio={studio} desk={desk} topology={topology} tiles={tiles} />, host);
  host.dataset.opened = "yes";
  return () => {
    desk.close();
    render(null, host);
  };
}

async function read(address: string): Promise<Response> {
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected) throw new Error(`${address} answers ${answer.status}.`);
  return answer;
}
