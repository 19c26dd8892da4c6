/** Where a key leads in a tree: to an item, or to unfolding this one; undefined if the key is not the tree's. */
export function step(item: HTMLElement, key: string): { to?: HTMLElement; unfold?: boolean } | undefined {
  const items = visibleItems(item.closest("[role=tree]")!);
  const at = items.indexOf(item);
  const expanded = item.getAttribute("aria-expanded");
  switch (key) {
    case "ArrowDown":
      return to(items[at + 1]);
    case "ArrowUp":
      return to(items[at - 1]);
    case "Home":
      return to(items[0]);
    case "End":
      return to(items.at(-1));
    case "ArrowRight":
      if (expanded === "false") return { unfold: true };
      return expanded === "true" ? to(items[at + 1]) : {};
    case "ArrowLeft":
      if (expanded === "true") return { unfold: false };
      return to(item.parentElement?.closest<HTMLElement>("[role=treeitem]"));
    default:
      return undefined;
  }
}

function to(item: HTMLElement | null | undefined): { to?: HTMLElement } {
  return item ? { to: item } : {};
}

function visibleItems(tree: Element): HTMLElement[] {
  return [...tree.querySelectorAll<HTMLElement>("[role=treeitem]")].filter(
    (item) => !item.parentElement?.closest("[role=treeitem][aria-expanded=false]"),
  );
}
