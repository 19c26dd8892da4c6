"""A page of the account list: its columns, its order, and the place where the next page goes on.

Pages go on from the last row shown (its sort value and number), not from a count of rows, so page 2,000 is as quick as the
first and nothing is shown twice when rows come and go.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from django.core.exceptions import ValidationError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    DateField,
    DateTimeField,
    DecimalField,
    Exists,
    F,
    Func,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terrier.office.accounts.filters import (
    LARGEST_ID,
    AccountFilter,
    FilterError,
    Lists,
    Problem,
    matching,
    read_filter,
)
from terrier.office.accounts.flat import first_tasks, held_accounts
from terrier.office.accounts.models import Account, Task
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.people.models import Person, counting_on

SIZES = (25, 50, 100, 200)
LARGEST_PAGE = SIZES[-1]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list. path : what the database sorts by. short : its title where there is little room, if it has one."""

    key: str
    title: str | Promise
    path: str
    numeric: bool = False
    short: str | Promise = ""


COLUMNS = {
    column.key: column
    for column in (
        Column("name", gettext_lazy("Account"), "name"),
        Column("external_id", gettext_lazy("External id"), "external_id"),
        Column("status", gettext_lazy("Status"), "status"),
        Column("channel", gettext_lazy("Channel"), "channel"),
        Column("account_class", gettext_lazy("Class"), "account_class"),
        Column("city", gettext_lazy("City"), "city"),
        Column("state", gettext_lazy("State"), "state"),
        Column("postal_code", gettext_lazy("Postal code"), "postal_code"),
        Column("holder", gettext_lazy("Held by"), "holder_name"),
        Column("chain", gettext_lazy("Chain"), "chain__name"),
        Column("annual_sales", gettext_lazy("Sales, 12 months"), "annual_sales", True, gettext_lazy("Sales")),
        Column("potential", gettext_lazy("Potential"), "potential", numeric=True),
        Column("service_hours", gettext_lazy("Hours a year"), "service_hours", numeric=True),
        Column("payment_terms", gettext_lazy("Payment terms"), "payment_terms"),
        Column("phone", gettext_lazy("Phone"), "phone"),
        Column("tasks", gettext_lazy("Next task"), "next_due"),
        Column("updated_at", gettext_lazy("Changed"), "updated_at"),
    )
}
DEFAULT_COLUMNS = (
    "name",
    "status",
    "account_class",
    "city",
    "state",
    "holder",
    "annual_sales",
    "potential",
    "tasks",
)
SHOWN_BY_DEFAULT = tuple(key for key in DEFAULT_COLUMNS if key != "state")
BESIDE_THE_MAP = ("name", "status", "city", "annual_sales")
"""The columns on a page, unless somebody chose others: a city names its state there, which a file keeps apart."""
NO_DAY = dt.date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Which accounts, in which order, in which columns, from where on. map : whether beside a map; None as last time."""

    asked: AccountFilter = field(default_factory=AccountFilter)
    sort: str = "name"
    descending: bool = False
    columns: tuple[str, ...] = DEFAULT_COLUMNS
    size: int = 50
    cursor: str = ""
    map: bool | None = None

    def as_pairs(self, *, cursor: bool = False) -> list[tuple[str, str]]:
        pairs = self.asked.as_pairs()
        if (self.sort, self.descending) != ("name", False):
            pairs.append(("sort", f"{'-' if self.descending else ''}{self.sort}"))
        if self.columns != DEFAULT_COLUMNS:
            pairs.append(("columns", ",".join(self.columns)))
        if self.size != 50:
            pairs.append(("size", str(self.size)))
        if self.map is not None:
            pairs.append(("map", "yes" if self.map else "no"))
        if cursor and self.cursor:
            pairs.append(("cursor", self.cursor))
        return pairs


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in order; where the pages before and after go on, if there are any."""

    rows: list[Account]
    before: str
    after: str


def read_list(lists: Lists) -> ListQuery:
    """The list asked for in a query string. Raises FilterError that names everything that cannot be understood."""
    problems: list[Problem] = []
    asked = AccountFilter()
    try:
        asked = read_filter(lists)
    except FilterError as error:
        problems += error.problems
    last = {name: values[-1] for name, values in lists.items() if values and values[-1]}
    sort = last.get("sort", "name")
    if sort.removeprefix("-") not in COLUMNS:
        problems.append(Problem("sort", sort, _("one of %(known)s") % {"known": ", ".join(COLUMNS)}))
    columns = tuple(part for value in lists.get("columns", ()) for part in value.split(",") if part)
    for unknown in [column for column in columns if column not in COLUMNS][:3]:
        problems.append(Problem("columns", unknown, _("one of %(known)s") % {"known": ", ".join(COLUMNS)}))
    size = last.get("size", "50")
    if not (size.isascii() and size.isdecimal() and 1 <= int(size[:9]) <= LARGEST_PAGE):
        problems.append(Problem("size", size, _("a number from 1 to %(n)s") % {"n": LARGEST_PAGE}))
    beside = last.get("map")
    if beside not in (None, "yes", "no"):
        problems.append(Problem("map", beside, _("one of %(known)s") % {"known": "yes, no"}))
    if problems:
        raise FilterError(problems)
    ordered = tuple(dict.fromkeys(("name", *columns))) if columns else DEFAULT_COLUMNS
    return ListQuery(
        asked=asked,
        sort=sort.removeprefix("-"),
        descending=sort.startswith("-"),
        columns=ordered,
        size=int(size),
        cursor=last.get("cursor", ""),
        map=None if beside is None else beside == "yes",
    )


def ordered(
    rows: QuerySet[Account], query: ListQuery, day: dt.date, *, backwards: bool = False
) -> QuerySet[Account]:
    """Rows in the order asked, with what they are sorted by as ``sorted_by``."""
    rows = rows.annotate(sorted_by=_sort_value(query.sort, day))
    return _in_order(rows, query.descending != backwards)


def _in_order(rows: QuerySet[Account], descending: bool) -> QuerySet[Account]:
    by = F("sorted_by").desc() if descending else F("sorted_by").asc()
    return rows.order_by(by, "-pk" if descending else "pk")


@dataclass(frozen=True, slots=True)
class Place:
    """The numbers of the rows of a page, in order; where the pages before and after go on, if there are any."""

    ids: list[int]
    before: str
    after: str


def list_page(person: Person, query: ListQuery, on: dt.date | None = None) -> Page:
    """One page of the list. First the numbers of its rows, which an index gives; then all about those few."""
    place = place_of(person, query, on)
    return Page(described(place.ids, on or timezone.localdate()), place.before, place.after)


def place_of(person: Person, query: ListQuery, on: dt.date | None = None) -> Place:
    """Which rows a page of the list has."""
    day = on or timezone.localdate()
    backwards, start = _read_cursor(query)
    descending = query.descending != backwards
    keys: list[tuple[int, Any]] = []
    for part in _parts(matching(person, query.asked, on, sort=query.sort), query.sort, day, descending):
        rows: QuerySet[Any] = part if start is None else part.filter(_past(*start, descending=descending))
        wanted = query.size + 1 - len(keys)
        if wanted:
            ordered_rows: QuerySet[Any] = _in_order(rows, descending)
            keys += ordered_rows.values_list("pk", "sorted_by")[:wanted]
    more, keys = len(keys) > query.size, keys[: query.size]
    if backwards:
        keys.reverse()
    has_before, has_after = (more, True) if backwards else (start is not None, more)
    return Place(
        ids=[key for key, _value in keys],
        before=_cursor(query, "<", *keys[0]) if keys and has_before else "",
        after=_cursor(query, ">", *keys[-1]) if keys and has_after else "",
    )


def described(ids: Sequence[int], day: dt.date) -> list[Account]:
    """Accounts by their numbers, in that order, each with who holds it on a day as ``held``, and its ``next_task``. A fixed
    number of queries."""
    rows, tasks = held_accounts(ids, day), first_tasks(ids)
    found = [rows[key] for key in ids if key in rows]
    for row in found:
        shown: Any = row
        shown.next_task = tasks.get(row.pk)
    return found


def _parts(rows: QuerySet[Any], key: str, day: dt.date, descending: bool) -> tuple[QuerySet[Any], ...]:
    """Rows in one part or two, each with what it is sorted by as ``sorted_by``; the first part stands before the second.

    What is sorted by rows of another table is read from there, instead of asking there for each account; those without
    any are the other part.
    """
    if key == "holder":
        held = counting_on(day, "coverages__") & Q(coverages__kind=CoverageKind.PRIMARY)
        some = rows.filter(held).annotate(sorted_by=F("coverages__position__name"))
        primary = Coverage.objects.on(day).filter(account=OuterRef("pk"), kind=CoverageKind.PRIMARY)
        none = rows.filter(~Exists(primary)).annotate(sorted_by=Value(""))
        return (some, none) if descending else (none, some)
    if key == "tasks":
        some = rows.filter(
            tasks__done_at__isnull=True, tasks__deleted_at__isnull=True, tasks__due_on__isnull=False
        ).annotate(sorted_by=Min("tasks__due_on"))
        due = Task.objects.kept().filter(account=OuterRef("pk"), done_at__isnull=True, due_on__isnull=False)
        none = rows.filter(~Exists(due)).annotate(sorted_by=Value(NO_DAY, output_field=DateField()))
        return (none, some) if descending else (some, none)
    return (rows.annotate(sorted_by=_sort_value(key, day)),)


class PotentialOrLess(Func):
    """The potential, those without one below all others: to the letter what the index is on, or it would not be used."""

    template = "COALESCE(%(expressions)s, -1)"
    output_field = DecimalField(max_digits=14, decimal_places=2)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, **extra)


def _sort_value(key: str, day: dt.date) -> Any:
    match key:
        case "potential":
            return PotentialOrLess("potential")
        case "external_id":
            return Coalesce("external_id", Value(""))
        case "chain":
            return Coalesce("chain__name", Value(""))
        case "holder":
            held = Coverage.objects.on(day).filter(account=OuterRef("pk"), kind=CoverageKind.PRIMARY)
            return Coalesce(Subquery(held.values("position__name")[:1]), Value(""))
        case "tasks":
            due = Task.objects.kept().filter(account=OuterRef("pk"), done_at__isnull=True).order_by("due_on")
            return Coalesce(Subquery(due.filter(due_on__isnull=False).values("due_on")[:1]), Value(NO_DAY))
    return F(COLUMNS[key].path)


def _past(value: Any, key: int, *, descending: bool) -> Q:
    """Rows after a place. The first half bounds the index; the second decides among equals."""
    if descending:
        return Q(sorted_by__lte=value) & (Q(sorted_by__lt=value) | Q(pk__lt=key))
    return Q(sorted_by__gte=value) & (Q(sorted_by__gt=value) | Q(pk__gt=key))


def _cursor(query: ListQuery, side: str, key: int, value: Any) -> str:
    told = value.isoformat() if isinstance(value, dt.date) else str(value)
    place = json.dumps([side, told, key, question_of(query)])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def question_of(query: ListQuery) -> int:
    """What a place is in: which accounts, in which order. In another list it would be a wrong one, and nobody would notice."""
    return crc32(json.dumps([sorted(query.asked.as_pairs()), query.sort, query.descending]).encode())


def _read_cursor(query: ListQuery) -> tuple[bool, tuple[Any, int] | None]:
    if not query.cursor:
        return False, None
    try:
        padded = query.cursor + "=" * (-len(query.cursor) % 4)
        side, told, key, question = json.loads(base64.urlsafe_b64decode(padded))
        if side not in ("<", ">") or not isinstance(key, int) or not 0 < key <= LARGEST_ID:
            raise ValueError(side)
        if question != question_of(query):
            raise ValueError(question)
        return side == "<", (_typed(query.sort, str(told)), key)
    except (ValueError, TypeError, binascii.Error, ArithmeticError, ValidationError) as error:
        raise FilterError(
            [Problem("cursor", query.cursor, _("a place that this list gave, filtered and sorted as it is"))]
        ) from error


def _typed(sort: str, told: str) -> Any:
    """A cursor's value as the column's own type."""
    match sort:
        case "annual_sales" | "potential" | "service_hours":
            value = DecimalField(max_digits=14, decimal_places=2).to_python(told)
            if value is None or not value.is_finite():
                raise ValueError(told)
            # to SQLite a number in quotes is greater than any number that an expression gives
            return Cast(Value(value), DecimalField(max_digits=14, decimal_places=2))
        case "updated_at":
            moment = DateTimeField().to_python(told)
            if moment is None or timezone.is_naive(moment):
                raise ValueError(told)
            return moment
        case "tasks":
            return dt.date.fromisoformat(told)
    return told[:400].replace("\x00", "")
