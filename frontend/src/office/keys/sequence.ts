export interface Pressed {
  keys: string;
  at: number;
}

const PATIENCE_MS = 1200;

/** What has been pressed so far: one key after another within a moment makes a sequence, `g a`. */
export function sequence(before: Pressed | undefined, key: string, at: number): Pressed {
  const goesOn = before !== undefined && at - before.at <= PATIENCE_MS;
  return { keys: goesOn ? `${before.keys} ${key}` : key, at };
}
