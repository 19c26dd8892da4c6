import { openDialog } from "./open-dialog";

/** `data-open="#id"` opens a dialog, `data-close` and a click beside it close it; `data-open-now` opens as it comes in. */
export function keepDialogs(): void {
  document.addEventListener("click", (event) => {
    const clicked = event.target as Element;
    const opener = clicked.closest<HTMLElement>("[data-open]");
    if (opener) openDialog(document.querySelector<HTMLDialogElement>(opener.dataset.open!));
    else if (clicked.closest("[data-close]")) clicked.closest("dialog")?.close();
    else if (clicked instanceof HTMLDialogElement && isBeside(clicked, event)) clicked.close();
  });
  document.addEventListener("htmx:afterSettle", openNow);
  openNow();
}

function openNow(): void {
  const dialog = document.querySelector<HTMLDialogElement>("dialog[data-open-now]");
  dialog?.removeAttribute("data-open-now");
  openDialog(dialog);
}

function isBeside(dialog: HTMLDialogElement, { clientX, clientY }: MouseEvent): boolean {
  const box = dialog.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}
