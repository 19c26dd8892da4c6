const LENGTH_BYTES = 8;

/**
 * The parts of an answer, each as soon as it is there; before each stands its length, in eight bytes (little-endian). Written by
 * studio_columns.py. An answer that breaks off is an error.
 */
export async function* partsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ArrayBuffer, void> {
  const reader = body.getReader();
  let rest: Uint8Array = new Uint8Array();
  const fill = async (whole: Uint8Array): Promise<boolean> => {
    for (let at = 0; at < whole.length;) {
      if (rest.length === 0) {
        const { value, done } = await reader.read();
        if (done && at === 0) return false;
        if (done) throw new Error("The plan's answer broke off.");
        rest = value;
      }
      const some = rest.subarray(0, whole.length - at);
      whole.set(some, at);
      at += some.length;
      rest = rest.subarray(some.length);
    }
    return true;
  };
  const length = new Uint8Array(LENGTH_BYTES);
  while (await fill(length)) {
    const part = new Uint8Array(Number(new DataView(length.buffer).getBigUint64(0, true)));
    if (part.length > 0 && !(await fill(part))) throw new Error("The plan's answer broke off.");
    yield part.buffer;
  }
}
