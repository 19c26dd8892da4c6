"""The parts of a desk below its figures: the trend, what made the change, whom to act on, the team or the accounts, the categories."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terrier.office.people.models import Person
from terrier.office.people.scope import scope_of
from terrier.office.sales import gateway
from terrier.office.sales.breakdown import Row, link, rows_of
from terrier.office.sales.figures import figures
from terrier.office.sales.periods import Choice, a_year_before, begins
from terrier.office.sales.signals import reason, signals
from terrier.office.sales.texts import money, percent, sign_of, title, way
from terrier.office.sales.whose import Narrowed, accounts_seen, sees_whole_accounts

TEAM = ("revenue", "growth", "margin_rate", "active", "new", "retention")
MOVERS = ("revenue", "revenue_before", "growth", "margin_rate")
ACT_ON = 6
MOST_ACT_ON = 50
SHOWN = 8
ON_MAP = 3000

STEPS: dict[str, Promise] = {
    "growth_new": gettext_lazy("New accounts"),
    "growth_regained": gettext_lazy("Accounts that came back"),
    "growth_lapsed": gettext_lazy("Lapsed accounts"),
    "growth_moved": gettext_lazy("Taken over and handed on"),
    "growth_price": gettext_lazy("Price"),
    "growth_volume": gettext_lazy("Volume"),
    "growth_mix": gettext_lazy("Mix of products"),
}
BRIDGE = tuple(STEPS)
"""From revenue a year before to revenue now, in measures that add up to the difference."""


def trend(person: Person, asked: Narrowed, choice: Choice) -> dict[str, Any]:
    """Twelve months of revenue beside those of the year before."""
    months = _months(asked, choice)
    labels = [date_format(month, "M Y") for month, _now, _was in months]
    chart = {
        "kind": "trend",
        "labels": [date_format(month, "M") for month, _now, _was in months],
        "full": labels,
        "now": [round(now) for _month, now, _was in months],
        "was": [None if was is None else round(was) for _month, _now, was in months],
        "names": [_("Revenue"), _("A year before")],
        "currency": sign_of(choice.currency),
    }
    rows = [
        (
            label,
            money(now, choice.currency),
            money(was, choice.currency),
            percent(now / was - 1, signed=True) if was is not None and was > 0 else "–",
        )
        for label, (month, now, was) in zip(labels, months, strict=True)
    ]
    unknown = any(was is None for _month, _now, was in months)
    return {"chart": chart, "rows": rows, "said": begins() if unknown else ""}


def _months(asked: Narrowed, choice: Choice) -> list[tuple[dt.date, float, float | None]]:
    """Month by month: revenue, and that of the same month a year before as far as the ledger reaches back."""
    return [
        (month, now, was if gateway.begun_by(a_year_before(_day(month))) else None)
        for month, now, was in figures(choice.twelve_months, asked.only, choice.currency).by_month()
    ]


def growth(person: Person, asked: Narrowed, choice: Choice) -> dict[str, Any]:
    """The bridge from last year's revenue to this year's; where last year is not known whole, why there is none."""
    if not choice.comparable:
        return {"said": choice.not_compared}
    sums = figures(choice.period, asked.only, choice.currency).one(("revenue_before", *BRIDGE, "revenue"))
    steps = [name for name in BRIDGE if abs(sums[name]) >= 0.5]
    chart = {
        "kind": "bridge",
        "labels": [_("A year before"), *(str(STEPS[name]) for name in steps), _("Now")],
        "values": [
            round(sums["revenue_before"]),
            *(round(sums[name]) for name in steps),
            round(sums["revenue"]),
        ],
        "currency": sign_of(choice.currency),
    }
    rows = [
        (name, STEPS[name], money(sums[name], choice.currency, signed=True), way(sums[name]))
        for name in steps
    ]
    return {
        "chart": chart,
        "rows": rows,
        "was": money(sums["revenue_before"], choice.currency),
        "net": money(sums["revenue"], choice.currency),
        "said": _said(sums, choice.currency),
    }


def _said(sums: dict[str, float], currency: str) -> str:
    """The change in one sentence: what moved it most, up and down."""
    change = sums["revenue"] - sums["revenue_before"]
    up = max(BRIDGE, key=lambda name: sums[name])
    down = min(BRIDGE, key=lambda name: sums[name])
    told = {
        "change": money(abs(change), currency, short=True),
        "up": str(STEPS[up]),
        "gain": money(sums[up], currency, short=True, signed=True),
        "down": str(STEPS[down]),
        "loss": money(sums[down], currency, short=True, signed=True),
    }
    if sums[up] <= 0 and sums[down] >= 0:
        return _("Revenue is what it was a year before.")
    if sums[up] <= 0:
        return _("%(change)s less than a year before. Most of it: %(down)s, %(loss)s.") % told
    if sums[down] >= 0:
        return _("%(change)s more than a year before. Most of it: %(up)s, %(gain)s.") % told
    if change >= 0:
        return _("%(change)s more than a year before. Most came from: %(up)s, %(gain)s; most was lost to: %(down)s, %(loss)s.") % told  # fmt: skip
    return _("%(change)s less than a year before. Most was lost to: %(down)s, %(loss)s; most came from: %(up)s, %(gain)s.") % told  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """An account to act on. kind : of its first reason; more : its other ones."""

    pk: int
    name: str
    place: str
    kind: str
    label: str
    reason: str
    stake: str
    more: tuple[str, ...] = ()


LABELS: dict[str, Promise] = {
    "silent": gettext_lazy("Not ordered"),
    "slipping": gettext_lazy("Slipping"),
    "white_space": gettext_lazy("White space"),
}


def act_on(person: Person, asked: Narrowed, choice: Choice, most: int = ACT_ON) -> dict[str, Any]:
    """The accounts with most at stake, each with its reason."""
    seen = accounts_seen(person).filter(pl.col("status") != "lapsed")
    found = signals(choice.on, choice.currency).join(seen, on="account", how="inner", maintain_order="left")
    if "account" in asked.only:
        found = found.filter(pl.col("account").is_in(list(asked.only["account"])))
    first = found.unique("account", keep="first", maintain_order=True)
    others: dict[str, list[str]] = {}
    shown = first.head(most)
    chosen = found.filter(pl.col("account").is_in(shown["account"].implode()))
    for row in chosen.iter_rows(named=True):
        others.setdefault(row["account"], []).append(reason(row, choice.currency))
    acts = [
        Act(
            row["pk"], row["name"], ", ".join(part for part in (row["city"], row["state"]) if part), row["kind"], str(LABELS[row["kind"]]),
            reason(row, choice.currency), money(row["stake"], choice.currency, short=True), tuple(others[row["account"]][1:]),
        )
        for row in shown.iter_rows(named=True)
    ]  # fmt: skip
    counts = dict(found.group_by("kind").len().iter_rows())
    return {
        "acts": acts,
        "n_more": max(0, len(first) - len(acts)),
        "counts": [(kind, label, counts.get(kind, 0)) for kind, label in LABELS.items()],
        "all": most > ACT_ON,
    }


def team(person: Person, asked: Narrowed, choice: Choice) -> dict[str, Any]:
    """Regions for those who see the company, territories for those who lead them, else accounts: those that moved most."""
    scope = scope_of(person)
    if scope.whole_company and "holder" not in asked.only:
        by, heading = "region", _("Regions")
    elif sees_whole_accounts(person):
        by, heading = "chain", _("Key accounts")
    elif len(scope.positions) > 1 and not asked.position:
        by, heading = "position", _("Team")
    else:
        return _movers(person, asked, choice)
    rows = rows_of(person, asked, choice, by, TEAM)
    return _table(rows[: SHOWN * 4], TEAM, heading, link(asked, choice, by=by), len(rows))


def _movers(person: Person, asked: Narrowed, choice: Choice) -> dict[str, Any]:
    """The accounts whose revenue changed most, either way."""
    rows = [row for row in rows_of(person, asked, choice, "account", MOVERS) if row.key is not None]
    rows.sort(key=lambda row: -abs((row.values["revenue"] or 0) - (row.values["revenue_before"] or 0)))
    return _table(
        rows[:SHOWN], MOVERS, _("Accounts that moved most"), link(asked, choice, by="account"), len(rows)
    )


def categories(person: Person, asked: Narrowed, choice: Choice) -> dict[str, Any]:
    rows = rows_of(person, asked, choice, "category", MOVERS)
    told = _table(rows[:SHOWN], MOVERS, _("Categories"), link(asked, choice, by="category"), len(rows))
    return told | {
        "said": choice.not_compared,
        "chart": {
            "kind": "bars",
            "labels": [row.label for row in rows[:SHOWN]],
            "now": [round(row.values["revenue"] or 0) for row in rows[:SHOWN]],
            "was": [
                round(row.values["revenue_before"] or 0) if choice.comparable else None
                for row in rows[:SHOWN]
            ],
            "names": [_("Revenue"), _("A year before")],
            "currency": sign_of(choice.currency),
        },
    }


def place(person: Person, asked: Narrowed, choice: Choice) -> dict[str, Any]:
    """Where it was sold: accounts by what they bought and how that changed."""
    rows = figures(choice.period, asked.only, choice.currency).card(
        ("revenue", "revenue_before"), ("account",)
    )
    if not rows:
        return {"points": [], "n_more": 0}
    sold = pl.DataFrame(
        rows, schema={"account": pl.String, "revenue": pl.Float64, "revenue_before": pl.Float64}
    )
    seen = accounts_seen(person).join(sold, on="account", how="inner").drop_nulls("latitude")
    seen = seen.filter((pl.col("revenue") > 0) | (pl.col("revenue_before") > 0)).sort(
        "revenue", descending=True
    )
    if seen.is_empty():
        return {"points": [], "n_more": 0}
    shown = seen.head(ON_MAP)
    points = [
        [round(row["longitude"], 3), round(row["latitude"], 3), round(row["revenue"]), None if row["revenue_before"] is None else round(row["revenue_before"]), row["name"], row["pk"]]
        for row in shown.iter_rows(named=True)
    ]  # fmt: skip
    return {
        "chart": {
            "kind": "map",
            "points": points,
            "names": [_("Revenue"), _("A year before")],
            "account": reverse("accounts:list"),
            "currency": sign_of(choice.currency),
        },
        "n_more": len(seen) - len(shown),
        "url": link(asked, choice, by="state"),
    }


def _table(rows: list[Row], names: tuple[str, ...], heading: str, url: str, n_rows: int) -> dict[str, Any]:
    return {
        "rows": rows,
        "columns": [(name, title(name)) for name in names],
        "heading": heading,
        "url": url,
        "n_more": n_rows - len(rows),
    }


PARTS = {
    "trend": trend,
    "growth": growth,
    "act": act_on,
    "team": team,
    "categories": categories,
    "place": place,
}


def _trend_file(person: Person, asked: Narrowed, choice: Choice) -> Sheet:
    return (_("Month"), _("Revenue"), _("A year before")), [
        (_day(month), now, was) for month, now, was in _months(asked, choice)
    ]


def _day(month: dt.date) -> dt.date:
    """The first of a month; some engines tell it as a moment."""
    return month.date() if isinstance(month, dt.datetime) else month


def _growth_file(person: Person, asked: Narrowed, choice: Choice) -> Sheet:
    """Account by account, so that every step can be followed."""
    names = ("revenue_before", *BRIDGE, "revenue")
    header = (_("Account"), _("A year before"), *(str(STEPS[name]) for name in BRIDGE), _("Now"))
    rows = rows_of(person, asked, choice, "account", names)
    if not choice.comparable:
        unknown = [None] * (len(names) - 1)
        return header, [(row.label, *unknown, row.values["revenue"]) for row in rows]
    return header, [(row.label, *(row.values[name] for name in names)) for row in rows]


Sheet = tuple[tuple[str, ...], list[tuple[Any, ...]]]
FILES = {"trend": _trend_file, "growth": _growth_file}
