import htmx, { type HttpVerb } from "htmx.org";
import { visit } from "./visit";

export interface Asked {
  elt: Element;
  target: Element;
  boosted?: boolean;
  requestConfig: { verb: HttpVerb; path: string; parameters: Record<string, unknown> };
}

/** Asks once more for what could not be had: a form with what stands in it now, anything else as it was. */
export function retry({ elt, target, boosted, requestConfig }: Asked): void {
  const { verb, path, parameters } = requestConfig;
  if (elt instanceof HTMLFormElement && elt.isConnected) elt.requestSubmit();
  else if (boosted && verb === "get") visit(path);
  else {
    const source = elt.isConnected ? elt : document.body;
    const there = target.isConnected ? target : document.body;
    void htmx.ajax(verb, path, { source, target: there, values: parameters });
  }
}
