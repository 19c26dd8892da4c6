import { say } from "../text/say";

interface Detail {
  question: string | null;
  elt: HTMLElement;
  issueRequest: (skipConfirmation?: boolean) => void;
}

/** `hx-confirm` asks in a dialog of ours; `data-confirm-title` and `data-confirm-yes` name the deed. */
export function askBefore(): void {
  document.addEventListener("htmx:confirm", (event) => {
    const { question, elt, issueRequest } = (event as CustomEvent<Detail>).detail;
    const dialog = document.querySelector<HTMLDialogElement>("#confirm");
    if (!question || !dialog) return;
    event.preventDefault();
    const yes = dialog.querySelector<HTMLButtonElement>("#confirm-yes")!;
    dialog.querySelector("#confirm-title")!.textContent = elt.dataset.confirmTitle ?? say("confirmTitle");
    dialog.querySelector("#confirm-text")!.textContent = question;
    yes.textContent = elt.dataset.confirmYes ?? say("confirm");
    yes.onclick = () => {
      dialog.close();
      issueRequest(true);
    };
    dialog.showModal();
    yes.focus();
  });
}
