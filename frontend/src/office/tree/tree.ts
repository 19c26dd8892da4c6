import { step } from "./step";

/** Trees by keyboard, as screen readers know them: arrows walk and unfold, Home and End go to the ends. */
export function climbTrees(): void {
  letTabReachTrees();
  document.addEventListener("htmx:afterSettle", letTabReachTrees);
  document.addEventListener("click", (event) => {
    const item = (event.target as Element)
      .closest("[data-tree-toggle]")
      ?.closest<HTMLElement>("[role=treeitem]");
    if (item) unfold(item, item.getAttribute("aria-expanded") !== "true");
  });
  document.addEventListener("keydown", (event) => {
    const item = event.target as HTMLElement;
    if (!item.matches("[data-tree] [role=treeitem]")) return;
    if (event.key === "Enter") item.querySelector<HTMLElement>(":scope > .tree-node a[href]")?.click();
    const way = step(item, event.key);
    if (!way) return;
    event.preventDefault();
    if (way.unfold !== undefined) unfold(item, way.unfold);
    if (way.to) go(way.to);
  });
}

/** Tab reaches one item of each tree: the one where one was last. */
function letTabReachTrees(): void {
  for (const tree of document.querySelectorAll("[data-tree]:not(:has([role=treeitem][tabindex='0']))"))
    tree.querySelector("[role=treeitem]")?.setAttribute("tabindex", "0");
}

function unfold(item: HTMLElement, open: boolean): void {
  item.setAttribute("aria-expanded", String(open));
}

function go(item: HTMLElement): void {
  for (const other of item.closest("[data-tree]")!.querySelectorAll("[role=treeitem][tabindex='0']"))
    other.setAttribute("tabindex", "-1");
  item.setAttribute("tabindex", "0");
  item.focus();
}
