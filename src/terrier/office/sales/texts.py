"""Figures as people read them: whole dollars, short where there is little room, shares with a sign where they tell of change."""

from __future__ import annotations

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terrier.office.sales import gateway
from terrier.office.sales.figures import measure

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
MINUS, NO_FIGURE = "−", "–"

TITLES = {
    "revenue": gettext_lazy("Revenue"),
    "revenue_before": gettext_lazy("A year before"),
    "margin": gettext_lazy("Margin"),
    "margin_rate": gettext_lazy("Margin rate"),
    "growth": gettext_lazy("Growth"),
    "like_for_like_growth": gettext_lazy("Growth, like for like"),
    "active": gettext_lazy("Active accounts"),
    "new": gettext_lazy("New accounts"),
    "retained": gettext_lazy("Retained accounts"),
    "reactivated": gettext_lazy("Reactivated accounts"),
    "lapsed": gettext_lazy("Lapsed accounts"),
    "retention": gettext_lazy("Retention"),
    "acquisition": gettext_lazy("Acquisition"),
    "value_retention": gettext_lazy("Retention by value"),
    "net_revenue_retention": gettext_lazy("Net revenue retention"),
    "breadth": gettext_lazy("Categories per account"),
    "upsell": gettext_lazy("Upsell"),
    "cross_sell": gettext_lazy("Cross-sell"),
    "share_of_potential": gettext_lazy("Share of potential"),
    "penetration": gettext_lazy("Penetration"),
    "market_share": gettext_lazy("Share of the market"),
    "market_white_space": gettext_lazy("White space of the market"),
    "growth_new": gettext_lazy("Growth by new accounts"),
    "growth_regained": gettext_lazy("Growth by regained accounts"),
    "growth_lapsed": gettext_lazy("Growth lost with lapsed accounts"),
    "growth_moved": gettext_lazy("Growth by hand-overs"),
    "growth_price": gettext_lazy("Growth by price"),
    "growth_volume": gettext_lazy("Growth by volume"),
    "growth_mix": gettext_lazy("Growth by mix"),
    "orders": gettext_lazy("Orders"),
    "order_value": gettext_lazy("Drop size"),
    "order_frequency": gettext_lazy("Order frequency"),
    "order_interval": gettext_lazy("Days between orders"),
    "days_since_order": gettext_lazy("Days since the last order"),
    "off_rhythm": gettext_lazy("Accounts off their rhythm"),
    "slipping": gettext_lazy("Slipping accounts"),
    "slipped": gettext_lazy("Revenue slipping away"),
    "white_space": gettext_lazy("White space"),
    "cost_to_serve": gettext_lazy("Cost to serve"),
    "account_profit": gettext_lazy("Account profit"),
    "territory_profit": gettext_lazy("Territory profit"),
    "concentration": gettext_lazy("Concentration"),
    "forecast": gettext_lazy("Forecast"),
}
CHANGES = frozenset({"growth", "like_for_like_growth"})


def title(name: str) -> str:
    return str(TITLES[name]) if name in TITLES else measure(name).title


def figure(name: str, value: float | None, currency: str = "", *, short: bool = False) -> str:
    """A measure's value in its unit."""
    if value is None:
        return NO_FIGURE
    match measure(name).unit:
        case "money":
            return money(value, currency, short=short)
        case "ratio":
            return percent(value, signed=name in CHANGES)
        case "number":
            return number_format(round(value, 1), 1)
    return number_format(round(value), 0, force_grouping=True)


def sign_of(currency: str = "") -> str:
    """What stands before an amount: "$", or "CHF "; that of most lines by default."""
    currency = currency or gateway.main_currency()
    return SIGNS.get(currency, f"{currency} ")


def one_currency() -> str:
    """What figures say that are told in the currency of most lines, where there are lines in others; empty where there are not."""
    extent = gateway.extent()
    if extent is None or len(extent.currencies) < 2:
        return ""
    main, *others = extent.currencies
    told = {"currency": main, "others": ", ".join(others)}
    return _("Of invoices in %(currency)s alone: those in %(others)s are not added to them.") % told


def money(value: float | None, currency: str = "", *, short: bool = False, signed: bool = False) -> str:
    """$1,234; short: $1.2k, $3.4M."""
    if value is None:
        return NO_FIGURE
    sign = MINUS if round(value) < 0 else "+" if signed and round(value) > 0 else ""
    return f"{sign}{sign_of(currency)}{_short(abs(value)) if short else number_format(round(abs(value)), 0, force_grouping=True)}"


def _short(value: float) -> str:
    for size, letter in ((1e9, _("B")), (1e6, _("M")), (1e3, _("k"))):
        if value >= 0.9995 * size:
            told = value / size
            places = 0 if told >= 100 else 1 if told >= 10 else 2
            told = round(told, places)  # number_format cuts off, and does not round
            return f"{number_format(told, places)}{letter}"
    return number_format(round(value), 0)


def percent(value: float | None, *, signed: bool = False) -> str:
    """12.3%; signed: +12.3%."""
    if value is None:
        return NO_FIGURE
    rounded = round(100 * value, 1)
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    return f"{sign}{number_format(abs(rounded), 1)}%"


def points(value: float) -> str:
    """A change of a share, in percentage points."""
    rounded = round(100 * value, 1)
    sign = MINUS if rounded < 0 else "+" if rounded > 0 else ""
    return _("%(n)s points") % {"n": f"{sign}{number_format(abs(rounded), 1)}"}


def way(value: Any) -> str:
    """Which way something went: up, down or level."""
    return "level" if value is None or abs(value) < 0.0005 else "up" if value > 0 else "down"
