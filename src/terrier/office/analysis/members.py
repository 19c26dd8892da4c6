"""What figures are told apart by, in the words of whoever asks: names only of what lies within their scope."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terrier.office.accounts.models import Account
from terrier.office.analysis.question import TIMES, Question
from terrier.office.analysis.spans import Span
from terrier.office.market.places import county_names
from terrier.office.people.models import Person, Position, counting_on
from terrier.office.people.scope import scope_of, visible_to, with_those_below
from terrier.office.sales.breakdown import BY, choices_of, regions_of
from terrier.office.sales.credit import Teams
from terrier.office.sales.periods import Choice
from terrier.office.sales.whose import NO_VALUE, TESTED, accounts_seen

DIMENSIONS: dict[str, Promise] = {
    **{name: label for name, label in BY.items() if name != "month"},
    "status": gettext_lazy("Status"),
    "month": gettext_lazy("Month"),
    "quarter": gettext_lazy("Quarter"),
    "year": gettext_lazy("Year"),
}
COLUMN_OF = {"region": "holder", "position": "holder"}
"""The ledger's word for it."""
NO_TEAM = "0"


@dataclass(frozen=True, slots=True)
class Member:
    """One row or column. query : what narrows the figures of other pages to it; None where nothing does. rest : it stands for all that
    cannot be named."""

    key: Any
    label: str
    sub: str = ""
    query: Mapping[str, str] | None = None
    rest: bool = False
    span: Span | None = None


def dimensions_of(person: Person) -> dict[str, str]:
    """What a person can tell figures apart by."""
    offered = {name for name, _label in choices_of(person)}
    left_out = {name for name in ("region", "position") if name not in offered}
    return {name: str(label) for name, label in DIMENSIONS.items() if name not in left_out}


def fitted(question: Question, person: Person) -> Question:
    """A question as this person can ask it: what they cannot tell apart by gives way to what comes next."""
    offered = dimensions_of(person)
    rows = question.rows if question.rows in offered else "position" if "position" in offered else "account"
    columns = question.columns if question.columns in offered else ""
    return replace(question, rows=rows, columns=columns)


def teams_of(person: Person, choice: Choice, holders: Collection[str | None] | None) -> Teams:
    """The region of each position; of some alone, where figures are narrowed to them."""
    region_of: dict[str, str] = {}
    for region in regions_of(person, choice.on):
        for one in with_those_below(frozenset({region.pk}), choice.on):
            region_of[str(one)] = str(region.pk)
    every = (
        holders if holders is not None else [str(pk) for pk in Position.objects.values_list("pk", flat=True)]
    )
    return tuple(sorted((one, region_of.get(one, NO_TEAM)) for one in every if one is not None))


Namer = Callable[[Person, Choice, list[Any]], dict[Any, Member]]


def members_of(person: Person, choice: Choice, dimension: str, keys: list[Any]) -> dict[Any, Member]:
    """Those of some keys that can be named to a person."""
    if dimension in TIMES:
        return {key: Member(key, key.label, query=key.choice.asked, span=key) for key in keys}
    return NAMERS.get(dimension, _plain(dimension))(person, choice, keys)


def rest_of(person: Person, dimension: str) -> Member:
    """What the others are called together."""
    match dimension:
        case "region":
            told = _("Outside of regions"), _("key accounts, and accounts that nobody holds")
        case "position":
            told = _("Credited to nobody"), ""
        case "account" if scope_of(person).whole_company:
            told = _("Accounts that are not known"), ""
        case "account" | "chain":
            told = _("Accounts that others hold now"), ""
        case _:
            told = _("Not known"), ""
    return Member(None, *told, rest=True)


def _regions(person: Person, choice: Choice, keys: list[Any]) -> dict[Any, Member]:
    return {
        str(one.pk): Member(str(one.pk), one.name, query={"position": str(one.pk)})
        for one in regions_of(person, choice.on)
        if str(one.pk) in keys
    }


def _positions(person: Person, choice: Choice, keys: list[Any]) -> dict[Any, Member]:
    seen = visible_to(person, Position, choice.on).filter(pk__in=[int(key) for key in keys if key])
    now = counting_on(choice.on, "incumbencies__")
    holding = dict(seen.filter(now).values_list("pk", "incumbencies__person__name"))
    return {
        str(one.pk): Member(
            str(one.pk), one.name, str(holding.get(one.pk, _("vacant"))), {"position": str(one.pk)}
        )
        for one in seen
    }


def _accounts(person: Person, choice: Choice, keys: list[Any]) -> dict[Any, Member]:
    wanted = set(keys)
    return {
        row["account"]: Member(
            row["account"],
            row["name"],
            ", ".join(part for part in (row["city"], row["state"]) if part),
            {"account": str(row["pk"])},
        )
        for row in accounts_seen(person).iter_rows(named=True)
        if row["account"] in wanted
    }


def _chains(person: Person, choice: Choice, keys: list[Any]) -> dict[Any, Member]:
    sites: dict[int, int] = dict(accounts_seen(person).group_by("chain").len().iter_rows())
    wanted = [key for key in keys if key in sites]
    tops = dict(visible_to(person, Account).filter(pk__in=wanted).values_list("pk", "name"))
    return {
        key: Member(
            key,
            name,
            _("%(n)s sites") % {"n": sites[key] - 1} if sites[key] > 1 else "",
            {"account": str(key)},
        )
        for key, name in tops.items()
    }


def _categories(person: Person, choice: Choice, keys: list[Any]) -> dict[Any, Member]:
    return {
        key: Member(key, key or _("Without a category"), query={"category": key or NO_VALUE}) for key in keys
    }


def _counties(person: Person, choice: Choice, keys: list[Any]) -> dict[Any, Member]:
    names = county_names()
    return {key: Member(key, names.get(key, key), query={"county": key}) for key in keys if key}


def _plain(dimension: str) -> Namer:
    labels: Mapping[str, Any] = TESTED.get(dimension, {})

    def named(person: Person, choice: Choice, keys: list[Any]) -> dict[Any, Member]:
        return {key: Member(key, str(labels.get(key, key)), query={dimension: key}) for key in keys if key}

    return named


NAMERS: dict[str, Namer] = {
    "region": _regions,
    "position": _positions,
    "account": _accounts,
    "chain": _chains,
    "category": _categories,
    "county": _counties,
}
