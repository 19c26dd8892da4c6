"""What an account's page tells: who holds it and why, what it buys, what is open, who decides there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DecimalField, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone

from terrier.office.accounts.models import (
    Account,
    Category,
    CompetitorPresence,
    Contact,
    ContactRole,
    Event,
    EventKind,
    Purchase,
    Task,
)
from terrier.office.alignment.models import Coverage
from terrier.office.people.models import Incumbency, Person, Position
from terrier.office.people.scope import visible_to

MOST_SHOWN = 100
TOUCHES = (EventKind.CALL, EventKind.VISIT, EventKind.EMAIL)


def account_seen_by(person: Person, pk: int) -> Account | None:
    """An account within a person's scope, deleted ones too; None is *not found*."""
    rows: QuerySet[Account] = visible_to(person, Account)
    return rows.select_related("parent", "chain").filter(pk=pk).first()


@dataclass(frozen=True, slots=True)
class Holder:
    """A coverage row with whoever sat on its position on the day asked."""

    coverage: Coverage
    person: Person | None


def coverage_on(person: Person, account: Account, day: dt.date) -> list[Holder]:
    """Who covers an account on a day, the holder first."""
    rows = list(
        visible_to(person, Coverage)
        .filter(account=account, starts_on__lte=day)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))
        .select_related("position", "author")
        .order_by("-kind", "-split")
    )
    people = {
        row.position_id: row.person
        for row in Incumbency.objects.on(day)
        .filter(position__in=[row.position_id for row in rows])
        .select_related("person")
    }
    return [Holder(row, people.get(row.position_id)) for row in rows]


def coverage_planned(person: Person, account: Account, day: dt.date) -> list[Coverage]:
    """Coverage that is to start after a day."""
    rows = visible_to(person, Coverage).filter(account=account, starts_on__gt=day)
    return list(rows.select_related("position").order_by("starts_on")[:MOST_SHOWN])


@dataclass(frozen=True, slots=True)
class Bought:
    """One category: what was bought of it in the last twelve months and the twelve before. share : of the largest, 0 to 100."""

    category: str
    last_year: Decimal
    year_before: Decimal
    share: int

    @property
    def growth(self) -> float | None:
        """In percent; None where there was nothing before."""
        return float(self.last_year / self.year_before - 1) * 100 if self.year_before else None


@dataclass(frozen=True, slots=True)
class Buying:
    rows: list[Bought]
    white_space: list[str]
    last_year: Decimal
    year_before: Decimal

    @property
    def growth(self) -> float | None:
        return float(self.last_year / self.year_before - 1) * 100 if self.year_before else None


def buying_of(person: Person, account: Account) -> Buying:
    """What an account buys, the most first, and the categories it buys nothing of; of a chain's head, the whole chain."""
    rows = list(
        visible_to(person, Purchase)
        .filter(Q(account=account) | Q(account__chain=account, account__deleted_at__isnull=True))
        .values("category_id", "category__name")
        .annotate(year=Sum("last_year"), before=Sum("year_before"))
        .order_by("-year", "category__name")[:MOST_SHOWN]
    )
    largest = max((amount for row in rows for amount in (row["year"], row["before"])), default=0) or 1
    bought = [
        Bought(
            row["category__name"],
            row["year"],
            row["before"],
            int(max(row["year"], Decimal(0)) / largest * 100),
        )
        for row in rows
        if row["year"] or row["before"]
    ]
    filled = {row["category_id"] for row in rows if row["year"] > 0}
    return Buying(
        rows=bought,
        white_space=list(Category.objects.exclude(pk__in=filled).values_list("name", flat=True)[:MOST_SHOWN]),
        last_year=sum((row["year"] for row in rows), Decimal(0)),
        year_before=sum((row["before"] for row in rows), Decimal(0)),
    )


@dataclass(frozen=True, slots=True)
class Worth:
    """The figures above an account's page: its own, or those of its whole chain where it is the head of one."""

    n_accounts: int
    annual_sales: Decimal
    potential: Decimal | None
    white_space: Decimal | None

    @property
    def of_chain(self) -> bool:
        return self.n_accounts > 1


def worth_of(person: Person, account: Account) -> Worth:
    """A head office buys and could buy nothing itself: what its sites do, as far as its reader sees them, counts."""
    sites = Q(chain=account, deleted_at__isnull=True)
    found = (
        visible_to(person, Account)
        .filter(Q(pk=account.pk) | sites)
        .aggregate(
            n=Count("pk"),
            sales=Sum("annual_sales"),
            could=Sum("potential"),
            white=Sum(
                Greatest(F("potential") - F("annual_sales"), Value(Decimal(0)), output_field=DecimalField())
            ),
        )
    )
    return Worth(found["n"], found["sales"] or Decimal(0), found["could"], found["white"])


def contacts_of(person: Person, account: Account) -> list[Contact]:
    """Who is there, those who decide first."""
    rank = Case(
        *(When(role=role, then=Value(at)) for at, role in enumerate(ContactRole.values)),
        output_field=IntegerField(),
    )
    rows = visible_to(person, Contact).filter(account=account, deleted_at__isnull=True)
    return list(rows.order_by(rank, "name")[:MOST_SHOWN])


def open_tasks_of(person: Person, account: Account) -> list[Task]:
    rows = visible_to(person, Task).filter(account=account, deleted_at__isnull=True, done_at__isnull=True)
    return list(rows.select_related("assignee").order_by(F("due_on").asc(nulls_last=True), "id")[:MOST_SHOWN])


def competitors_of(person: Person, account: Account) -> list[CompetitorPresence]:
    rows = visible_to(person, CompetitorPresence).filter(account=account, deleted_at__isnull=True)
    return list(
        rows.select_related("competitor")
        .prefetch_related("categories")
        .order_by(F("share").desc(nulls_last=True), "id")[:MOST_SHOWN]
    )


def last_touch(person: Person, account: Account) -> Event | None:
    """The last call, visit or e-mail."""
    rows = visible_to(person, Event).filter(account=account, deleted_at__isnull=True, kind__in=TOUCHES)
    return rows.order_by("-happened_at").first()


@dataclass(frozen=True, slots=True)
class Branch:
    """An account in its chain's tree, with the branches below it."""

    account: Account
    level: int
    children: list[Branch]


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain as far as a person sees it. beyond : the name of its top, where that lies outside of their scope."""

    roots: list[Branch]
    beyond: str
    n_seen: int
    more: bool


def chain_of(person: Person, account: Account) -> Chain | None:
    """The tree an account is part of, of the sites its reader may see; None for an account on its own."""
    top = account.chain_id or account.pk
    seen = visible_to(person, Account).filter(Q(pk=top) | Q(chain=top), deleted_at__isnull=True)
    rows = list(seen.order_by("name", "pk")[: MOST_SHOWN + 1])
    if len(rows) < 2 and account.parent_id is None:
        return None
    return Chain(
        roots=_grown(rows[:MOST_SHOWN]),
        beyond="" if account.chain is None or seen.filter(pk=top).exists() else account.chain.name,
        n_seen=len(rows[:MOST_SHOWN]),
        more=len(rows) > MOST_SHOWN,
    )


def chain_name(person: Person, top: int) -> str:
    """The name of a chain of which a person sees anything; its top itself may lie outside of their scope."""
    if not visible_to(person, Account).filter(Q(pk=top) | Q(chain=top)).exists():
        return ""
    return Account.objects.filter(pk=top).values_list("name", flat=True).first() or ""


def _grown(rows: Iterable[Account]) -> list[Branch]:
    """Branches below their parents; those whose parent is not among the rows are roots."""
    known = {row.pk: row for row in rows}
    under: dict[int | None, list[Account]] = {}
    for row in known.values():
        under.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)

    def grow(parent: int | None, level: int) -> list[Branch]:
        return [Branch(row, level, grow(row.pk, level + 1)) for row in under.get(parent, ())]

    return grow(None, 1)


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: str
    note: str = ""


def positions_to_choose(person: Person, text: str, limit: int = 20) -> list[Choice]:
    """Positions within a person's scope whose name, or whose holder's name, contains a text."""
    day = timezone.localdate()
    rows: QuerySet[Position] = visible_to(person, Position).filter(
        Q(closes_on__isnull=True) | Q(closes_on__gt=day)
    )
    if text:
        sitting = Incumbency.objects.on(day).filter(person__name__icontains=text).values("position")
        rows = rows.filter(Q(name__icontains=text) | Q(pk__in=sitting))
    found = list(rows.order_by("name", "pk")[:limit])
    people = {
        row.position_id: row.person.name
        for row in Incumbency.objects.on(day).filter(position__in=found).select_related("person")
    }
    return [
        Choice(
            str(row.pk),
            row.name,
            ", ".join(filter(None, [people.get(row.pk, ""), str(row.get_role_display())])),
        )
        for row in found
    ]


def states_of(person: Person) -> list[str]:
    """The states a person's accounts lie in."""
    rows = visible_to(person, Account).exclude(state="").order_by("state").values_list("state", flat=True)
    return list(rows.distinct()[:MOST_SHOWN])


def whole_context(person: Person, account: Account, day: dt.date) -> dict[str, Any]:
    """All that the page shows beside its timeline. A fixed number of queries."""
    return {
        "holders": coverage_on(person, account, day),
        "planned": coverage_planned(person, account, day),
        "worth": worth_of(person, account),
        "contacts": contacts_of(person, account),
        "tasks": open_tasks_of(person, account),
        "competitors": competitors_of(person, account),
        "chain": chain_of(person, account),
        "touch": last_touch(person, account),
    }
