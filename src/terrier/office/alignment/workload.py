"""What accounts ask for in a year, calls × (call + travel time), and the travel to them: the one reckoning of it.

The plan's page, the map studio, the engine, warnings, pages of positions, the head count, exports and the API all ask here. An account's
own service hours win where they are kept: they say calls and travel together. Else its class says how often it is called on and how
long, and the tours of whoever holds it how long the way is; see docs/algorithms/travel.md.

Sums come from the database, always as they are now. Travel needs every account's place; it is kept by what somebody holds, so that
only those are reckoned anew for whom something changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np
from django.core.cache import cache
from django.db import transaction
from django.db.models import (
    Aggregate,
    Case,
    Count,
    F,
    FloatField,
    Max,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast
from numpy.typing import NDArray

from terrier.atlas.zips import locate, zip_table
from terrier.engine.design.geometry import distance, from_xyz, to_xyz
from terrier.engine.travel import Calls, Roads, StraightRoads, Workday, local_speed, spacing, travel_of
from terrier.office.accounts.models import Status
from terrier.office.alignment.choices import CLASSES, Visits
from terrier.office.people.models import Position, Role

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

NEAR_ZIP_KM = 60.0
"""Where ZIP codes are no farther than this from accounts, they tell town from country better than the accounts do."""
LEAST_WEIGHT = 0.1
"""Of an account that is never visited in the middle of those of a territory: it should lie near all the same."""
DRIVING = (Role.TERRITORY_MANAGER, Role.KEY_ACCOUNT_MANAGER)
"""Others look after their accounts by phone."""
KEPT_SECONDS = 7 * 24 * 3600
RECKONING = 4
"""Counted up when what is reckoned changes: what was kept by an older one counts no more."""

COLUMNS = ("longitude", "latitude", "postal_code", "account_class")
"""Of accounts: what `work_of` reads, before the service hours."""


class Holder(NamedTuple):
    """Whoever holds accounts. seat : longitude and latitude of the home base, None where nobody says where it is.

    drives : False for those who look after their accounts by phone.
    """

    seat: tuple[float, float] | None
    drives: bool


class Load(NamedTuple):
    """What a holder's accounts ask for. workload : hours a year, of which ``travel_hours`` on the road. middle : of the accounts,
    weighed by visits; spread_km : their mean distance to it; base_km : to the home base, None where nobody says where that is.
    n_nowhere : nobody knows where they are, so no way there is counted.
    """

    middle: tuple[float, float] | None
    spread_km: float
    base_km: float | None
    workload: float
    travel_hours: float
    travel_km: float
    n_nowhere: int


NOTHING = Load(None, 0.0, None, 0.0, 0.0, 0.0, 0)


@dataclass(frozen=True, eq=False)
class Work:
    """n accounts, where they are and what they ask for. coordinates : (n, 2) longitude and latitude, NaN where not even the postal
    code says. calls : by class, and as a whole where an account's own service hours are kept.
    """

    coordinates: Floats
    calls: Calls
    workday: Workday

    @property
    def n(self) -> int:
        return len(self.coordinates)

    @cached_property
    def placed(self) -> NDArray[np.bool_]:
        """(n,) whether it is known where an account is."""
        return np.asarray(~np.isnan(self.coordinates).any(axis=1), dtype=np.bool_)

    @property
    def own_hours(self) -> Floats:
        """(n,) service hours a year of those accounts of which they are kept, NaN of the others."""
        return np.full(self.n, np.nan) if self.calls.whole is None else self.calls.whole

    def travel(
        self, holder: Ints, bases: Floats, of: NDArray[np.bool_] | None = None
    ) -> tuple[Floats, Floats]:
        """(n,) hours and km a year of each account, 0 where it has no place or nobody holds it. of : (n,) those that count.

        Of accounts with service hours of their own travel is the part that it would be by their class, and as much shorter.
        """
        hours, km = np.zeros(self.n), np.zeros(self.n)
        some = self.placed & (holder >= 0)
        if of is not None:
            some &= of
        if not some.any():
            return hours, km
        calls = self.calls.of(some)
        found = travel_of(holder[some], bases, calls, roads_between(self.coordinates[some]), self.workday)
        hours[some] = found.hours
        if calls.whole is not None:
            part = found.hours / np.maximum(calls.total + found.hours, 1e-9)
            hours[some] = np.where(np.isnan(calls.whole), found.hours, calls.whole * part)
        km[some] = found.km * np.divide(
            hours[some], found.hours, np.ones_like(found.km), where=found.hours > 0
        )
        return hours, km

    def loads(self, holder: Ints, holders: Sequence[Holder]) -> list[Load]:
        """What each of the holders has to do. holder : (n,) positions among them, -1 for nobody."""
        k, held = len(holders), holder >= 0
        middles, spread = self._middles(holder, k)
        bases = _bases(middles, holders)
        drives = np.array([one.drives for one in holders], dtype=np.bool_)
        hours, km = self.travel(holder, bases, held & drives[holder])
        far = self._far(holder, bases)
        whose = holder[held]
        work, by_hours, by_km, nowhere = (
            np.bincount(whose, values[held], k)
            for values in (self.calls.work(hours), hours, km, ~self.placed)
        )
        return [
            Load(
                middle=None
                if np.isnan(middles[at]).any()
                else (float(middles[at, 0]), float(middles[at, 1])),
                spread_km=float(spread[at]),
                base_km=None if holders[at].seat is None else float(far[at]),
                workload=float(work[at]),
                travel_hours=float(by_hours[at]),
                travel_km=float(by_km[at]),
                n_nowhere=int(nowhere[at]),
            )
            for at in range(k)
        ]

    def _far(self, holder: Ints, bases: Floats) -> Floats:
        """(k,) mean distance of each one's accounts to where the ways begin."""
        some = (holder >= 0) & self.placed
        if not some.any():
            return np.zeros(len(bases))
        whose = holder[some]
        km = distance(self.coordinates[some], bases[whose], "sphere")
        found: Floats = np.bincount(whose, km, len(bases)) / np.maximum(
            np.bincount(whose, minlength=len(bases)), 1
        )
        return found

    def bases(self, holder: Ints, holders: Sequence[Holder]) -> Floats:
        """(k, 2) where each one's ways begin: the home base, else the middle of the accounts."""
        return _bases(self._middles(holder, len(holders))[0], holders)

    def _middles(self, holder: Ints, k: int) -> tuple[Floats, Floats]:
        """(k, 2) the middle of each one's accounts, NaN where there are none, and (k,) their mean distance to it."""
        some = (holder >= 0) & self.placed
        whose, weight = holder[some], np.maximum(self.calls.visits[some], LEAST_WEIGHT)
        points = to_xyz(self.coordinates[some], "sphere")
        mass = np.bincount(whose, weight, k)
        known = mass > 0
        mean = np.column_stack([np.bincount(whose, weight * points[:, axis], k) for axis in range(3)])
        middles = np.full((k, 2), np.nan)
        middles[known] = from_xyz(mean[known] / mass[known, None], "sphere")
        far = distance(self.coordinates[some], middles[whose], "sphere") if some.any() else np.zeros(0)
        return middles, np.bincount(whose, weight * far, k) / np.where(known, mass, 1.0)


def _bases(middles: Floats, holders: Sequence[Holder]) -> Floats:
    seats = np.array([one.seat or (np.nan, np.nan) for one in holders]).reshape(-1, 2)
    return np.nan_to_num(np.where(np.isnan(seats), middles, seats))


def roads_between(coordinates: Floats) -> Roads:
    """Great circles with a detour, at speeds by how densely places lie."""
    zips = zip_table().select("longitude", "latitude").to_numpy()
    far = spacing(coordinates, zips, "sphere")
    if float(np.median(far)) >= NEAR_ZIP_KM:
        far = spacing(coordinates, coordinates, "sphere")
    return StraightRoads(coordinates, "sphere", local_speed(far))


def work_of(columns: Sequence[Sequence[Any]], visits: Visits) -> Work:
    """From what was read of accounts: `COLUMNS`, and the service hours as floats."""
    x, y, codes, kinds, own = columns
    classes = np.array([_CLASS_AT.get(one, _NO_CLASS) for one in kinds], dtype=np.intp)
    whole = np.array(own, dtype=np.float64)
    whole[~(whole > 0)] = np.nan
    calls = np.array([visits.calls[one] for one in CLASSES])[classes]  # type: ignore[index]
    hours = np.array([visits.minutes[one] for one in CLASSES])[classes] / 60  # type: ignore[index]
    return Work(
        _places(x, y, codes),
        Calls(calls, hours, None if np.isnan(whole).all() else whole),
        Workday(visits.day_hours),
    )


_CLASS_AT = {one: at for at, one in enumerate(CLASSES)}
_NO_CLASS = _CLASS_AT[""]


def _places(x: Sequence[Any], y: Sequence[Any], codes: Sequence[Any]) -> Floats:
    found = np.column_stack([np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)])
    lacking = np.isnan(found).any(axis=1)
    if lacking.any():
        found[lacking] = locate([codes[at] or None for at in np.flatnonzero(lacking).tolist()])
    return found


def own_hours(path: str = "account__") -> Cast:
    """The service hours of an account, as the database gives them to arrays."""
    return Cast(f"{path}service_hours", FloatField())


def read_work(
    rows: QuerySet[Any], by: str, visits: Visits, path: str = "account__"
) -> tuple[Work, list[Any]]:
    """The accounts of some rows, and what each row says of ``by``. One query."""
    found = list(rows.order_by(by, path.removesuffix("__") or "pk").values_list(
        *(f"{path}{name}" for name in COLUMNS), own_hours(path), by
    ))  # fmt: skip
    columns: list[Any] = list(zip(*found, strict=True)) if found else [()] * (len(COLUMNS) + 2)
    return work_of(columns[:-1], visits), columns[-1]


def warm_tours() -> None:
    """Load what the first tours of a process need, ZIP codes and compiled code: a second of work for what then takes a millisecond."""
    coordinates = np.array([[-84.5, 39.1], [-84.2, 39.8]])
    calls = Calls(np.full(2, 12.0), np.ones(2))
    Work(coordinates, calls, Workday()).loads(np.zeros(2, dtype=np.int32), [Holder((-84.4, 39.3), True)])


def holder_of(position: Position | None, drives: bool) -> Holder:
    if position is None or position.base_longitude is None or position.base_latitude is None:
        return Holder(None, drives)
    return Holder((position.base_longitude, position.base_latitude), drives)


def position_holder(position: Position) -> Holder:
    """Whoever holds a position, apart from any plan."""
    return holder_of(position, position.role in DRIVING)


def by_class(table: Mapping[Any, float]) -> Case:
    """A number by class of account, as the database reckons it."""
    whens = [When(account__account_class=one, then=Value(float(table[one]))) for one in CLASSES]
    return Case(*whens, default=Value(float(table[""])), output_field=FloatField())


def prints(visits: Visits, only: Q | None = None) -> dict[str, Aggregate]:
    """Sums over a holder's accounts that differ as soon as what they ask for does: to be added to a query that sums anyway."""
    number = F("account_id") % 1_000_003
    return {
        "print_n": Count("pk", filter=only),
        "print_once": Sum("account_id", filter=only),
        "print_twice": Sum(number * number, filter=only),
        "print_x": Sum("account__longitude", filter=only),
        "print_y": Sum("account__latitude", filter=only),
        "print_own": Sum(own_hours(), filter=only),
        "print_visits": Sum(by_class(visits.calls), filter=only),
        "print_changed": Max("account__updated_at", filter=only),
    }


PRINTED = {
    "x": "account__longitude",
    "y": "account__latitude",
    "changed": Cast("account__updated_at", TextField()),
}
"""What `prints_of` needs of accounts besides what `work_of` read."""


def prints_of(
    accounts: NDArray[np.int64], work: Work, printed: Mapping[str, Sequence[Any]], holder: Ints, k: int
) -> list[dict[str, Any]]:
    """The sums of `prints` of each of k holders, of accounts that were read already: the same, so that both find what is kept."""
    held = holder >= 0
    whose, number = holder[held], accounts[held] % 1_000_003

    def whole(values: NDArray[np.int64]) -> NDArray[np.int64]:
        found = np.zeros(k, dtype=np.int64)
        np.add.at(found, whose, values)
        return found

    def summed(values: Any) -> Floats:
        values = np.nan_to_num(np.array(values, dtype=np.float64))
        found: Floats = np.bincount(whose, values[held], k).astype(np.float64)
        return found

    latest = [""] * k
    for at, moment in zip(holder.tolist(), printed["changed"], strict=True):
        if at >= 0 and moment > latest[at]:
            latest[at] = moment
    columns = {
        "print_n": np.bincount(whose, minlength=k),
        "print_once": whole(accounts[held]),
        "print_twice": whole(number * number),
        "print_x": summed(printed["x"]),
        "print_y": summed(printed["y"]),
        "print_own": summed(work.own_hours),
        "print_visits": summed(work.calls.visits),
    }
    rows = zip(*(values.tolist() for values in columns.values()), latest, strict=True)
    return [dict(zip((*columns, "print_changed"), row, strict=True)) for row in rows]


Read = Callable[[list[int]], tuple[Work, Sequence[int | None]]]
"""The accounts of some holders, and whose each is."""


def loads_of(
    sums: Iterable[tuple[int, Mapping[str, Any]]], holders: Mapping[int, Holder], visits: Visits, read: Read
) -> dict[int, Load]:
    """What each holder's accounts ask for, from what is kept where nothing changed. sums : by holder, with those of `prints`."""
    names = {
        f"alignment:asked:{RECKONING}:{_print(row, holders[one], visits)}": one
        for one, row in sums
        if row["print_n"]
    }
    kept: dict[str, Load] = cache.get_many(list(names))
    found = {names[name]: load for name, load in kept.items()}
    fresh = {name: one for name, one in names.items() if name not in kept}
    if fresh:
        found |= reckoned(list(fresh.values()), holders, read)
        with transaction.atomic():  # one commit, not one for each
            cache.set_many({name: found[one] for name, one in fresh.items()}, timeout=KEPT_SECONDS)
    return found


def reckoned(those: list[int], holders: Mapping[int, Holder], read: Read) -> dict[int, Load]:
    """Loads of some holders, from their accounts one by one."""
    at = {one: place for place, one in enumerate(those)}
    work, whose = read(those)
    places = np.array([-1 if one is None else at.get(one, -1) for one in whose], dtype=np.int32)
    return dict(zip(those, work.loads(places, [holders[one] for one in those]), strict=True))


def _print(row: Mapping[str, Any], holder: Holder, visits: Visits) -> str:
    x, y, own, calls = (round(row[f"print_{name}"] or 0, 4) for name in ("x", "y", "own", "visits"))
    changed = _moment(row["print_changed"])
    n, once, twice = (int(row[f"print_{name}"]) for name in ("n", "once", "twice"))
    told = [n, once, twice, x, y, own, calls, changed]
    return sha256(f"{told} {holder} {visits.model_dump_json()}".encode()).hexdigest()[:32]


def _moment(told: datetime | str) -> float:
    """As Django reads it, or as the database writes it: in UTC."""
    moment = datetime.fromisoformat(told) if isinstance(told, str) else told
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def hours_of(rows: QuerySet[Any], position: Position) -> float:
    """Hours a year that some coverage asks of a position, called on as is usual; what is closed or deleted asks for none."""
    alive = rows.filter(account__deleted_at__isnull=True).exclude(account__status=Status.CLOSED)
    work, whose = read_work(alive, "position", Visits())
    return work.loads(np.zeros(len(whose), dtype=np.int32), [position_holder(position)])[0].workload
