"""The map of a measure: counties in shades of it, over the accounts that somebody sees."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from terrier.office.desks.tiles import names_for
from terrier.office.market.listing import shades
from terrier.office.market.places import counties_of_accounts, every_county
from terrier.office.people.models import Person
from terrier.office.sales.figures import figures, measure
from terrier.office.sales.periods import Choice
from terrier.office.sales.texts import figure, title
from terrier.office.sales.whose import Narrowed, accounts_seen

SHOWN = 12


def offered(person: Person) -> list[tuple[str, str]]:
    """The measures that a map can be shaded by: those of the person's desk."""
    return [(name, title(name)) for name in names_for(person)]


def by_county(person: Person, asked: Narrowed, choice: Choice, name: str) -> pl.DataFrame:
    """area, name, value, the largest first: a measure over the accounts of each county, its numerators and denominators added up."""
    found = figures(choice.period, asked.only).table((name,), ("account",))
    seen = (
        accounts_seen(person).select("account").join(counties_of_accounts().drop_nulls("area"), on="account")
    )
    rows = seen.join(found, on="account").group_by("area")
    if measure(name).base is None:
        sums = rows.agg(value=pl.col(name).cast(pl.Float64).sum())
    else:
        top, base = (pl.col(f"{name}.{part}").cast(pl.Float64).sum() for part in ("numerator", "denominator"))
        sums = rows.agg(top=top, base=base).filter(pl.col("base") != 0)
        sums = sums.select("area", value=pl.col("top") / pl.col("base"))
    told = sums.join(every_county().select("area", "name"), on="area").select("area", "name", "value")
    return told.sort("value", "name", descending=[True, False])


def shaded(person: Person, asked: Narrowed, choice: Choice, name: str) -> dict[str, Any]:
    """What the map's part of a desk shows of a measure."""
    rows = by_county(person, asked, choice, name).rows()
    texts = [figure(name, value, short=True) for _area, _name, value in rows]
    shade = shades([value for _area, _name, value in rows], lambda value: figure(name, value, short=True))
    drawn = [[area, at, label, text, ""] for (area, label, _value), at, text in zip(rows, shade.of, texts, strict=True)]  # fmt: skip
    return {
        "chart": {"kind": "areas", "level": "counties", "title": title(name), "rows": drawn, "into": ""},
        "key": shade.key,
        "shade": name,
        "shade_title": title(name),
        "table": [(label, text) for (_area, label, _value), text in zip(rows, texts, strict=True)][:SHOWN],
        "n_more": max(0, len(rows) - SHOWN),
    }


def shaded_file(person: Person, asked: Narrowed, choice: Choice, name: str) -> Any:
    header = (_("Code"), _("County"), title(name))
    return header, by_county(person, asked, choice, name).rows()
