import { icon } from "../icons/icon";
import { say } from "../text/say";

export interface Act {
  label: string;
  run: () => void;
}

const PLAIN_SECONDS = 5;
const WITH_ACT_SECONDS = 10;
const MOST = 3;
/** On a phone one stands over what one is at: the latest says enough, and what is done is undone from its timeline, too. */
const NARROW = "(width < 40rem)";

export interface Kind {
  /** Something failed: it stays until dismissed. */
  wrong?: boolean;
  /** It was done otherwise than asked, or not all of it. */
  warn?: boolean;
  act?: Act;
}

/** Shows a short message at the foot of the page. What is wrong stays until dismissed, the rest goes by itself, or by what is given back. */
export function toast(text: string, { wrong = false, warn = false, act }: Kind = {}): () => void {
  const region = document.getElementById("toasts");
  if (!region) return () => undefined;
  const card = document.createElement("div");
  card.className = warn && !wrong ? "toast-card is-warning" : "toast-card";
  card.setAttribute("role", wrong ? "alert" : "status");
  const words = Object.assign(document.createElement("span"), { className: "toast-text", textContent: text });
  card.append(icon(wrong ? "circle-alert" : warn ? "triangle-alert" : "circle-check"), words);
  if (act) card.append(button(card, act));
  card.append(button(card));
  if (matchMedia(NARROW).matches)
    for (const older of region.querySelectorAll("[role=status]")) older.remove();
  region.append(card);
  while (region.children.length > MOST) region.firstElementChild?.remove();
  if (!wrong) leaveLater(card, act ? WITH_ACT_SECONDS : PLAIN_SECONDS);
  return () => {
    leave(card);
  };
}

function button(card: HTMLElement, act?: Act): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "toast-act";
  if (act) element.textContent = act.label;
  else {
    element.setAttribute("aria-label", say("dismiss"));
    element.append(icon("x"));
  }
  element.addEventListener("click", () => {
    leave(card);
    act?.run();
  });
  return element;
}

/** A toast that is being read or reached for does not leave. */
function leaveLater(card: HTMLElement, seconds: number): void {
  setTimeout(() => {
    if (card.matches(":hover, :focus-within")) leaveLater(card, 2);
    else leave(card);
  }, seconds * 1000);
}

function leave(card: HTMLElement): void {
  card.classList.add("is-leaving");
  setTimeout(() => {
    card.remove();
  }, 150);
}
