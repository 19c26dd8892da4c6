"""Whose sales somebody sees: the scope rule, put to the ledger.

Directors, analysts and administrators see what was invoiced. Others see what their positions and those below are credited with, by the
coverage of each invoice's day. Those who are key account managers and nothing else see their accounts whole, whoever shares the credit.
An account that lies outside of the scope today has no name and no lines there, only a part in the sums.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from terrier.office.accounts.models import Account, AccountClass, Channel, Status
from terrier.office.market.places import county_names
from terrier.office.people.models import Person, Position, Role
from terrier.office.people.scope import scope_of, visible_to, with_those_below
from terrier.office.sales.credit import accounts_now, accounts_version
from terrier.office.sales.figures import Only

LONGEST = 200
NO_VALUE = "-"
"""Of a category: lines whose product has none."""
MOST_VALUES = 60
"""Of one filter."""


def sees_whole_accounts(person: Person) -> bool:
    """Whether a person's figures are those of whole accounts, not of what they are credited with."""
    roles = scope_of(person).roles
    return bool(roles) and roles <= {Role.KEY_ACCOUNT_MANAGER}


def only_of(person: Person) -> dict[str, list[str | None]]:
    """What of all sales a person sees."""
    scope = scope_of(person)
    if scope.whole_company:
        return {}
    if sees_whole_accounts(person):
        return {"account": list(account_numbers(person))}
    return {"holder": [str(position) for position in scope.positions]}


def account_numbers(person: Person) -> list[str]:
    """The numbers of the accounts that a person sees today."""
    rows = visible_to(person, Account).filter(external_id__isnull=False)
    return [str(one) for one in rows.order_by().values_list("external_id", flat=True)]


def accounts_seen(person: Person) -> pl.DataFrame:
    """The accounts that a person sees today, as the ledger's figures name them."""
    every = accounts_now(accounts_version())
    if scope_of(person).whole_company:
        return every
    mine = pl.DataFrame({"account": account_numbers(person)}, schema={"account": pl.String})
    return every.join(mine, on="account", how="semi")


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a page of figures is narrowed to beyond the scope. told : each filter in words, with the name it has in the address."""

    only: Only
    told: list[tuple[str, str]] = field(default_factory=list)
    query: dict[str, str | list[str]] = field(default_factory=dict)
    account: Account | None = None
    position: Position | None = None


TESTED = {
    "channel": dict(Channel.choices),
    "account_class": dict(AccountClass.choices),
    "status": dict(Status.choices),
}
FREE = ("state", "county", "category")
FILTERS = ("position", "account", *TESTED, *FREE)
"""What figures can be narrowed to: a position and those below, an account or chain, and any of some values of the others."""


def narrowed(request: HttpRequest, person: Person, on: dt.date) -> Narrowed:
    """The scope, and within it what the address asks for. What lies outside is not found."""
    return narrowed_to(
        person, on, {name: request.GET.getlist(name) for name in FILTERS if name in request.GET}
    )


def narrowed_to(person: Person, on: dt.date, asked: Mapping[str, Sequence[str]]) -> Narrowed:
    """The scope, and within it what is asked for by the names of `FILTERS`. What is not understood counts as not asked, what
    lies outside is not found."""
    found = Narrowed(dict(only_of(person)))
    if (holder := _number(asked, "position")) is not None:
        position = get_object_or_404(visible_to(person, Position, on), pk=holder)
        if sees_whole_accounts(person):
            raise Http404
        below = [str(one) for one in with_those_below(frozenset({holder}), on)]
        found = replace(
            _narrow(found, "position", str(holder), position.name, holder=below), position=position
        )
    if (pk := _number(asked, "account")) is not None:
        account = get_object_or_404(visible_to(person, Account), pk=pk)
        sites = visible_to(person, Account).filter(chain=account, external_id__isnull=False)
        numbers = [account.external_id, *sites.values_list("external_id", flat=True)]
        inside = [one for one in numbers if one]
        found = replace(_narrow(found, "account", str(pk), account.name, account=inside), account=account)
    for name, names in TESTED.items():
        known = [value for value in _texts(asked, name) if value in names and value]
        if known:
            told = ", ".join(str(names[value]) for value in known)
            found = _narrow(found, name, _shortest(known), told, **{name: known})
    if states := [value for value in _texts(asked, "state") if value]:
        found = _narrow(found, "state", _shortest(states), ", ".join(states), state=states)
    names_of = county_names() if "county" in asked else {}
    if counties := [value for value in _texts(asked, "county") if value in names_of]:
        told = "; ".join(names_of[value] for value in counties)
        found = _narrow(found, "county", _shortest(counties), told, county=counties)
    if categories := _texts(asked, "category"):
        only = [None if one in ("", NO_VALUE) else one for one in categories]
        told = ", ".join(one or _("Without a category") for one in only)
        found = _narrow(found, "category", _shortest(categories), told, category=only)
    return found


def _narrow(found: Narrowed, name: str, query: str | list[str], told: str, **only: Any) -> Narrowed:
    return replace(
        found,
        only={**found.only, **only},
        told=[*found.told, (name, told)],
        query={**found.query, name: query},
    )


def _shortest(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


def _texts(asked: Mapping[str, Sequence[str]], name: str) -> list[str]:
    cleaned = (value.replace("\x00", "").strip()[:LONGEST] for value in asked.get(name, ()))
    return list(dict.fromkeys(cleaned))[:MOST_VALUES]


def _number(asked: Mapping[str, Sequence[str]], name: str) -> int | None:
    found = next(iter(asked.get(name, ())), "").strip()
    return int(found) if found.isascii() and found.isdigit() and len(found) <= 18 else None
