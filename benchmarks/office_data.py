"""A company to measure the office with: 300 people, 100,000 accounts with contacts, coverage, tasks, purchases and events.

    PYTHONPATH=src python benchmarks/office_data.py [ACCOUNTS]

fills the database that TERRIER_HOME or DATABASE_URL names; it must be empty. The same number gives the same company.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from time import perf_counter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrier.office.settings")
sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from terrier.office.accounts.models import (
    Account,
    AccountClass,
    Category,
    Channel,
    Contact,
    ContactRole,
    Event,
    EventKind,
    Purchase,
    Stance,
    Status,
    Task,
)
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.people.models import Incumbency, Person, Position, ReportingLine, Role

START = dt.date(2024, 1, 1)
REGIONS = 10
TERRITORIES = 240
ACCOUNT_MANAGERS = 30
KEY_ACCOUNT_MANAGERS = 15
CHAIN_SHARE = 0.08
FIRST = (
    "Ann",
    "Ben",
    "Cleo",
    "Dan",
    "Eve",
    "Finn",
    "Gina",
    "Hugo",
    "Ida",
    "Jon",
    "Kim",
    "Leo",
    "Mia",
    "Ned",
    "Olga",
    "Paul",
)
LAST = (
    "Abbott",
    "Brooks",
    "Castle",
    "Dalton",
    "Ellis",
    "Foster",
    "Garcia",
    "Hughes",
    "Ingram",
    "Jensen",
    "Keller",
    "Lopez",
)
SHOP = (
    "Happy",
    "Golden",
    "Lucky",
    "Wagging",
    "Furry",
    "Royal",
    "Green",
    "Urban",
    "Country",
    "Silver",
    "Noble",
    "Sunny",
)
TRADE = (
    "Paws",
    "Tails",
    "Pets",
    "Whiskers",
    "Feed",
    "Grooming",
    "Aquatics",
    "Kennels",
    "Animal Care",
    "Pet Supply",
)
CITIES = (
    "Akron",
    "Boulder",
    "Camden",
    "Dayton",
    "Eugene",
    "Fresno",
    "Gary",
    "Houston",
    "Irvine",
    "Joliet",
    "Keene",
    "Laredo",
)
STATES = (
    "AL",
    "AZ",
    "CA",
    "CO",
    "FL",
    "GA",
    "IA",
    "IL",
    "IN",
    "KS",
    "KY",
    "MA",
    "MI",
    "MN",
    "MO",
    "NC",
    "NJ",
    "NY",
    "OH",
    "TX",
)
CATEGORIES = (
    "Dog food",
    "Cat food",
    "Treats",
    "Litter",
    "Toys",
    "Aquatics",
    "Grooming",
    "Bird and small animal",
)


@dataclass
class Seats:
    territories: list[Position]
    account_managers: list[Position]
    key_account_managers: list[Position]


@transaction.atomic
def fill(n_accounts: int = 100_000, seed: int = 4) -> None:
    """Make the company."""
    dice = random.Random(seed)
    seats = make_people()
    accounts = make_accounts(dice, n_accounts)
    make_coverage(dice, accounts, seats)
    make_details(dice, accounts)


def make_people() -> Seats:
    positions: list[Position] = []
    managers: list[int] = []

    def chair(name: str, role: str, manager: int) -> int:
        positions.append(Position(name=name, role=role, opens_on=START))
        managers.append(manager)
        return len(positions) - 1

    top = chair("Company", Role.DIRECTOR, -1)
    regions = [chair(f"Region {n:02}", Role.REGION_MANAGER, top) for n in range(REGIONS)]
    territories = [
        chair(f"Territory {n:03}", Role.TERRITORY_MANAGER, regions[n % REGIONS]) for n in range(TERRITORIES)
    ]
    inside = [
        chair(f"Inside {n:02}", Role.ACCOUNT_MANAGER, regions[n % REGIONS]) for n in range(ACCOUNT_MANAGERS)
    ]
    keys = [chair(f"Key accounts {n:02}", Role.KEY_ACCOUNT_MANAGER, top) for n in range(KEY_ACCOUNT_MANAGERS)]
    for n in range(3):
        chair(f"Analyst {n}", Role.ANALYST, top)
    chair("Administrator", Role.ADMINISTRATOR, top)
    Position.objects.bulk_create(positions)
    ReportingLine.objects.bulk_create(
        ReportingLine(position=position, manager=positions[manager], starts_on=START)
        for position, manager in zip(positions, managers, strict=True)
        if manager >= 0
    )
    people = Person.objects.bulk_create(
        Person(email=f"person{n:03}@example.com", name=f"{FIRST[n % 16]} {LAST[n // 16 % 12]} {n}")
        for n in range(len(positions))
    )
    Incumbency.objects.bulk_create(
        Incumbency(person=person, position=position, starts_on=START)
        for n, (person, position) in enumerate(zip(people, positions, strict=True))
        if n % 40 != 39
    )
    return Seats(*([positions[n] for n in numbers] for numbers in (territories, inside, keys)))


def make_accounts(dice: random.Random, n_accounts: int) -> list[Account]:
    """Single accounts and chains: one head in a hundred sites of chains, the sites anywhere."""
    n_sites = int(n_accounts * CHAIN_SHARE)
    n_heads = max(n_sites // 100, 1)
    heads = [account(dice, n, Channel.CHAIN) for n in range(n_heads)]
    Account.objects.bulk_create(heads, batch_size=2000)
    rest = [account(dice, n, None) for n in range(n_heads, n_accounts)]
    for site in rest[:n_sites]:
        site.parent = site.chain = heads[dice.randrange(n_heads)]
        site.channel = Channel.CHAIN
    Account.objects.bulk_create(rest, batch_size=2000)
    return heads + rest


def account(dice: random.Random, n: int, channel: str | None) -> Account:
    sales = Decimal(int(dice.lognormvariate(9, 1.1)))
    return Account(
        external_id=f"C{n:07}",
        name=f"{dice.choice(SHOP)} {dice.choice(TRADE)} {dice.randrange(2000)}",
        status=dice.choices(Status.values, (20, 65, 10, 5))[0],
        channel=channel or dice.choice(Channel.values),
        account_class=dice.choices(["", *AccountClass.values], (10, 10, 20, 30, 30))[0],
        street=f"{dice.randrange(1, 9999)} Main Street",
        city=dice.choice(CITIES),
        state=dice.choice(STATES),
        postal_code=f"{dice.randrange(10000, 99999)}",
        latitude=dice.uniform(27, 48),
        longitude=dice.uniform(-122, -72),
        phone=f"({dice.randrange(200, 999)}) 555-{dice.randrange(10000):04}",
        annual_sales=sales,
        potential=None if dice.random() < 0.2 else sales * Decimal(dice.randrange(10, 50)) / 10,
        service_hours=Decimal(dice.randrange(2, 40)),
        payment_terms=dice.choice(("", "Net 30", "Net 60", "Prepaid")),
    )


def make_coverage(dice: random.Random, accounts: list[Account], seats: Seats) -> None:
    """By place for most, a portfolio for some, nobody for a few; what was held before; key account managers over chains."""

    def rows() -> Iterator[Coverage]:
        keeper: dict[int, Position] = {}
        for n, one in enumerate(accounts):
            chain = one.chain_id or (
                one.pk if one.channel == Channel.CHAIN and one.parent_id is None else None
            )
            key = (
                keeper.setdefault(chain, dice.choice(seats.key_account_managers))
                if chain is not None
                else None
            )
            if n % 50 == 49:
                continue
            pool = seats.account_managers if n % 10 == 9 else seats.territories
            changed = dice.random() < 0.3
            if changed:
                yield Coverage(
                    account=one, position=dice.choice(pool), starts_on=START, ends_on=dt.date(2025, 1, 1)
                )
            yield Coverage(
                account=one,
                position=dice.choice(pool),
                starts_on=dt.date(2025, 1, 1) if changed else START,
                split=Decimal("0.7") if key else Decimal(1),
            )
            if key is not None:
                yield Coverage(
                    account=one,
                    position=key,
                    kind=CoverageKind.OVERLAY,
                    split=Decimal("0.3"),
                    starts_on=START,
                )

    Coverage.objects.bulk_create(rows(), batch_size=2000)


def make_details(dice: random.Random, accounts: list[Account]) -> None:
    today, now = timezone.localdate(), timezone.now()
    people = list(Person.objects.all())
    categories = Category.objects.bulk_create(Category(name=name) for name in CATEGORIES)
    Contact.objects.bulk_create(
        (
            Contact(
                account=one,
                name=f"{dice.choice(FIRST)} {dice.choice(LAST)}",
                role=dice.choice(ContactRole.values),
                stance=dice.choice(Stance.values),
                email=f"c{one.pk}.{n}@example.com",
                phone=f"({dice.randrange(200, 999)}) 555-{dice.randrange(10000):04}",
            )
            for one in accounts
            for n in range(dice.choice((1, 2)))
        ),
        batch_size=2000,
    )
    Task.objects.bulk_create(
        (
            Task(
                account=one,
                title="Call back",
                due_on=today + dt.timedelta(days=dice.randrange(-20, 60)),
                assignee=dice.choice(people),
                done_at=now if dice.random() < 0.5 else None,
            )
            for one in accounts
            if dice.random() < 0.2
        ),
        batch_size=2000,
    )
    Event.objects.bulk_create(
        (
            Event(
                account=one,
                kind=dice.choice(EventKind.values),
                happened_at=now - dt.timedelta(days=dice.randrange(400)),
                summary="Talked about spring",
            )
            for one in accounts
        ),
        batch_size=2000,
    )
    Purchase.objects.bulk_create(
        (
            Purchase(
                account=one,
                category=category,
                last_year=dice.randrange(9000),
                year_before=dice.randrange(9000),
            )
            for one in accounts
            for category in dice.sample(categories, 2)
        ),
        batch_size=2000,
    )


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if Account.objects.exists() or Position.objects.exists():
        sys.exit("The database holds accounts or positions already: name an empty one.")
    started = perf_counter()
    fill(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    if connection.vendor == "postgresql":  # as it does by itself in a minute or so
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    print(
        f"{Account.objects.count():,} accounts, {Person.objects.count()} people in {perf_counter() - started:.0f} s"
    )
