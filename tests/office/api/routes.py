"""The routes of the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from terrier.office.accounts.models import (
    Competitor,
    CompetitorPresence,
    Contact,
    Event,
    Note,
    SavedView,
    Task,
)
from terrier.office.alignment.models import Coverage
from terrier.office.audit.models import Entry
from terrier.office.people.models import Incumbency, ReportingLine
from terrier.office.people.permissions import May
from tests.office.audit.routes import ACTS
from tests.office.conftest import Company
from tests.office.routes import ACCOUNTS, ALL, HIDDEN, OPEN, PEOPLE, POSITIONS, TOKEN, Kind, Route, who_may

EDITORS, REMOVERS, ASSIGNERS = (
    who_may(May.EDIT_ACCOUNTS),
    who_may(May.REMOVE_ACCOUNTS),
    who_may(May.ASSIGN_COVERAGE),
)
KEEPERS = who_may(May.EDIT_PEOPLE)


def _contact(company: Company, label: str) -> int:
    return Contact.objects.get_or_create(account=company.accounts[label], name="Connie")[0].pk


def _task(company: Company, label: str) -> int:
    return Task.objects.get_or_create(account=company.accounts[label], title="Call")[0].pk


def _note(company: Company, label: str) -> int:
    return Note.objects.get_or_create(account=company.accounts[label], text="Pays early.")[0].pk


def _event(company: Company, label: str) -> int:
    when = timezone.now() - dt.timedelta(days=1)
    made = {"kind": "call", "happened_at": when}
    return Event.objects.get_or_create(account=company.accounts[label], defaults=made)[0].pk


def _presence(company: Company, label: str) -> int:
    competitor, _ = Competitor.objects.get_or_create(name="Rival")
    made = {"competitor": competitor, "seen_on": dt.date(2026, 1, 5)}
    return CompetitorPresence.objects.get_or_create(account=company.accounts[label], defaults=made)[0].pk


def _incumbency(company: Company, label: str) -> int:
    return Incumbency.objects.filter(position=company.positions[label]).latest("pk").pk


def _line(company: Company, label: str) -> int:
    return ReportingLine.objects.filter(position=company.positions[label]).latest("pk").pk


def _entry(company: Company, label: str) -> int:
    act = ACTS.find(company, label)
    return Entry.objects.filter(act=act).latest("pk").pk


def _coverage(company: Company, label: str) -> int:
    return Coverage.objects.filter(account=company.accounts[label], kind="primary").earliest("pk").pk


def _view(company: Company, label: str) -> int:
    return SavedView.objects.get_or_create(owner=company.people[label], name="Mine")[0].pk


VIEWS = Kind(_view, {"tess": frozenset({"tess"}), "ada": frozenset({"ada"})})
HELD = {label: seen for label, seen in ACCOUNTS.seen_by.items() if label != "nobody"}
CONTACTS, TASKS = Kind(_contact, ACCOUNTS.seen_by), Kind(_task, ACCOUNTS.seen_by)
COVERAGES = Kind(_coverage, HELD)
NOTES, EVENTS = Kind(_note, ACCOUNTS.seen_by), Kind(_event, ACCOUNTS.seen_by)
PRESENCES = Kind(_presence, ACCOUNTS.seen_by)
SEATED = {label: seen for label, seen in POSITIONS.seen_by.items() if label != "vacant"}
REPORTING = {label: seen for label, seen in POSITIONS.seen_by.items() if label != "dora"}
INCUMBENCIES, LINES = Kind(_incumbency, SEATED), Kind(_line, REPORTING)
ENTRIES = Kind(_entry, ACTS.seen_by)


SEES_COLUMBUS = ACCOUNTS.seen_by["columbus"]


def at_columbus(address: str, by: frozenset[str] = EDITORS, **data: Any) -> Route:
    """Something new that belongs to an account: only for who sees the account."""

    def sent(company: Company, label: str) -> dict[str, Any]:
        return {"account_id": company.accounts["columbus"].pk, **data}

    return Route(f"api:{address}", "post", by=by & SEES_COLUMBUS, data=sent, json=True, strangers=TOKEN)


def _new_coverage(company: Company, label: str) -> dict[str, Any]:
    return {
        "account_id": company.accounts["columbus"].pk,
        "position_id": company.positions["tess"].pk,
        "starts_on": "2030-01-01",
    }


def read(address: str, of: Kind | None = None) -> Route:
    return Route(f"api:{address}", of=of, strangers=TOKEN)


def write(
    address: str, method: str = "post", by: frozenset[str] = EDITORS, of: Kind | None = None, **data: Any
) -> Route:
    return Route(f"api:{address}", method, by=by, of=of, data=data, json=True, strangers=TOKEN)


ROUTES = [
    Route("api:api-root", by=frozenset(), strangers=HIDDEN),
    Route("api:openapi-json", strangers=OPEN),
    Route("api:docs"),
    read("me"),
    read("people"),
    read("person", PEOPLE),
    read("positions"),
    read("position", POSITIONS),
    read("incumbencies"),
    read("reporting_lines"),
    read("incumbency", INCUMBENCIES),
    read("reporting_line", LINES),
    Route("api:audit_entry", by=who_may(May.SEE_AUDIT), of=ENTRIES, strangers=TOKEN),
    write("people", by=KEEPERS, name="Nora", email="nora@example.com"),
    write("person", "patch", by=KEEPERS, of=PEOPLE, phone="555-0100"),
    write("allow_sign_in", by=KEEPERS, of=PEOPLE, allowed=True),
    write("positions", by=KEEPERS, name="Texas", role="territory_manager", opens_on="2030-01-01"),
    write("position", "patch", by=KEEPERS, of=POSITIONS, base="Akron"),
    write("hand_over", by=KEEPERS, of=POSITIONS, person_id=None, starts_on="2030-01-01"),
    write("report_to", by=KEEPERS, of=POSITIONS, manager_id=None, starts_on="2030-01-01"),
    write("close_position", by=KEEPERS, of=POSITIONS, closes_on="2030-01-01"),
    write("reopen_position", by=KEEPERS, of=POSITIONS),
    Route("api:undo", "post", of=ACTS, json=True, strangers=TOKEN),
    read("views"),
    write("views", by=ALL, name="Mine", query="status=active"),
    read("view", VIEWS),
    Route("api:view", "delete", of=VIEWS, json=True, strangers=TOKEN),
    read("accounts"),
    read("account", ACCOUNTS),
    write("accounts", name="New shop"),
    write("account", "patch", of=ACCOUNTS, version=1, phone="555-0100"),
    write("account", "delete", by=REMOVERS, of=ACCOUNTS),
    write("restore_account", by=REMOVERS, of=ACCOUNTS),
    write("move_account", of=ACCOUNTS, parent_id=None),
    read("contacts"),
    at_columbus("contacts", name="Connie"),
    read("contact", CONTACTS),
    write("contact", "patch", of=CONTACTS, name="Renamed"),
    write("contact", "delete", of=CONTACTS),
    read("notes"),
    at_columbus("notes", text="Pays early."),
    read("note", NOTES),
    write("note", "patch", of=NOTES, text="Pays late."),
    write("note", "delete", of=NOTES),
    read("events"),
    at_columbus("events", kind="call"),
    read("event", EVENTS),
    write("event", "patch", of=EVENTS, summary="Talked"),
    write("event", "delete", of=EVENTS),
    read("tasks"),
    at_columbus("tasks", title="Call back"),
    read("task", TASKS),
    write("task", "patch", of=TASKS, title="Call again"),
    write("task", "delete", of=TASKS),
    write("finish_task", of=TASKS, done=True),
    read("competitors"),
    at_columbus("competitors", competitor="Rival"),
    read("competitor", PRESENCES),
    write("competitor", "patch", of=PRESENCES, share="20"),
    write("competitor", "delete", of=PRESENCES),
    read("categories"),
    read("timeline", ACCOUNTS),
    read("purchases"),
    read("coverages"),
    read("coverage", COVERAGES),
    Route(
        "api:coverages", "post", by=ASSIGNERS & SEES_COLUMBUS, data=_new_coverage, json=True, strangers=TOKEN
    ),
    write("end_coverage", by=ASSIGNERS, of=COVERAGES, ends_on="2030-01-01"),
]
