"""Loads and withdrawals in a process of their own, killed at random moments.

python -m tests.ledger.killing POINTS: kills a load and a withdrawal at so many random points each. Whatever the moment, the ledger is as it was
before or as it is after; what was acknowledged is kept; and doing it again ends in the same state. Exits with 1 and says so where it does not.
"""

from __future__ import annotations

import datetime as dt
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from terrier.intake import batches
from terrier.ledger import Ledger, load_lines, withdraw
from tests.ledger.naive import Line, write

N_LINES = 40_000


def main(points: int) -> int:
    """How many of the points left the ledger torn, or lost what was acknowledged."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ledger = Ledger(folder / "ledger")
        first = write(folder / "first.csv", lines("A"))
        second = write(folder / "second.csv", lines("B"))
        load_lines(ledger, first)
        before = ledger.state()
        load_lines(ledger, second)
        after = ledger.state()
        undo(ledger)
        took = in_child(ledger, second)
        undo(ledger)
        torn = 0
        for _ in range(points):
            torn += not cut(ledger, second, took, (before, after))
            load_lines(ledger, second)
            torn += ledger.state() != after
            torn += not cut(ledger, None, took, (after, before))
            undo(ledger)
            torn += ledger.state() != before
        return torn


def cut(ledger: Ledger, file: Path | None, took: float, states: tuple[str, str]) -> bool:
    """Kill it at a random moment; whether the state is one of the two, and the second one if it said that it was done."""
    child = started(ledger, file)
    time.sleep(random.uniform(0, took))
    child.send_signal(signal.SIGKILL)
    done = "done" in child.communicate()[0]
    return ledger.state() in (states[1:] if done else states)


def in_child(ledger: Ledger, file: Path | None) -> float:
    """How long it takes when it is let to end."""
    child = started(ledger, file)
    began = time.monotonic()
    assert "done" in child.communicate()[0]
    return time.monotonic() - began


def started(ledger: Ledger, file: Path | None) -> subprocess.Popen[str]:
    """A process that is about to do it."""
    call = [sys.executable, "-m", "tests.ledger.killing", str(ledger.folder), *([str(file)] if file else [])]
    child = subprocess.Popen(call, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def undo(ledger: Ledger) -> None:
    """Withdraw every load but the first."""
    for load in ledger.manifest().loads[1:]:
        withdraw(ledger, load.id)


def lines(mark: str) -> list[Line]:
    return [
        Line(
            f"{mark}{i // 10}", i % 10, dt.date(2026, 1 + i % 6, 1 + i % 28), f"account {i % 97}", "leash", i
        )
        for i in range(N_LINES)
    ]


if __name__ == "__main__":
    if sys.argv[1].isdigit():
        torn = main(int(sys.argv[1]))
        print(f"{sys.argv[1]} points each, {torn} torn")
        sys.exit(torn > 0)
    batches.BATCH_BYTES = 2**18  # so that it may be killed between two of them
    print("ready", flush=True)
    if sys.argv[2:]:
        load_lines(Ledger(sys.argv[1]), sys.argv[2])
    else:
        undo(Ledger(sys.argv[1]))
    print("done", flush=True)
