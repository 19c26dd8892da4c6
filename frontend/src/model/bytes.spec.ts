import { expect, test } from "vitest";
import { bytes } from "./bytes";

test("numbers come back from base64", () => {
  const text = Buffer.from(new Float32Array([1.5, -2, 1e6]).buffer).toString("base64");
  expect([...new Float32Array(bytes(text))]).toEqual([1.5, -2, 1e6]);
});

test("nothing is nothing", () => {
  expect(bytes("").byteLength).toBe(0);
});
