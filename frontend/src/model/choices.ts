import type { Choices } from "./payload";

export interface Spot {
  x: number;
  y: number;
}

export interface Tick {
  at: number;
  value: number;
}

interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Where the plans, today and the axes' ticks lie in a frame: x is the share moved, y the travel. */
export function choiceScale(choices: Choices, frame: Frame) {
  const travels = [1, ...choices.plans.map((plan) => plan.travel)];
  const most = Math.max(0.01, ...choices.plans.map((plan) => plan.moved)) * 1.04;
  const spread = Math.max(0.02, Math.max(...travels) - Math.min(...travels));
  const low = Math.max(0, Math.min(...travels) - 0.12 * spread);
  const high = Math.max(...travels) + 0.12 * spread;
  const x = (moved: number) => frame.left + (moved / most) * (frame.right - frame.left);
  const y = (travel: number) => frame.bottom - ((travel - low) / (high - low)) * (frame.bottom - frame.top);
  return {
    spots: choices.plans.map((plan): Spot => ({ x: x(plan.moved), y: y(plan.travel) })),
    today: { x: x(0), y: y(1) },
    must: choices.mustMove > 0 && choices.mustMove <= most ? x(choices.mustMove) : null,
    xTicks: ticks(0, most).map((value): Tick => ({ at: x(value), value })),
    yTicks: ticks(low, high).map((value): Tick => ({ at: y(value), value })),
  };
}

/** Four to eight round numbers from ``low`` to ``high``. */
export function ticks(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  const found: number[] = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + 1e-9 * step; n++) {
    found.push(Number((n * step).toPrecision(10)));
  }
  return found;
}
