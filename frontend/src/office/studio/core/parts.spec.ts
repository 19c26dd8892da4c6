import { expect, test } from "vitest";
import { partsOf } from "./parts";

/** Two parts, of three bytes and of none, cut into pieces of a size as a network may. */
function sent(size: number, bytes = 8 + 3 + 8): ReadableStream<Uint8Array> {
  const whole = Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 7, 8, 9, 0, 0, 0, 0, 0, 0, 0, 0).subarray(0, bytes);
  return new ReadableStream({
    start(door) {
      for (let at = 0; at < whole.length; at += size) door.enqueue(whole.slice(at, at + size));
      door.close();
    },
  });
}

async function read(body: ReadableStream<Uint8Array>): Promise<number[][]> {
  const parts: number[][] = [];
  for await (const part of partsOf(body)) parts.push([...new Uint8Array(part)]);
  return parts;
}

test("parts are read however the answer was cut", async () => {
  for (const size of [1, 2, 5, 11, 100]) expect(await read(sent(size))).toEqual([[7, 8, 9], []]);
});

test("an answer that breaks off is an error", async () => {
  for (const bytes of [4, 8, 10, 15]) await expect(read(sent(4, bytes))).rejects.toThrow("broke off");
});
