/** j and k walk the rows of the page's table (or of what is marked `data-rows`), o opens one, x ticks it. */
export function rowKey(key: string): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>("main tbody tr, main [data-rows] > *")];
  const at = rows.findIndex((row) => row.classList.contains("is-here"));
  if (rows.length === 0) return false;
  switch (key) {
    case "j":
      goTo(rows, Math.min(at + 1, rows.length - 1));
      return true;
    case "k":
      goTo(rows, Math.max(at - 1, 0));
      return true;
    case "o":
      rows[at]?.querySelector<HTMLAnchorElement>("a[href]")?.click();
      return at >= 0;
    case "x":
      rows[at]?.querySelector<HTMLInputElement>("[data-tick]")?.click();
      return at >= 0;
    default:
      return false;
  }
}

function goTo(rows: readonly HTMLElement[], to: number): void {
  rows.forEach((row, at) => row.classList.toggle("is-here", at === to));
  const row = rows[to];
  row.scrollIntoView({ block: "nearest" });
  row.querySelector<HTMLElement>("a[href]")?.focus({ preventScroll: true });
}
