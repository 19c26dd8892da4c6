let canvas: CanvasRenderingContext2D | null = null;

/** A color that a style sheet names in whatever way, as red, green and blue from 0 to 255. */
export function cssColor(host: Element, property: string): [number, number, number] {
  const probe = document.createElement("i");
  probe.hidden = true;
  probe.style.color = `var(${property})`;
  host.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  canvas ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

export function hexColor(hex: string): [number, number, number] {
  const number = parseInt(hex.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}
