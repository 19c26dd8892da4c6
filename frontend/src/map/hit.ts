import { dotRadius } from "./draw-accounts";
import type { Scene } from "./scene";

/** The nearest account within a finger's reach of a point on the screen, or null. */
export function accountAt(scene: Scene, x: number, y: number): number | null {
  const { k, x: dx, y: dy } = scene.transform;
  const { plan, world, onlyMoves } = scene;
  const reach = (dotRadius(plan.n, k, scene.width) + 4) / k;
  const shown = (unit: number) =>
    !onlyMoves || (plan.before !== null && plan.before[unit] !== plan.after[unit]);
  return world.index.neighbors((x - dx) / k, (y - dy) / k, 1, reach, shown)[0] ?? null;
}

let scratch: CanvasRenderingContext2D | null = null;

/** The territory whose land holds the point on the screen, or the account's own one. */
export function territoryAt(scene: Scene, x: number, y: number, account: number | null): number | null {
  const { k, x: dx, y: dy } = scene.transform;
  const side = scene.view === "compare" ? (x < scene.divider * scene.width ? "before" : "after") : scene.view;
  if (account !== null) {
    const held = side === "after" ? scene.plan.after[account] : (scene.plan.before?.[account] ?? -1);
    return held < 0 ? null : held;
  }
  scratch ??= document.createElement("canvas").getContext("2d");
  const shapes = scene.world[side];
  const [px, py] = [(x - dx) / k, (y - dy) / k];
  const found = shapes.findIndex(({ path }) => scratch!.isPointInPath(path, px, py, "evenodd"));
  return found < 0 ? null : found;
}
