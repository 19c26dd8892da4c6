/** The design system's colors as a canvas takes them, in the theme that is shown. */
export interface Colors {
  text: string;
  muted: string;
  line: string;
  ground: string;
  main: string;
  before: string;
  good: string;
  bad: string;
  land: string;
  shades: string[];
}

const NAMES: Record<Exclude<keyof Colors, "shades">, string> = {
  text: "var(--color-base-content)",
  muted: "var(--muted)",
  line: "var(--line)",
  ground: "var(--color-base-100)",
  main: "var(--color-primary)",
  before: "var(--line-strong)",
  good: "var(--color-success)",
  bad: "var(--color-error)",
  land: "var(--sunken)",
};

/** From least to most. */
const SHADES = [0, 1, 2, 3, 4].map((at) => `var(--shade-${at})`);

export function colorsOf(host: HTMLElement): Colors {
  const probe = document.createElement("span");
  host.append(probe);
  const seen = (value: string): string => {
    probe.style.color = value;
    return plain(getComputedStyle(probe).color);
  };
  const found = Object.fromEntries(Object.entries(NAMES).map(([name, value]) => [name, seen(value)]));
  const shades = SHADES.map(seen);
  probe.remove();
  return { ...(found as unknown as Colors), shades };
}

const canvas = document.createElement("canvas");
canvas.width = canvas.height = 1;
const brush = canvas.getContext("2d", { willReadFrequently: true })!;

/** Whatever way a color is written, in red, green, blue and opacity. */
function plain(color: string): string {
  brush.clearRect(0, 0, 1, 1);
  brush.fillStyle = color;
  brush.fillRect(0, 0, 1, 1);
  const [red, green, blue, opacity] = brush.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${(opacity / 255).toFixed(3)})`;
}
