import { deviationWords } from "../format/deviation";
import type { Format } from "../format/format";
import { messages } from "../messages";
import type { Plan } from "./plan";

/** The same bits as `Reason` in src/terrier/report/reasons.py. */
export const Reason = {
  locked: 1,
  unheld: 2,
  closed: 4,
  opened: 8,
  group: 16,
  balance: 32,
  closer: 64,
  room: 128,
  unserved: 256,
} as const;

/** Why this account is where it is, in plain words; empty when nothing changed and nothing forced it. */
export function explain(plan: Plan, unit: number, format: Format): string {
  const code = plan.reasons[unit];
  const target = plan.territories[plan.after[unit]];
  const from = plan.before?.[unit] ?? -1;
  const source = from < 0 ? null : plan.territories[from];
  const m = plan.reasonMeasure[unit];
  const measure = plan.measures[m].name;
  const words = (deviation: number | null | undefined) => deviationWords(deviation ?? 0, format);
  const texts = messages.reasons;
  const parts: string[] = [];
  if (code & Reason.locked) parts.push(texts.locked(target.name));
  if (code & Reason.unheld) parts.push(texts.unheld);
  if (source !== null) {
    const now = format.distance(plan.distance[unit]);
    if (code & Reason.closed) parts.push(texts.closed(source.name, target.name, now));
    if (code & Reason.unserved) parts.push(texts.unserved(source.name));
    if (code & Reason.opened) parts.push(texts.opened(target.name));
    if (code & Reason.balance) {
      const was = words(source.before?.deviations[m]);
      parts.push(texts.balance(source.name, was, measure, target.name, words(target.before?.deviations[m])));
    }
    if (code & Reason.closer) {
      parts.push(texts.closer(format.distance(plan.distanceBefore?.[unit] ?? 0), source.name, now));
    }
    if (code & Reason.room) {
      const here = words(source.after?.deviations[m]);
      parts.push(texts.room(source.name, here, measure, target.name, words(target.after?.deviations[m])));
    }
  }
  if (code & Reason.group) parts.push(texts.group);
  return parts.join("; ");
}
