/** Opens a dialog above the page; whatever menu or dialog was open closes. */
export function openDialog(dialog: HTMLDialogElement | null): void {
  if (!dialog || dialog.open) return;
  for (const other of document.querySelectorAll<HTMLDialogElement>("dialog[open]")) other.close();
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-pop][open]"))
    menu.open = false;
  dialog.showModal();
  dialog.querySelector<HTMLElement>("[autofocus]")?.focus();
  dialog.dispatchEvent(new CustomEvent("terrier:open", { bubbles: true }));
}
