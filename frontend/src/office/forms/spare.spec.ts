import { expect, test } from "vitest";
import { spareEmpty } from "./spare";

function spared(query: string): string {
  const fields = new FormData();
  for (const [name, value] of new URLSearchParams(query)) fields.append(name, value);
  spareEmpty(fields);
  return new URLSearchParams([...fields].map(([name, value]) => [name, value as string])).toString();
}

test.each([
  ["", ""],
  ["q=&status=", ""],
  ["q=pets&status=&sort=name", "q=pets&sort=name"],
  ["status=active&status=&status=lapsed", "status=active&status=lapsed"],
  ["limit=0", "limit=0"],
])("%s becomes %s", (given, left) => {
  expect(spared(given)).toBe(left);
});
