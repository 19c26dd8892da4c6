"""Today's territories, read from the labels in a column: who holds which unit, and who holds none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

VACANT_WORDS = frozenset(
    [
        "vacant",
        "vacancy",
        "open",
        "unassigned",
        "none",
        "null",
        "n/a",
        "na",
        "nan",
        "tbd",
        "tba",
        "tbh",
        "unknown",
        "no-rep",
        "norep",
        "-",
        "--",
        "?",
        "#n/a",
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class Owners:
    """names : today's territories in natural order. held_by : (n,) index into them, -1 where vacant."""

    names: list[str]
    held_by: NDArray[np.int32]

    @property
    def counts(self) -> list[int]:
        counts: list[int] = np.bincount(self.held_by[self.held_by >= 0], minlength=len(self.names)).tolist()
        return counts

    def index(self, name: str) -> int | None:
        """Position of an owner, whatever the case and spacing of its name; None when there is no such owner."""
        return {same(own): j for j, own in enumerate(self.names)}.get(same(name))


def owners(labels: Sequence[str | None], vacant: Iterable[str] = ()) -> Owners:
    """Read owners from labels. Spellings that differ in case or spacing only are one owner, by its best spelling."""
    nobody = VACANT_WORDS | {same(word) for word in vacant}
    spellings: dict[str, Counter[str]] = {}
    for label, count in Counter(labels).items():
        if label is not None and same(label) not in nobody:
            spellings.setdefault(same(label), Counter())[label] += count
    common = {name: _best_spelling(spelling) for name, spelling in spellings.items()}
    order = sorted(common, key=lambda name: natural(common[name]))
    position: dict[str | None, int] = {name: j for j, name in enumerate(order)}
    by_label = {label: position.get(same(label)) if label else None for label in set(labels)}
    held = [-1 if (j := by_label[label]) is None else j for label in labels]
    return Owners([common[name] for name in order], np.array(held, dtype=np.int32))


def _best_spelling(spellings: Counter[str]) -> str:
    """The commonest of those in capitals and small letters, where there are any: nobody is called PEDRO RIVERA."""
    return max(spellings, key=lambda name: (not (name.isupper() or name.islower()), spellings[name]))


def same(name: str) -> str:
    """Names that are equal so are the same to a person."""
    return re.sub(r"\s+", " ", name).strip().casefold()


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key under which "Rep 2" comes before "Rep 10"."""
    parts = re.findall(r"\d+|\D+", name.casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)
