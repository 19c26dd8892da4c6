interface Entry {
  openStudio: (host: HTMLElement, coming: Promise<Response>) => Promise<() => void>;
}

let open: { host: HTMLElement; close: () => void } | null = null;

/** Opens the map studio where a page has one, and closes it when the page has gone. Its script is loaded only then. */
export function keepStudio(): void {
  document.addEventListener("htmx:afterSettle", settle);
  settle();
}

function settle(): void {
  const host = document.querySelector<HTMLElement>("[data-studio]");
  if (open && open.host !== host) {
    open.close();
    open = null;
  }
  if (host && open === null) {
    open = { host, close: () => undefined };
    void load(host);
  }
}

async function load(host: HTMLElement): Promise<void> {
  try {
    const coming = fetch(host.dataset.plan!); // the longest way: it does not wait for the script
    style(host.dataset.style!);
    const { openStudio } = (await import(/* @vite-ignore */ host.dataset.script!)) as Entry;
    const close = await openStudio(host, coming);
    if (host.isConnected && open?.host === host) open.close = close;
    else close();
  } catch (error) {
    console.error(error);
    document.querySelector("[data-studio-loading]")?.setAttribute("hidden", "");
    document.querySelector("[data-studio-failed]")?.removeAttribute("hidden");
  }
}

function style(address: string): void {
  if (document.querySelector(`link[rel="stylesheet"][href="${address}"]`)) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: address }));
}
