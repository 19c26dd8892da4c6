"""What `terrier check` looks at: settings, database, files, and whether the office is fit to face the world."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from terrier.office.jobs.models import Job, State


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: fine, or what is wrong with it and what would be right."""

    what: str
    fine: bool
    said: str


def pending_migrations() -> list[str]:
    """The database's changes that this version of Terrier needs and the database lacks."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def look() -> Iterator[Finding]:
    """Everything, from the ground up; stops at a database that does not answer."""
    yield _home()
    try:
        connection.ensure_connection()
        waiting = pending_migrations()
    except DatabaseError as error:
        yield Finding("database", False, str(error).strip())
        return
    yield Finding("database", True, f"{connection.vendor}, {connection.settings_dict['NAME']}")
    if waiting:
        told = (
            "terrier backup, then terrier migrate"
            if connection.introspection.table_names()
            else "terrier serve makes the tables"
        )
        yield Finding("migrations", False, f"{len(waiting)} to run: {told}")
        return
    yield Finding("migrations", True, "up to date")
    if connection.vendor == "sqlite":
        yield _sqlite()
    yield _jobs()
    yield from _deployment()


def _home() -> Finding:
    home: Path = settings.ENVIRONMENT.home
    try:
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        return Finding("home", False, f"{home} cannot be written: {error.strerror}")
    if os.name == "posix" and home.stat().st_mode & 0o077:
        return Finding("home", False, f"{home} can be read by others: chmod 700 {home}")
    return Finding("home", True, str(home))


def _sqlite() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        answer = cursor.fetchone()[0]
        cursor.execute("PRAGMA foreign_key_check")
        broken = cursor.fetchone()
    return Finding("integrity", answer == "ok" and broken is None, "ok" if answer == "ok" else str(answer))


def _jobs() -> Finding:
    failed = Job.objects.filter(state=State.FAILED).count()
    waiting = Job.objects.filter(state=State.WAITING).count()
    return Finding("jobs", True, f"{waiting} waiting, {failed} failed")


def _deployment() -> Iterator[Finding]:
    """Django's own deployment checks, when people come by https; on this machine alone they do not apply."""
    if not settings.ENVIRONMENT.https:
        yield Finding("https", True, f"not used: {settings.SITE_URL} is for this machine or network alone")
    elif settings.ENVIRONMENT.demo:
        told = f"whoever reaches {settings.SITE_URL} comes in as anybody, by one click: unset TERRIER_DEMO"
        yield Finding("demo", False, told)
    found = checks.run_checks(include_deployment_checks=settings.ENVIRONMENT.https)
    serious = [message for message in found if message.level >= checks.WARNING]
    for message in serious:
        yield Finding(message.id or "settings", False, " ".join(filter(None, [message.msg, message.hint])))
    if not serious:
        yield Finding("settings", True, "Django has nothing to say against them")
