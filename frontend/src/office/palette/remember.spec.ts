import { expect, test } from "vitest";
import type { Hit } from "./hit";
import { remember } from "./remember";

const hit = (name: string): Hit => ({
  title: name,
  url: `/${name}`,
  group: "Accounts",
  icon: "store",
  note: "",
});

test("what is opened comes first, and only once", () => {
  expect(remember([hit("a"), hit("b")], hit("b")).map((one) => one.title)).toEqual(["b", "a"]);
});

test("six are kept", () => {
  const seven = ["a", "b", "c", "d", "e", "f", "g"].reduce<Hit[]>(
    (kept, name) => remember(kept, hit(name)),
    [],
  );
  expect(seven.map((one) => one.title)).toEqual(["g", "f", "e", "d", "c", "b"]);
});
