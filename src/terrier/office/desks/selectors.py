"""What is a person's own today: tasks due, accounts they touched lately, and accounts without anybody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, F, Max, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from terrier.office.accounts.filters import AccountFilter, matching
from terrier.office.accounts.models import Account, Event, Task
from terrier.office.people.models import Incumbency, Person
from terrier.office.people.scope import scope_of, visible_to

MOST = 12


@dataclass(frozen=True, slots=True)
class Tasks:
    """The first tasks due, the longest overdue first; how many are due in all, and how many come within a week."""

    rows: list[Task]
    n_due: int
    n_soon: int


def my_tasks(person: Person, day: dt.date) -> Tasks:
    rows = visible_to(person, Task).filter(
        assignee=person, deleted_at__isnull=True, done_at__isnull=True, account__deleted_at__isnull=True
    )
    due = rows.filter(due_on__lte=day)
    soon = rows.filter(due_on__gt=day, due_on__lte=day + dt.timedelta(days=7))
    shown = rows.filter(due_on__lte=day + dt.timedelta(days=7)).select_related("account")
    return Tasks(list(shown.order_by(F("due_on"), "id")[:MOST]), due.count(), soon.count())


@dataclass(frozen=True, slots=True)
class Touched:
    account: Account
    at: dt.datetime


def touched_lately(person: Person, day: dt.date, days: int = 30) -> list[Touched]:
    """Accounts with which a person logged something of late, the latest first."""
    latest = (
        visible_to(person, Event)
        .filter(author=person, deleted_at__isnull=True, happened_at__date__gte=day - dt.timedelta(days=days))
        .values("account")
        .annotate(touched_at=Max("happened_at"))
        .order_by("-touched_at")[:MOST]
    )
    when = {row["account"]: row["touched_at"] for row in latest}
    accounts = visible_to(person, Account).filter(pk__in=when, deleted_at__isnull=True)
    return sorted((Touched(row, when[row.pk]) for row in accounts), key=lambda one: one.at, reverse=True)


@dataclass(frozen=True, slots=True)
class Unheld:
    """Accounts without a holder, or whose holder's position nobody sits on: how many, and those that buy most."""

    rows: list[Account]
    n_nobody: int
    n_vacant: int


def without_anybody(person: Person) -> Unheld:
    nobody = matching(person, AccountFilter(held="nobody"))
    vacant = matching(person, AccountFilter(held="vacant"))
    rows = _worth_most(nobody) or _worth_most(vacant)
    return Unheld(rows, nobody.count(), vacant.count())


def _worth_most(accounts: QuerySet[Account]) -> list[Account]:
    """Those that buy most, then those that could, with either as ``worth``."""
    zero = Value(Decimal(0), output_field=Account._meta.get_field("potential"))
    bought = Case(When(annual_sales__gt=0, then="annual_sales"), default=Coalesce("potential", zero))
    return list(accounts.annotate(worth=bought).order_by("-annual_sales", "-worth", "-pk")[:MOST])


def accounts_title(person: Person) -> str:
    """Whose accounts a person sees."""
    scope = scope_of(person)
    if scope.whole_company:
        return _("Accounts of the company")
    return _("Accounts of my team") if scope.positions > scope.held else _("My accounts")


def position_to_come(person: Person, day: dt.date) -> Incumbency | None:
    """The first position that somebody is to hold after a day."""
    planned = Incumbency.objects.filter(person=person, starts_on__gt=day).select_related("position")
    return planned.order_by("starts_on").first()
