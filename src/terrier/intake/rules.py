"""Locks, groups that stay together, pairs that must not: from ids and names to positions."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terrier.errors import InputError
from terrier.intake.columns import guess, key, listed
from terrier.intake.groups import Groups
from terrier.intake.read import read_table
from terrier.intake.roster import Roster
from terrier.intake.table import Table

_YES, _NO = {"yes", "y", "true", "1", "x", "lock", "locked"}, {"no", "n", "false", "0"}


class UnitIndex:
    """Finds units by id. Ids left out of the plan (``dropped``) are known but have no position."""

    def __init__(self, file: str, ids: list[str], dropped: frozenset[str]) -> None:
        self.file = file
        self.dropped = dropped
        self._position: Mapping[str, int] = {unit: i for i, unit in enumerate(ids)}

    def __call__(self, table: Table, column: str) -> NDArray[np.int64]:
        """(rows,) position of each id in a column; -1 where it was left out.

        Raises
        ------
        InputError
            An id is blank or not in the accounts.
        """
        cells = table.texts(column)
        found = np.array([self._position.get(text or "", -1) for text in cells], dtype=np.int64)
        unknown = np.array([text is None or text not in self.dropped for text in cells]) & (found < 0)
        table.refuse(unknown, f"is not an account of {self.file}", column=column)
        return found

    def one(self, unit: str, option: str) -> int:
        if unit not in self._position and unit not in self.dropped:
            close = difflib.get_close_matches(unit, self._position, n=1)
            hint = f"Did you mean “{close[0]}”?" if close else None
            raise InputError(option, f"is not an account of {self.file}", value=unit, hint=hint)
        return self._position.get(unit, -1)


def read_locks(
    given: tuple[str, ...], table: Table, units: UnitIndex, roster: Roster, today: NDArray[np.int32] | None
) -> NDArray[np.int32] | None:
    """(n,) the territory each unit is locked to, -1 where free; None without locks.

    Each of ``given`` is ID=TERRITORY, a column of the accounts (names of territories, or yes and no), or a file with a
    column of ids and a column of territories.
    """
    if not given:
        return None
    locks = np.full(table.n_rows, -1, dtype=np.int32)
    columns = {key(column): column for column in table.columns}
    for text in given:
        if Path(text).is_file():
            source = read_table(text)
            id_column = guess(source, "id") or source.columns[0]
            territory = guess(source, "owner", [id_column])
            if territory is None:
                raise source.error(
                    "has no column that names the territory to lock to", hint="Call it “territory”."
                )
            places = units(source, id_column)
            _put(locks, places, _territories(source, territory, roster, None), source, territory, roster)
        elif "=" in text:
            unit, _, name = text.partition("=")
            place = units.one(unit.strip(), "--lock")
            if place >= 0:
                _put_one(locks, place, _territory(name.strip(), roster), text, roster)
        elif key(text) in columns:
            column = columns[key(text)]
            places = np.arange(table.n_rows)
            _put(locks, places, _territories(table, column, roster, today), table, column, roster)
        else:
            raise InputError(
                "--lock",
                "is neither a file, nor ID=TERRITORY, nor a column of the accounts",
                value=text,
                hint=f"The columns: {listed(table.columns)}.",
            )
    return locks


def _territories(
    table: Table, column: str, roster: Roster, today: NDArray[np.int32] | None
) -> NDArray[np.int32]:
    """(rows,) the territory named in each row, -1 where blank. With ``today``, yes means: where it is."""
    found = np.full(table.n_rows, -1, dtype=np.int32)
    unknown, homeless = np.zeros(table.n_rows, dtype=bool), np.zeros(table.n_rows, dtype=bool)
    known = {text: roster.index(text) for text in table.frame[column].drop_nulls().unique()}
    for i, text in enumerate(table.texts(column)):
        if text is None:
            continue
        position = known[text]
        if position is not None:
            found[i] = position
        elif text.casefold() in _YES and today is not None:
            found[i] = today[i]
            homeless[i] = today[i] < 0
        elif text.casefold() not in _NO:
            unknown[i] = True
    if unknown.any():
        first = str(table.frame[column][int(np.flatnonzero(unknown)[0])])
        table.refuse(unknown, _not_a_territory(first, roster), column=column, hint=_meant(first, roster))
    table.refuse(
        homeless, "locks a row where it is, but no territory of the new plan holds it today", column=column
    )
    return found


def _territory(name: str, roster: Roster) -> int:
    position = roster.index(name)
    if position is None:
        raise InputError("--lock", _not_a_territory(name, roster), value=name, hint=_meant(name, roster))
    return position


def _not_a_territory(name: str, roster: Roster) -> str:
    closed = roster.is_closed(name)
    return (
        "locks to a territory that is being closed" if closed else "locks to a territory that does not exist"
    )


def _meant(name: str, roster: Roster) -> str:
    close = [] if roster.is_closed(name) else difflib.get_close_matches(name, roster.names, n=1)
    meant = f"Did you mean “{close[0]}”? " if close else ""
    return f"{meant}The territories: {listed(roster.names)}."


def _put(
    locks: NDArray[np.int32],
    places: NDArray[np.int64],
    territories: NDArray[np.int32],
    table: Table,
    column: str,
    roster: Roster,
) -> None:
    for i, (place, territory) in enumerate(zip(places.tolist(), territories.tolist(), strict=True)):
        if place < 0 or territory < 0:
            continue
        if locks[place] not in {-1, territory}:
            raise table.error(f"is already locked to {roster.names[locks[place]]}", at=i, column=column)
        locks[place] = territory


def _put_one(locks: NDArray[np.int32], place: int, territory: int, text: str, roster: Roster) -> None:
    if locks[place] not in {-1, territory}:
        raise InputError("--lock", f"is already locked to {roster.names[locks[place]]}", value=text)
    locks[place] = territory


def read_together(table: Table, column: str) -> NDArray[np.int32]:
    """(n,) number of the group each row belongs to, -1 where blank."""
    numbers: dict[str, int] = {}
    return np.array(
        [-1 if text is None else numbers.setdefault(text, len(numbers)) for text in table.texts(column)],
        dtype=np.int32,
    )


def read_apart(file: str, units: UnitIndex) -> NDArray[np.int32]:
    """(q, 2) pairs of units from a file whose first two columns hold ids."""
    table = read_table(file)
    if len(table.columns) < 2:
        raise table.error("needs two columns of ids, one pair in each row")
    pairs = np.column_stack([units(table, column) for column in table.columns[:2]])
    table.refuse(
        (pairs[:, 0] == pairs[:, 1]) & (pairs[:, 0] >= 0),
        "is to be apart from itself",
        column=table.columns[1],
    )
    return pairs[(pairs >= 0).all(axis=1)].astype(np.int32)


def refuse_contradictions(
    file: str,
    ids: list[str],
    roster: Roster,
    locks: NDArray[np.int32] | None,
    together: NDArray[np.int32] | None,
    apart: NDArray[np.int32] | None,
) -> None:
    """Raise where two rules cannot both be kept, naming both units."""
    if together is not None and locks is not None:
        locked_by: dict[int, int] = {}
        for i in np.flatnonzero((together >= 0) & (locks >= 0)).tolist():
            other = locked_by.setdefault(int(together[i]), i)
            if locks[other] != locks[i]:
                raise InputError(
                    file,
                    f"{ids[other]} and {ids[i]} must go together, but are locked to "
                    f"{roster.names[locks[other]]} and {roster.names[locks[i]]}",
                )
    for a, b in [] if apart is None else apart.tolist():
        if together is not None and together[a] >= 0 and together[a] == together[b]:
            raise InputError(file, f"{ids[a]} and {ids[b]} must go together and must be apart")
        if locks is not None and locks[a] >= 0 and locks[a] == locks[b]:
            raise InputError(
                file, f"{ids[a]} and {ids[b]} must be apart, but both are locked to {roster.names[locks[a]]}"
            )


def refuse_crossings(
    file: str,
    column: str | None,
    ids: list[str],
    roster: Roster,
    groups: Groups | None,
    locks: NDArray[np.int32] | None,
    together: NDArray[np.int32] | None,
) -> None:
    """A lock or a group of units may not reach across a border that no territory crosses."""
    if groups is None or roster.groups is None:
        return
    if locks is not None:
        locked = np.flatnonzero(locks >= 0)
        for i in locked[roster.groups[locks[locked]] != groups.of_unit[locked]][:1].tolist():
            raise InputError(
                "--lock",
                f"{ids[i]} is in {groups.names[groups.of_unit[i]]}, but {roster.names[locks[i]]} "
                f"is a territory of {groups.names[roster.groups[locks[i]]]}",
            )
    if together is not None:
        first: dict[int, int] = {}
        for i in np.flatnonzero(together >= 0).tolist():
            other = first.setdefault(int(together[i]), i)
            if groups.of_unit[other] != groups.of_unit[i]:
                raise InputError(
                    file,
                    f"{ids[other]} and {ids[i]} must go together, but are in "
                    f"{groups.names[groups.of_unit[other]]} and {groups.names[groups.of_unit[i]]}",
                    column=column,
                )


def refuse_thaws(
    file: str,
    ids: list[str],
    roster: Roster,
    groups: Groups | None,
    locks: NDArray[np.int32] | None,
    together: NDArray[np.int32] | None,
) -> None:
    """No lock, group or region may ask a frozen territory to give or to take an account."""
    if roster.frozen is None or roster.present is None:
        return
    kept = (roster.present >= 0) & roster.frozen[roster.present]
    if locks is not None:
        goes = (locks >= 0) & (kept | roster.frozen[locks]) & (locks != roster.present)
        for i in np.flatnonzero(goes)[:1].tolist():
            frozen = roster.names[roster.present[i] if kept[i] else locks[i]]
            raise InputError(
                "--lock", f"{ids[i]} is locked to {roster.names[locks[i]]}, but {frozen} is frozen"
            )
    if groups is not None and roster.groups is not None:
        astray = kept & (roster.groups[roster.present] != groups.of_unit)
        for i in np.flatnonzero(astray)[:1].tolist():
            j = int(roster.present[i])
            raise InputError(
                "--freeze",
                f"{roster.names[j]} is a territory of {groups.names[roster.groups[j]]}, but holds {ids[i]} in "
                f"{groups.names[groups.of_unit[i]]}",
            )
    if together is not None:
        home: dict[int, int] = {}
        for i in np.flatnonzero(kept & (together >= 0)).tolist():
            home.setdefault(int(together[i]), i)
        for i in np.flatnonzero(together >= 0).tolist():
            other = home.get(int(together[i]))
            if other is not None and roster.present[i] != roster.present[other]:
                frozen = roster.names[roster.present[other]]
                raise InputError(
                    file,
                    f"{ids[other]} and {ids[i]} must go together, but only {ids[other]} is in {frozen}, which is frozen",
                )
