/** Forms in which somebody typed since they came, and which were not sent. */
const typedIn = new WeakSet<HTMLFormElement>();

/** Notices what is typed into forms that save something; leaving the office altogether asks the browser's question. */
export function noticeTyping(): void {
  document.addEventListener("input", (event) => {
    const form = (event.target as HTMLInputElement).form;
    if (form?.method === "post" && form.closest("main, dialog")) typedIn.add(form);
  });
  document.addEventListener("submit", (event) => {
    typedIn.delete(event.target as HTMLFormElement);
  });
  addEventListener("beforeunload", (event) => {
    if (isUnsaved()) event.preventDefault();
  });
}

/** Whether leaving this page would lose something. */
export function isUnsaved(): boolean {
  return [...document.forms].some((form) => typedIn.has(form));
}

/** What was typed may go: somebody said so. */
export function forgetTyping(): void {
  for (const form of document.forms) typedIn.delete(form);
}
