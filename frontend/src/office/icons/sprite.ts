/** Puts icons into one SVG of symbols: `<use href="icons.svg#name">` draws one. */
export function sprite(names: readonly string[], read: (name: string) => string): string {
  const symbols = names.map(
    (name) => `<symbol id="${name}" viewBox="0 0 24 24">${shapes(read(name))}</symbol>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

function shapes(svg: string): string {
  const inner = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(svg)?.[1];
  if (inner === undefined) throw new Error(`no <svg> in ${svg.slice(0, 80)}`);
  return inner.replace(/\s*\n\s*/g, "");
}
