"""Companies made up at random: trees that change, people who come and go, chains, coverage that moves and overlaps."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from terrier.office.accounts.models import (
    Account,
    Category,
    Competitor,
    CompetitorPresence,
    Contact,
    Event,
    Note,
    Purchase,
    SavedView,
    Task,
)
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.analysis.models import Analysis, Share
from terrier.office.audit.models import Act, Entry
from terrier.office.headcount.models import HeadCount
from terrier.office.imports.models import Import, Kind
from terrier.office.jobs.models import Job
from terrier.office.market.models import Source, SourceKind
from terrier.office.people.models import ApiToken, Incumbency, Person, Position, ReportingLine, Role
from terrier.office.sales.models import Load, LoadKind
from tests.office.people.plan_worlds import make_plans

FIRST = dt.date(2025, 1, 1)


@dataclass(frozen=True)
class Size:
    n_days: int
    n_positions: int
    n_people: int
    n_accounts: int


def make_world(chance: random.Random, size: Size) -> None:
    """Fill the database. The same seed and size give the same company."""
    people = Person.objects.bulk_create(
        Person(email=f"p{at}@example.com", name=f"P{at}", password="!") for at in range(size.n_people)
    )
    roles = chance.choices(Role.values, weights=[1, 4, 6, 4, 4, 1, 1], k=size.n_positions)
    positions = Position.objects.bulk_create(
        Position(name=f"Position {at}", role=role, opens_on=FIRST) for at, role in enumerate(roles)
    )
    Incumbency.objects.bulk_create(
        Incumbency(person=chance.choice(people), position=position, starts_on=start, ends_on=end)
        for position in positions
        for start, end in stretches(chance, size.n_days)
    )
    ReportingLine.objects.bulk_create(
        ReportingLine(position=position, manager=chance.choice(positions[:at]), starts_on=start, ends_on=end)
        for at, position in enumerate(positions)
        if at
        for start, end in stretches(chance, size.n_days)
    )
    accounts = _accounts(chance, size.n_accounts)
    _coverage(chance, size, accounts, positions)
    _belongings(chance, accounts, people)
    _analyses(chance, people, positions)
    make_plans(chance, positions, accounts, people)
    HeadCount.objects.bulk_create(HeadCount(root=position) for position in positions[:12])


def stretches(chance: random.Random, n_days: int) -> Iterator[tuple[dt.date, dt.date | None]]:
    """Up to three periods that do not overlap, perhaps with gaps between them; the last one may have no end."""
    cuts = sorted(chance.sample(range(n_days), k=min(n_days, chance.choice([0, 2, 2, 4, 6]))))
    for start, end in zip(cuts[::2], cuts[1::2], strict=True):
        open_end = end == cuts[-1] and chance.random() < 0.6
        yield FIRST + dt.timedelta(start), None if open_end else FIRST + dt.timedelta(end)


def _accounts(chance: random.Random, n_accounts: int) -> list[Account]:
    """A third are single, the others hang below one another in chains up to three deep."""
    made: list[Account] = []
    for at in range(n_accounts):
        parent = chance.choice(made[-12:]) if made and chance.random() < 0.6 else None
        if parent and parent.parent and parent.parent.parent:
            parent = parent.parent
        account = Account(name=f"Account {at}", parent=parent, chain=parent and (parent.chain or parent))
        account.deleted_at = timezone.now() if chance.random() < 0.05 else None
        account.save()
        made.append(account)
    return made


def _coverage(chance: random.Random, size: Size, accounts: list[Account], positions: list[Position]) -> None:
    rows = []
    for account in accounts:
        for start, end in stretches(chance, size.n_days):
            rows.append(
                Coverage(account=account, position=chance.choice(positions), starts_on=start, ends_on=end)
            )
        for position in chance.sample(positions, k=min(len(positions), chance.choice([0, 0, 1, 2]))):
            start = FIRST + dt.timedelta(chance.randrange(size.n_days))
            rows.append(
                Coverage(
                    account=account,
                    position=position,
                    kind=CoverageKind.OVERLAY,
                    split="0.1",
                    starts_on=start,
                    ends_on=start + dt.timedelta(chance.randint(1, size.n_days)),
                )
            )
    Coverage.objects.bulk_create(rows)


def _belongings(chance: random.Random, accounts: list[Account], people: list[Person]) -> None:
    """A few of everything that belongs to an account or to a person."""
    category = Category.objects.create(name="Litter")
    competitor = Competitor.objects.create(name="Rival")
    act = Act.objects.create(
        id=uuid.UUID(int=chance.getrandbits(128)), at=timezone.now(), via="web", summary="x"
    )
    some = chance.sample(accounts, k=min(len(accounts), 12))
    for account in some:
        Contact.objects.create(account=account, name="C")
        Note.objects.create(account=account, text="N")
        Purchase.objects.create(account=account, category=category)
        CompetitorPresence.objects.create(account=account, competitor=competitor, seen_on=FIRST)
        Event.objects.create(account=account, kind="call", happened_at=timezone.now(), summary="E")
        Task.objects.create(account=account, title="T")
        Entry.objects.create(
            act=act, action="create", object_type="x", object_id=1, object_label="x", account_id=account.pk
        )
    Entry.objects.create(act=act, action="create", object_type="x", object_id=1, object_label="x")
    for at, person in enumerate(people[:6]):
        Job.objects.create(kind="noop", author=person if at % 3 else None, not_before=timezone.now())
        Import.objects.create(kind=Kind.ACCOUNTS, file_name="x.csv", author=person)
        Load.objects.create(kind=LoadKind.LINES, file_name="lines.csv", author=person)
        Source.objects.create(kind=SourceKind.POTENTIAL, file_name="market.csv", author=person)
        SavedView.objects.create(owner=person, name="V", shared=bool(at % 2))
        ApiToken.objects.create(
            person=person, name="T", prefix="t", digest=str(at), expires_at=timezone.now()
        )


def _analyses(chance: random.Random, people: list[Person], positions: list[Position]) -> None:
    """Some kept to oneself, some shared with a person or from a position down, some deleted since."""
    for at, owner in enumerate(people[:12]):
        deleted = timezone.now() if at % 5 == 4 else None
        analysis = Analysis.objects.create(
            owner=owner, name="A", query="measures=revenue", deleted_at=deleted
        )
        if at % 3 == 0:
            Share.objects.create(analysis=analysis, person=chance.choice(people))
        if at % 3 != 1:
            Share.objects.create(analysis=analysis, position=chance.choice(positions))


def days(size: Size) -> list[dt.date]:
    """Every day of a world, with one before and one after."""
    return [FIRST + dt.timedelta(day) for day in range(-1, size.n_days + 2)]
