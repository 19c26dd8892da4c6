"""Back to the coverage of before, until a plan's day."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import (
    Coverage,
    HandOver,
    Plan,
)
from terrier.office.audit.models import Act, Action, Entry
from terrier.office.audit.rows import change_row
from terrier.office.audit.services import Author, begin_act, undoing
from terrier.office.imports.taking_back import swapped

BATCH = 2_000


@transaction.atomic
def take_back(*, plan: Plan, author: Author) -> Act:
    """Coverage as it was before the plan was written, while its day is still to come. The plan stays approved.

    Raises PlanError if the day has come, or if somebody has changed some of that coverage since.
    """
    held = Plan.objects.select_for_update().get(pk=plan.pk)
    if not held.is_scheduled or held.effective_on is None or held.effective_on <= timezone.localdate():
        raise PlanError(_("This can be taken back until the day on which the plan takes effect, not later."))
    act = _act_of(held)
    _refuse_changed_since(act)
    record = undoing(act, author)
    undone = begin_act(record)
    _restore(act, undone)
    HandOver.objects.filter(plan=held)._raw_delete(connection.alias)
    change_row(record, held, {"applied_at": None})
    Entry.objects.bulk_create(record.entries)
    plan.applied_at = None
    return undone


def _act_of(plan: Plan) -> Act:
    entry = (
        Entry.objects.filter(object_type="alignment.plan", object_id=plan.pk, changes__has_key="applied_at")
        .select_related("act")
        .order_by("-pk")
        .first()
    )
    if entry is None:
        raise PlanError(_("Nothing is on record of how this plan took effect."))
    return entry.act


def _refuse_changed_since(act: Act) -> None:
    mine = Entry.objects.filter(act=act, object_type="alignment.coverage")
    last = mine.order_by("-pk").values_list("pk", flat=True).first()
    if last is None:
        return
    later = Entry.objects.filter(
        pk__gt=last, object_type="alignment.coverage", account_id__in=mine.values("account_id")
    ).select_related("act__actor")
    first = later.exclude(act=act).first()
    if first is not None:
        raise PlanError(
            _("%(who)s has changed %(what)s since. Take that back first.")
            % {"who": first.act.actor or _("Somebody"), "what": first.object_label}
        )


def _restore(act: Act, undone: Act) -> None:
    """Delete what the act made, put back what it ended, make again what it erased; and record it."""
    key, fresh = (Act._meta.get_field("id").get_db_prep_value(one.pk, connection) for one in (act, undone))
    of_act = "e.act_id = %s AND e.object_type = 'alignment.coverage'"
    if connection.vendor == "postgresql":
        before = "CAST(e.changes->'ends_on'->>0 AS date)"
    else:
        before = "json_extract(e.changes, '$.ends_on[0]')"
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM alignment_coverage WHERE id IN (SELECT e.object_id FROM audit_entry e WHERE {of_act}"
            " AND e.action = 'create')",
            [key],
        )
        cursor.execute(
            f"UPDATE alignment_coverage SET ends_on = {before} FROM audit_entry e WHERE {of_act} AND e.action = 'update'"
            " AND e.object_id = alignment_coverage.id",
            [key],
        )
        erased = Entry.objects.filter(act=act, object_type="alignment.coverage", action=Action.DELETE)
        Coverage.objects.bulk_create([_made_again(entry) for entry in erased], batch_size=BATCH)
        cursor.execute(
            "INSERT INTO audit_entry (act_id, action, object_type, object_id, object_label, account_id, changes)"
            " SELECT %s, CASE e.action WHEN 'update' THEN 'update' WHEN 'create' THEN 'delete' ELSE 'create' END,"
            f" e.object_type, e.object_id, e.object_label, e.account_id, {swapped()} FROM audit_entry e"
            f" WHERE {of_act} ORDER BY e.id",
            [fresh, key],
        )


def _made_again(entry: Entry) -> Coverage:
    row = Coverage(pk=entry.object_id)
    for name, (before, _after) in entry.changes.items():
        column: Any = Coverage._meta.get_field(name)
        setattr(row, column.attname, column.to_python(before))
    return row
