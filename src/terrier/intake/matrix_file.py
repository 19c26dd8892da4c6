"""Travel times from a file: one row for each pair of accounts, as routing programs write them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terrier.engine.travel import MeasuredRoads, StraightRoads
from terrier.errors import InputError
from terrier.intake.columns import key, listed
from terrier.intake.numbers import measure
from terrier.intake.read import read_table
from terrier.intake.rules import UnitIndex
from terrier.intake.table import Table

MOST_UNITS = 3000
"""Accounts of a matrix: 9 million pairs, which still fit into memory and a file."""

_FROM = ["from", "fromid", "origin", "originid", "source", "start", "a"]
_TO = ["to", "toid", "destination", "destinationid", "target", "end", "b"]
_HOURS = {"minutes": 1 / 60, "min": 1 / 60, "mins": 1 / 60, "traveltime": 1 / 60, "durationmin": 1 / 60, "time": 1 / 60,
          "hours": 1.0, "h": 1.0, "hrs": 1.0, "seconds": 1 / 3600, "s": 1 / 3600, "duration": 1 / 3600}  # fmt: skip
_KM = {"km": 1.0, "kilometers": 1.0, "distancekm": 1.0, "distance": 1.0, "miles": 1.609344, "mi": 1.609344,
       "meters": 1e-3, "m": 1e-3}  # fmt: skip


def read_travel_times(path: str, ids: list[str], units: UnitIndex, straight: StraightRoads) -> MeasuredRoads:
    """The matrix of a file with columns from, to, minutes (or hours, or seconds) and perhaps km (or miles).

    A pair given one way only counts for both ways. Where no distance is given, that of the great circle and the circuity
    factor stands in.

    Raises
    ------
    InputError
        Too many accounts, a column is missing, or a pair is; missing pairs are named.
    """
    refuse_too_many(len(ids), path)
    table = read_table(path)
    start, end = _column(table, _FROM, "from"), _column(table, _TO, "to")
    time, to_hours = _quantity(table, _HOURS)
    if time is None:
        raise table.error(
            "has no column of travel times", hint=f"Call it minutes. Its columns: {listed(table.columns)}."
        )
    length, to_km = _quantity(table, _KM)
    a, b = units(table, start), units(table, end)
    kept = (a >= 0) & (b >= 0)
    hours = _square(len(ids), a[kept], b[kept], measure(table, time)[kept] * to_hours)
    _refuse_missing(path, ids, hours)
    straight_km = straight_matrix(straight)
    km = straight_km
    if length is not None:
        km = _square(len(ids), a[kept], b[kept], measure(table, length)[kept] * to_km)
        km = np.where(np.isnan(km), straight_km, km)
    return MeasuredRoads(straight.coordinates, straight.metric, hours, km)


def refuse_too_many(n: int, source: str) -> None:
    if n > MOST_UNITS:
        raise InputError(
            source,
            f"would hold {n:,} × {n:,} travel times; at most {MOST_UNITS:,} accounts can have them",
            hint="Without them travel is estimated from straight lines, --circuity and --speeds.",
        )


def straight_matrix(straight: StraightRoads) -> NDArray[np.float64]:
    """(n, n) km as the straight roads have them."""
    n = len(straight.coordinates)
    rows = [straight.legs(np.full(n, i), np.arange(n))[1] for i in range(n)]
    return np.array(rows)


def _column(table: Table, names: list[str], wanted: str) -> str:
    by_key = {key(column): column for column in reversed(table.columns)}
    found = next((by_key[name] for name in names if name in by_key), None)
    if found is None:
        raise table.error(
            f"has no column “{wanted}”",
            hint=f"Columns from, to and minutes are needed; it has: {listed(table.columns)}.",
        )
    return found


def _quantity(table: Table, factors: dict[str, float]) -> tuple[str | None, float]:
    by_key = {key(column): column for column in reversed(table.columns)}
    return next(((by_key[name], factor) for name, factor in factors.items() if name in by_key), (None, 1.0))


def _square(
    n: int, a: NDArray[np.int64], b: NDArray[np.int64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    found = np.full((n, n), np.nan)
    found[a, b] = values
    found = np.where(np.isnan(found), found.T, found)
    np.fill_diagonal(found, 0.0)
    return found


def _refuse_missing(path: str, ids: list[str], hours: NDArray[np.float64]) -> None:
    missing = np.argwhere(np.isnan(np.triu(hours)))
    if len(missing):
        first = listed([f"{ids[i]} – {ids[j]}" for i, j in missing[:8].tolist()])
        more = f" and {len(missing) - 8:,} more" if len(missing) > 8 else ""
        raise InputError(path, f"has no travel time for some pairs: {first}{more}")
