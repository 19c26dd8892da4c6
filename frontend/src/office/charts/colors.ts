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
}

const NAMES: Record<keyof Colors, string> = {
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

export function colorsOf(host: HTMLElement): Colors {
  const probe = document.createElement("span");
  host.append(probe);
  const found = Object.fromEntries(
    Object.entries(NAMES).map(([name, value]) => {
      probe.style.color = value;
      return [name, plain(getComputedStyle(probe).color)];
    }),
  ) as unknown as Colors;
  probe.remove();
  return found;
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
