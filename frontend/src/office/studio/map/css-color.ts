export type Rgb = [number, number, number];

const NAMES = [
  "--color-base-100",
  "--map-land",
  "--map-water",
  "--map-county",
  "--map-state",
  "--map-halo",
  "--map-ink",
  "--map-nobody",
] as const;

export type MapColors = Record<(typeof NAMES)[number], Rgb>;

let canvas: CanvasRenderingContext2D | null = null;

/** The colors that the style sheet names for the map, from 0 to 255. All at once: each look at a style costs the page one. */
export function mapColors(host: Element): MapColors {
  const box = document.createElement("div");
  box.hidden = true;
  for (const name of NAMES) box.appendChild(document.createElement("i")).style.color = `var(${name})`;
  host.append(box);
  const told = Array.from(box.children, (probe) => getComputedStyle(probe).color);
  box.remove();
  return Object.fromEntries(NAMES.map((name, at) => [name, rgb(told[at])])) as MapColors;
}

function rgb(color: string): Rgb {
  canvas ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

export function hexColor(hex: string): Rgb {
  const number = parseInt(hex.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}
