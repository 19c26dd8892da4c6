const EDGE = 8;

/**
 * Menus are `<details data-pop>`: Escape, a click elsewhere and the focus leaving close them; arrows walk them; none opens
 * beyond the edge of a narrow screen.
 */
export function keepMenus(): void {
  document.addEventListener(
    "toggle",
    (event) => {
      const menu = event.target as Element;
      if (menu.matches("details[data-pop][open]"))
        keepWithin(menu.querySelector<HTMLElement>(":scope > .pop-panel"));
    },
    true,
  );
  document.addEventListener("click", (event) => {
    const clicked = event.target as Element;
    closeMenus((menu) => !menu.contains(clicked) || clicked.closest(".pop-item") !== null);
  });
  document.addEventListener("focusin", (event) => {
    closeMenus((menu) => !menu.contains(event.target as Element));
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    const menu = (event.target as Element).closest<HTMLDetailsElement>("details[data-pop][open]");
    if (!menu) return;
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    } else if (
      (event.key === "ArrowDown" || event.key === "ArrowUp") &&
      !(event.target as Element).matches("select")
    ) {
      event.preventDefault();
      walk(menu, event.key === "ArrowDown" ? 1 : -1);
    }
  });
}

function keepWithin(panel: HTMLElement | null): void {
  if (!panel) return;
  panel.style.translate = "";
  const { left, right } = panel.getBoundingClientRect();
  const over = right - (document.documentElement.clientWidth - EDGE);
  const shift = left < EDGE ? EDGE - left : over > 0 ? -Math.min(over, left - EDGE) : 0;
  if (shift !== 0) panel.style.translate = `${shift}px`;
}

function closeMenus(which: (menu: HTMLDetailsElement) => boolean): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-pop][open]"))
    if (which(menu)) menu.open = false;
}

function walk(menu: HTMLDetailsElement, step: 1 | -1): void {
  const items = [...menu.querySelectorAll<HTMLElement>(".pop-panel :is(a, button, select)")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  items[at < 0 && step < 0 ? items.length - 1 : (at + step + items.length) % items.length]?.focus();
}
