"""What each role is judged by, on the first line of its desk: where I stand against last year and against my peers."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from django.utils.translation import gettext as _

from terrier.ledger import MEASURES, Period
from terrier.office.people.models import Person, Position, Role
from terrier.office.people.scope import scope_of, with_those_below
from terrier.office.sales.costs import lacking
from terrier.office.sales.figures import figures
from terrier.office.sales.periods import Choice
from terrier.office.sales.texts import CHANGES, figure, percent, points, title, way
from terrier.office.sales.whose import Narrowed, sees_whole_accounts

OF_ROLE: dict[str, tuple[str, ...]] = {
    Role.DIRECTOR: ("revenue", "growth", "share_of_potential", "margin", "margin_rate", "new", "retention"),
    Role.REGION_MANAGER: ("revenue", "growth", "share_of_potential", "acquisition", "retention", "active"),
    Role.TERRITORY_MANAGER: ("revenue", "growth", "share_of_potential", "acquisition", "retention", "margin"),
    Role.ACCOUNT_MANAGER: ("revenue", "growth", "retention", "upsell", "cross_sell", "breadth"),
    Role.KEY_ACCOUNT_MANAGER: ("revenue", "growth", "value_retention", "margin", "margin_rate"),
}
"""Those that DESIGN names and whose facts are here. A measure that this ledger does not know is left out."""
RANKED = ("growth", "retention", "acquisition", "revenue")
FEWEST_PEERS = 4


@dataclass(frozen=True, slots=True)
class Tile:
    """value : as shown. change, way : against last year. peers : where one stands among those of the same role."""

    name: str
    title: str
    value: str
    change: str = ""
    way: str = ""
    peers: str = ""


def names_for(person: Person) -> tuple[str, ...]:
    """The measures of the first of a person's roles, the highest first; a director's for those who look after all."""
    roles = scope_of(person).roles
    names = next((names for role, names in OF_ROLE.items() if role in roles), OF_ROLE[Role.DIRECTOR])
    return tuple(name for name in names if name in MEASURES)


def tiles(person: Person, asked: Narrowed, choice: Choice) -> list[Tile]:
    """The figures of a desk, each beside last year's."""
    names = (*names_for(person), *_profits(person, asked))
    now, before = (
        _own(period, asked, names, choice.currency)
        for period in (choice.period, choice.period.a_year_before())
    )
    peers = _standings(person, choice.period, [name for name in names if name in RANKED], choice.currency)
    return [
        Tile(name, title(name), figure(name, now[name], choice.currency, short=True), *(_change(name, now[name], before[name]) if choice.comparable else ("", "")), peers.get(name, ""))
        for name in names
    ]  # fmt: skip


def _profits(person: Person, asked: Narrowed) -> tuple[str, ...]:
    """What is left, of those who are judged by it, where settings tell what it costs and it is not narrowed to what has no costs of its own."""
    roles, by = scope_of(person).roles, set(asked.only)
    wanted = []
    if Role.KEY_ACCOUNT_MANAGER in roles and "category" not in by:
        wanted.append("account_profit")
    if Role.TERRITORY_MANAGER in roles and by == {"holder"}:
        wanted.append("territory_profit")
    return tuple(name for name in wanted if not lacking(name))


def _own(period: Period, asked: Narrowed, names: tuple[str, ...], currency: str) -> dict[str, float | None]:
    """The measures of a period. Of one position they are a row of everybody's, which are reckoned anyway to rank it."""
    holders = list(asked.only.get("holder", ()))
    if set(asked.only) == {"holder"} and len(holders) == 1:
        rows = figures(period, None, currency).card(names, ("holder",))
        own = next((row for row in rows if row["holder"] == holders[0]), None)
        if own is not None:
            return own
    return figures(period, asked.only, currency).one(names)


def _change(name: str, now: float | None, before: float | None) -> tuple[str, str]:
    """Against last year: money and numbers in percent, shares in points."""
    if now is None or before is None:
        return "", ""
    if MEASURES[name].unit == "ratio":
        told = points(now - before)
        return (
            told if name not in CHANGES else _("last year %(value)s") % {"value": figure(name, before)}
        ), way(now - before)
    if not before:
        return "", ""
    change = now / before - 1
    return percent(change, signed=True), way(change)


def _standings(person: Person, period: Period, names: list[str], currency: str) -> dict[str, str]:
    """Where a person's own position stands among those of its role. Nobody learns more of the others than the one in the middle."""
    scope = scope_of(person)
    if len(scope.held) != 1 or scope.whole_company or sees_whole_accounts(person) or not names:
        return {}
    [own] = scope.held
    mine = Position.objects.get(pk=own)
    alike = list(Position.objects.filter(role=mine.role, opens_on__lte=scope.on).values_list("pk", flat=True))
    if len(alike) < FEWEST_PEERS:
        return {}
    if mine.role == Role.REGION_MANAGER:
        values = {
            pk: figures(period, {"holder": [str(one) for one in with_those_below(frozenset({pk}), scope.on)]}, currency).one(names)
            for pk in alike
        }  # fmt: skip
    else:
        rows = {row["holder"]: row for row in figures(period, None, currency).card(names, ("holder",))}
        values = {pk: rows[str(pk)] for pk in alike if str(pk) in rows}
    return {name: told for name in names if (told := _standing(name, own, values, currency))}


def _standing(name: str, own: int, values: dict[int, dict[str, float | None]], currency: str) -> str:
    ranked = {pk: value for pk, row in values.items() if (value := row[name]) is not None}
    if own not in ranked or len(ranked) < FEWEST_PEERS:
        return ""
    rank = 1 + sum(value > ranked[own] for value in ranked.values())
    middle = figure(name, median(ranked.values()), currency, short=True)
    return _("%(rank)s of %(n)s, the middle one %(middle)s") % {
        "rank": rank,
        "n": len(ranked),
        "middle": middle,
    }
