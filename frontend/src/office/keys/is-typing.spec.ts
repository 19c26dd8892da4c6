// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { isTyping } from "./is-typing";

function element(html: string): Element {
  document.body.innerHTML = html;
  return document.body.firstElementChild!;
}

test.each(["<input>", "<input type=search>", "<textarea></textarea>", "<select></select>"])(
  "%s takes keys",
  (html) => {
    expect(isTyping(element(html))).toBe(true);
  },
);

test.each(["<input type=checkbox>", "<button></button>", "<a href='/'></a>", "<div></div>"])(
  "%s does not",
  (html) => {
    expect(isTyping(element(html))).toBe(false);
  },
);

test("nothing takes no keys", () => {
  expect(isTyping(null)).toBe(false);
});
