"""The measures that can be chosen: all of the ledger's, in groups, each with what it needs that is not there yet."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from terrier.ledger import MEASURES
from terrier.office.sales.costs import lacking
from terrier.office.sales.explaining import FORMULAS
from terrier.office.sales.texts import title

MOST_MEASURES = 8

GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (_("Revenue"), ("revenue", "revenue_before", "growth", "like_for_like_growth", "forecast")),
    (_("What made the change"), ("growth_new", "growth_regained", "growth_lapsed", "growth_moved", "growth_price", "growth_volume", "growth_mix")),
    (_("Margin and profit"), ("margin", "margin_rate", "cost_to_serve", "account_profit", "territory_profit")),
    (_("Accounts"), ("active", "new", "retained", "reactivated", "lapsed", "acquisition", "concentration")),
    (_("Retention"), ("retention", "value_retention", "net_revenue_retention", "slipping", "slipped")),
    (_("How accounts buy"), ("orders", "order_value", "order_frequency", "order_interval", "days_since_order", "off_rhythm", "breadth", "upsell", "cross_sell")),
    (_("What could be sold"), ("white_space", "share_of_potential", "penetration", "market_share", "market_white_space")),
)  # fmt: skip


_MARKET = _("It is told by the areas of the market: see the page Market.")
OF_MARKET = frozenset({"penetration", "market_share", "market_white_space"})


def missing(name: str) -> str:
    """Why a measure cannot be answered here; empty where it can."""
    return str(_MARKET) if name in OF_MARKET else lacking(name)


@dataclass(frozen=True, slots=True)
class Offered:
    """A measure as the page offers it. group : its heading. missing : why it cannot be answered here; empty where it can."""

    name: str
    title: str
    formula: str
    unit: str
    group: str
    missing: str = ""


def offered() -> list[Offered]:
    """All measures, group by group."""
    return [
        Offered(name, title(name), formula_of(name), MEASURES[name].unit, str(group), missing(name))
        for group, names in GROUPS
        for name in names
    ]


def formula_of(name: str) -> str:
    return str(FORMULAS.get(name, MEASURES[name].formula))
