import { edgeSpeed } from "./edge-speed";
import { hasMoved } from "./has-moved";
import type { Point } from "./has-moved";

/** A finger scrolls unless it rests this long first; milliseconds. */
const HOLD = 350;

export interface Drag {
  /** The item that is held. */
  item: HTMLElement;
  /** Whether it could be let go over another item. */
  fits: (over: HTMLElement) => boolean;
  /** Let go over an item. */
  drop: (over: HTMLElement) => void;
}

/** Follows one pointer from the press of a card until it is let go: mouse and pen at once, a finger after resting. */
export function follow(press: PointerEvent, card: HTMLElement, drag: Drag): void {
  const from: Point = { x: press.clientX, y: press.clientY };
  const view = card.closest<HTMLElement>(".org")!;
  const stop = new AbortController();
  const options = { signal: stop.signal };
  let ghost: HTMLElement | undefined;
  let over: HTMLElement | undefined;
  let at = from;
  const timer = press.pointerType === "touch" ? setTimeout(lift, HOLD) : 0;

  document.addEventListener("pointermove", move, options);
  document.addEventListener("pointerup", letGo, options);
  document.addEventListener("pointercancel", end, options);
  document.addEventListener("keydown", giveUp, { ...options, capture: true });
  document.addEventListener("touchmove", holdPage, { ...options, passive: false });
  document.addEventListener("contextmenu", holdPage, options);

  function lift(): void {
    ghost = card.cloneNode(true) as HTMLElement;
    ghost.classList.add("org-ghost");
    ghost.style.width = `${card.offsetWidth}px`;
    ghost.setAttribute("aria-hidden", "true");
    document.body.append(ghost);
    card.classList.add("is-dragged");
    document.documentElement.classList.add("is-dragging");
    place();
    requestAnimationFrame(scroll);
  }

  function move(event: PointerEvent): void {
    if (event.pointerId !== press.pointerId) return;
    at = { x: event.clientX, y: event.clientY };
    if (!ghost) {
      if (!hasMoved(from, at)) return;
      if (press.pointerType === "touch") {
        end();
        return;
      }
      lift();
    }
    event.preventDefault();
    place();
  }

  function place(): void {
    ghost!.style.translate = `${at.x + 10}px ${at.y + 10}px`;
    const item = document.elementFromPoint(at.x, at.y)?.closest<HTMLElement>("[data-card]")?.parentElement;
    const next = item && item !== drag.item && drag.fits(item) ? item : undefined;
    if (next === over) return;
    over?.querySelector(":scope > [data-card]")?.classList.remove("is-over");
    next?.querySelector(":scope > [data-card]")?.classList.add("is-over");
    over = next;
  }

  function scroll(): void {
    if (stop.signal.aborted) return;
    const box = view.getBoundingClientRect();
    view.scrollLeft += edgeSpeed(at.x, Math.max(box.left, 0), Math.min(box.right, innerWidth));
    window.scrollBy(0, edgeSpeed(at.y, 56, innerHeight));
    place();
    requestAnimationFrame(scroll);
  }

  function letGo(event: PointerEvent): void {
    if (event.pointerId !== press.pointerId) return;
    const goal = over;
    const dragged = ghost !== undefined;
    end();
    if (dragged) document.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => {
      document.removeEventListener("click", swallow, { capture: true });
    });
    if (goal) drag.drop(goal);
  }

  function giveUp(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !ghost) return;
    event.preventDefault();
    event.stopPropagation();
    end();
  }

  function holdPage(event: Event): void {
    if (ghost && event.cancelable) event.preventDefault();
  }

  function end(): void {
    clearTimeout(timer);
    stop.abort();
    ghost?.remove();
    over?.querySelector(":scope > [data-card]")?.classList.remove("is-over");
    card.classList.remove("is-dragged");
    document.documentElement.classList.remove("is-dragging");
  }
}

/** The click that follows a drag is not meant for the link that was dragged. */
function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
