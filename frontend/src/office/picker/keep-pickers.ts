/** A list of choices that is too long to be looked through: `data-picker-find` leaves those that hold what is typed. */
export function keepPickers(): void {
  document.addEventListener("input", (event) => {
    const field = event.target as HTMLInputElement;
    const picker = field.matches("[data-picker-find]") && field.closest<HTMLElement>("[data-picker]");
    if (picker) find(picker, field.value);
  });
  // What is typed here asks nothing of the server.
  document.addEventListener("change", stay, true);
}

function find(picker: HTMLElement, typed: string): void {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const group of picker.querySelectorAll<HTMLElement>("fieldset")) {
    let left = 0;
    for (const one of group.querySelectorAll<HTMLElement>("[data-picker-one]")) {
      const text = one.textContent.toLocaleLowerCase();
      one.hidden = !words.every((word) => text.includes(word));
      if (!one.hidden) left += 1;
    }
    group.hidden = left === 0;
    found += left;
  }
  const none = picker.querySelector<HTMLElement>("[data-picker-none]");
  if (none) none.hidden = found > 0;
}

function stay(event: Event): void {
  if ((event.target as Element).matches("[data-picker-find]")) event.stopPropagation();
}
