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
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, TransactionTestCase

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
def a_ledger_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.LEDGER = tmp_path / "ledger"


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


@pytest.fixture
def company(db: None) -> Company:
    made = Company()
    for name, (title, role, _) in CHAIRS.items():
        made.people[name] = Person.objects.create_user(
            f"{name}@example.com", "correct horse", name=name.title()
        )
        made.positions[name] = Position.objects.create(name=title, role=role, opens_on=LONG_AGO)
        Incumbency.objects.create(person=made.people[name], position=made.positions[name], starts_on=LONG_AGO)
    for name, (_, _, manager) in CHAIRS.items():
        if manager:
            _reports(made.positions[name], made.positions[manager])
    made.people["olga"] = Person.objects.create_user("olga@example.com", "correct horse", name="Olga")
    made.positions["vacant"] = Position.objects.create(
        name="Maine", role=Role.TERRITORY_MANAGER, opens_on=LONG_AGO
    )
    _reports(made.positions["vacant"], made.positions["rita"])
    for label, holder in {
        "columbus": "tess",
        "dayton": "tess",
        "ames": "tim",
        "provo": "tom",
        "bangor": "vacant",
        "phone": "ann",
        "nobody": None,
    }.items():
        _account(made, label, holder)
    head = _account(made, "chain", "kate")
    for label, holder in {"chain ohio": "tess", "chain utah": "tom"}.items():
        _account(made, label, holder, parent=head, chain=head)
        Coverage.objects.create(
            account=made.accounts[label],
            position=made.positions["kate"],
            kind=CoverageKind.OVERLAY,
            split="0.3",
            starts_on=LONG_AGO,
        )
        made.accounts[label].coverages.filter(kind=CoverageKind.PRIMARY).update(split="0.7")
    Contact.objects.create(account=made.accounts["columbus"], name="Colin", email="colin@columbus.example")
    return made


def _reports(position: Position, manager: Position) -> None:
    ReportingLine.objects.create(position=position, manager=manager, starts_on=LONG_AGO)


def _account(made: Company, label: str, holder: str | None, **fields: object) -> Account:
    account = Account.objects.create(
        name=label.title(),
        external_id=label.upper().replace(" ", "-"),
        status=Status.ACTIVE,
        state="OH",
        **fields,
    )
    made.accounts[label] = account
    if holder:
        Coverage.objects.create(account=account, position=made.positions[holder], starts_on=LONG_AGO)
    return account


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
