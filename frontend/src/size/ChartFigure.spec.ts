// @vitest-environment happy-dom
import { h, render } from "preact";
import { expect, test } from "vitest";
import { ChartFigure, GridLines } from "./ChartFigure";

test("a chart says what it shows, and what stands for what", () => {
  const host = document.createElement("div");
  const legend = [
    ["now-key", "Calls"],
    ["travel-key", "Travel"],
  ] as const;
  const lines = h(GridLines, {
    values: [0, 10],
    y: (value) => 100 - value,
    left: 40,
    right: 200,
    tick: String,
  });
  const props = { title: "Hours", lead: "Of one person", legend, children: h("svg", null, lines) };
  render(h(ChartFigure, props), host);
  expect(host.querySelector("h3")?.textContent).toBe("Hours");
  expect(Array.from(host.querySelectorAll(".item"), (one) => one.textContent.trim())).toEqual([
    "Calls",
    "Travel",
  ]);
  expect(Array.from(host.querySelectorAll("line"), (line) => line.getAttribute("y1"))).toEqual(["100", "90"]);
  expect(host.querySelector("text")?.getAttribute("x")).toBe("32");
});
