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
