// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { toast } from "./toast";

function shown(narrow: boolean): string[] {
  vi.stubGlobal("matchMedia", () => ({ matches: narrow }));
  document.body.innerHTML = `<div id="toasts"></div>`;
  toast("This went wrong", { wrong: true });
  for (const text of ["Deleted one", "Deleted another"])
    toast(text, { act: { label: "Undo", run: vi.fn() } });
  return [...document.querySelectorAll(".toast-text")].map((one) => one.textContent);
}

beforeEach(() => {
  vi.useFakeTimers();
});

test("on a phone the latest stands alone, but for what went wrong", () => {
  expect(shown(true)).toEqual(["This went wrong", "Deleted another"]);
});

test("elsewhere there is room for three", () => {
  expect(shown(false)).toEqual(["This went wrong", "Deleted one", "Deleted another"]);
});

test("what was done only in part bears a sign of warning, and goes by itself", () => {
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  document.body.innerHTML = `<div id="toasts"></div>`;
  toast("2 locked ones stayed.", { warn: true });
  const card = document.querySelector(".toast-card")!;
  expect(card.querySelector("use")?.getAttribute("href")).toContain("#triangle-alert");
  expect(card.getAttribute("role")).toBe("status");
  vi.advanceTimersByTime(6000);
  expect(document.querySelector(".toast-card")).toBeNull();
});
