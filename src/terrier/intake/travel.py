"""What a plan's travel follows from: visits, the time they take, and the roads between accounts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terrier.atlas.zips import zip_table
from terrier.engine.travel import Calls, Roads, Speeds, StraightRoads, local_speed, spacing
from terrier.errors import InputError
from terrier.intake.columns import guess, listed, quoted
from terrier.intake.matrix_file import read_travel_times
from terrier.intake.numbers import measure, parse
from terrier.intake.request import TravelRequest
from terrier.intake.routing import ask_server, parse_server
from terrier.intake.rules import UnitIndex
from terrier.intake.said import Said
from terrier.intake.table import Table

USUAL_MINUTES = 45.0
NEAR_ZIP_KM = 60.0
"""Where ZIP codes are no farther than this, they tell town from country better than the accounts do."""


def read_calls(request: TravelRequest, table: Table, said: Said, *, blanks_as_zero: bool) -> Calls:
    """Visits a year and hours of a visit, from their columns.

    Raises
    ------
    InputError
        No column says how often accounts are visited, or nobody is visited.
    """
    column = (
        said.asked("visits a year", table, request.visits, "--visits")
        if request.visits
        else guess(table, "visits")
    )
    if column is None:
        raise table.error(
            "has no column of visits a year, which travel depends on",
            hint=f"Pass --visits. Its columns: {listed(table.columns)}.",
        )
    if not request.visits:
        said.column("visits a year", column)
    visits = measure(table, column, blanks_as_zero=blanks_as_zero)
    if visits.sum() == 0:
        raise table.error("is 0 in every row; nobody would travel", column=column)
    return Calls(visits, _visit_hours(request, table, said, blanks_as_zero))


def _visit_hours(
    request: TravelRequest, table: Table, said: Said, blanks_as_zero: bool
) -> NDArray[np.float64]:
    if request.visit_minutes is not None:
        number = parse(request.visit_minutes, ".")
        if number is not None:
            if not 0 < number <= 1440:
                raise InputError(
                    "--visit-minutes", "must be above 0 and at most 1440", value=request.visit_minutes
                )
            return np.full(table.n_rows, number / 60)
        column: str | None = said.asked("minutes of a visit", table, request.visit_minutes, "--visit-minutes")
    else:
        column = guess(table, "visit_minutes")
        if column is None:
            said.notes.append(
                f"A visit is taken to last {USUAL_MINUTES:g} minutes, as no column says; --visit-minutes sets it."
            )
            return np.full(table.n_rows, USUAL_MINUTES / 60)
        said.column("minutes of a visit", column)
    assert column is not None
    return measure(table, column, blanks_as_zero=blanks_as_zero) / 60


def read_roads(
    request: TravelRequest,
    coordinates: NDArray[np.float64],
    ids: list[str],
    units: UnitIndex,
    said: Said,
) -> Roads:
    """Straight lines with a circuity factor and local speeds, a file of travel times, or a routing server's."""
    if request.times and request.server:
        raise InputError(
            "--routing", "cannot be had together with --travel-times: one of them is to be right"
        )
    speeds = Speeds(urban=request.urban_kmh, rural=request.rural_kmh)
    local = local_speed(spacing(coordinates, _reference(coordinates), "sphere"), speeds)
    straight = StraightRoads(coordinates, "sphere", local, request.circuity, request.rural_kmh)
    if request.times:
        said.notes.append(f"Travel times are those of {quoted(request.times)}.")
        return read_travel_times(request.times, ids, units, straight)
    if request.server:
        server = parse_server(request.server)
        roads = ask_server(server, ids, straight)
        said.notes.append(f"Travel times are those of the routing server at {server.url}.")
        return roads
    slow, fast = np.percentile(local, [5, 95])
    said.notes.append(
        f"Travel is estimated: great circles × {request.circuity:g}, at {slow:.0f} to {fast:.0f} km/h by how densely "
        "places lie."
    )
    return straight


def _reference(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    """The places that tell how densely people live: ZIP codes where accounts lie among them, else the accounts."""
    zips = zip_table().select("longitude", "latitude").to_numpy()
    far = spacing(coordinates, zips, "sphere")
    return zips if float(np.median(far)) < NEAR_ZIP_KM else coordinates
