import type { Plan } from "./plan";

export type MoveColumn = "account" | "from" | "to" | "distance" | { measure: number };

export interface MoveFilter {
  search: string;
  /** A territory; -1 is nobody; null is anywhere. */
  from: number | null;
  to: number | null;
  /** Either side. */
  touching: number | null;
}

export interface MoveOrder {
  column: MoveColumn;
  descending: boolean;
}

/** The moves that match, as accounts' positions, in order. */
export function selectMoves(plan: Plan, filter: MoveFilter, order: MoveOrder | null): Uint32Array {
  const before = plan.before;
  if (before === null) return new Uint32Array();
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = plan.changed.filter((unit) => {
    const from = before[unit];
    const to = plan.after[unit];
    if (filter.from !== null && from !== filter.from) return false;
    if (filter.to !== null && to !== filter.to) return false;
    if (filter.touching !== null && from !== filter.touching && to !== filter.touching) return false;
    if (words.length === 0) return true;
    const text = searchText(plan, unit);
    return words.every((word) => text.includes(word));
  });
  return order === null ? found : sortMoves(plan, found, order);
}

function searchText(plan: Plan, unit: number): string {
  const details = plan.details.map((detail) => detail.of(unit)).join(" ");
  return `${plan.ids[unit]} ${plan.names[unit]} ${details}`.toLowerCase();
}

function sortMoves(plan: Plan, units: Uint32Array, { column, descending }: MoveOrder): Uint32Array {
  const sign = descending ? -1 : 1;
  const number = numbers(plan, column);
  if (number !== null) return units.sort((a, b) => sign * (number(a) - number(b)) || a - b);
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  return units.sort((a, b) => sign * compare(account(plan, a), account(plan, b)) || a - b);
}

/** What the column sorts by, or null where it is the account's name. */
function numbers(plan: Plan, column: MoveColumn): ((unit: number) => number) | null {
  if (column === "account") return null;
  if (column === "distance") return (unit) => plan.distance[unit];
  if (typeof column === "object") {
    const values = plan.values[column.measure];
    return (unit) => values[unit];
  }
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  const byName = plan.territories.map((_, index) => index);
  byName.sort((a, b) => compare(plan.territories[a].name, plan.territories[b].name));
  const rank = new Int32Array(byName.length);
  byName.forEach((territory, position) => (rank[territory] = position));
  const side = column === "from" ? plan.before! : plan.after;
  return (unit) => (side[unit] < 0 ? -1 : rank[side[unit]]);
}

function account(plan: Plan, unit: number): string {
  return plan.names[unit] || plan.ids[unit];
}
