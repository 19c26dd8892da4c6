import type { Scene } from "./scene";

const MANY = 15_000;

/** Dot radius in pixels: smaller the more accounts there are, larger as one zooms in. */
export function dotRadius(n: number, zoom: number, width: number): number {
  const start = n > MANY ? 0.9 : n > 4000 ? 1.7 : n > 1000 ? 2.4 : 3.2;
  const screen = Math.min(1, 0.4 + width / 1200);
  return Math.min(screen * start * Math.max(1, zoom) ** 0.45, 6);
}

export function drawAccounts(
  context: CanvasRenderingContext2D,
  scene: Scene,
  side: "before" | "after",
): void {
  const { plan, world, ink, transform, width, height, selected, onlyMoves } = scene;
  const order = side === "after" ? world.orderAfter : world.orderBefore;
  const holder = side === "after" ? plan.after : (plan.before ?? plan.after);
  const radius = dotRadius(plan.n, transform.k, width);
  const round = plan.n <= MANY || radius > 2;
  const { k, x: dx, y: dy } = transform;
  let current = -2;
  context.beginPath();
  const finish = () => {
    if (current > -2) context.fill();
  };
  for (const unit of order) {
    const territory = holder[unit];
    if (territory !== current) {
      finish();
      current = territory;
      context.fillStyle = territory < 0 ? ink.unheld : ink.territories[plan.territories[territory].color];
      const touched = selected === null || selected === territory;
      context.globalAlpha = touched ? 0.9 : onlyMoves ? 0.35 : 0.12;
      context.beginPath();
    }
    const x = world.x[unit] * k + dx;
    const y = world.y[unit] * k + dy;
    if (!(x > -radius && x < width + radius && y > -radius && y < height + radius)) continue;
    if (onlyMoves && !moves(scene, unit)) continue;
    if (round) {
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    } else {
      context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
    }
  }
  finish();
  context.globalAlpha = 1;
}

/** Whether the account's holder changes, to or from the selected territory if there is one. */
function moves({ plan, selected }: Scene, unit: number): boolean {
  const from = plan.before?.[unit] ?? -1;
  const to = plan.after[unit];
  return plan.before !== null && from !== to && (selected === null || from === selected || to === selected);
}
