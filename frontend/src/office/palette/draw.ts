import { icon } from "../icons/icon";
import { announce } from "../text/announce";
import { say } from "../text/say";
import type { Hit } from "./hit";
import { marked } from "./marked";

/** Draws the list, the chosen one in view; after it, or instead of it, a note. */
export function draw(found: readonly Hit[], chosen: number, query: string, note: string): void {
  const list = document.querySelector<HTMLElement>("#palette-list")!;
  const input = document.querySelector<HTMLElement>("#palette-query")!;
  list.replaceChildren();
  let group: HTMLElement | undefined;
  found.forEach((hit, at) => {
    if (group?.dataset.name !== hit.group) list.append((group = heading(hit.group)));
    group.append(option(hit, at, at === chosen, query));
  });
  if (found.length > 0) input.setAttribute("aria-activedescendant", `palette-option-${chosen}`);
  else input.removeAttribute("aria-activedescendant");
  document.querySelector("#palette-note")!.textContent = note;
  list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  if (query) announce(note || say("found", { count: found.length }));
}

function heading(name: string): HTMLElement {
  const group = document.createElement("div");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", name);
  group.dataset.name = name;
  const words = Object.assign(document.createElement("div"), {
    className: "palette-group",
    textContent: name,
  });
  words.setAttribute("aria-hidden", "true");
  group.append(words);
  return group;
}

function option(hit: Hit, at: number, chosen: boolean, query: string): HTMLElement {
  const element = document.createElement("div");
  element.className = "palette-option";
  element.id = `palette-option-${at}`;
  element.dataset.at = String(at);
  element.setAttribute("role", "option");
  element.setAttribute("aria-selected", String(chosen));
  const title = Object.assign(document.createElement("span"), { className: "truncate" });
  for (const { text, marked: isMarked } of marked(hit.title, query))
    title.append(isMarked ? Object.assign(document.createElement("mark"), { textContent: text }) : text);
  const note = Object.assign(document.createElement("span"), {
    className: "palette-note",
    textContent: hit.note,
  });
  element.append(icon(hit.icon), title, note);
  return element;
}
