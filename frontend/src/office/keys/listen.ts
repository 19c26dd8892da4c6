import { visit } from "../net/visit";
import { openDialog } from "../overlay/open-dialog";
import { isTyping } from "./is-typing";
import { rowKey } from "./rows";
import { sequence, type Pressed } from "./sequence";

/** The page's shortcuts. A control says which key clicks it, `data-key="e"`; the sheet (`?`) lists the ways to pages. */
export function listenToKeys(): void {
  let pressed: Pressed | undefined;
  document.addEventListener("keydown", (event) => {
    if (isPaletteKey(event)) {
      event.preventDefault();
      openDialog(document.querySelector<HTMLDialogElement>("#palette"));
      return;
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key.length !== 1 || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    pressed = sequence(pressed, event.key, event.timeStamp);
    if (!act(pressed.keys)) return;
    pressed = undefined;
    event.preventDefault();
  });
}

function isPaletteKey({ ctrlKey, metaKey, shiftKey, altKey, key }: KeyboardEvent): boolean {
  return (ctrlKey || metaKey) && !shiftKey && !altKey && key.toLowerCase() === "k";
}

function act(keys: string): boolean {
  const way = document.querySelector<HTMLElement>(`[data-keys="${CSS.escape(keys)}"]`)?.dataset.go;
  if (way) {
    visit(way);
    return true;
  }
  const key = keys.at(-1)!;
  if (key === "/") return focusSearch();
  if (click(`main [data-key="${CSS.escape(key)}"]`)) return true;
  return key === "?" ? openSheet("#shortcuts") : rowKey(key);
}

function click(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(selector);
  element?.click();
  return element !== null;
}

function openSheet(selector: string): boolean {
  openDialog(document.querySelector<HTMLDialogElement>(selector));
  return true;
}

function focusSearch(): boolean {
  const search = document.querySelector<HTMLInputElement>("main [data-page-search]");
  if (!search) return openSheet("#palette");
  search.focus();
  search.select();
  return true;
}
