import { expect, test } from "vitest";
import { sprite } from "./sprite";

const LINE = '<!-- license -->\n<svg\n  class="lucide"\n  width="24"\n>\n  <path d="M1 2" />\n</svg>\n';

test("each icon becomes a symbol of its name", () => {
  expect(sprite(["line"], () => LINE)).toContain(
    '<symbol id="line" viewBox="0 0 24 24"><path d="M1 2" /></symbol>',
  );
});

test("what is no drawing is refused", () => {
  expect(() => sprite(["line"], () => "hello")).toThrow("no <svg> in hello");
});
