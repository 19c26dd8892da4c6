export type Tool = "select" | "rectangle" | "lasso" | "area" | "territory" | "remark";

export const TOOLS: readonly { tool: Tool; icon: string; key: string; text: string }[] = [
  { tool: "select", icon: "mouse-pointer-2", key: "s", text: "toolSelect" },
  { tool: "rectangle", icon: "square-dashed-mouse-pointer", key: "r", text: "toolRectangle" },
  { tool: "lasso", icon: "lasso", key: "l", text: "toolLasso" },
  { tool: "area", icon: "map-pinned", key: "a", text: "toolArea" },
  { tool: "territory", icon: "vector-square", key: "t", text: "toolTerritory" },
  { tool: "remark", icon: "message-square-plus", key: "n", text: "toolRemark" },
];

/** Counties are known here; the server says who is in the others. */
export const AREA_KINDS = ["county", "zip", "hexagon", "polygon"] as const;
export type AreaKind = (typeof AREA_KINDS)[number];

/** How fine hexagons are (H3: 2 is 158 km across, 8 is 0.9 km): about a thumb wide on the map, however near one is. */
export function resolutionOf(zoom: number): number {
  return Math.max(2, Math.min(8, Math.round(0.72 * zoom - 0.9)));
}

export type How = "only" | "add" | "remove";

/** What a drag or a click with these keys does to the selection. */
export function howOf({ shiftKey, altKey }: { shiftKey: boolean; altKey: boolean }, otherwise: How): How {
  return altKey ? "remove" : shiftKey ? "add" : otherwise;
}
