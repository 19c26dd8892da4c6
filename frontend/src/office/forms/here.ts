/** A form with a field marked `data-here` tells which list it was opened over, filtered and sorted as it is then. */
export function tellHere(): void {
  document.addEventListener("submit", fill, true);
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, parameters } = (event as CustomEvent<{ elt: Element; parameters: Record<string, unknown> }>)
      .detail;
    const field = elt.querySelector<HTMLInputElement>("input[data-here]");
    if (field) parameters[field.name] = here();
  });
}

function fill(event: Event): void {
  const field = (event.target as Element).querySelector<HTMLInputElement>("input[data-here]");
  if (field) field.value = here();
}

function here(): string {
  return document.getElementById("results")?.dataset.query ?? "";
}
