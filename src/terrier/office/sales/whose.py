"""Whose sales somebody sees: the scope rule, put to the ledger.

Directors, analysts and administrators see what was invoiced. Others see what their positions and those below are credited with, by the
coverage of each invoice's day. Those who are key account managers and nothing else see their accounts whole, whoever shares the credit.
An account that lies outside of the scope today has no name and no lines there, only a part in the sums.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from terrier.office.accounts.models import Account, AccountClass, Channel
from terrier.office.people.asked import number, text
from terrier.office.people.models import Person, Position, Role
from terrier.office.people.scope import scope_of, visible_to, with_those_below
from terrier.office.sales.credit import accounts_now, accounts_version
from terrier.office.sales.figures import Only

LONGEST = 200


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
    query: dict[str, str] = field(default_factory=dict)
    account: Account | None = None
    position: Position | None = None


TESTED = {"channel": dict(Channel.choices), "account_class": dict(AccountClass.choices)}


def narrowed(request: HttpRequest, person: Person, on: dt.date) -> Narrowed:
    """The scope, and within it what the address asks for. What lies outside is not found."""
    only: dict[str, Any] = dict(only_of(person))
    told: list[tuple[str, str]] = []
    query: dict[str, str] = {}
    account = position = None
    if holder := number(request, "position"):
        position = get_object_or_404(visible_to(person, Position, on), pk=holder)
        if sees_whole_accounts(person):
            raise Http404
        only["holder"] = [str(one) for one in with_those_below(frozenset({holder}), on)]
        told.append(("position", position.name))
        query["position"] = str(holder)
    if pk := number(request, "account"):
        account = get_object_or_404(visible_to(person, Account), pk=pk)
        sites = visible_to(person, Account).filter(chain=account, external_id__isnull=False)
        numbers = [account.external_id, *sites.values_list("external_id", flat=True)]
        only["account"] = [one for one in numbers if one]
        told.append(("account", account.name))
        query["account"] = str(pk)
    for name, names in TESTED.items():
        if (value := text(request, name)) in names and value:
            only[name] = [value]
            told.append((name, str(names[value])))
            query[name] = value
    if state := text(request, "state")[:40]:
        only["state"] = [state]
        told.append(("state", state))
        query["state"] = state
    if "category" in request.GET:
        category = text(request, "category")[:LONGEST]
        only["category"] = [category or None]
        told.append(("category", category or _("Without a category")))
        query["category"] = category
    return Narrowed(only, told, query, account, position)
