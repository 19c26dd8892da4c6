import { showMessage } from "./show-message";

/** Turns the messages that came with a page into toasts. */
export function takeMessages(): void {
  const list = document.getElementById("messages");
  if (!list) return;
  list.remove();
  for (const { dataset, textContent } of list.querySelectorAll("li"))
    showMessage({ text: textContent.trim(), level: dataset.level ?? "", undo: dataset.undo ?? "" });
}
