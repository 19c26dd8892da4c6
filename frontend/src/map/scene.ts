import type { Transform } from "../geometry/fit";
import type { Plan } from "../model/plan";
import type { Ink } from "./palette";
import type { World } from "./world";

export type View = "before" | "after" | "compare";

/** What the map shows now. */
export interface Scene {
  plan: Plan;
  world: World;
  ink: Ink;
  view: View;
  /** Where the divider stands in "compare", as a share of the width. */
  divider: number;
  selected: number | null;
  hovered: number | null;
  /** An account under the pointer or pinned. */
  account: number | null;
  onlyMoves: boolean;
  width: number;
  height: number;
  transform: Transform;
}

export function toScreen(scene: Scene, [x, y]: [number, number]): [number, number] {
  const { k, x: dx, y: dy } = scene.transform;
  return [x * k + dx, y * k + dy];
}
