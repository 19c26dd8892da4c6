/** TopoJSON as us-atlas writes it: arcs of whole steps, each from the point before. */
export interface Topology {
  arcs: [number, number][][];
  transform: { scale: [number, number]; translate: [number, number] };
  objects: Record<string, Geometry>;
}

export interface Geometry {
  type: string;
  id?: string;
  properties?: { name?: string };
  arcs?: Nested;
  geometries?: Geometry[];
}

export type Nested = (number | Nested)[];

/** What the map draws of it: the land as rings, borders as lines; longitude and latitude, one after the other. */
export interface Outlines {
  land: number[][];
  states: number[][];
  counties: number[][];
}

export function outlinesOf(topology: Topology): Outlines {
  const lines = decoded(topology);
  const states = arcsOf(topology.objects.states);
  const inner = [...arcsOf(topology.objects.counties)].filter((arc) => !states.has(arc));
  return {
    land: ringsOf(topology.objects.nation, lines),
    states: [...states].map((arc) => lines[arc]),
    counties: inner.map((arc) => lines[arc]),
  };
}

/** Every arc as longitude and latitude, one after the other. */
export function decoded(topology: Topology): number[][] {
  return topology.arcs.map((arc) => degrees(arc, topology));
}

function degrees(arc: [number, number][], { transform }: Topology): number[] {
  const line: number[] = [];
  let [x, y] = [0, 0];
  for (const [dx, dy] of arc) {
    x += dx;
    y += dy;
    line.push(
      x * transform.scale[0] + transform.translate[0],
      y * transform.scale[1] + transform.translate[1],
    );
  }
  return line;
}

/** The numbers of all arcs of a geometry; one that is walked backwards is written as its complement. */
function arcsOf(geometry: Geometry): Set<number> {
  const found = new Set<number>();
  const walk = (part: Nested): void => {
    for (const one of part) {
      if (typeof one === "number") found.add(one < 0 ? ~one : one);
      else walk(one);
    }
  };
  if (geometry.arcs) walk(geometry.arcs);
  for (const one of geometry.geometries ?? []) for (const arc of arcsOf(one)) found.add(arc);
  return found;
}

/** The rings of a geometry; holes are rings, too. */
export function ringsOf(geometry: Geometry, lines: number[][]): number[][] {
  const rings: number[][] = [];
  const walk = (part: Nested): void => {
    if (part.every((one) => typeof one === "number")) rings.push(joined(part, lines));
    else for (const one of part) if (typeof one !== "number") walk(one);
  };
  if (geometry.arcs) walk(geometry.arcs);
  for (const one of geometry.geometries ?? []) rings.push(...ringsOf(one, lines));
  return rings;
}

/** The arcs of a ring as one line. */
export function joined(arcs: number[], lines: number[][]): number[] {
  return arcs.flatMap((arc) => (arc < 0 ? backwards(lines[~arc]) : lines[arc]));
}

function backwards(line: number[]): number[] {
  const turned: number[] = [];
  for (let i = line.length - 2; i >= 0; i -= 2) turned.push(line[i], line[i + 1]);
  return turned;
}
