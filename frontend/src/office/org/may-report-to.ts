/** A position in the chart and the one it reports to; empty at the top. */
export interface Link {
  position: string;
  manager: string;
}

/** Whether one position may report to another: not to itself, not to one below it, and not where it is already. */
export function mayReportTo(
  links: readonly Link[],
  position: string,
  manager: string,
): { valid: boolean; reason?: "same" | "below" | "already" } {
  if (position === manager) return { valid: false, reason: "same" };
  const above = new Map(links.map((link) => [link.position, link.manager]));
  if (above.get(position) === manager) return { valid: false, reason: "already" };
  const passed = new Set<string>();
  for (let at: string | undefined = manager; at && !passed.has(at); at = above.get(at)) {
    if (at === position) return { valid: false, reason: "below" };
    passed.add(at);
  }
  return { valid: true };
}
