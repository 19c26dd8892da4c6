import { showMessage } from "./show-message";

/** Turns the messages that came with the page into toasts. */
export function takeMessages(): void {
  takeMessagesOf(document);
}

/** Turns the messages of a page, shown or not, into toasts. */
export function takeMessagesOf(page: Document): void {
  const list = page.getElementById("messages");
  if (!list) return;
  list.remove();
  for (const { dataset, textContent } of list.querySelectorAll("li"))
    showMessage({ text: textContent.trim(), level: dataset.level ?? "", undo: dataset.undo ?? "" });
}
