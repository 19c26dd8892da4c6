/** On a Mac the palette opens with ⌘ K. */
export function nameModKey(): void {
  if (!/Mac|iP(hone|ad)/.test(navigator.userAgent)) return;
  for (const key of document.querySelectorAll("[data-mod-key]")) key.textContent = "⌘ K";
}
