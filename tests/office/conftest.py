"""A small company that the office's tests share: every role, a vacancy, chains that span territories, and an outsider.

director Dora
├── region manager Rita (East)          ├── region manager Ralph (West)
│   ├── territory manager Tess (Ohio)   │   └── territory manager Tom (Utah)
│   ├── territory manager Tim (Iowa)    │
│   ├── Maine (vacant)                  │
│   └── account manager Ann             │
├── key account manager Kate            └── analyst Al, administrator Ada; outsider Olga holds nothing
"""

from __future__ import annotations

import datetime as dt
import importlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, TransactionTestCase
from django.utils import translation

from terrier.office.accounts.models import Account, Contact, Status
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.people.models import Incumbency, Person, Position, ReportingLine, Role
from tests.office.browser import office

__all__ = ["office"]  # a fixture

LONG_AGO = dt.date(2020, 1, 1)

CHAIRS = {
    "dora": ("Company", Role.DIRECTOR, None),
    "rita": ("East", Role.REGION_MANAGER, "dora"),
    "ralph": ("West", Role.REGION_MANAGER, "dora"),
    "tess": ("Ohio", Role.TERRITORY_MANAGER, "rita"),
    "tim": ("Iowa", Role.TERRITORY_MANAGER, "rita"),
    "tom": ("Utah", Role.TERRITORY_MANAGER, "ralph"),
    "ann": ("Inside sales East", Role.ACCOUNT_MANAGER, "rita"),
    "kate": ("Key accounts", Role.KEY_ACCOUNT_MANAGER, "dora"),
    "al": ("Sales operations", Role.ANALYST, "dora"),
    "ada": ("Administration", Role.ADMINISTRATOR, "dora"),
}
"""Each person's position, role, and to whose position it reports."""

EVERYBODY = (*CHAIRS, "olga")


@pytest.fixture(autouse=True)
def no_language_of_others() -> Iterator[None]:
    """A request leaves its reader's language behind, and the next test on this thread would be told in it."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def a_ledger_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.LEDGER = tmp_path / "ledger"


@pytest.fixture(autouse=True)
def packed_plans_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.PACKED_PLANS = tmp_path / "packed-plans"


@pytest.fixture
def environment(tmp_path: Path, django_db_setup: None, django_db_blocker: Any) -> dict[str, str]:
    """That of an office of its own, on SQLite. Where other tests made a database, it is there: to make one takes seconds."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock(), closing(sqlite3.connect(home / "terrier.sqlite3")) as made:
            connection.ensure_connection()
            connection.connection.backup(made)
    left = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in left}
    return {**kept, "TERRIER_HOME": str(home), "PYTHONPATH": os.pathsep.join(["src", "."])}


@dataclass
class Company:
    people: dict[str, Person] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)

    def client(self, name: str) -> Client:
        """A browser in which a person is signed in."""
        client = Client()
        client.force_login(self.people[name])
        session = client.session  # as after a password: what is asked again for is not asked for in tests
        session["account_authentication_methods_user"] = str(self.people[name].pk)
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time(), "reauthenticated": True}
        ]
        session.save()
        return client


HOLDERS = {
    "columbus": "tess",
    "dayton": "tess",
    "ames": "tim",
    "provo": "tom",
    "bangor": "vacant",
    "phone": "ann",
    "nobody": None,
    "chain": "kate",
    "chain ohio": "tess",
    "chain utah": "tom",
}
"""Each account, and who holds it; the sites of the chain are shared with who holds its head."""


@pytest.fixture
def company(db: None) -> Company:
    return make_company()


def make_company() -> Company:
    made = Company()
    _people(made)
    _accounts(made)
    Contact.objects.create(account=made.accounts["columbus"], name="Colin", email="colin@columbus.example")
    return made


def _people(made: Company) -> None:
    """All of a kind at once: most tests begin with this."""
    people = [Person(email=f"{name}@example.com", name=name.title()) for name in EVERYBODY]
    for person in people:
        person.set_password("correct horse")
    made.people = dict(zip(EVERYBODY, Person.objects.bulk_create(people), strict=True))
    chairs = [Position(name=title, role=role, opens_on=LONG_AGO) for title, role, _ in CHAIRS.values()]
    vacant = Position(name="Maine", role=Role.TERRITORY_MANAGER, opens_on=LONG_AGO)
    positions = Position.objects.bulk_create([*chairs, vacant])
    made.positions = dict(zip([*CHAIRS, "vacant"], positions, strict=True))
    Incumbency.objects.bulk_create(
        Incumbency(person=made.people[name], position=made.positions[name], starts_on=LONG_AGO)
        for name in CHAIRS
    )
    managers = {name: manager for name, (_, _, manager) in CHAIRS.items() if manager} | {"vacant": "rita"}
    ReportingLine.objects.bulk_create(
        ReportingLine(position=made.positions[name], manager=made.positions[manager], starts_on=LONG_AGO)
        for name, manager in managers.items()
    )


def _accounts(made: Company) -> None:
    accounts = [
        Account(
            name=label.title(),
            external_id=label.upper().replace(" ", "-"),
            status=Status.ACTIVE,
            state="OH",
        )
        for label in HOLDERS
    ]
    made.accounts = dict(zip(HOLDERS, Account.objects.bulk_create(accounts), strict=True))
    for site in (made.accounts["chain ohio"], made.accounts["chain utah"]):
        site.parent = site.chain = made.accounts["chain"]
        site.save()
    Coverage.objects.bulk_create(
        coverage for label, holder in HOLDERS.items() if holder for coverage in _held(made, label, holder)
    )


def _held(made: Company, label: str, holder: str) -> list[Coverage]:
    held = Coverage(account=made.accounts[label], position=made.positions[holder], starts_on=LONG_AGO)
    if made.accounts[label].parent_id is None:
        return [held]
    held.split = Decimal("0.7")
    return [
        held,
        Coverage(
            account=made.accounts[label],
            position=made.positions["kate"],
            kind=CoverageKind.OVERLAY,
            split=Decimal("0.3"),
            starts_on=LONG_AGO,
        ),
    ]


KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})


def empty_tables(case: TransactionTestCase) -> None:
    """After a test that commits: what it wrote goes, and nothing else is done.

    Django's own way empties every table, a hundred of them one file after another, and then makes all permissions anew.
    """
    every = [
        name for name in connection.introspection.django_table_names(only_existing=True) if name not in KEPT
    ]
    quoted = {name: connection.ops.quote_name(name) for name in every}
    asked = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {table})" for name, table in quoted.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        written = [name for (name,) in cursor.fetchall()]
    with _unguarded(), transaction.atomic(), connection.cursor() as cursor:
        for name in written:
            cursor.execute(f"DELETE FROM {quoted[name]}")


@contextmanager
def _unguarded() -> Iterator[None]:
    """What keeps rows together does not count while all of them go; nor does the audit refuse to be deleted."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = DEFAULT")
        return
    guard_audit("allow")
    with connection.constraint_checks_disabled():
        yield
    guard_audit("refuse")


def guard_audit(how: str) -> None:
    triggers = importlib.import_module("terrier.office.audit.migrations.0002_append_only")
    with connection.schema_editor() as editor:
        getattr(triggers, how)(None, editor)


TransactionTestCase._fixture_teardown = empty_tables  # type: ignore[method-assign]
