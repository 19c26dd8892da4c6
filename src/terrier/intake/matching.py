"""Who may serve what: columns of the accounts that say what each needs, and of the people's file what each offers."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terrier.errors import InputError
from terrier.intake.columns import counted, listed, named
from terrier.intake.groups import Groups
from terrier.intake.owners import same
from terrier.intake.roster import Roster
from terrier.intake.said import Said
from terrier.intake.seats import Seats
from terrier.intake.table import Table

Words = frozenset[str]
ANYTHING = frozenset({"any", "all", "*"})


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """One column of each file. needs : (n,) what each account needs, by position in ``wanted``; all of a list.

    wanted : the different needs. serves : (w, k) whether a territory offers all of a need.
    """

    column: str
    needs: NDArray[np.int32]
    wanted: list[Words]
    serves: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Matching:
    """kinds : (n,) and eligible : (c, k), as `Problem` has them; matches : the columns they come from."""

    kinds: NDArray[np.int32]
    eligible: NDArray[np.bool_]
    matches: list[Match]

    def serves(self, unit: int, territory: int) -> bool:
        return bool(self.eligible[self.kinds[unit], territory])

    def missing(self, unit: int, territory: int) -> str:
        """What of a unit's needs the territory does not offer: "language"."""
        return " and ".join(m.column for m in self.matches if not m.serves[m.needs[unit], territory])


def read_matching(
    columns: tuple[str, ...], table: Table, seats: Seats | None, roster: Roster, said: Said
) -> Matching | None:
    """Match the accounts to those who may serve them; None when no column is asked for.

    A cell may list several values. An account needs all of its own; a person offers any of theirs. A blank, "any" or "all"
    means: nothing in particular, or everything. A territory that is not in the people's file may serve all.

    Raises
    ------
    InputError
        There is no people's file, or one of the files lacks the column.
    """
    if not columns:
        return None
    if seats is None:
        raise InputError("--match", "needs --seats: nothing else says who may serve what")
    matches = []
    for given in columns:
        column = said.asked("match", table, given, "--match")
        said.used.discard(column)
        offering = named(seats.table, given, "--match")
        said.columns.append((seats.table.file, "match", offering))
        matches.append(_match(column, offering, table, seats, roster, said))
    combined = np.column_stack([match.needs for match in matches])
    different, kinds = np.unique(combined, axis=0, return_inverse=True)
    eligible = np.ones((len(different), len(roster.names)), dtype=np.bool_)
    for at, match in enumerate(matches):
        eligible &= match.serves[different[:, at]]
    return Matching(kinds.ravel().astype(np.int32), eligible, matches)


def _match(column: str, offering: str, table: Table, seats: Seats, roster: Roster, said: Said) -> Match:
    numbers: dict[Words, int] = {}
    by_text = {
        text: numbers.setdefault(words(text), len(numbers)) for text in dict.fromkeys(table.texts(column))
    }
    needs = np.array([by_text[text] for text in table.texts(column)], dtype=np.int32)
    offered = [words(text) for text in seats.table.texts(offering)]
    serves = np.ones((len(numbers), len(roster.names)), dtype=np.bool_)
    for j, s in enumerate(roster.seat_of):
        if s >= 0 and offered[s]:
            serves[:, j] = [need <= offered[s] for need in numbers]
    unasked = sorted(frozenset[str]().union(*offered) - frozenset[str]().union(*numbers))
    if unasked:
        said.notes.append(f"No account asks for {listed(unasked, 5)} in “{column}”.")
    return Match(column, needs, list(numbers), serves)


def words(text: str | None) -> Words:
    """ "en; ES" is en and es; none in particular when blank, "any" or "all"."""
    found = frozenset(filter(None, (same(part) for part in re.split(r"[;,|]", text or ""))))
    return frozenset() if found & ANYTHING else found


def refuse_unserved(
    matching: Matching | None,
    frozen: NDArray[np.bool_] | None,
    table: Table,
    ids: list[str],
    roster: Roster,
    groups: Groups | None,
    locks: NDArray[np.int32] | None,
    together: NDArray[np.int32] | None,
) -> None:
    """Raise where nobody who may serve an account can have it, naming row, column and value.

    Locks must agree, and accounts that go together need somebody for all of them. Frozen territories keep what they have
    and take nothing else; with regions, only the region's own territories count.
    """
    if matching is None:
        return
    n, k = len(ids), len(roster.names)
    shut = np.zeros(k, dtype=bool) if frozen is None else frozen
    kept = np.zeros(n, dtype=bool)
    if roster.present is not None:
        kept = (roster.present >= 0) & shut[roster.present]
    region = np.zeros(n, dtype=np.int32) if groups is None else groups.of_unit
    here = np.zeros(k, dtype=np.int32) if roster.groups is None else roster.groups
    for g in np.unique(region):
        open_here = ~shut & (here == g)
        served = np.asarray((matching.eligible & open_here).any(axis=1))
        for i in np.flatnonzero((region == g) & ~kept & ~served[matching.kinds])[:1].tolist():
            where = "" if groups is None else f" in {groups.names[g]}"
            raise _unserved(matching, table, ids, i, open_here, where)
    if locks is not None:
        wrong = (locks >= 0) & ~kept & ~matching.eligible[matching.kinds, locks]
        for i in np.flatnonzero(wrong)[:1].tolist():
            name, lacking = roster.names[locks[i]], matching.missing(i, locks[i])
            raise InputError("--lock", f"{ids[i]} is locked to {name}, who may not serve its {lacking}")
    if together is not None:
        _refuse_split(matching, shut, kept, table, ids, together)


def _unserved(
    matching: Matching, table: Table, ids: list[str], i: int, open_here: NDArray[np.bool_], where: str
) -> InputError:
    for match in matching.matches:
        if not match.serves[match.needs[i], open_here].any():
            return table.error(f"{ids[i]} needs what nobody{where} offers", at=i, column=match.column)
    both = " and ".join(match.column for match in matching.matches)
    return table.error(f"{ids[i]} needs what no one person{where} offers: its {both}", at=i)


def _refuse_split(
    matching: Matching,
    shut: NDArray[np.bool_],
    kept: NDArray[np.bool_],
    table: Table,
    ids: list[str],
    together: NDArray[np.int32],
) -> None:
    """Raise where units that go together have nobody who may serve them all."""
    left: dict[int, NDArray[np.bool_]] = {}
    first: dict[int, int] = {}
    for i in np.flatnonzero((together >= 0) & ~kept).tolist():
        group = int(together[i])
        own = matching.eligible[matching.kinds[i]] & ~shut
        both = left.get(group, own) & own
        if not both.any():
            raise table.error(
                f"{ids[first.get(group, i)]} and {ids[i]} must go together, but nobody may serve all that goes with them",
                at=i,
            )
        left[group] = both
        first.setdefault(group, i)


def held_by_others(
    matching: Matching | None, present: NDArray[np.int32] | None, frozen: NDArray[np.bool_] | None
) -> list[str]:
    """A sentence when accounts are held today by someone who may not serve them."""
    if matching is None or present is None:
        return []
    free = present >= 0
    if frozen is not None:
        free &= ~frozen[present]
    wrong = int((free & ~matching.eligible[matching.kinds, present]).sum())
    if not wrong:
        return []
    held = counted(wrong, "account is", "accounts are")
    return [
        f"{held} held today by someone who may not serve {'it' if wrong == 1 else 'them'}, and must move."
    ]
