"""The people's file: who works where, from which home base, how much of a full share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from terrier.intake.columns import guess, listed, named
from terrier.intake.numbers import numbers, ratio
from terrier.intake.owners import VACANT_WORDS, same
from terrier.intake.places import locate, place_columns
from terrier.intake.ramp import read_capacities, read_ramp
from terrier.intake.request import DesignRequest
from terrier.intake.table import Table


@dataclass(frozen=True, slots=True, eq=False)
class Seats:
    """s people: their territory's name ("" when the file says none), own name ("" when vacant), home and share.

    homes : (s, 2), NaN where the file gives none. shares : (s,) or None, parts of a full share by employment.
    ramp : (s, m) or None, the part of it that is reached. capacities : (s, m) or None. groups : s texts or None.
    notes : sentences for the user.
    """

    table: Table
    territories: list[str]
    people: list[str]
    homes: NDArray[np.float64]
    shares: NDArray[np.float64] | None
    groups: list[str] | None
    said: list[tuple[str, str]]
    ramp: NDArray[np.float64] | None = None
    capacities: NDArray[np.float64] | None = None
    notes: list[str] = field(default_factory=list)

    def called(self, s: int) -> str:
        """What the territory is called when nothing else says."""
        return self.territories[s] or self.people[s]


def read_seats(table: Table, *, plane: bool, group_by: str | None) -> Seats:
    """Read the people.

    Raises
    ------
    InputError
        No column names people or territories, a name comes twice, a home base cannot be placed, a share is not above 0.
    """
    territory = guess(table, "territory")
    person = guess(table, "person", filter(None, [territory]))
    if person is None and territory is None:
        raise table.error(
            "has no column that names the people",
            hint=f"Call it “name” or “territory”. Its columns: {listed(table.columns)}.",
        )
    names = {
        role: [text or "" for text in table.texts(column)] if column else [""] * table.n_rows
        for role, column in (("territory", territory), ("person", person))
    }
    people = ["" if same(name) in VACANT_WORDS else name for name in names["person"]]
    called = [own or name for own, name in zip(names["territory"], people, strict=True)]
    _refuse_unnamed(table, called, str(territory or person))
    places = place_columns(table, None, None, None)
    share = guess(
        table, "share", filter(None, [territory, person, places.latitude, places.longitude, places.zip])
    )
    group = named(table, group_by, "--group-by") if group_by and group_by in table.columns else None
    roles = [("territory", territory), ("name", person), *places.said, ("share", share), ("region", group)]
    said = [(role, column) for role, column in roles if column]
    return Seats(
        table=table,
        territories=names["territory"],
        people=people,
        homes=_homes(table, plane),
        shares=_shares(table, share) if share else None,
        groups=[text or "" for text in table.texts(group)] if group else None,
        said=said,
    )


def with_limits(seats: Seats, request: DesignRequest, measure_names: list[str]) -> Seats:
    """The people with how far they are in their ramp and what they may hold at most, by measure."""
    ramp, ramp_said, notes = read_ramp(seats.table, request.ramp, measure_names, request.as_of)
    capacities, capacity_said = read_capacities(request.capacities, seats.table, measure_names)
    said = [*seats.said, *ramp_said, *capacity_said]
    return replace(seats, ramp=ramp, capacities=capacities, said=said, notes=notes)


def _refuse_unnamed(table: Table, called: list[str], column: str) -> None:
    table.refuse(
        np.array([not name for name in called]), "names neither a territory nor a person", column=column
    )
    keys = [same(name) for name in called]
    first = {name: i for i, name in reversed(list(enumerate(keys)))}
    table.refuse(
        np.array([first[name] != i for i, name in enumerate(keys)]),
        "comes twice: each person or territory needs a name of its own",
        column=column,
    )


def _homes(table: Table, plane: bool) -> NDArray[np.float64]:
    columns = place_columns(table, None, None, None)
    if columns.latitude is None and columns.zip is None:
        return np.full((table.n_rows, 2), np.nan)
    places = locate(table, columns, "plane" if plane else "sphere")
    given = np.zeros(table.n_rows, dtype=bool)
    for column in (columns.latitude, columns.longitude, columns.zip):
        if column is not None and not (plane and column == columns.zip):
            given |= table.frame[column].is_not_null().to_numpy()
    lost = given & np.isnan(places.coordinates).any(axis=1)
    if lost.any():
        first = int(np.flatnonzero(lost)[0])
        table.refuse(lost, f"the home base {places.reasons[first]}", column=columns.zip or columns.latitude)
    return places.coordinates


def _shares(table: Table, column: str) -> NDArray[np.float64]:
    """Shares as written: 1, 0.5, 50 % or hours; a blank is a full share, the commonest one."""
    cells = table.frame[column]
    if cells.str.ends_with("%").fill_null(False).all():
        shares = np.array([np.nan if text is None or (r := ratio(text)) is None else r for text in cells])
        table.refuse(np.isnan(shares) & cells.is_not_null().to_numpy(), "is not a percentage", column=column)
    else:
        shares = numbers(table, column)
    table.refuse(shares <= 0, "is no share: it must be above 0", column=column)
    known = shares[~np.isnan(shares)]
    full = np.median(known) if len(known) else 1.0
    return np.where(np.isnan(shares), full, shares)
