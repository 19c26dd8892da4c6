import { expect, test } from "vitest";
import { mayReportTo } from "./may-report-to";

const links = [
  { position: "company", manager: "" },
  { position: "east", manager: "company" },
  { position: "west", manager: "company" },
  { position: "ohio", manager: "east" },
  { position: "columbus", manager: "ohio" },
];

test("a position may report to any that is not below it", () => {
  expect(mayReportTo(links, "ohio", "west")).toEqual({ valid: true });
  expect(mayReportTo(links, "columbus", "company")).toEqual({ valid: true });
});

test.each([
  ["ohio", "ohio", "same"],
  ["ohio", "east", "already"],
  ["east", "ohio", "below"],
  ["east", "columbus", "below"],
  ["company", "columbus", "below"],
])("%s may not report to %s: %s", (position, manager, reason) => {
  expect(mayReportTo(links, position, manager)).toEqual({ valid: false, reason });
});

test("a circle that is there already ends the search", () => {
  const round = [
    { position: "a", manager: "b" },
    { position: "b", manager: "a" },
  ];
  expect(mayReportTo(round, "c", "a")).toEqual({ valid: true });
});
