import { drawAccounts } from "./draw-accounts";
import { drawFlows, drawAccount } from "./draw-flows";
import { drawLabels } from "./draw-labels";
import type { Scene } from "./scene";

/** Draw the whole map. The context counts in CSS pixels times `ratio`. */
export function draw(context: CanvasRenderingContext2D, scene: Scene, ratio: number): void {
  const { width, height, ink } = scene;
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = ink.water;
  context.fillRect(0, 0, width, height);
  const sides = scene.view === "compare" ? compared(scene) : [{ side: scene.view, left: 0, right: width }];
  for (const { side, left, right } of sides) {
    context.save();
    context.beginPath();
    context.rect(left, 0, right - left, height);
    context.clip();
    drawSide(context, scene, side, ratio);
    context.restore();
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (scene.onlyMoves) drawFlows(context, scene);
  for (const { side, left, right } of sides) drawLabels(context, scene, side, left, right);
  if (scene.account !== null) drawAccount(context, scene, scene.account);
  context.restore();
}

function compared({ divider, width }: Scene): { side: "before" | "after"; left: number; right: number }[] {
  return [
    { side: "before", left: 0, right: divider * width },
    { side: "after", left: divider * width, right: width },
  ];
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
  const { world, plan, ink, selected, hovered, transform, onlyMoves } = scene;
  const shapes = world[side];
  plan.territories.forEach((territory, index) => {
    const color = ink.territories[territory.color];
    const dimmed = selected !== null && selected !== index;
    context.globalAlpha = dimmed
      ? 0.05
      : selected === index
        ? 0.34
        : hovered === index
          ? 0.36
          : onlyMoves
            ? 0.1
            : 0.2;
    context.fillStyle = color;
    context.fill(shapes[index].path, "evenodd");
    context.globalAlpha = dimmed ? 0.25 : onlyMoves ? 0.5 : 0.85;
    context.strokeStyle = color;
    context.lineWidth = (selected === index || hovered === index ? 2.4 : 1.2) / transform.k;
    context.stroke(shapes[index].path);
  });
  context.globalAlpha = 1;
}
