"""The accounts of an area, those that somebody sees: what they buy and could."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from terrier.office.accounts.models import Status
from terrier.office.market.places import counties_of_accounts
from terrier.office.people.models import Person
from terrier.office.sales import gateway
from terrier.office.sales.figures import figures
from terrier.office.sales.periods import Choice
from terrier.office.sales.texts import money
from terrier.office.sales.whose import accounts_seen, only_of

STATUSES = dict(Status.choices)


@dataclass(frozen=True, slots=True)
class AreaAccount:
    """sales, before : of the period and of the same days a year before, as far as they count for whoever looks."""

    pk: int
    number: str
    name: str
    city: str
    status: str
    account_class: str
    potential: float | None
    sales: float
    before: float

    @property
    def told(self) -> dict[str, str]:
        return {name: money(getattr(self, name)) for name in ("potential", "sales", "before")}


def accounts_of(person: Person, area: str, choice: Choice) -> list[AreaAccount]:
    """Those that buy most first, then those that could."""
    places = counties_of_accounts().filter(pl.col("area") == area)
    seen = accounts_seen(person).join(places, on="account", how="semi")
    sold = pl.DataFrame(schema={"account": pl.String, "revenue": pl.Float64, "revenue_before": pl.Float64})
    if gateway.extent() is not None and not seen.is_empty():
        rows = figures(choice.period, only_of(person)).card(("revenue", "revenue_before"), ("account",))
        sold = pl.DataFrame(rows, schema=sold.schema)
    found = seen.join(sold, on="account", how="left").with_columns(
        pl.col("revenue", "revenue_before").fill_null(0.0)
    )
    ranked = found.sort(["revenue", "potential", "name"], descending=[True, True, False], nulls_last=True)
    return [
        AreaAccount(
            row["pk"],
            row["account"],
            row["name"],
            row["city"] or "",
            str(STATUSES.get(row["status"], row["status"])),
            row["account_class"] or "",
            row["potential"],
            row["revenue"],
            row["revenue_before"],
        )
        for row in ranked.iter_rows(named=True)
    ]
