/** Has a screen reader say something, without moving the focus. */
export function announce(text: string): void {
  const announcer = document.getElementById("announcer");
  if (!announcer) return;
  announcer.textContent = "";
  // A region that is emptied and filled in one go may count as unchanged.
  setTimeout(() => (announcer.textContent = text), 60);
}
