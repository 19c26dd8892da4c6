import { say } from "../text/say";
import { toast } from "../toast/toast";

/** `data-copy="#id"` copies the text of an element; where the browser refuses, it is marked to be copied by hand. */
export function keepCopies(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
    const source = button && document.querySelector<HTMLElement>(button.dataset.copy!);
    if (source) void copy(source);
  });
}

async function copy(source: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    toast(say("copied"));
  } catch {
    getSelection()?.selectAllChildren(source);
    toast(say("copyByHand"), { wrong: true });
  }
}
