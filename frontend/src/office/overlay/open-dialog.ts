/** Opens a dialog above the page; whatever menu or dialog was open closes. */
export function openDialog(dialog: HTMLDialogElement | null): void {
  if (!dialog || dialog.open) return;
  for (const other of document.querySelectorAll<HTMLDialogElement>("dialog[open]")) other.close();
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-pop][open]"))
    menu.open = false;
  dialog.showModal();
  const first = dialog.querySelector<HTMLElement>("[autofocus]") ?? firstField(dialog);
  first?.focus();
  dialog.dispatchEvent(new CustomEvent("terrier:open", { bubbles: true }));
}

/** What one types first: else the focus is on the cross, and the first Enter loses what was meant. A phone would show its keyboard over the form. */
function firstField(dialog: HTMLDialogElement): HTMLElement | null {
  if (matchMedia("(pointer: coarse)").matches) return null;
  return dialog.querySelector<HTMLElement>(
    "form :is(input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), select, textarea):enabled",
  );
}
