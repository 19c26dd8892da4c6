"""What the user asked for: the options of a design job, parsed but not yet looked up in the files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # `terrier --help` should not wait for the engine
    from terrier.engine.design.problem import Centers, Objective


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelRequest:
    """How travel is to be reckoned. visit_minutes : a number or a column. times : a file. server : osrm=URL or valhalla=URL."""

    visits: str | None = None
    visit_minutes: str | None = None
    workday: float = 8.0
    circuity: float = 1.3
    urban_kmh: float = 30.0
    rural_kmh: float = 75.0
    times: str | None = None
    server: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignRequest:
    """Names are columns or labels as the user wrote them; ratios are 0.05 for 5%, inf for "not balanced".

    ramp : (measure or None, months or None) pairs. capacities : (measure, column of the people's file) pairs;
    center_capacities : of the accounts.
    """

    accounts: str
    n_territories: int | None = None
    balance: tuple[str, ...] = ()
    tolerance: float = 0.05
    tolerances: dict[str, float] = field(default_factory=dict)
    current: str | None = None
    vacant: tuple[str, ...] = ()
    close: tuple[str, ...] = ()
    freeze: tuple[str, ...] = ()
    seats: str | None = None
    match: tuple[str, ...] = ()
    ramp: tuple[tuple[str | None, int | None], ...] = ()
    as_of: dt.date | None = None
    capacities: tuple[tuple[str, str], ...] = ()
    group_by: str | None = None
    locks: tuple[str, ...] = ()
    together: str | None = None
    apart: str | None = None
    contiguous: bool = False
    adjacency: str | None = None
    join_islands: bool = False
    weight: str | None = None
    objective: Objective = "squared_distance"
    centers: Centers = "free"
    center_capacities: tuple[tuple[str, str], ...] = ()
    stay_weight: float | None = None
    max_moved: float | None = None
    moved_by: str | None = None
    relationship: tuple[str, ...] = ()
    seat_pull: float = 0.5
    travel: TravelRequest | None = None
    plane: bool = False
    skip_unplaced: bool = False
    blanks_as_zero: bool = False
    id_column: str | None = None
    name_column: str | None = None
    lat_column: str | None = None
    lon_column: str | None = None
    zip_column: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    header_row: int = 1
    decimal: Literal[".", ","] | None = None
