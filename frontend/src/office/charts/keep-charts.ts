interface Entry {
  openChart: (host: HTMLElement) => Promise<() => void>;
}

const open = new Map<HTMLElement, () => void>();

/** Draws the charts of a page, also those that htmx brings in. Their script is loaded only where there is one. */
export function keepCharts(): void {
  document.addEventListener("htmx:afterSettle", settle);
  settle();
}

function settle(): void {
  for (const [host, close] of open) {
    if (host.isConnected) continue;
    close();
    open.delete(host);
  }
  for (const host of document.querySelectorAll<HTMLElement>("[data-chart]")) {
    if (open.has(host)) continue;
    open.set(host, () => undefined);
    void draw(host);
  }
}

async function draw(host: HTMLElement): Promise<void> {
  try {
    const { openChart } = (await import(/* @vite-ignore */ host.dataset.script!)) as Entry;
    const close = await openChart(host);
    if (host.isConnected) open.set(host, close);
    else close();
  } catch (error) {
    console.error(error);
    host.closest("section")?.querySelector("details")?.setAttribute("open", "");
  }
}
