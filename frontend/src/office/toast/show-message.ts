import htmx from "htmx.org";
import { say } from "../text/say";
import { toast } from "./toast";

export interface Message {
  text: string;
  level: string;
  undo: string;
}

/** Shows what the server has to say, with a way back if there is one. */
export function showMessage({ text, level, undo }: Message): void {
  const wrong = level === "error";
  const warn = level === "warning";
  if (!undo) toast(text, { wrong, warn });
  else toast(text, { wrong, warn, act: { label: say("undo"), run: () => void takeBack(undo) } });
}

/** The deed is undone and the page shown as it is then. `next` tells the server where one was. */
function takeBack(address: string): Promise<void> {
  const values = { next: location.pathname + location.search };
  return htmx.ajax("post", address, {
    source: document.body,
    target: document.body,
    swap: "innerHTML",
    values,
  });
}
