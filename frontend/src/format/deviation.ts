import { messages } from "../messages";
import type { Format } from "./format";

/** "18.2% over", "9.1% under" or "level with". */
export function deviationWords(ratio: number, format: Format): string {
  if (Math.abs(ratio) < 0.0005) return messages.reasons.level;
  const share = format.percent(Math.abs(ratio));
  return ratio > 0 ? messages.reasons.over(share) : messages.reasons.under(share);
}
