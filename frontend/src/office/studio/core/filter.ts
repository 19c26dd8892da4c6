import { NOBODY, type Accounts } from "./accounts";

/** Which accounts are shown; empty shows all. */
export interface Filter {
  text: string;
  channel: number | null;
  accountClass: number | null;
  held: "all" | "moved" | "nobody" | "locked";
}

export const ALL: Filter = { text: "", channel: null, accountClass: null, held: "all" };

export function isNarrow(filter: Filter): boolean {
  return (
    filter.text.trim() !== "" ||
    filter.channel !== null ||
    filter.accountClass !== null ||
    filter.held !== "all"
  );
}

export function matcherOf(accounts: Accounts, filter: Filter): (account: number) => boolean {
  const words = filter.text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return (i) => {
    if (filter.channel !== null && accounts.channel[i] !== filter.channel) return false;
    if (filter.accountClass !== null && accounts.accountClass[i] !== filter.accountClass) return false;
    if (filter.held === "moved" && accounts.territory[i] === accounts.before[i]) return false;
    if (filter.held === "nobody" && accounts.territory[i] !== NOBODY) return false;
    if (filter.held === "locked" && accounts.lock[i] === 0) return false;
    if (words.length === 0) return true;
    const told = `${accounts.name(i)} ${accounts.city(i)}`.toLocaleLowerCase();
    return words.every((word) => told.includes(word));
  };
}
