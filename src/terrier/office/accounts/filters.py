"""What the account list is asked for: one question, read from a query string, that the list, its map, exports, bulk edits,
saved views and the API all put to ``matching``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from terrier.errors import TerrierError
from terrier.office.accounts.models import Account, AccountClass, Channel, Status, Task
from terrier.office.accounts.search import found_by
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.hints import Unindexed
from terrier.office.people.models import Incumbency, Person
from terrier.office.people.scope import visible_to, with_those_below

LONGEST_TEXT = 200
MOST_IDS = 5000
LARGEST_ID = 2**63 - 1
LARGEST_AMOUNT = Decimal(10) ** 12

HELD = ("nobody", "vacant")
TASKS = ("open", "due", "overdue")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in a question that cannot be understood."""

    field: str
    value: str
    right: str

    def __str__(self) -> str:
        return _("%(field)s: “%(value)s” is not %(right)s.") % {
            "field": self.field,
            "value": self.value[:60],
            "right": self.right,
        }


class FilterError(TerrierError, ValueError):
    """A question that cannot be understood; names each field, its value and what would be right."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts. Fields are named as in the query string; empty ones ask for nothing.

    holder : positions; accounts that they, or those below them, hold today; only they themselves if alone. held : ``nobody``, or ``vacant`` for a position
    that nobody sits on. chain : an account; it and all below its top. tasks : open, due by today, or overdue.
    """

    q: str = ""
    status: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    account_class: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    holder: tuple[int, ...] = ()
    alone: bool = False
    held: str = ""
    chain: int | None = None
    has_potential: bool | None = None
    sales_from: Decimal | None = None
    sales_to: Decimal | None = None
    potential_from: Decimal | None = None
    potential_to: Decimal | None = None
    tasks: str = ""
    deleted: bool = False
    ids: tuple[int, ...] = ()

    @property
    def n_set(self) -> int:
        """How many fields ask for something, the text aside."""
        return sum(
            getattr(self, field.name) not in ((), "", None, False)
            for field in fields(self)
            if field.name != "q"
        )

    def as_pairs(self) -> list[tuple[str, str]]:
        """The query string's pairs, from which ``read_filter`` makes the same question again."""
        pairs: list[tuple[str, str]] = []
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, tuple):
                pairs += [(field.name, str(one)) for one in value]
            elif isinstance(value, bool):
                pairs += (
                    [(field.name, "yes" if value else "no")]
                    if value or field.name not in {"alone", "deleted"}
                    else []
                )
            elif value not in ("", None):
                pairs.append((field.name, str(value)))
        return pairs

    def as_query(self) -> str:
        return urlencode(self.as_pairs())


Lists = Mapping[str, Sequence[str]]
Reader = Callable[[str, Sequence[str]], Any]


def read_filter(lists: Lists) -> AccountFilter:
    """The question in a query string, given as lists of values by name (``dict(request.GET.lists())``). Others are left alone.

    Raises FilterError that names everything in it that cannot be understood.
    """
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, read in READERS.items():
        values = [value.strip() for value in lists.get(name, ()) if value.strip()]
        if not values:
            continue
        try:
            found[name] = read(name, values)
        except FilterError as error:
            problems += error.problems
    for low, high in (("sales_from", "sales_to"), ("potential_from", "potential_to")):
        if low in found and high in found and found[low] > found[high]:
            problems.append(
                Problem(
                    high,
                    str(found[high]),
                    _("at least %(low)s, where the range starts") % {"low": found[low]},
                )
            )
    if problems:
        raise FilterError(problems)
    return AccountFilter(**found)


def matching(
    person: Person, asked: AccountFilter, on: dt.date | None = None, *, sort: str = ""
) -> QuerySet[Account]:
    """The accounts within a person's scope that a question asks for, unordered. sort : the column they are to be sorted by."""
    day = on or timezone.localdate()
    within: list[Any] = [Q(deleted_at__isnull=not asked.deleted)]
    if asked.ids:
        within.append(Q(pk__in=asked.ids))
    for name, values in {
        "status": asked.status,
        "channel": asked.channel,
        "account_class": asked.account_class,
        "state": asked.state,
    }.items():
        if values:
            within.append(Q(**{f"{name}__in": values}))
    if asked.chain is not None:
        within.append(Q(chain=asked.chain) | Q(pk=asked.chain))
    if asked.has_potential is not None:
        within.append(Q(potential__isnull=not asked.has_potential))
    for name, bound, lookup in (
        ("annual_sales", asked.sales_from, GreaterThanOrEqual),
        ("annual_sales", asked.sales_to, LessThanOrEqual),
        ("potential", asked.potential_from, GreaterThanOrEqual),
        ("potential", asked.potential_to, LessThanOrEqual),
    ):
        if bound is not None:  # bounds where a walk starts and ends, unless the list walks in another order
            within.append(lookup(F(name) if name == sort else Unindexed(F(name)), bound))
    rows: QuerySet[Account] = visible_to(person, Account, on, walked=bool(sort)).filter(*within)
    if asked.holder or asked.held:
        rows = _held(rows, asked, day)
    if asked.tasks:
        rows = rows.filter(pk__in=_tasks(asked.tasks, day).values("account"))
    return found_by(asked.q, rows) if asked.q else rows


def _held(rows: QuerySet[Account], asked: AccountFilter, day: dt.date) -> QuerySet[Account]:
    primary = Coverage.objects.on(day).filter(kind=CoverageKind.PRIMARY)
    if asked.holder:
        named = frozenset(asked.holder)
        holders = named if asked.alone else with_those_below(named, day)
        rows = rows.filter(pk__in=primary.filter(position__in=holders).values("account"))
    if asked.held == "nobody":
        rows = rows.filter(~Exists(primary.filter(account=OuterRef("pk"))))
    elif asked.held == "vacant":
        seated = Incumbency.objects.on(day).values("position")
        rows = rows.filter(pk__in=primary.exclude(position__in=seated).values("account"))
    return rows


def _tasks(asked: str, day: dt.date) -> QuerySet[Task]:
    rows: QuerySet[Task] = Task.objects.kept().filter(done_at__isnull=True)
    if asked == "due":
        return rows.filter(due_on__lte=day)
    return rows.filter(due_on__lt=day) if asked == "overdue" else rows


def _text(name: str, values: Sequence[str]) -> str:
    if len(values[0]) > LONGEST_TEXT or "\x00" in values[0]:
        raise FilterError(
            [Problem(name, values[0], _("a text of at most %(n)s characters") % {"n": LONGEST_TEXT})]
        )
    return values[0]


def _texts(name: str, values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_text(name, [value]) for value in values[:MOST_IDS]))


def _one_of(known: Sequence[str]) -> Reader:
    def read(name: str, values: Sequence[str]) -> str:
        if values[0] not in known:
            raise FilterError([Problem(name, values[0], _("one of %(known)s") % {"known": ", ".join(known)})])
        return values[0]

    return read


def _some_of(known: Sequence[str]) -> Reader:
    one = _one_of(known)

    def read(name: str, values: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one(name, [value]) for value in values))

    return read


def _id(name: str, values: Sequence[str]) -> int:
    text = values[0]
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and 0 < int(text) <= LARGEST_ID):
        raise FilterError([Problem(name, text, _("the number of one"))])
    return int(text)


def _ids(name: str, values: Sequence[str]) -> tuple[int, ...]:
    texts = [part for value in values for part in value.split(",") if part.strip()]
    if len(texts) > MOST_IDS:
        raise FilterError([Problem(name, str(len(texts)), _("at most %(n)s of them") % {"n": MOST_IDS})])
    return tuple(dict.fromkeys(_id(name, [text.strip()]) for text in texts))


def _yes_or_no(name: str, values: Sequence[str]) -> bool:
    return bool(_one_of(("yes", "no"))(name, values) == "yes")


def _amount(name: str, values: Sequence[str]) -> Decimal:
    try:
        amount = Decimal(values[0].replace(",", "").replace("$", ""))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) > LARGEST_AMOUNT:
        raise FilterError([Problem(name, values[0], _("an amount such as 12500"))])
    return amount


READERS: dict[str, Reader] = {
    "q": _text,
    "status": _some_of(Status.values),
    "channel": _some_of(Channel.values),
    "account_class": _some_of(AccountClass.values),
    "state": _texts,
    "holder": _ids,
    "alone": _yes_or_no,
    "held": _one_of(HELD),
    "chain": _id,
    "has_potential": _yes_or_no,
    "sales_from": _amount,
    "sales_to": _amount,
    "potential_from": _amount,
    "potential_to": _amount,
    "tasks": _one_of(TASKS),
    "deleted": _yes_or_no,
    "ids": _ids,
}
