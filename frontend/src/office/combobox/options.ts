import { say } from "../text/say";

export interface Choice {
  value: string;
  text: string;
  note?: string;
}

/** The options of a combobox's list, as elements; `id` is the combobox's own. */
export function options(id: string, choices: readonly Choice[]): HTMLElement[] {
  return choices.map(({ value, text, note }, at) => {
    const option = bare();
    option.id = `${id}_option_${at + 1}`;
    option.dataset.value = value;
    option.dataset.text = text;
    option.append(text);
    if (note)
      option.append(
        Object.assign(document.createElement("span"), { className: "row-sub", textContent: note }),
      );
    return option;
  });
}

/** What stands in a list where nothing matches. */
export function nothing(): HTMLElement {
  const option = bare();
  option.dataset.nothing = "";
  option.setAttribute("aria-disabled", "true");
  option.textContent = say("noMatch");
  return option;
}

function bare(): HTMLElement {
  const option = document.createElement("div");
  option.className = "option";
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  return option;
}
