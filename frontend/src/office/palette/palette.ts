import { visit } from "../net/visit";
import { say } from "../text/say";
import { actions, doAction } from "./actions";
import { best } from "./best";
import { draw } from "./draw";
import type { Hit } from "./hit";
import { keepRecent, recent } from "./recent";

const WAIT_MS = 120;

/** The palette: what one types is looked up in pages and actions at once, in accounts and people a moment later. */
export function keepPalette(): void {
  let asked: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pages: Hit[] = [];
  let records: Hit[] = [];
  let found: Hit[] = [];
  let chosen = 0;

  const show = (note = ""): void => {
    const text = query().value.trim();
    const group = say("recent");
    found = text
      ? [...records, ...best([...actions(), ...pages], text)]
      : [...recent(person()).map((hit) => ({ ...hit, group })), ...actions(), ...pages];
    chosen = Math.min(chosen, Math.max(found.length - 1, 0));
    draw(found, chosen, text, note);
  };

  const ask = async (): Promise<void> => {
    asked?.abort();
    asked = new AbortController();
    const text = query().value.trim();
    try {
      const answer = await fetch(`${dialog().dataset.palette!}?q=${encodeURIComponent(text)}`, {
        signal: asked.signal,
      });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      ({ hits: records, pages } = (await answer.json()) as { hits: Hit[]; pages: Hit[] });
      const nothing = text !== "" && records.length + best([...actions(), ...pages], text).length === 0;
      show(nothing ? say("nothingFound", { query: text }) : "");
    } catch (error) {
      if ((error as Error).name !== "AbortError") show(say("offline"));
    }
  };

  const open = (hit: Hit | undefined): void => {
    if (!hit) return;
    const isRecord = records.includes(hit);
    dialog().close();
    if (isRecord) keepRecent(person(), hit);
    if (hit.url) visit(hit.url);
    else doAction(hit.title);
  };

  document.addEventListener("terrier:open", (event) => {
    if (event.target !== dialog()) return;
    query().value = "";
    query().focus();
    records = [];
    chosen = 0;
    show();
    void ask();
  });
  document.addEventListener("input", (event) => {
    if (event.target !== query()) return;
    chosen = 0;
    records = best(records, query().value); // what no longer matches goes at once, the rest stays until the answer
    show();
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), WAIT_MS);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target !== query() || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      chosen = (chosen + step + found.length) % found.length;
      draw(found, chosen, query().value, "");
    } else if (event.key === "Enter") open(found[chosen]);
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const option = (event.target as Element).closest<HTMLElement>(".palette-option");
    if (option) open(found[Number(option.dataset.at)]);
  });
}

const dialog = (): HTMLDialogElement => document.querySelector<HTMLDialogElement>("#palette")!;
const query = (): HTMLInputElement => document.querySelector<HTMLInputElement>("#palette-query")!;
const person = (): string => dialog().dataset.person ?? "";
