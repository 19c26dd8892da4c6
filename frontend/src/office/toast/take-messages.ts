import { showMessage } from "./show-message";

/** Turns the messages that came with the page into toasts. */
export function takeMessages(): void {
  takeMessagesOf(document);
}

/** What an earlier form was refused for is past once a page answers again. What can be tried again stays. */
function forgetWrong(): void {
  for (const card of document.querySelectorAll("#toasts > [role=alert]"))
    if (card.querySelectorAll("button").length === 1) card.remove();
}

/** Turns the messages of a page, shown or not, into toasts. */
export function takeMessagesOf(page: Document): void {
  const list = page.getElementById("messages");
  if (!list) return;
  list.remove();
  forgetWrong();
  for (const { dataset, textContent } of list.querySelectorAll("li"))
    showMessage({ text: textContent.trim(), level: dataset.level ?? "", undo: dataset.undo ?? "" });
}
