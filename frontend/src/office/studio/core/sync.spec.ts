import { expect, test, vi } from "vitest";
import { makeAccounts, makeTerritories } from "./factory";
import { graphOf } from "./graph";
import { Shaping } from "./shaping";
import { Sync, type Answer, type Conflict, type Sent } from "./sync";

/** Six accounts of territory 0 (number 100), and a server whose answers the test gives. */
function desk() {
  const accounts = makeAccounts({
    longitude: Float64Array.of(1, 2, 3, 4, 5, 6),
    territory: new Int16Array(6),
    before: new Int16Array(6),
  });
  const { leg } = graphOf(accounts);
  const shaping = new Shaping({ accounts, seats: [null, null, null], legMeters: leg, legSeconds: leg }, 3);
  const sent: Sent[] = [];
  const conflicts: Conflict[] = [];
  const states: string[] = [];
  const locked: (readonly number[])[] = [];
  const reload = vi.fn();
  let answer: (one: Sent) => Answer = () => ({ failed: "offline" });
  const sync = new Sync(accounts, makeTerritories(3), 7, {
    send: (one) => {
      sent.push(one);
      return Promise.resolve(answer(one));
    },
    take: (edit) => {
      shaping.apply(edit);
    },
    perform: (edit) => {
      shaping.apply(edit);
      shaping.history.add(edit);
    },
    lockTerritories: (numbers) => locked.push(numbers),
    refused: (conflict) => conflicts.push(conflict),
    forget: (taken) => {
      shaping.history.forget(taken);
    },
    dropped: (edit) => {
      shaping.history.drop(edit);
    },
    state: (state) => states.push(state),
    reload,
  });
  const move = (to: number, ...chosen: number[]): void => {
    sync.add(shaping.move(Uint32Array.from(chosen), to));
  };
  const answers = (how: (one: Sent) => Answer): void => {
    answer = how;
  };
  return { accounts, shaping, sync, sent, conflicts, states, locked, reload, move, answers };
}

const none = { people: [], locked: [], rows: [] };

test("a lock on a whole territory names the territory, and news that are older do not open it", async () => {
  const { shaping, sync, sent, locked, answers } = desk();
  answers(() => ({ saved: { ...none, version: 8, step: null, locked: [101] } }));
  sync.add(shaping.setWholeLock(1, true));
  sync.hear({ ...none, version: 7 });
  expect(locked.at(-1)).toEqual([101]);
  await vi.waitFor(() => {
    expect(sync.waiting).toBe(0);
  });
  expect(sent[0]).toMatchObject({ kind: "lock_territory", groups: [[101, []]] });
});

test("a territory that was added since opens the plan again", () => {
  const { sync, reload } = desk();
  sync.hear({ ...none, version: 8, rows: [[1, 101, 2, 0, -1]] });
  expect(reload).not.toHaveBeenCalled();
  sync.hear({ ...none, version: 9, rows: [[1, 999, 2, 0, -1]] });
  expect(reload).toHaveBeenCalledOnce();
});

test("edits are kept in order, each with the version that was seen", async () => {
  const { sent, states, move, answers } = desk();
  let version = 7;
  answers(() => ({ saved: { ...none, version: ++version, step: version } }));
  move(1, 0, 1);
  move(2, 1);
  await vi.waitFor(() => {
    expect(states.at(-1)).toBe("saved");
  });
  expect(sent).toEqual([
    { seen: 7, kind: "move", undoes: null, groups: [[101, [1, 2]]] },
    { seen: 8, kind: "move", undoes: null, groups: [[102, [2]]] },
  ]);
});

test("going back asks for the step to be undone, and doing it again for the undo", async () => {
  const { shaping, sync, sent, states, move, answers } = desk();
  let version = 7;
  answers(() => ({ saved: { ...none, version: ++version, step: 40 + version } }));
  move(1, 0);
  const back = shaping.undo()!;
  sync.add(back.edit, back.undoes);
  const again = shaping.redo()!;
  sync.add(again.edit, again.undoes);
  await vi.waitFor(() => {
    expect(states.at(-1)).toBe("saved");
  });
  expect(sent.map(({ undoes }) => undoes)).toEqual([null, 48, 49]);
});

test("without a network nothing is lost: it is sent when there is one again", async () => {
  const { sync, sent, states, move, answers } = desk();
  move(1, 0);
  await vi.waitFor(() => {
    expect(states.at(-1)).toBe("offline");
  });
  expect(sync.waiting).toBe(1);
  answers(() => ({ saved: { ...none, version: 8, step: 1 } }));
  await sync.run();
  expect([sync.waiting, sent.length, states.at(-1)]).toEqual([0, 2, "saved"]);
});

test("what somebody else moved comes in, but not over what waits here", () => {
  const { accounts, shaping, sync, move } = desk();
  move(1, 0);
  sync.hear({
    ...none,
    version: 8,
    people: ["Rita"],
    rows: [
      [1, 102, 2, 0, 0],
      [2, 102, 2, 0, 0],
    ],
  });
  expect([...accounts.territory.slice(0, 2)]).toEqual([1, 2]);
  expect(shaping.totals.count[2]).toBe(1);
});

test("a refused edit gives way to what others did, the later ones go on where they can", async () => {
  const { accounts, shaping, sent, conflicts, states, move, answers } = desk();
  const theirs = { ...none, version: 9, people: ["Rita"], rows: [[1, 102, 2, 0, 0]] as never };
  answers(({ seen }) =>
    seen === 7
      ? { refused: { ...theirs, reason: "Rita moved 1 of these accounts.", accounts: [1] } }
      : { saved: { ...none, version: 10, step: 5 } },
  );
  move(1, 0, 1);
  move(2, 0, 4);
  await vi.waitFor(() => {
    expect(states.at(-1)).toBe("saved");
  });
  expect([...accounts.territory]).toEqual([2, 0, 0, 0, 2, 0]);
  expect(conflicts).toHaveLength(1);
  expect(conflicts[0].theirs).toEqual([0]);
  expect([...conflicts[0].edit.accounts]).toEqual([0, 1]);
  expect(sent.at(-1)).toEqual({ seen: 9, kind: "move", undoes: null, groups: [[102, [5]]] });
  expect([...shaping.undo()!.edit.accounts]).toEqual([4]);
  expect(shaping.history.canUndo).toBe(false);
});
