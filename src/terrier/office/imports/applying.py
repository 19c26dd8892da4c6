"""The commit: what was staged becomes so, with its record, set by set in one transaction."""

from __future__ import annotations

import uuid
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.errors import TerrierError
from terrier.office.audit.models import Act, Action, Entry, Via
from terrier.office.imports import sql
from terrier.office.imports.models import Import, Kind, Write
from terrier.office.jobs.progress import Report, quietly
from terrier.office.jobs.words import said

AT_ONCE = 20_000
"""Rows of the file in one statement: between two of them it is told how far the work is."""

WRITTEN = {
    Kind.ACCOUNTS: ("accounts.account", "alignment.coverage"),
    Kind.CONTACTS: ("accounts.contact",),
    Kind.PEOPLE: ("people.person", "people.position", "people.reportingline", "people.incumbency"),
    Kind.COVERAGE: ("alignment.coverage",),
}
"""The models a kind writes; those it is about come first, as what is new may point to them."""


def summaries() -> dict[Kind, str]:
    """What an import of each kind is called in the record."""
    return {
        Kind.ACCOUNTS: _("Imported accounts from %(file)s"),
        Kind.CONTACTS: _("Imported contacts from %(file)s"),
        Kind.PEOPLE: _("Imported people and positions from %(file)s"),
        Kind.COVERAGE: _("Imported coverage from %(file)s"),
    }


class OutdatedError(TerrierError):
    """What was checked is no longer so: others have worked meanwhile."""


def apply(import_: Import, report: Report = quietly) -> Act | None:
    """Write everything that an import stages, and the record of it, some thousand rows at a time. None where that is nothing.

    Raises OutdatedError where others have changed, since the check, what the import would change.
    """
    written = [apps.get_model(label) for label in WRITTEN[Kind(import_.kind)]]
    if connection.vendor == "postgresql":
        for model in written:
            _run(sql.lock(model, import_.pk))
    refuse_outdated(import_)
    ends = Write.objects.filter(of=import_).aggregate(first=Min("number"), last=Max("number"))
    if ends["first"] is None:
        return None
    parts = [(at, at + AT_ONCE - 1) for at in range(ends["first"], ends["last"] + 1, AT_ONCE)]
    n_passes = 2 * len(written) + 1
    statements = [(make, model) for make in (sql.update, sql.insert) for model in written]
    for n_done, (make, model) in enumerate(statements):
        for n_parts, part in enumerate(parts):
            report(n_done * len(parts) + n_parts, n_passes * len(parts), said("Writing what was checked"))
            statement, params = make(model, import_.pk)
            _run((f"{statement} AND w.number BETWEEN %s AND %s", [*params, *part]))
    act = Act.objects.create(
        id=uuid.uuid4(),
        at=timezone.now(),
        actor_id=import_.author_id,
        via=Via.IMPORT,
        summary=(summaries()[Kind(import_.kind)] % {"file": import_.file_name[:120]})[:200],
    )
    entry, write = sql.quote(Entry._meta.db_table), sql.quote(Write._meta.db_table)
    for n_parts, part in enumerate(parts):
        report((n_passes - 1) * len(parts) + n_parts, n_passes * len(parts), said("Writing the record"))
        _run(
            (
                f"INSERT INTO {entry} (act_id, action, object_type, object_id, object_label, account_id, changes)"
                f" SELECT %s, w.action, w.object_type, w.object_id, w.object_label, w.account_id, w.changes"
                f" FROM {write} w WHERE w.of_id = %s AND w.number BETWEEN %s AND %s ORDER BY w.number, w.id",
                [_key(act), import_.pk, *part],
            )
        )
    sql.take_stock(written)
    return act


def refuse_outdated(import_: Import) -> None:
    """Raise where an entry of the audit since the check tells of something that the import writes, or leans on."""
    since = Entry.objects.filter(pk__gt=import_.watermark).exclude(act=import_.act_id)
    if not since.exists():
        return
    staged = Write.objects.filter(of=import_, object_type=models.OuterRef("object_type"))
    same = staged.filter(object_id=models.OuterRef("object_id"))
    beside = Write.objects.filter(
        of=import_, object_type="alignment.coverage", account_id=models.OuterRef("account_id")
    )
    leant_on = Q(object_type__startswith="people.") | Q(object_type="accounts.account", action=Action.DELETE)
    touched = (
        since.filter(models.Exists(same))
        | since.filter(models.Exists(beside), object_type="alignment.coverage")
        | since.filter(leant_on)
    )
    first = touched.select_related("act", "act__actor").first()
    if first is not None:
        raise OutdatedError(
            _(
                "%(who)s has changed %(what)s since the check. It was checked again: look at what it would do now."
            )
            % {"who": first.act.actor, "what": first.object_label}
            if first.act.actor
            else _(
                "%(what)s has changed since the check. It was checked again: look at what it would do now."
            )
            % {"what": first.object_label}
        )


def _run(statement: tuple[str, list[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(*statement)


def _key(act: Act) -> Any:
    return Act._meta.get_field("id").get_db_prep_value(act.pk, connection)
