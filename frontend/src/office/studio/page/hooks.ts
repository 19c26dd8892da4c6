import { useEffect, useState } from "preact/hooks";
import type { Studio } from "../studio";

/** Draws a part of the page anew whenever the studio tells that something changed. */
export function useStudio(studio: Studio): void {
  const [, again] = useState(0);
  useEffect(
    () =>
      studio.listen(() => {
        again((n) => n + 1);
      }),
    [studio],
  );
}
