/** A cell that starts with one of these is a formula to a spreadsheet: src/terrier/report/delimited.py guards the same. */
const RISKY = /^'*[=+\-@\t\r\n]/;

export type Cell = string | number;

/** Rows as CSV; texts that a spreadsheet would run stand behind an apostrophe, numbers stay numbers. */
export function csv(rows: Cell[][]): string {
  return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

function cell(value: Cell): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const safe = RISKY.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
