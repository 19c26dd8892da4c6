import { expect, test } from "vitest";
import { cookie } from "./cookie";

test("a choice is kept for a year", () => {
  expect(cookie("theme", "terrier-dark", false)).toBe(
    "theme=terrier-dark; path=/; max-age=31536000; samesite=lax",
  );
});

test("an empty choice is forgotten", () => {
  expect(cookie("theme", "", true)).toBe("theme=; path=/; max-age=0; samesite=lax; secure");
});
