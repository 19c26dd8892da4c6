import { say } from "../text/say";
import { toast } from "../toast/toast";

interface Failure {
  tags: readonly string[];
  exception: unknown;
}

/** What a device or its owner refused is said on the page, not in the console alone. */
export function tellOfPasskeys(): void {
  document.addEventListener("allauth.error", (event) => {
    const { tags } = (event as CustomEvent<Failure>).detail;
    if (!tags.includes("webauthn")) return;
    event.preventDefault();
    toast(say("passkeyRefused"), { wrong: true });
  });
}
