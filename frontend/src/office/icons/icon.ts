const SVG = "http://www.w3.org/2000/svg";

/** An icon of the sprite; the address is that of any icon on the page, which carries the mark of its version. */
export function icon(name: string): SVGSVGElement {
  const known = document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0];
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${known ?? "/static/office/icons.svg"}#${name}`);
  svg.append(use);
  return svg;
}
