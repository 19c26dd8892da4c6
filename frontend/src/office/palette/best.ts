import type { Hit } from "./hit";
import { matches } from "./matches";

/** Those that answer the query, the best first. */
export function best(hits: readonly Hit[], query: string): Hit[] {
  return hits
    .map((hit) => ({ hit, score: matches(hit.title, query) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ hit }) => hit);
}
