import { expect, test } from "vitest";
import { cellsOf, segmentWithin, withinReach, type Cells } from "./cells";
import { makeAccounts, sequenceOf } from "./factory";
import { Finder } from "./finder";
import { graphOf } from "./graph";
import { divide, holderOf, sitesOf } from "./sites";

function sites(n: number, seed = 1) {
  const random = sequenceOf(seed);
  const accounts = makeAccounts({
    longitude: Float64Array.from({ length: n }, () => -90 + 6 * random()),
    latitude: Float64Array.from({ length: n }, () => 36 + 5 * random()),
  });
  return { accounts, sites: sitesOf(accounts, graphOf(accounts), new Finder(accounts, Math.ceil(n / 8000))) };
}

/** Of all land, or of that around a site. */
function areaOf({ corners, cornerSite, triangles }: Cells, site?: number): number {
  const [x, y] = [(i: number) => corners[2 * i], (i: number) => corners[2 * i + 1]];
  let area = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = triangles.slice(t, t + 3);
    if (site !== undefined && cornerSite[a] !== site) continue;
    area += Math.abs((x(b) - x(a)) * (y(c) - y(a)) - (x(c) - x(a)) * (y(b) - y(a))) / 2;
  }
  return area;
}

test("each account has a site, and each site its accounts", () => {
  for (const n of [1, 50, 9000]) {
    const made = sites(n).sites;
    expect(made.members.length).toBe(n);
    expect(made.n).toBeLessThanOrEqual(8000);
    for (let site = 0; site < made.n; site++)
      for (let i = made.start[site]; i < made.start[site + 1]; i++)
        expect(made.siteOf[made.members[i]]).toBe(site);
  }
});

test("most accounts decide whose land it is", () => {
  const { sites: many } = sites(9000);
  const crowded = [...Array(many.n).keys()].find((site) => many.start[site + 1] - many.start[site] >= 2)!;
  const territory = new Int16Array(9000).fill(3);
  expect(holderOf(many, territory, [true, true, true, true], crowded)).toBe(3);
  const members = many.members.slice(many.start[crowded], many.start[crowded + 1]);
  for (const account of members) territory[account] = 1;
  expect(holderOf(many, territory, [true, true, true, true], crowded)).toBe(1);
});

test("cells do not overlap: their areas add up to what lies within reach", () => {
  const area = areaOf(cellsOf(sites(400).sites));
  // The sites fill 6° by 5°; around them the rim reaches 7.5 % of the diagonal.
  const [width, height] = [6 / 360, 0.0181];
  const reach = 0.075 * Math.hypot(width, height);
  expect(area).toBeGreaterThan(width * height * 0.95);
  expect(area).toBeLessThan((width + 2 * reach) * (height + 2 * reach));
});

test("nor do those of a city overlap, where one account is a few hundred meters from the next", () => {
  const random = sequenceOf(7);
  const spread = (i: number): number => (i < 300 ? 0.15 : 6); // most in one city, some in the country around it
  const accounts = makeAccounts({
    longitude: Float64Array.from({ length: 400 }, (_, i) => -90 + spread(i) * (random() - 0.5)),
    latitude: Float64Array.from({ length: 400 }, (_, i) => 38 + spread(i) * (random() - 0.5)),
  });
  const made = cellsOf(sitesOf(accounts, graphOf(accounts), new Finder(accounts, 1)));
  const area = areaOf(made);
  const { x, y } = new Finder(accounts, 1);
  const [width, height] = [Math.max(...x) - Math.min(...x), Math.max(...y) - Math.min(...y)];
  const reach = 0.075 * Math.hypot(width, height);
  expect(area).toBeLessThan((width + 2 * reach) * (height + 2 * reach));
  let city = 0;
  for (let site = 0; site < 300; site++) city += areaOf(made, site);
  expect(city / area).toBeLessThan(0.1);
});

test("one site, or none, is no trouble", () => {
  expect(cellsOf(sites(1).sites).triangles.length).toBeGreaterThan(0);
  expect(
    cellsOf({ ...sites(1).sites, n: 0, x: new Float64Array(), y: new Float64Array() }).triangles.length,
  ).toBe(0);
});

test("a line is cut where the reach ends", () => {
  expect(segmentWithin([-2, 0], [2, 0], [0, 0], 1)).toEqual([-1, 0, 1, 0]);
  expect(segmentWithin([-2, 3], [2, 3], [0, 0], 1)).toBeNull();
});

test("a ring within reach stays as it is", () => {
  const ring: [number, number][] = [
    [-1, -1],
    [1, -1],
    [0, 1],
  ];
  expect(withinReach(ring, [0, 0], 2)).toBe(ring);
  expect(withinReach(ring, [0, 0], 0.5).every(([x, y]) => Math.hypot(x, y) < 0.52)).toBe(true);
});

test("land where only a portfolio has accounts goes with what surrounds it", () => {
  const { sites: made } = sites(40);
  const territory = new Int16Array(40).fill(1);
  territory[7] = 0;
  territory[8] = -1;
  const land = new Int16Array(made.n);
  divide(made, cellsOf(made), territory, [false, true], land);
  expect([...new Set(land)]).toEqual([1]);
});

test("land far from every territory stays nobody's, though a portfolio has customers there", () => {
  const { sites: made } = sites(40);
  const territory = Int16Array.from(made.x, (_, at) => Number(made.x[at] < 0.2528));
  const land = new Int16Array(made.n);
  const cells = cellsOf(made);
  divide(made, cells, territory, [false, true], land);
  const alone = [...land.keys()].filter((site) =>
    [...cells.to.subarray(cells.start[site], cells.start[site + 1]), site].every((one) => !territory[one]),
  );
  expect(alone.length).toBeGreaterThan(5);
  expect(new Set(land)).toEqual(new Set([1, -1]));
  expect(alone.every((site) => land[site] === -1)).toBe(true);
});
