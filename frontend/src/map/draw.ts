import { drawAccounts } from "./draw-accounts";
import { drawFlows, drawAccount } from "./draw-flows";
import { drawLabels } from "./draw-labels";
import type { Scene } from "./scene";

/** Draw the whole map. The context counts in CSS pixels times `ratio`. */
export function draw(context: CanvasRenderingContext2D, scene: Scene, ratio: number): void {
  const { width, height, ink } = scene;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = ink.water;
  context.fillRect(0, 0, width, height);
  if (scene.view === "compare") {
    const x = scene.divider * width;
    clipped(context, 0, x, height, () => drawSide(context, scene, "before", ratio));
    clipped(context, x, width - x, height, () => drawSide(context, scene, "after", ratio));
  } else {
    drawSide(context, scene, scene.view, ratio);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (scene.onlyMoves) drawFlows(context, scene);
  if (scene.account !== null) drawAccount(context, scene, scene.account);
}

function clipped(
  context: CanvasRenderingContext2D,
  left: number,
  width: number,
  height: number,
  inside: () => void,
): void {
  context.save();
  context.beginPath();
  context.rect(left, 0, width, height);
  context.clip();
  inside();
  context.restore();
}

function drawSide(
  context: CanvasRenderingContext2D,
  scene: Scene,
  side: "before" | "after",
  ratio: number,
): void {
  const { k, x, y } = scene.transform;
  context.setTransform(ratio * k, 0, 0, ratio * k, ratio * x, ratio * y);
  drawLand(context, scene);
  drawTerritories(context, scene, side);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawAccounts(context, scene, side);
  drawLabels(context, scene, side);
}

function drawLand(context: CanvasRenderingContext2D, scene: Scene): void {
  const { ink, transform } = scene;
  const { base } = scene.world;
  const hair = 1 / transform.k;
  context.lineJoin = "round";
  context.fillStyle = ink.land;
  context.fill(base.land);
  for (const [path, color, width] of [
    [base.graticule, ink.county, 1],
    [base.counties, ink.county, 1],
    [base.states, ink.state, 1],
    [base.coast, ink.coast, 1],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = width * hair;
    context.stroke(path);
  }
}

function drawTerritories(context: CanvasRenderingContext2D, scene: Scene, side: "before" | "after"): void {
  const { world, plan, ink, selected, hovered, transform } = scene;
  const shapes = world[side];
  plan.territories.forEach((territory, index) => {
    const color = ink.territories[territory.color]!;
    const dimmed = selected !== null && selected !== index;
    context.globalAlpha = dimmed ? 0.05 : selected === index ? 0.34 : hovered === index ? 0.36 : 0.2;
    context.fillStyle = color;
    context.fill(shapes[index]!.path, "evenodd");
    context.globalAlpha = dimmed ? 0.25 : 0.85;
    context.strokeStyle = color;
    context.lineWidth = (selected === index || hovered === index ? 2.4 : 1.2) / transform.k;
    context.stroke(shapes[index]!.path);
  });
  context.globalAlpha = 1;
}
