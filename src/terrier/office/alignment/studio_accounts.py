"""The accounts of a plan as the studio shows them and as their loads are reckoned, read anew only where they have changed.

What is told of accounts is kept by plan in a file, apart from where the plan places them, which is read at each opening together with
when each account changed last. Whatever is written to an account moves that time: the others are as they were.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Q
from numpy.typing import NDArray

from terrier.engine.travel import Calls, Workday
from terrier.office.accounts.models import AccountClass, Channel
from terrier.office.alignment.choices import Choices
from terrier.office.alignment.id_sets import id_set
from terrier.office.alignment.models import Cause, Placement, Plan, Territory
from terrier.office.alignment.sealed_files import keep, kept
from terrier.office.alignment.units import Units, columns_of, load_units, places_of, territories_of
from terrier.office.alignment.workload import PRINTED, Ints, Work

CAUSES = list(Cause.values)
CHANNELS = list(Channel.values)
CLASSES = ["", *AccountClass.values]

FORM = 1
"""Counted up when what is kept changes: what an older release has kept counts no more."""
MOST_CHANGED = 0.2
"""Where more of the accounts have changed, all are read: it is one query, and quicker."""

CAUSE = {"cause": "cause"}
SHOWN = {
    "channel": "account__channel",
    "class": "account__account_class",
    "name": "account__name",
    "city": "account__city",
}
"""What is read of accounts besides what all figures need."""
SENT = (
    *("id", "longitude", "latitude", "sales", "potential", "visits", "visit_seconds", "own_seconds"),
    *("channel", "class", "name", "city"),
)
"""The columns that the browser gets; the others are what loads are reckoned from."""

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Shaped:
    """The n accounts of a plan in the order of their numbers, and its k territories.

    columns : of n values, all that is told of accounts but where they are. territory, present : (n,) positions among
    ``territories``, -1 where in none. cause : (n,) positions among `CAUSES`. is_kept : whether the columns are those in the file.
    """

    plan: Plan
    choices: Choices
    territories: tuple[Territory, ...]
    columns: Columns
    territory: Ints
    present: Ints
    cause: NDArray[np.uint8]
    is_kept: bool

    @property
    def accounts(self) -> NDArray[np.int64]:
        return self.columns["account"]

    @property
    def sent(self) -> Columns:
        return {name: self.columns[name] for name in SENT}

    @property
    def work(self) -> Work:
        told = self.columns
        whole = None if np.isnan(told["own"]).all() else told["own"]
        return Work(
            np.column_stack([told["longitude"], told["latitude"]]),
            Calls(told["calls"], told["hours"], whole),
            Workday(self.choices.visits.day_hours),
        )

    @property
    def besides(self) -> dict[str, Sequence[Any]]:
        """See `PRINTED`."""
        told = self.columns
        return {"x": told["x"], "y": told["y"], "changed": told["changed"].astype("U").tolist()}


def shaped(plan: Plan, choices: Choices) -> Shaped:
    """The plan as it is now."""
    body = kept(_path(plan), _stamp(plan, choices))
    read = None if body is None else _refreshed(plan, choices, _unpacked(body))
    if read is None:
        units = load_units(plan, choices, besides={**CAUSE, **SHOWN, **PRINTED})
        cause = positions(units.besides["cause"], CAUSES)
        columns = _columns(units)
        read = Shaped(plan, choices, units.territories, columns, units.territory, units.present, cause, False)
    return read


def keep_accounts(read: Shaped) -> None:
    """Keep what was read of accounts, for whoever opens the plan next."""
    if not read.is_kept:
        keep(_path(read.plan), _stamp(read.plan, read.choices), _packed(read.columns))


def _path(plan: Plan) -> Path:
    return settings.PACKED_PLANS / f"{plan.pk}-accounts"


def _stamp(plan: Plan, choices: Choices) -> bytes:
    return repr((FORM, plan.pk, choices.visits.model_dump_json())).encode()


def _refreshed(plan: Plan, choices: Choices, columns: Columns) -> Shaped | None:
    """The plan with what is kept of its accounts, those that have changed read anew.

    None where others belong to the plan by now, or very many have changed.
    """
    territories = territories_of(plan)
    at = places_of(territories)
    asked: tuple[Any, ...] = ("account", "territory", "present", "cause", PRINTED["changed"])
    rows = Placement.objects.filter(plan=plan).order_by("account_id").values_list(*asked)
    number, held, before, cause, changed = columns_of(rows, len(asked))
    if not np.array_equal(np.array(number, dtype=np.int64), columns["account"]):
        return None
    stale = np.flatnonzero(np.array(changed, dtype="S") != columns["changed"])
    if len(stale) > MOST_CHANGED * len(number):
        return None
    if len(stale):
        which = Q(account__in=id_set(columns["account"][stale].tolist()))
        fresh = _columns(load_units(plan, choices, which, besides={**CAUSE, **SHOWN, **PRINTED}))
        if not np.array_equal(fresh["account"], columns["account"][stale]):
            return None
        columns = {name: _patched(column, stale, fresh[name]) for name, column in columns.items()}
    territory, present = (np.array([at[one] for one in some], dtype=np.int32) for some in (held, before))
    causes = positions(cause, CAUSES)
    return Shaped(plan, choices, territories, columns, territory, present, causes, not len(stale))


def _columns(units: Units) -> Columns:
    """All that is told of accounts, from units that were read with `SHOWN` and `PRINTED`."""
    calls = units.work.calls
    return {
        "account": units.accounts,
        "id": units.accounts.astype("f8"),
        "longitude": np.ascontiguousarray(units.coordinates[:, 0]),
        "latitude": np.ascontiguousarray(units.coordinates[:, 1]),
        "sales": np.rint(units.sales * 100),
        "potential": np.rint(np.nan_to_num(units.potential) * 100),
        "visits": np.rint(units.visits * 100),
        "visit_seconds": np.rint(calls.hours * 3600),
        "own_seconds": np.rint(np.nan_to_num(units.work.own_hours) * 3600),
        "channel": positions(units.besides["channel"], CHANNELS),
        "class": positions(units.besides["class"], CLASSES),
        "name": _texts(units.besides["name"]),
        "city": _texts(units.besides["city"]),
        "calls": calls.visits,
        "hours": calls.hours,
        "own": units.work.own_hours,
        "x": np.array(units.besides["x"], dtype="f8"),
        "y": np.array(units.besides["y"], dtype="f8"),
        "changed": _texts(units.besides["changed"]),
    }


def positions(values: Sequence[str], known: Sequence[str]) -> NDArray[np.uint8]:
    """Where each value stands among the known ones."""
    at = {value: place for place, value in enumerate(known)}
    return np.array([at[value] for value in values], dtype="u1")


def _texts(values: Sequence[str]) -> NDArray[np.bytes_]:
    return np.array([text.encode("utf-8", "replace") for text in values], dtype="S")


def _patched(column: NDArray[Any], where: NDArray[np.intp], values: NDArray[Any]) -> NDArray[Any]:
    """With other values in some places; longer texts make room for themselves."""
    found = column.astype(max(column.dtype, values.dtype, key=lambda kind: kind.itemsize))
    found[where] = values
    return found


def _packed(columns: Columns) -> bytes:
    file = io.BytesIO()
    np.savez(file, **columns)  # type: ignore[arg-type]
    return file.getvalue()


def _unpacked(body: bytes) -> Columns:
    with np.load(io.BytesIO(body), allow_pickle=False) as told:
        return {name: told[name] for name in told.files}
