"""What counts of the files of market potential: of each area, what the one loaded last tells."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.db.models import Sum

from terrier.office.brought.models import State
from terrier.office.market.models import AreaFigure, Source, SourceKind
from terrier.office.sales.credit import Keeping, Version

_kept = Keeping()

FIGURES = {"area": pl.String, "potential_customers": pl.Int64, "potential_cents": pl.Int64}


def loaded() -> list[Source]:
    """The files that count, the one loaded last first."""
    return list(Source.objects.filter(state=State.LOADED).order_by("-loaded_at", "-pk"))


def version_of(sources: list[Source]) -> Version:
    return tuple((one.pk, one.loaded_at) for one in sources)


def potential_now() -> pl.DataFrame:
    """area (a county's five digits, a state's two), potential_customers, potential_cents; null where no file tells."""
    sources = loaded()
    return _kept.get(version_of(sources), lambda: _newest([one.pk for one in sources]))


def _newest(sources: list[int]) -> pl.DataFrame:
    rows = (
        AreaFigure.objects.filter(source__in=sources)
        .order_by()
        .values_list("source_id", "area")
        .annotate(customers=Sum("establishments"), cents=Sum("potential_cents"))
    )
    told = pl.DataFrame(
        [(sources.index(source), area, customers, None if cents is None else int(cents)) for source, area, customers, cents in rows],
        schema={"order": pl.Int64, **FIGURES},
        orient="row",
    )  # fmt: skip
    newest = [pl.col(name).sort_by("order").drop_nulls().first() for name in list(FIGURES)[1:]]
    return told.group_by("area").agg(newest).sort("area")


def told_of(area: str) -> list[dict[str, Any]]:
    """What each file that counts tells of an area, industry by industry, the one loaded last first."""
    rows = AreaFigure.objects.filter(area=area, source__state=State.LOADED)
    found = rows.select_related("source").order_by("-source__loaded_at", "-source__pk", "industry")
    return [
        {
            "file": one.source.file_name,
            "kind": SourceKind(one.source.kind).label,
            "industry": one.industry,
            "customers": one.establishments,
            "potential": None if one.potential_cents is None else one.potential_cents / 100,
        }
        for one in found
    ]
