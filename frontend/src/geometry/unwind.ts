/** Turn steps, each point after the first as the way from the one before, into x, y coordinates. */
export function unwind(steps: number[], step: number): Float64Array {
  const found = new Float64Array(steps.length);
  let x = 0;
  let y = 0;
  for (let i = 0; i + 1 < steps.length; i += 2) {
    x += steps[i];
    y += steps[i + 1];
    found[i] = x * step;
    found[i + 1] = y * step;
  }
  return found;
}
