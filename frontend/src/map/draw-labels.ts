import { toScreen, type Scene } from "./scene";

const FONT = 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Inter, Roboto, sans-serif';

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** State codes, home bases and territory names between two edges; larger territories first, none over another. */
export function drawLabels(
  context: CanvasRenderingContext2D,
  scene: Scene,
  side: "before" | "after",
  left: number,
  right: number,
): void {
  const within: Box = { left, top: 0, right, bottom: scene.height };
  const font = scene.width < 500 ? 11 : 12;
  const { plan, world, ink, selected } = scene;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const taken: Box[] = [];
  context.lineJoin = "round";
  const order = plan.territories
    .map((territory, index) => ({ index, units: territory[side]?.units ?? 0 }))
    .filter(({ units }) => units > 0)
    .sort((a, b) => Number(b.index === selected) - Number(a.index === selected) || b.units - a.units);
  context.font = `600 ${font}px ${FONT}`;
  const places: { name: string; x: number; y: number; dimmed: boolean }[] = [];
  for (const { index } of order) {
    const { center } = world[side][index];
    if (center === null) continue;
    const [x, y] = toScreen(scene, center);
    const name = plan.territories[index].name;
    const half = context.measureText(name).width / 2 + 4;
    const box = { left: x - half, top: y - 9, right: x + half, bottom: y + 9 };
    if (outside(box, within) || taken.some((other) => overlap(box, other))) continue;
    taken.push(box);
    places.push({ name, x, y, dimmed: selected !== null && selected !== index });
  }
  drawStates(context, scene, taken, within);
  drawSeats(context, scene, side, within);
  context.font = `600 ${font}px ${FONT}`;
  for (const { name, x, y, dimmed } of places) {
    context.globalAlpha = dimmed ? 0.35 : 1;
    context.strokeStyle = ink.halo;
    context.lineWidth = 4;
    context.strokeText(name, x, y);
    context.fillStyle = ink.text;
    context.fillText(name, x, y);
  }
  context.globalAlpha = 1;
}

function drawStates(context: CanvasRenderingContext2D, scene: Scene, taken: Box[], within: Box): void {
  if (scene.width < 500 && scene.transform.k < 1) return;
  context.font = `500 11px ${FONT}`;
  context.fillStyle = scene.ink.label;
  for (const [code, px, py] of scene.world.base.labels) {
    const [x, y] = toScreen(scene, [px, py]);
    const box = { left: x - 11, top: y - 8, right: x + 11, bottom: y + 8 };
    if (Number.isNaN(x) || outside(box, within) || taken.some((other) => overlap(box, other))) continue;
    context.fillText(code, x, y);
  }
}

/** A little house at each home base. */
function drawSeats(
  context: CanvasRenderingContext2D,
  scene: Scene,
  side: "before" | "after",
  within: Box,
): void {
  const { plan, world, ink, selected } = scene;
  plan.territories.forEach((territory, index) => {
    const { seat } = world[side][index];
    if (seat === null || territory[side] === null) return;
    const [x, y] = toScreen(scene, seat);
    if (x < within.left || x > within.right) return;
    context.globalAlpha = selected !== null && selected !== index ? 0.25 : 1;
    context.beginPath();
    for (const [dx, dy] of [
      [0, -6.5],
      [6, -1],
      [4.2, -1],
      [4.2, 5],
      [-4.2, 5],
      [-4.2, -1],
      [-6, -1],
    ] as const) {
      context.lineTo(x + dx, y + dy);
    }
    context.closePath();
    context.fillStyle = ink.territories[territory.color]!;
    context.strokeStyle = ink.halo;
    context.lineWidth = 2.5;
    context.stroke();
    context.fill();
    context.strokeStyle = ink.text;
    context.lineWidth = 1;
    context.stroke();
  });
  context.globalAlpha = 1;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function outside(box: Box, within: Box): boolean {
  return (
    box.left < within.left || box.right > within.right || box.top < within.top || box.bottom > within.bottom
  );
}
