/**
 * What the server sends for a plan: a header of JSON, then columns of numbers as a browser holds them (little-endian),
 * so that 100,000 accounts are read without parsing a single one. Written by studio_columns.py.
 *
 * Bytes 0–3 are the length of the header. Columns begin at multiples of eight from the end of the header on.
 */
const ARRAYS = {
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  f64: Float64Array,
} as const;

type Kind = keyof typeof ARRAYS;
interface Place {
  kind: Kind | "text";
  /** From where the columns begin. */
  at: number;
  length: number;
}

export interface Columns<Header> {
  header: Header;
  numbers: (name: string) => Numbers;
  texts: (name: string) => (row: number) => string;
}

export type Numbers = InstanceType<(typeof ARRAYS)[Kind]>;

export function readColumns<Header>(buffer: ArrayBuffer): Columns<Header> {
  const size = new DataView(buffer).getUint32(0, true);
  const start = 4 + size;
  const { columns, ...header } = JSON.parse(
    new TextDecoder().decode(new Uint8Array(buffer, 4, size)),
  ) as Header & { columns: Record<string, Place> };
  const find = (name: string): Place => {
    const place = (columns as Partial<Record<string, Place>>)[name];
    if (!place) throw new Error(`The plan came without the column “${name}”.`);
    return place;
  };
  const numbers = (name: string): Numbers => {
    const { kind, at, length } = find(name);
    if (kind === "text") throw new Error(`“${name}” is a column of texts.`);
    return new ARRAYS[kind](buffer, start + at, length);
  };
  return {
    header: header as unknown as Header,
    numbers,
    texts: (name) => textsOf(buffer, start, find(name)),
  };
}

/** Texts lie end to end behind the numbers that say where each ends; a text is read when it is asked for. */
function textsOf(buffer: ArrayBuffer, start: number, { at, length }: Place): (row: number) => string {
  const ends = new Uint32Array(buffer, start + at, length + 1);
  const first = start + at + 4 * (length + 1);
  const decoder = new TextDecoder();
  return (row) => decoder.decode(new Uint8Array(buffer, first + ends[row], ends[row + 1] - ends[row]));
}
