import { takeMessagesOf } from "../toast/take-messages";
import type { Asked } from "./retry";

interface Sent extends Asked {
  xhr: XMLHttpRequest;
  shouldSwap?: boolean;
}

/**
 * Of several pages on their way the one asked for last is shown, whichever answer comes last, as when a browser loads
 * them; what an earlier answer had to say is still told. A part asked for by a page that has gone changes nothing.
 */
export function keepNewestPage(): void {
  let newest: XMLHttpRequest | undefined;
  const parts = new Set<Sent>();
  document.addEventListener("htmx:beforeSend", (event) => {
    const sent = (event as CustomEvent<Sent>).detail;
    if (sent.target === document.body) newest = sent.xhr;
    else if (sent.requestConfig.verb === "get") {
      parts.add(sent);
      sent.xhr.addEventListener("loadend", () => parts.delete(sent));
    }
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = event as CustomEvent<Sent>;
    if (detail.target !== document.body || detail.xhr === newest) return;
    detail.shouldSwap = false;
    takeMessagesOf(new DOMParser().parseFromString(detail.xhr.responseText, "text/html"));
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const { target, xhr } of parts) if (!target.isConnected) xhr.onload = null; // aborted, htmx would call it an error
  });
  addEventListener("popstate", () => {
    newest = undefined;
  });
}
