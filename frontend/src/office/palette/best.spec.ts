import { expect, test } from "vitest";
import { best } from "./best";
import type { Hit } from "./hit";

const hit = (title: string): Hit => ({ title, url: "/", group: "Pages", icon: "store", note: "" });

test("the best comes first, what does not match not at all", () => {
  const found = best([hit("Bulk import"), hit("People"), hit("Imports")], "imp");
  expect(found.map((one) => one.title)).toEqual(["Imports", "Bulk import"]);
});
