import type { Territory } from "./payload";

export type TerritoryColumn =
  | "name"
  | "person"
  | "accounts"
  | "change"
  | "distance"
  | "travel"
  | { measure: number; of: "load" | "deviation" | "was" };

export interface TerritoryOrder {
  column: TerritoryColumn;
  descending: boolean;
}

/** Positions of the territories that match the search, in order; those without a value come last either way. */
export function orderTerritories(
  territories: Territory[],
  changes: ArrayLike<number>,
  search: string,
  { column, descending }: TerritoryOrder,
): number[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = territories
    .map((_, index) => index)
    .filter((index) => {
      const { name, person } = territories[index];
      const text = `${name} ${person}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  const sign = descending ? -1 : 1;
  if (column === "name" || column === "person") {
    const { compare } = new Intl.Collator(undefined, { numeric: true });
    return found.sort((a, b) => sign * compare(territories[a][column], territories[b][column]) || a - b);
  }
  const value = (index: number) => number(territories[index], changes[index], column);
  return found.sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null) || a - b;
    return sign * (left - right) || a - b;
  });
}

function number(
  { after, before }: Territory,
  change: number,
  column: Exclude<TerritoryColumn, "name" | "person">,
): number | null {
  if (column === "accounts") return after?.units ?? null;
  if (column === "change") return change;
  if (column === "distance") return after?.distance ?? null;
  if (column === "travel") return after?.travel ?? null;
  if (column.of === "load") return after?.loads[column.measure] ?? null;
  return (column.of === "was" ? before : after)?.deviations[column.measure] ?? null;
}
