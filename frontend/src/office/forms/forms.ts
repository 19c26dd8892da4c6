import { spareEmpty } from "./spare";

/** A form that is on its way is not sent twice; a control marked `data-submit-on-change` sends its form. */
export function keepForms(): void {
  document.addEventListener("change", (event) => {
    const control = (event.target as Element).closest<HTMLSelectElement>("[data-submit-on-change]");
    control?.form?.requestSubmit();
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, verb, formData } = (event as CustomEvent<Asked>).detail;
    if (verb === "get" && elt.matches("form.filters")) spareEmpty(formData);
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    setBusy(event, true);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    setBusy(event, false);
  });
}

interface Asked {
  elt: Element;
  verb: string;
  formData: FormData;
}

function setBusy(event: Event, busy: boolean): void {
  const { elt } = (event as CustomEvent<{ elt: Element }>).detail;
  if (!(elt instanceof HTMLFormElement) || elt.method === "get") return;
  for (const button of elt.querySelectorAll<HTMLButtonElement>("button:not([type=button])")) {
    button.classList.toggle("is-busy", busy);
    button.setAttribute("aria-disabled", String(busy));
  }
}
