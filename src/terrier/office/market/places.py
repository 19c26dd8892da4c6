"""Where things lie: the county of a code, of an account, and the territory that a county belongs to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from terrier.atlas.outlines import POSTAL, counties, states
from terrier.atlas.zips import locate, zip_table
from terrier.engine.design.geometry import to_xyz
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.people.models import Role
from terrier.office.sales.credit import Keeping, accounts_now, accounts_version, coverage_version

Floats = NDArray[np.float64]

OFF_THE_COAST = 0.25
"""Degrees: so far from any outline a place still counts for the nearest, since outlines are simplified."""

PLANNING_REGIONS = {
    "09110": ("Capitol", "09003"),
    "09120": ("Greater Bridgeport", "09001"),
    "09130": ("Lower Connecticut River Valley", "09007"),
    "09140": ("Naugatuck Valley", "09009"),
    "09150": ("Northeastern Connecticut", "09015"),
    "09160": ("Northwest Hills", "09005"),
    "09170": ("South Central Connecticut", "09009"),
    "09180": ("Southeastern Connecticut", "09011"),
    "09190": ("Western Connecticut", "09001"),
}
"""What Connecticut is told by since 2022, and the county, of those before, where most people of each live: the outlines are of these. Of
Tolland, most of which lies in the Capitol region, nothing is told on its own."""

_places, _areas = Keeping(), Keeping()
_found = pl.DataFrame(schema={"longitude": pl.Float64, "latitude": pl.Float64, "area": pl.String})
"""Places whose county was looked for: accounts change all the time, where they lie seldom does."""


@cache
def every_county() -> pl.DataFrame:
    """area (FIPS), name, state, longitude, latitude."""
    outlines = counties()
    return pl.DataFrame(
        {
            "area": list(outlines.fips),
            "name": [f"{name}, {state}" for name, state in zip(outlines.names, outlines.states, strict=True)],
            "state": list(outlines.states),
            "longitude": outlines.coordinates[:, 0],
            "latitude": outlines.coordinates[:, 1],
        }
    )


@cache
def county_names() -> dict[str, str]:
    """By code: “Franklin, OH” of 39049."""
    return dict(every_county().select("area", "name").iter_rows())


def counties_at(points: Floats) -> list[str | None]:
    """The county in which each (n, 2) longitude and latitude lies; None where in none, or where it is not known."""
    outlines = counties()
    found = np.full(len(points), -1, dtype=np.int64)
    known = np.flatnonzero(np.isfinite(points).all(axis=1))
    found[known] = outlines.containing(points[known])
    outside = known[found[known] < 0]
    if len(outside):
        marks: Any = shapely.points(points[outside])
        tree = shapely.STRtree(outlines.polygons)
        at, county = tree.query_nearest(marks, max_distance=OFF_THE_COAST, all_matches=False)
        found[outside[at]] = county
    return [None if at < 0 else outlines.fips[at] for at in found.tolist()]


@cache
def county_of_zips() -> dict[str, str]:
    """The county in which the middle of each ZIP code lies."""
    codes = zip_table()["zip"]
    return {
        code: county
        for code, county in zip(codes.to_list(), counties_at(locate(codes)), strict=True)
        if county is not None
    }


def counties_of_accounts() -> pl.DataFrame:
    """account and area: by its coordinates, else by its ZIP code; null where neither tells."""
    version = accounts_version()
    return _places.get(version, lambda: _counties_of(accounts_now(version)))


def _counties_of(accounts: pl.DataFrame) -> pl.DataFrame:
    found = _with_counties(accounts.select("account", "longitude", "latitude", "postal_code")).select(
        "account", "area", code=pl.col("postal_code").str.head(5)
    )
    if found.filter(pl.col("area").is_null() & (pl.col("code") != "")).is_empty():
        return found.drop("code")  # reading the places of ZIP codes takes a second
    by_code = pl.col("code").replace_strict(county_of_zips(), default=None, return_dtype=pl.String)
    return found.select("account", pl.coalesce("area", by_code))


def _with_counties(accounts: pl.DataFrame) -> pl.DataFrame:
    """Accounts with the county in which their coordinates lie."""
    global _found  # noqa: PLW0603 - one process looks for each place once
    place = ["longitude", "latitude"]
    new = accounts.select(place).drop_nulls().unique().join(_found, on=place, how="anti")
    _found = pl.concat(
        [_found, new.with_columns(pl.Series("area", counties_at(new.to_numpy()), dtype=pl.String))]
    )
    return accounts.join(_found, on=place, how="left", maintain_order="left")


@dataclass(frozen=True)
class Located:
    """Codes of areas, all taken for the kind (county, zip or state) that most of them are of.

    areas : the county or state of each, null where there is none. codes : each in one way of writing it. others : where one is none of
    that kind, the kind of which it is, if any. Planning regions are their own codes, and lie in a county.
    """

    kind: str
    areas: pl.Series
    codes: pl.Series
    others: pl.Series


def located(codes: pl.Series) -> Located:
    """The areas of some codes."""
    text = codes.str.strip_chars().str.to_uppercase()
    readings = {
        "county": text.replace_strict(_county_names(), default=None, return_dtype=pl.String),
        "zip": text.str.head(5).replace_strict(county_of_zips(), default=None, return_dtype=pl.String),
        "state": text.replace_strict(_state_names(), default=None, return_dtype=pl.String),
    }
    kind = max(readings, key=lambda name: len(codes) - readings[name].null_count())
    frame = pl.DataFrame({"text": text, **readings})
    # Digits in a file of ZIP codes are a new one as likely as a county.
    unclear = pl.col("text").str.contains(r"^\d+$") & pl.lit(kind == "zip")
    others = [pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in readings if name != kind]
    other = pl.when(pl.col(kind).is_null() & ~unclear).then(pl.coalesce(others))
    return Located(
        kind,
        readings[kind]
        .replace({code: county for code, (_name, county) in PLANNING_REGIONS.items()})
        .rename("area"),
        text.str.head(5) if kind == "zip" else readings[kind],
        frame.select(other.alias("other")).to_series(),
    )


@cache
def state_names() -> dict[str, str]:
    """By postal code: “Ohio” of OH."""
    outlines = states()
    return dict(zip(outlines.states, outlines.names, strict=True))


@cache
def _county_names() -> dict[str, str]:
    """Counties by all that a file may call them: 39049, Franklin, OH, Franklin County, OH, Franklin, Ohio."""
    found: dict[str, str] = {}
    names = state_names()
    counties_of = every_county().select("area", pl.col("name").str.replace(r", \w\w$", ""), "state").rows()
    regions = [(code, name, "CT") for code, (name, _county) in PLANNING_REGIONS.items()]
    for area, name, state in (*counties_of, *regions):
        bare, long = name.upper(), names[state].upper()
        found[area] = area
        for called in (bare, *(f"{bare} {kind}" for kind in ("COUNTY", "PARISH", "PLANNING REGION"))):
            for told in (state, long):
                found.setdefault(f"{called}, {told}", area)
                found.setdefault(f"{called} {told}", area)
    return found


@cache
def _state_names() -> dict[str, str]:
    found, names = {number: number for number in POSTAL}, state_names()
    for number, state in POSTAL.items():
        found[state] = number
        found[names[state].upper()] = number
        found[number.lstrip("0")] = number
    return found


def areas_on(day: dt.date) -> pl.DataFrame:
    """Every county with its territory: that of the territory manager who holds most accounts there; where nobody holds any, of the
    nearest county in the state that has one. Null in states where no territory manager holds an account."""
    return _areas.get((coverage_version(), day), lambda: _areas_on(day))


def with_areas(day: dt.date) -> set[int]:
    """The positions that are territories of any county."""
    return {int(one) for one in areas_on(day)["territory"].drop_nulls().unique()}


def _areas_on(day: dt.date) -> pl.DataFrame:
    held = pl.DataFrame(
        list(
            Coverage.objects.on(day)
            .filter(kind=CoverageKind.PRIMARY, position__role=Role.TERRITORY_MANAGER)
            .filter(account__deleted_at__isnull=True, account__external_id__isnull=False)
            .order_by()
            .values_list("account__external_id", "position_id")
        ),
        schema={"account": pl.String, "position": pl.Int64},
        orient="row",
    )
    counted = (
        held.join(counties_of_accounts().drop_nulls("area"), on="account")
        .group_by("area", "position")
        .len()
        .sort(["area", "len", "position"], descending=[False, True, False])
        .unique("area", keep="first", maintain_order=True)
        .select("area", territory=pl.col("position").cast(pl.String))
    )
    return _spread(every_county().join(counted, on="area", how="left", maintain_order="left"))


def _spread(areas: pl.DataFrame) -> pl.DataFrame:
    """Give counties without a territory that of the nearest in their state."""
    points = to_xyz(areas.select("longitude", "latitude").to_numpy(), "sphere")
    territory = areas["territory"].to_list()
    state = areas["state"].to_numpy()
    owned = np.array([one is not None for one in territory])
    for name in np.unique(state[owned]):
        here = state == name
        theirs, others = np.flatnonzero(here & owned), np.flatnonzero(here & ~owned)
        if len(others):
            _distance, nearest = KDTree(points[theirs]).query(points[others])
            for at, near in zip(others.tolist(), np.atleast_1d(nearest).tolist(), strict=True):
                territory[at] = territory[theirs[near]]
    return areas.with_columns(pl.Series("territory", territory, dtype=pl.String))
