/** How well a title answers a query: 0 not at all, more is better. Words may come in any order and be cut short. */
export function matches(title: string, query: string): number {
  const words = plain(title).split(/\s+/);
  const asked = plain(query).split(/\s+/).filter(Boolean);
  if (asked.length === 0) return 0;
  let score = 0;
  for (const part of asked) {
    const at = words.findIndex((word) => word.startsWith(part));
    if (at >= 0) score += at === 0 ? 3 : 2;
    else if (plain(title).includes(part)) score += 1;
    else return 0;
  }
  return score / asked.length;
}

function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .trim();
}
