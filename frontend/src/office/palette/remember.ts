import type { Hit } from "./hit";

const MOST = 6;

/** The recent ones after opening another: it comes first, none twice, the oldest goes. */
export function remember(recent: readonly Hit[], opened: Hit): Hit[] {
  return [opened, ...recent.filter((hit) => hit.url !== opened.url)].slice(0, MOST);
}
