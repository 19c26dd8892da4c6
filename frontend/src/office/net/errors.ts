import { say } from "../text/say";
import { showMessage, type Message } from "../toast/show-message";
import { toast } from "../toast/toast";
import { messageFor } from "./message-for";
import { retry, type Asked } from "./retry";

interface Answered extends Asked {
  xhr: XMLHttpRequest;
  shouldSwap?: boolean;
}

/** What goes wrong on the way is told in a toast with a way to try again; nothing on the page is lost. */
export function keepErrors(): void {
  on("htmx:beforeSwap", (detail) => {
    if (isErrorPage(detail)) detail.shouldSwap = true;
  });
  on("htmx:responseError", (detail) => {
    if (detail.xhr.status === 401 || isErrorPage(detail)) return;
    tell(say(messageFor(detail.xhr.status)), detail);
  });
  on("htmx:sendError", (detail) => {
    tell(say("offline"), detail);
  });
  on("htmx:timeout", (detail) => {
    tell(say("timeout"), detail);
  });
  on("terrier:signed-out", () => {
    document.querySelector<HTMLDialogElement>("#signed-out")?.showModal();
  });
  on("terrier:toasts", ({ toasts }) => {
    toasts.forEach(showMessage);
  });
  addEventListener("online", () => {
    toast(say("backOnline"));
  });
}

type Events = Record<"htmx:beforeSwap" | "htmx:responseError", Answered> &
  Record<"htmx:sendError" | "htmx:timeout", Asked> &
  Record<"terrier:signed-out", unknown> &
  Record<"terrier:toasts", { toasts: Message[] }>;

function on<Name extends keyof Events>(name: Name, react: (detail: Events[Name]) => void): void {
  document.addEventListener(name, (event) => {
    react((event as CustomEvent<Events[Name]>).detail);
  });
}

/** A change of page that ends at a whole error page shows it, as a full load would. */
function isErrorPage({ boosted, xhr }: Answered): boolean {
  return Boolean(boosted) && xhr.status >= 400 && /^\s*<!doctype html/i.test(xhr.responseText);
}

function tell(text: string, asked: Asked): void {
  const run = (): void => {
    retry(asked);
  };
  toast(text, { wrong: true, act: { label: say("retry"), run } });
}
