import { cookie } from "./cookie";

/** The switches of theme and density act at once, and the server knows them from the next page on. */
export function keepPreferences(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>(
      "[data-theme-choice], [data-density-choice]",
    );
    if (!button) return;
    const { themeChoice, densityChoice } = button.dataset;
    if (themeChoice !== undefined) choose("theme", themeChoice);
    if (densityChoice !== undefined) choose("density", densityChoice);
    for (const other of button.parentElement!.querySelectorAll("button"))
      other.setAttribute("aria-pressed", String(other === button));
  });
}

function choose(name: "theme" | "density", value: string): void {
  document.cookie = cookie(name, value, location.protocol === "https:");
  if (value) document.documentElement.dataset[name] = value;
  else document.documentElement.removeAttribute(`data-${name}`);
  document.dispatchEvent(new CustomEvent("terrier:preferences"));
}
