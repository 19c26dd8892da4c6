import type { Located } from "./accounts";
import { cellsOf, type Cells } from "./cells";
import { Finder } from "./finder";
import { graphOf, type Graph } from "./graph";
import { MOST_SITES, sitesOf, type Sites } from "./sites";

/** What follows from where accounts lie, whoever holds them: the longest work of opening a plan. */
export interface Terrain {
  readonly graph: Graph;
  readonly finder: Finder;
  readonly sites: Sites;
  readonly cells: Cells;
}

export function terrainOf(accounts: Located): Terrain {
  const graph = graphOf(accounts);
  const finder = new Finder(accounts, Math.ceil(accounts.n / MOST_SITES));
  const sites = sitesOf(accounts, graph, finder);
  return { graph, finder, sites, cells: cellsOf(sites) };
}
