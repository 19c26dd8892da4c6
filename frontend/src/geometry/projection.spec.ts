import { expect, test } from "vitest";
import { projection } from "./projection";

const northwest = { left: -124, top: 42, right: -111, bottom: 49 };

test("north is up and east is right", () => {
  const project = projection(northwest, true, true);
  const [x, y] = project(-117, 45);
  expect(project(-117, 46)[1]).toBeLessThan(y);
  expect(project(-116, 45)[0]).toBeGreaterThan(x);
});

test("Alaska and the mainland share one map of the US", () => {
  const project = projection({ left: -160, top: 25, right: -70, bottom: 65 }, true, true);
  const [x, y] = project(-150, 61);
  expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true);
  expect(project(2, 48)[0]).toBeNaN();
});

test("the tropics and the whole world can be shown", () => {
  for (const box of [
    { left: 30, top: -4, right: 40, bottom: 4 },
    { left: -170, top: -50, right: 170, bottom: 70 },
  ]) {
    expect(projection(box, true, false)(35, 1).every(Number.isFinite)).toBe(true);
  }
});

test("a plane is drawn as it is, y upwards", () => {
  const project = projection({ left: 0, top: 0, right: 10, bottom: 10 }, false, false);
  expect(project(0, 0)).toEqual([0, 1000]);
  expect(project(10, 10)).toEqual([1000, 0]);
});
