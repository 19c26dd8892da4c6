"""Sales told apart: by region, position, account, category and more, each row on its way down to the invoice line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terrier.office.accounts.models import Account, AccountClass, Channel
from terrier.office.market.places import county_names
from terrier.office.people.models import Person, Position, Role, counting_on
from terrier.office.people.scope import scope_of, visible_to, with_those_below
from terrier.office.sales.figures import figures, measure, standing
from terrier.office.sales.periods import Choice
from terrier.office.sales.texts import CHANGES, figure, title, way
from terrier.office.sales.whose import Narrowed, accounts_seen, sees_whole_accounts

COLUMNS = ("revenue", "revenue_before", "growth", "margin_rate", "active", "new", "retention")
BY: dict[str, Promise] = {
    "region": gettext_lazy("Region"),
    "position": gettext_lazy("Territory or portfolio"),
    "chain": gettext_lazy("Chain"),
    "account": gettext_lazy("Account"),
    "category": gettext_lazy("Category"),
    "channel": gettext_lazy("Channel"),
    "account_class": gettext_lazy("Class"),
    "state": gettext_lazy("State"),
    "county": gettext_lazy("County"),
    "month": gettext_lazy("Month"),
}
LEDGER_BY = {"position": "holder"}
NEXT = {"region": "position", "position": "account", "chain": "account", "category": "account", "channel": "account", "account_class": "account", "state": "account", "county": "account"}  # fmt: skip


@dataclass(slots=True)
class Row:
    """label : what it is; url : the way down; values : by measure, money in ``currency``; cells : as they are shown."""

    label: str
    sub: str
    url: str
    values: dict[str, Any]
    key: Any = None
    currency: str = ""

    @property
    def cells(self) -> list[dict[str, str]]:
        return [
            {"name": name, "title": title(name), "text": figure(name, value, self.currency), "way": way(value) if name in CHANGES else ""}
            for name, value in self.values.items()
        ]  # fmt: skip


def choices_of(person: Person) -> list[tuple[str, str]]:
    """What a person can tell sales apart by: regions only where they see several, positions where they see others' than theirs."""
    scope = scope_of(person)
    left_out: set[str] = set()
    if not regions_of(person, scope.on):
        left_out.add("region")
    if sees_whole_accounts(person) or (not scope.whole_company and len(scope.positions) < 2):
        left_out.add("position")
    return [(name, str(label)) for name, label in BY.items() if name not in left_out]


def regions_of(person: Person, on: dt.date) -> list[Position]:
    """The region managers' positions below a person, if they see the company."""
    if not scope_of(person).whole_company:
        return []
    rows = visible_to(person, Position, on).filter(role=Role.REGION_MANAGER, opens_on__lte=on)
    return list(rows.order_by("name"))


def rows_of(
    person: Person, asked: Narrowed, choice: Choice, by: str, names: Sequence[str] = COLUMNS
) -> list[Row]:
    """Measures by something, the most revenue first, each row with the address of what it is made of."""
    found = _rows_of(person, asked, choice, by, names)
    for row in found:
        row.currency = choice.currency
    return found


def _rows_of(person: Person, asked: Narrowed, choice: Choice, by: str, names: Sequence[str]) -> list[Row]:
    if by == "region":
        return _by_region(person, asked, choice, names)
    at = standing(asked.only, (by,))
    rows = figures(choice.period, asked.only, choice.currency, at=at).card(names, (LEDGER_BY.get(by, by),))
    told = {
        "position": _positions,
        "account": _accounts,
        "chain": _chains,
        "category": _categories,
        "month": _months,
    }.get(by, _plain)(person, asked, choice, by, rows, names)
    found = list(told)
    if by == "month":
        return sorted(found, key=lambda row: row.key)
    return sorted(found, key=lambda row: (-(row.values.get("revenue") or 0), row.label))


def link(asked: Narrowed, choice: Choice, **more: str) -> str:
    """The address of the same figures, narrowed or told apart further."""
    return f"{reverse('sales:breakdown')}?{choice.query}&{urlencode({**asked.query, **more}, doseq=True)}"


def lines_link(asked: Narrowed, choice: Choice, **more: str) -> str:
    return f"{reverse('sales:lines')}?{choice.query}&{urlencode({**asked.query, **more}, doseq=True)}"


def _values(row: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _by_region(person: Person, asked: Narrowed, choice: Choice, names: Sequence[str]) -> list[Row]:
    """Each region with all below it; then what is credited outside of regions, so that all add up."""
    found, inside = [], set()
    for region in regions_of(person, choice.on):
        below = {str(one) for one in with_those_below(frozenset({region.pk}), choice.on)}
        inside |= below
        values = figures(choice.period, {**asked.only, "holder": sorted(below)}, choice.currency).one(names)
        address = link(asked, choice, position=str(region.pk), by="position")
        found.append(Row(region.name, "", address, _values(values, names), region.pk))
    others = Position.objects.exclude(pk__in=[int(one) for one in inside]).values_list("pk", flat=True)
    nobody = {**asked.only, "holder": [*(str(one) for one in others), None]}
    rest = figures(choice.period, nobody, choice.currency).one(names)
    if rest.get("revenue") or rest.get("revenue_before"):
        label, sub = _("Outside of regions"), _("key accounts, and accounts that nobody holds")
        found.append(Row(label, sub, link(asked, choice, by="position"), _values(rest, names)))
    return sorted(found, key=lambda row: -(row.values.get("revenue") or 0))


def _positions(
    person: Person,
    asked: Narrowed,
    choice: Choice,
    by: str,
    rows: Iterable[dict[str, Any]],
    names: Sequence[str],
) -> Iterable[Row]:
    seen = visible_to(person, Position, choice.on)
    held = {str(one.pk): one for one in seen}
    holding = dict(
        seen.filter(counting_on(choice.on, "incumbencies__")).values_list("pk", "incumbencies__person__name")
    )
    for row in rows:
        position = held.get(row["holder"] or "")
        if position is not None:
            address = link(asked, choice, position=str(position.pk), by="account")
            sub = str(holding.get(position.pk, _("vacant")))
            yield Row(position.name, sub, address, _values(row, names), position.pk)
        else:
            yield Row(_("Credited to nobody"), "", "", _values(row, names))


def _accounts(
    person: Person,
    asked: Narrowed,
    choice: Choice,
    by: str,
    rows: Iterable[dict[str, Any]],
    names: Sequence[str],
) -> Iterable[Row]:
    """Accounts in the scope by their names; the others in one row, so that the sum is right and nothing else is told."""
    known = {row["account"]: row for row in accounts_seen(person).iter_rows(named=True)}
    elsewhere: dict[str, float] = {}
    summed = [name for name in names if measure(name).unit == "money"]
    for row in rows:
        account = known.get(row["account"])
        if account is not None:
            place = ", ".join(part for part in (account["city"], account["state"]) if part)
            address = link(asked, choice, account=str(account["pk"]), by="category")
            yield Row(account["name"], place, address, _values(row, names), account["pk"])
        else:
            for name in summed:
                if row.get(name) is not None:  # what is not known is not nothing
                    elsewhere[name] = elsewhere.get(name, 0) + row[name]
    if any(elsewhere.values()):
        label = (
            _("Accounts that are not known")
            if scope_of(person).whole_company
            else _("Accounts that others hold now")
        )
        yield Row(label, "", "", {name: elsewhere.get(name) for name in names})


def _chains(
    person: Person,
    asked: Narrowed,
    choice: Choice,
    by: str,
    rows: Iterable[dict[str, Any]],
    names: Sequence[str],
) -> Iterable[Row]:
    """Chains by their tops. Single accounts, each its own top, are told apart, too."""
    seen = accounts_seen(person)
    sites: dict[int, int] = dict(seen.group_by("chain").len().iter_rows())
    tops = dict(visible_to(person, Account).filter(pk__in=list(sites)).values_list("pk", "name"))
    for row in rows:
        top = row["chain"]
        if top in tops:
            n = sites[top]
            sub = _("%(n)s sites") % {"n": n - 1} if n > 1 else ""
            yield Row(
                tops[top], sub, link(asked, choice, account=str(top), by="account"), _values(row, names), top
            )
        else:
            yield Row(_("Accounts that others hold now"), "", "", _values(row, names))


def _categories(
    person: Person,
    asked: Narrowed,
    choice: Choice,
    by: str,
    rows: Iterable[dict[str, Any]],
    names: Sequence[str],
) -> Iterable[Row]:
    for row in rows:
        category = row["category"] or ""
        if asked.account is not None:
            address = lines_link(asked, choice, category=category)
        else:
            address = link(asked, choice, category=category, by="account")
        yield Row(category or _("Without a category"), "", address, _values(row, names), category)


def _months(
    person: Person,
    asked: Narrowed,
    choice: Choice,
    by: str,
    rows: Iterable[dict[str, Any]],
    names: Sequence[str],
) -> Iterable[Row]:
    for row in rows:
        yield Row(date_format(row["month"], "YEAR_MONTH_FORMAT"), "", "", _values(row, names), row["month"])


LABELS = {"channel": dict(Channel.choices), "account_class": dict(AccountClass.choices)}


def _plain(
    person: Person,
    asked: Narrowed,
    choice: Choice,
    by: str,
    rows: Iterable[dict[str, Any]],
    names: Sequence[str],
) -> Iterable[Row]:
    labels = county_names() if by == "county" else LABELS.get(by, {})
    for row in rows:
        value = row[by]
        label = str(labels.get(value, value)) if value else _("Not known")
        address = link(asked, choice, **{by: value}, by="account") if value else ""
        yield Row(label, "", address, _values(row, names), value)
