"""What a file of market potential tells, area by area: which of its areas are known, and which rows cannot be taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from terrier.errors import InputError
from terrier.intake.batches import read_batches
from terrier.ledger import PET_TRADE, AreaValues, read_area_values, read_business_patterns
from terrier.ledger.market import TWICE, first_told
from terrier.ledger.reading import first_problem
from terrier.office.errors import RefusedError
from terrier.office.market.models import Source, SourceKind
from terrier.office.market.places import PLANNING_REGIONS, Located, located

INDUSTRY = re.compile(r"\d{2,6}")
MOST_INDUSTRIES = 30
LARGEST = 10**15
"""Dollars a year; no area is worth more."""

TOLD = {"area": pl.String, "industry": pl.String, "establishments": pl.Int64, "potential_cents": pl.Int64}


@dataclass(frozen=True)
class Found:
    """rows : as `TOLD`, of areas that are known. unmatched : area and value. refused : row, column, value, reason. kind : county, zip or
    state. n_codes : how many different codes were known."""

    rows: pl.DataFrame
    unmatched: pl.DataFrame
    refused: pl.DataFrame
    kind: str
    n_codes: int
    notes: tuple[str, ...] = ()


def headings(path: Path) -> list[str]:
    """The columns of a file. Raises InputError if it cannot be read."""
    return read_batches(path).columns


def industries_of(options: Mapping[str, Any]) -> dict[str, float | None]:
    """NAICS codes, and what an establishment of each spends a year, where that is known."""
    told: dict[str, float | None] = dict(options.get("industries") or {})
    return told or dict.fromkeys(PET_TRADE)


def read_industries(text: str) -> dict[str, float | None]:
    """Industries as programs write them: 459910=20000,812910. Raises RefusedError where they are written otherwise."""
    found: dict[str, float | None] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        code, _equals, dollars = part.partition("=")
        try:
            spending = float(dollars) if dollars else None
        except ValueError:
            spending = -1.0
        if not INDUSTRY.fullmatch(code) or not (spending is None or 0 <= spending <= LARGEST):
            raise RefusedError(_("“%(text)s” is not like 459910 or 459910=20000: a NAICS code, and dollars a year.") % {"text": part[:40]}, "industries")  # fmt: skip
        found[code] = spending
    if len(found) > MOST_INDUSTRIES:
        raise RefusedError(_("There are at most %(n)s industries.") % {"n": MOST_INDUSTRIES}, "industries")
    return found


def read_source(kind: str, path: Path, options: Mapping[str, Any]) -> Found:
    """Raises InputError if the file cannot be read, or not one of its rows can be taken."""
    if kind == SourceKind.PATTERNS:
        return _patterns(path, options)
    return _values(kind, path, options)


def _patterns(path: Path, options: Mapping[str, Any]) -> Found:
    spending = industries_of(options)
    found = read_business_patterns(path, list(spending))
    cents = {code: round(100 * dollars) for code, dollars in spending.items() if dollars is not None}
    rows = found.rows.with_columns(
        potential_cents=pl.col("establishments")
        * pl.col("industry").replace_strict(cents, default=None, return_dtype=pl.Int64)
    )
    return _matched(path, rows, found.refused, "establishments", found.notes)


def _values(kind: str, path: Path, options: Mapping[str, Any]) -> Found:
    columns = options.get("columns") or {}
    found = read_area_values(path, area=columns.get("area") or None, value=columns.get("value") or None)
    areas = located(found.rows["area"])
    rows, refused = _of_one_kind(found, areas)
    rows = rows.with_columns(industry=pl.lit(""))
    if kind == SourceKind.POTENTIAL:
        cents = (pl.col("value") * 100).round().clip(upper_bound=LARGEST * 100).cast(pl.Int64)
        rows = rows.with_columns(establishments=pl.lit(None, pl.Int64), potential_cents=cents)
    else:
        number = pl.col("value").round().clip(upper_bound=2**31 - 1).cast(pl.Int64)
        rows = rows.with_columns(establishments=number, potential_cents=pl.lit(None, pl.Int64))
    return _matched(path, rows, refused, "value", ())


REGIONS_NOTED = "Connecticut's planning regions count for the county where most of their people live."
KINDS = {"county": "a county", "zip": "a ZIP code", "state": "a state"}
MANY_OF = {"county": "counties", "zip": "ZIP codes", "state": "states"}


def _of_one_kind(found: AreaValues, areas: Located) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that can be taken, and the refused: with those of another kind of area than most, and of an area that was told before."""
    told = found.rows.with_columns(
        row=found.numbers, own=areas.codes, known=areas.areas.is_not_null(), other=areas.others
    ).with_columns(first_told("own", pl.col("known")))
    again, reason = TWICE
    wrong = [("area", pl.col("other") == kind, f"is {name}; this file tells {MANY_OF[areas.kind]}") for kind, name in KINDS.items()]  # fmt: skip
    refused = first_problem(told, {"area": found.column}, [*wrong, ("area", pl.col("known") & again, reason)])
    rows = told.join(refused.select("row"), on="row", how="anti").select("area", "value")
    return rows, pl.concat([found.refused, refused]).sort("row")


def _matched(
    path: Path, rows: pl.DataFrame, refused: pl.DataFrame, told: str, notes: tuple[str, ...]
) -> Found:
    """Those of the rows whose area is known, added up by county or state."""
    found = located(rows["area"])
    placed = rows.with_columns(code=pl.col("area"), area=found.areas)
    unmatched = (
        placed.filter(pl.col("area").is_null())
        .group_by("code")
        .agg(pl.col(told).sum())
        .sort("code")
        .select(area="code", value=pl.col(told).cast(pl.Float64))
    )
    known = placed.drop_nulls("area")
    if found.codes.is_in(list(PLANNING_REGIONS)).any():
        notes = (*notes, REGIONS_NOTED)
    if known.is_empty():
        raise InputError(
            path.name,
            "names no area that is known",
            value=str(rows["area"][0]),
            hint="Areas are counties (39049, or Franklin, OH), ZIP codes (43215) or states (OH, Ohio, 39).",
        )
    sums = known.group_by("area", "industry").agg(_sum("establishments"), _sum("potential_cents"))
    return Found(
        sums.select(pl.col(name).cast(kind_of) for name, kind_of in TOLD.items()).sort("area", "industry"),
        unmatched,
        refused,
        found.kind,
        known["code"].n_unique(),
        notes,
    )


def _sum(name: str) -> pl.Expr:
    """Nothing where nothing is told."""
    return pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name)


def unmatched_of(source: Source) -> pl.DataFrame:
    """The areas of a file that are not known, with what it tells of each: area, value."""
    if source.unmatched.exists():
        return pl.read_parquet(source.unmatched)
    return pl.DataFrame(schema={"area": pl.String, "value": pl.Float64})
