import { forgetTyping, isUnsaved } from "../forms/unsaved";
import { say } from "../text/say";

interface Detail {
  question: string | null;
  elt: HTMLElement;
  target: Element;
  issueRequest: (skipConfirmation?: boolean) => void;
}

/**
 * `hx-confirm` asks in a dialog of ours; `data-confirm-title` and `data-confirm-yes` name the deed. Leaving a form in
 * which one has typed asks, too.
 */
export function askBefore(): void {
  document.addEventListener("htmx:confirm", (event) => {
    const { question, elt, target, issueRequest } = (event as CustomEvent<Detail>).detail;
    const goOn = (): void => {
      forgetTyping();
      issueRequest(true);
    };
    if (question) {
      event.preventDefault();
      const { confirmTitle, confirmYes } = elt.dataset;
      ask(confirmTitle ?? say("confirmTitle"), question, confirmYes ?? say("confirm"), goOn);
    } else if (target === document.body && !(elt instanceof HTMLFormElement) && isUnsaved()) {
      event.preventDefault();
      ask(say("confirmTitle"), say("unsaved"), say("leave"), goOn);
    }
  });
}

function ask(title: string, question: string, yes: string, goOn: () => void): void {
  const dialog = document.querySelector<HTMLDialogElement>("#confirm")!;
  const button = dialog.querySelector<HTMLButtonElement>("#confirm-yes")!;
  dialog.querySelector("#confirm-title")!.textContent = title;
  dialog.querySelector("#confirm-text")!.textContent = question;
  button.textContent = yes;
  button.onclick = () => {
    dialog.close();
    goOn();
  };
  dialog.showModal();
  button.focus();
}
