import htmx from "htmx.org";
import { openDialog } from "../overlay/open-dialog";
import { fill } from "../text/fill";
import { follow } from "./drag";
import { mayReportTo } from "./may-report-to";
import type { Link } from "./may-report-to";

/** The org chart: cards are dragged onto the one they are to report to, and a dialog asks from when on. */
export function keepOrgChart(): void {
  document.addEventListener("pointerdown", (event) => {
    const card = (event.target as Element).closest<HTMLElement>("[data-org] [data-card]");
    if (!card || event.button !== 0 || !event.isPrimary) return;
    if ((event.target as Element).closest("[data-tree-toggle], details, button")) return;
    const item = card.parentElement!;
    const links = linksOf(card.closest<HTMLElement>("[data-org]")!);
    follow(event, card, {
      item,
      fits: (over) => mayReportTo(links, item.dataset.position!, over.dataset.position!).valid,
      drop: (over) => {
        ask(item, over);
      },
    });
  });
  document.addEventListener("submit", send);
  document.addEventListener("dragstart", (event) => {
    if ((event.target as Element).closest("[data-org]")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const clicked = event.target as Element;
    if (clicked.closest("[data-chart-unfold]")) unfoldAll(true);
    else if (clicked.closest("[data-chart-fold]")) unfoldAll(false);
  });
}

/** The dialog is one for all cards, so where it goes is known only now. */
function send(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (form.id !== "org-move-form") return;
  event.preventDefault();
  form.closest("dialog")!.close();
  void htmx.ajax("post", form.dataset.goal!, { source: form, target: document.body, swap: "innerHTML" });
}

function linksOf(chart: HTMLElement): Link[] {
  return [...chart.querySelectorAll<HTMLElement>("[data-position]")].map(({ dataset }) => ({
    position: dataset.position!,
    manager: dataset.manager ?? "",
  }));
}

function ask(item: HTMLElement, manager: HTMLElement): void {
  const dialog = document.querySelector<HTMLDialogElement>("#org-move")!;
  const form = dialog.querySelector("form")!;
  const said = dialog.querySelector<HTMLElement>("[data-org-said]")!;
  const day = item.closest<HTMLElement>("[data-org]")!.dataset.org!;
  form.dataset.goal = `${item.dataset.move!}?on=${day}`;
  form.querySelector<HTMLInputElement>("[name=manager]")!.value = manager.dataset.position!;
  const from = form.querySelector<HTMLInputElement>("[name=starts_on]")!;
  from.value = day;
  said.textContent = fill(said.dataset.text!, {
    position: item.dataset.name!,
    manager: manager.dataset.name!,
  });
  openDialog(dialog);
  from.focus();
}

/** Folded, the first two levels remain: a company still shows its regions. */
function unfoldAll(open: boolean): void {
  for (const item of document.querySelectorAll<HTMLElement>(".org [role=treeitem][aria-expanded]"))
    item.setAttribute("aria-expanded", String(open || Number(item.ariaLevel) < 2));
}
