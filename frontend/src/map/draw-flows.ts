import { flows, type Flow } from "./flows";
import { toScreen, type Scene } from "./scene";
import type { Plan } from "../model/plan";

const remembered = new WeakMap<Plan, Flow[]>();
const MOST = 36;

/** Curved arrows from each old center to the new one, wider for more accounts. */
export function drawFlows(context: CanvasRenderingContext2D, scene: Scene): void {
  const { plan, selected } = scene;
  let all = remembered.get(plan);
  if (all === undefined) remembered.set(plan, (all = flows(plan)));
  const shown = all
    .filter(({ from, to }) => selected === null || from === selected || to === selected)
    .slice(0, MOST);
  const largest = shown[0]?.count ?? 1;
  context.lineCap = "round";
  for (const flow of shown.reverse()) {
    const start = scene.world.before[flow.from].center;
    const end = scene.world.after[flow.to].center;
    if (start === null || end === null) continue;
    const width = 1.2 + 5.5 * Math.sqrt(flow.count / largest);
    const color = scene.ink.territories[plan.territories[flow.to].color];
    context.globalAlpha = 0.45 + 0.55 * Math.sqrt(flow.count / largest);
    arrow(context, toScreen(scene, start), toScreen(scene, end), width, color, scene.ink.halo);
  }
  context.globalAlpha = 1;
}

function arrow(
  context: CanvasRenderingContext2D,
  [x0, y0]: [number, number],
  [x1, y1]: [number, number],
  width: number,
  color: string,
  halo: string,
): void {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < 4) return;
  const head = 5 + 1.6 * width;
  const bendX = (x0 + x1) / 2 - (y1 - y0) * 0.16;
  const bendY = (y0 + y1) / 2 + (x1 - x0) * 0.16;
  const angle = Math.atan2(y1 - bendY, x1 - bendX);
  const tipX = x1 - Math.cos(angle) * head * 0.8;
  const tipY = y1 - Math.sin(angle) * head * 0.8;
  for (const [style, extra] of [
    [halo, 2.5],
    [color, 0],
  ] as const) {
    context.strokeStyle = context.fillStyle = style;
    context.lineWidth = width + extra;
    context.beginPath();
    context.moveTo(x0, y0);
    context.quadraticCurveTo(bendX, bendY, tipX, tipY);
    context.stroke();
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x1 - head * Math.cos(angle - 0.45), y1 - head * Math.sin(angle - 0.45));
    context.lineTo(x1 - head * Math.cos(angle + 0.45), y1 - head * Math.sin(angle + 0.45));
    context.closePath();
    context.fill();
  }
}

/** One account: a ring, a line to its new center and a dashed one to the old. */
export function drawAccount(context: CanvasRenderingContext2D, scene: Scene, unit: number): void {
  const { plan, world, ink } = scene;
  const here = toScreen(scene, [world.x[unit], world.y[unit]]);
  const from = plan.before?.[unit] ?? -1;
  const to = plan.after[unit];
  const line = (territory: number, center: [number, number] | null, dash: number[]) => {
    if (center === null) return;
    context.setLineDash(dash);
    context.strokeStyle = ink.territories[plan.territories[territory].color]!;
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(...toScreen(scene, center));
    context.lineTo(...here);
    context.stroke();
    context.setLineDash([]);
  };
  if (from >= 0 && from !== to) line(from, world.before[from].center, [2, 5]);
  line(to, world.after[to].center, []);
  context.beginPath();
  context.arc(here[0], here[1], 6, 0, 2 * Math.PI);
  context.fillStyle = ink.territories[plan.territories[to].color]!;
  context.fill();
  context.strokeStyle = ink.text;
  context.lineWidth = 2;
  context.stroke();
}
