/** Tabs that do not fit scroll sideways: the one that is open is brought into sight. */
export function showHere(): void {
  for (const here of document.querySelectorAll<HTMLElement>(".tab-row > [aria-current]")) {
    const row = here.parentElement!;
    const [left, right] = [
      here.offsetLeft - row.offsetLeft,
      here.offsetLeft - row.offsetLeft + here.offsetWidth,
    ];
    if (left < row.scrollLeft || right > row.scrollLeft + row.clientWidth)
      row.scrollLeft = left - (row.clientWidth - here.offsetWidth) / 2;
  }
}
