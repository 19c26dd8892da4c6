export type Tool = "select" | "rectangle" | "lasso" | "area" | "territory" | "remark";

export const TOOLS: readonly { tool: Tool; icon: string; key: string; text: string }[] = [
  { tool: "select", icon: "mouse-pointer-2", key: "s", text: "toolSelect" },
  { tool: "rectangle", icon: "square-dashed-mouse-pointer", key: "r", text: "toolRectangle" },
  { tool: "lasso", icon: "lasso", key: "l", text: "toolLasso" },
  { tool: "area", icon: "map-pinned", key: "a", text: "toolArea" },
  { tool: "territory", icon: "vector-square", key: "t", text: "toolTerritory" },
  { tool: "remark", icon: "message-square-plus", key: "n", text: "toolRemark" },
];

export type How = "only" | "add" | "remove";

/** What a drag or a click with these keys does to the selection. */
export function howOf({ shiftKey, altKey }: { shiftKey: boolean; altKey: boolean }, otherwise: How): How {
  return altKey ? "remove" : shiftKey ? "add" : otherwise;
}
