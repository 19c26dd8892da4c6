"""What serving accounts and holding territories costs, as the settings tell it; what cannot be told while they do not."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
from django.conf import settings
from django.utils.translation import gettext as _

from terrier.ledger import Period
from terrier.office.people.models import Position, Role
from terrier.office.sales.credit import Teams

OF_HOURS = ("cost_to_serve", "account_profit", "territory_profit")


def lacking(name: str) -> str:
    """The setting that a measure waits for, in a sentence; empty where it waits for none."""
    if name in OF_HOURS and not settings.HOUR_COST:
        return _("It needs what an hour of service costs: whoever runs Terrier sets it as TERRIER_HOUR_COST.")
    if name == "territory_profit" and settings.TERRITORY_COST is None:
        return _("It needs what a territory costs a year: whoever runs Terrier sets it as TERRIER_TERRITORY_COST.")  # fmt: skip
    return ""


def hour_cents() -> int:
    """Nothing while no setting tells it."""
    return _cents(settings.HOUR_COST or Decimal(0))


def territory_costs(period: Period, teams: Teams | None) -> pl.DataFrame | None:
    """holder and cost_cents, a year's, of every territory that is open when the period ends; by what it belongs to, where that is told apart."""
    if settings.TERRITORY_COST is None:
        return None
    open_then = Position.objects.filter(role=Role.TERRITORY_MANAGER, opens_on__lt=period.end).exclude(
        closes_on__lt=period.end
    )
    holders = [str(pk) for pk in open_then.order_by("pk").values_list("pk", flat=True)]
    rows = pl.DataFrame({"holder": holders}, schema={"holder": pl.String}).with_columns(
        cost_cents=pl.lit(_cents(settings.TERRITORY_COST), dtype=pl.Int64)
    )
    if teams is None:
        return rows
    named = pl.DataFrame(list(teams), schema={"holder": pl.String, "team": pl.String}, orient="row")
    return rows.join(named, on="holder").group_by(holder="team").agg(pl.col("cost_cents").sum())


def _cents(amount: Decimal) -> int:
    return round(amount * 100)
