import { matches } from "../palette/matches";
import { nothing, options, type Choice } from "./options";

const WAIT_MS = 150;

/** A text field that chooses from a list: its own options, or those that an address answers with for `?q=`. */
export function combine(): void {
  document.addEventListener("input", (event) => {
    const box = boxOf(event.target);
    if (!box) return;
    if (valueOf(box).value) box.dataset.left = "";
    valueOf(box).value = "";
    void refresh(box);
  });
  // What is typed is no value yet: forms that act on every change hear of what is chosen, or left, alone.
  document.addEventListener(
    "change",
    (event) => {
      if (boxOf(event.target) && (event.target as Element).matches("[role=combobox]"))
        event.stopPropagation();
    },
    true,
  );
  document.addEventListener("click", (event) => {
    const box = boxOf(event.target);
    if (!box) return;
    const option = (event.target as Element).closest<HTMLElement>(".option[data-value]");
    if (option) choose(box, option);
    else void open(box);
  });
  document.addEventListener("keydown", (event) => {
    const box = boxOf(event.target);
    if (box) onKey(box, event);
  });
  document.addEventListener("focusout", (event) => {
    const box = boxOf(event.target);
    if (box && !box.contains(event.relatedTarget as Node | null)) setTimeout(close, WAIT_MS, box);
  });
}

const boxOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-combobox]") : null;
const inputOf = (box: HTMLElement): HTMLInputElement =>
  box.querySelector<HTMLInputElement>("[role=combobox]")!;
const valueOf = (box: HTMLElement): HTMLInputElement =>
  box.querySelector<HTMLInputElement>("input[type=hidden]")!;
const listOf = (box: HTMLElement): HTMLElement => box.querySelector<HTMLElement>("[role=listbox]")!;
const shown = (box: HTMLElement): HTMLElement[] => [
  ...listOf(box).querySelectorAll<HTMLElement>(".option[data-value]:not([hidden])"),
];

async function open(box: HTMLElement): Promise<void> {
  if (!listOf(box).hidden) return;
  listOf(box).hidden = false;
  inputOf(box).setAttribute("aria-expanded", "true");
  if (box.dataset.source) await refresh(box);
  else for (const option of listOf(box).querySelectorAll<HTMLElement>(".option")) option.hidden = false;
}

function close(box: HTMLElement): void {
  listOf(box).hidden = true;
  inputOf(box).setAttribute("aria-expanded", "false");
  inputOf(box).removeAttribute("aria-activedescendant");
  // A text that names nothing is no choice.
  if (!valueOf(box).value) inputOf(box).value = "";
  if (box.dataset.left === undefined) return;
  delete box.dataset.left;
  valueOf(box).dispatchEvent(new Event("change", { bubbles: true }));
}

async function refresh(box: HTMLElement): Promise<void> {
  const text = inputOf(box).value;
  const list = listOf(box);
  list.hidden = false;
  inputOf(box).setAttribute("aria-expanded", "true");
  if (box.dataset.source) {
    await new Promise((done) => setTimeout(done, WAIT_MS));
    if (inputOf(box).value !== text) return; // somebody types on
    const choices = await ask(box.dataset.source, text);
    if (inputOf(box).value !== text) return;
    list.replaceChildren(...options(inputOf(box).id, choices));
  } else
    for (const option of list.querySelectorAll<HTMLElement>(".option[data-value]"))
      option.hidden = text.trim() !== "" && matches(option.textContent, text) === 0;
  list.querySelector("[data-nothing]")?.remove();
  if (shown(box).length === 0) list.append(nothing());
  mark(box, 0);
}

async function ask(source: string, text: string): Promise<Choice[]> {
  const answer = await fetch(`${source}${source.includes("?") ? "&" : "?"}q=${encodeURIComponent(text)}`);
  return answer.ok && !answer.redirected ? ((await answer.json()) as { options: Choice[] }).options : [];
}

function mark(box: HTMLElement, at: number): void {
  const all = shown(box);
  all.forEach((option, index) => {
    option.setAttribute("aria-selected", String(index === at));
  });
  all[at]?.scrollIntoView({ block: "nearest" });
  if (all[at]) inputOf(box).setAttribute("aria-activedescendant", all[at].id);
}

function choose(box: HTMLElement, option: HTMLElement): void {
  valueOf(box).value = option.dataset.value!;
  inputOf(box).value = option.dataset.text ?? option.textContent.trim();
  inputOf(box).focus();
  delete box.dataset.left;
  close(box);
  valueOf(box).dispatchEvent(new Event("change", { bubbles: true }));
}

function onKey(box: HTMLElement, event: KeyboardEvent): void {
  const all = shown(box);
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const isOpen = !listOf(box).hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const step = event.key === "ArrowDown" ? 1 : -1;
    if (isOpen) mark(box, (at + step + all.length) % Math.max(all.length, 1));
    else void open(box);
  } else if (event.key === "Enter" && isOpen && all[at]) choose(box, all[at]);
  else if (event.key === "Escape" && isOpen) close(box);
  else return;
  event.preventDefault();
}
