/**
 * Eight colors that stay apart for color-blind readers, after Okabe and Ito (2008), darkened on white and lightened on
 * black. Neighbors never rely on color alone: borders and names are drawn too.
 */
const LIGHT = ["#0b6fb8", "#d98200", "#00916a", "#c2659a", "#3fa7dd", "#cf5200", "#8a7d00", "#6a5acd"];
const DARK = ["#4c9fe6", "#f0a93a", "#2fbf94", "#e08fbd", "#7cc8f2", "#f08149", "#c9bb3c", "#9c8cf2"];

export function palette(dark: boolean): string[] {
  return dark ? DARK : LIGHT;
}

/** What the map is drawn in besides the territories. */
export interface Ink {
  water: string;
  land: string;
  county: string;
  state: string;
  coast: string;
  label: string;
  text: string;
  halo: string;
  unheld: string;
  territories: string[];
}

export function ink(dark: boolean): Ink {
  return dark
    ? {
        water: "#0d1016",
        land: "#171b23",
        county: "rgba(255,255,255,.055)",
        state: "rgba(255,255,255,.2)",
        coast: "rgba(255,255,255,.26)",
        label: "rgba(255,255,255,.3)",
        text: "#f3f5f8",
        halo: "rgba(13,16,22,.88)",
        unheld: "#8b93a3",
        territories: DARK,
      }
    : {
        water: "#eef2f6",
        land: "#fdfdfc",
        county: "rgba(23,30,45,.07)",
        state: "rgba(23,30,45,.26)",
        coast: "rgba(23,30,45,.3)",
        label: "rgba(23,30,45,.34)",
        text: "#161b26",
        halo: "rgba(255,255,255,.9)",
        unheld: "#7b8494",
        territories: LIGHT,
      };
}
