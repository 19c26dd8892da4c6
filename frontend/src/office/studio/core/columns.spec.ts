import { expect, test } from "vitest";
import { readColumns } from "./columns";

/** The bytes that studio_columns.py writes for two accounts; its own test holds them too. */
function written(): ArrayBuffer {
  const header = JSON.stringify({
    plan: 7,
    columns: {
      sales: { kind: "f64", at: 0, length: 2 },
      territory: { kind: "i16", at: 16, length: 2 },
      name: { kind: "text", at: 24, length: 2 },
    },
  });
  const size = Math.ceil((header.length + 4) / 8) * 8 - 4;
  const buffer = new ArrayBuffer(4 + size + 24 + 12 + 7);
  new DataView(buffer).setUint32(0, size, true);
  new Uint8Array(buffer, 4, size).set(new TextEncoder().encode(header.padEnd(size)));
  new Float64Array(buffer, 4 + size, 2).set([1234500, 9]);
  new Int16Array(buffer, 4 + size + 16, 2).set([-1, 3]);
  new Uint32Array(buffer, 4 + size + 24, 3).set([0, 5, 7]);
  new Uint8Array(buffer, 4 + size + 36, 7).set(new TextEncoder().encode("CaféBo"));
  return buffer;
}

test("a header and columns are read as they were written", () => {
  const { header, numbers, texts } = readColumns<{ plan: number }>(written());
  expect(header).toEqual({ plan: 7 });
  expect([...numbers("sales")]).toEqual([1234500, 9]);
  expect([...numbers("territory")]).toEqual([-1, 3]);
  expect([texts("name")(0), texts("name")(1)]).toEqual(["Café", "Bo"]);
});

test("a column that is not there is named", () => {
  expect(() => readColumns(written()).numbers("potential")).toThrow("“potential”");
});
