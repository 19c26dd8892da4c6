import { Mark, type Painted } from "./paint";

type Shown = Pick<Painted, "now" | "before" | "marks">;

/** What the dots at rest were drawn from: all but the marks of what is chosen, which lie above them in every frame. */
export class Resting {
  private now = new Int16Array();
  private before = new Int16Array();
  private marks = new Uint8Array();
  private view = "";

  drawn({ now, before, marks }: Shown, view: string): void {
    [this.now, this.before, this.marks, this.view] = [now.slice(), before.slice(), marks.slice(), view];
  }

  /**
   * Whether the picture of then is still right. A chosen account covers its own dot, whatever that is by now: a move of what is
   * chosen changes nothing at rest.
   */
  holds({ now, before, marks }: Shown, view: string): boolean {
    if (view !== this.view || now.length !== this.now.length) return false;
    for (let i = 0; i < now.length; i++) {
      if ((marks[i] & (Mark.chosen | Mark.hidden)) === Mark.chosen) continue;
      const other =
        now[i] !== this.now[i] ||
        before[i] !== this.before[i] ||
        ((marks[i] ^ this.marks[i]) & ~Mark.chosen) !== 0;
      if (other) return false;
    }
    return true;
  }
}
