"""Undo of a whole import: what ``audit.undo`` does to an act, set by set, as a million objects want it.

The same in what it promises: all or nothing, recorded as an act of its own, refused where anything has changed since.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Exists, Max, Min, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.audit.models import Act, Action, Entry
from terrier.office.audit.services import Author, begin_act, undoing
from terrier.office.audit.undo import (
    MOST_TOLD,
    Difference,
    NotUndoneError,
    differences_of,
    fillable,
    is_removable,
)
from terrier.office.imports import sql
from terrier.office.imports.applying import AT_ONCE, WRITTEN
from terrier.office.imports.models import Import, Kind
from terrier.office.imports.sql import quote
from terrier.office.jobs.progress import Report, quietly
from terrier.office.jobs.words import said

ASKED_AT_ONCE = 500
Part = tuple[int, int]
"""From one entry of the record to another."""
WRITTEN_AT_ALL = {label for labels in WRITTEN.values() for label in labels}


def take_back(import_: Import, author: Author, report: Report = quietly) -> Act:
    """Put back what an import changed and take away what it made, some thousand entries of its record at a time.

    Raises NotUndoneError if others have built on it since.
    """
    assert import_.act_id is not None
    act = Act.objects.select_for_update().get(pk=import_.act_id)
    if Act.objects.filter(undoes=act).exists():
        raise NotUndoneError(_("This was undone already."))
    written = [apps.get_model(label) for label in WRITTEN[Kind(import_.kind)]]
    sql.take_stock(written)
    ends = Entry.objects.filter(act=act).aggregate(first=Min("pk"), last=Max("pk"))
    first, last = ends["first"] or 1, ends["last"] or 0
    parts = [(at, at + AT_ONCE - 1) for at in range(first, last + 1, AT_ONCE)]
    total, done = (3 * len(written) + 1) * len(parts), count()
    for model in written:
        for part in parts:
            report(next(done), total, said("Looking for what has changed since"))
            _refuse_changed(model, act, part)
    report(next(done), total, said("Looking for what has come to depend on it"))
    for model in written:
        _refuse_leant_on(model, act)
    for model in reversed(written):
        if not is_removable(model):
            for part in parts:
                _run(f"DELETE FROM {_table(model)} WHERE {_of_act(model, act, Action.CREATE, part)}")
    for model in written:
        for part in parts:
            report(next(done), total, said("Putting everything back"))
            _put_back(model, act, part)
            if is_removable(model):
                _delete_softly(model, act, part)
    undone = begin_act(undoing(act, author))
    for model in written:
        for part in parts:
            report(next(done), total, said("Writing the record"))
            _record(model, act, undone, part)
        _refuse_broken(model, act)
    return undone


def _refuse_changed(model: type[models.Model], act: Act, part: Part) -> None:
    """Raise where an object is no longer as the act left it; says what differs of the first few."""
    unequal = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    differs = [
        f"({sql.told(field, 'e')} AND t.{quote(field.column)} {unequal} {_left(field)})"
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name != "password"
    ]
    if is_removable(model):
        differs.append("(e.action = 'create' AND t.deleted_at IS NOT NULL)")
    filled, params = _filled_since(model)
    differs += filled
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.id FROM audit_entry e LEFT JOIN {_table(model)} t ON t.id = e.object_id"
            " WHERE e.act_id = %s AND e.object_type = %s AND e.id BETWEEN %s AND %s"
            f" AND (t.id IS NULL OR {' OR '.join(differs)}) LIMIT {MOST_TOLD}",
            [_key(act), model._meta.label_lower, *part, *params],
        )
        wrong = [number for (number,) in cursor.fetchall()]
    if wrong:
        entries = list(Entry.objects.filter(pk__in=wrong).order_by("pk"))
        rows = model._base_manager.in_bulk([entry.object_id for entry in entries])
        told = [one for entry in entries for one in differences_of(rows.get(entry.object_id), entry)]
        raise NotUndoneError(_("This has changed since, so nothing was undone."), told[:MOST_TOLD])


def _filled_since(model: type[models.Model]) -> tuple[list[str], list[Any]]:
    """Whether what was made holds more than its making told of, which leaves out what was blank."""
    filled, params = [], []
    for name in fillable(model):
        field: Any = model._meta.get_field(name)
        if field.many_to_many:
            continue
        column = f"t.{quote(field.column)}"
        test = f"{column} IS NOT NULL"
        for nothing in (
            {"", field.get_default()} if isinstance(field.get_default(), str) else {field.get_default()}
        ):
            if nothing is not None:
                test += f" AND {column} <> %s"
                params.append(field.get_db_prep_save(nothing, connection))
        filled.append(f"(e.action = 'create' AND NOT {sql.told(field, 'e')} AND {test})")
    return filled, params


def _left(field: Any) -> str:
    """What the act left, as the database keeps it: texts are never null."""
    left = sql.value(field, sql.AFTER, "e")
    return f"COALESCE({left}, '')" if not field.null and isinstance(field.get_default(), str) else left


def _put_back(model: type[models.Model], act: Act, part: Part) -> None:
    new, params = sql.settings(model, sql.BEFORE, "e")
    table = _table(model)
    _run(
        f"UPDATE {table} SET {new} FROM audit_entry e WHERE e.act_id = %s AND e.object_type = %s"
        f" AND e.id BETWEEN %s AND %s AND e.action IN ('update', 'restore') AND e.object_id = {table}.id",
        [*params, _key(act), model._meta.label_lower, *part],
    )


def _delete_softly(model: type[models.Model], act: Act, part: Part) -> None:
    own = {field.name for field in model._meta.concrete_fields}
    counted = ", version = version + 1, updated_at = %s" if "version" in own else ""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    _run(
        f"UPDATE {_table(model)} SET deleted_at = %s{counted} WHERE {_of_act(model, act, Action.CREATE, part)}",
        [now, *([now] if counted else [])],
    )


def _refuse_leant_on(model: type[models.Model], act: Act) -> None:
    """Raise where something that the act did not make points to what it made."""
    made = Entry.objects.filter(act=act, object_type=model._meta.label_lower, action=Action.CREATE)
    relations: Sequence[Any] = model._meta.related_objects
    for relation in relations:
        other = relation.related_model
        if is_removable(model) and other is not model and relation.on_delete is not models.CASCADE:
            continue  # what only points to it stays as it is, since what is deleted softly stays
        # as EXISTS: of 100,000, PostgreSQL reads "id NOT IN (…)" through once for each row
        rows = other._base_manager.filter(Exists(made.filter(object_id=OuterRef(relation.field.attname))))
        if other._meta.label_lower in WRITTEN_AT_ALL:
            # What the act itself let point there goes back with it.
            told = Entry.objects.filter(act=act, object_type=other._meta.label_lower)
            told = told.filter(changes__has_key=relation.field.name)
            rows = rows.exclude(Exists(told.filter(object_id=OuterRef("pk"))))
        if is_removable(other):
            rows = rows.filter(deleted_at=None)
        first = next(iter(rows.order_by()[:1]), None)
        if first is not None:
            raise NotUndoneError(
                _("Other things have come to depend on this since."),
                [Difference(str(other._meta.verbose_name), "", "", str(first))],
            )


def _refuse_broken(model: type[models.Model], act: Act) -> None:
    """What holds between rows is asked of the models that know, for accounts on which others have worked since."""
    broken = getattr(model, "broken", None)
    mine = Entry.objects.filter(act=act, object_type=model._meta.label_lower).exclude(action=Action.CREATE)
    last = Entry.objects.filter(act=act).order_by("-pk").values_list("pk", flat=True).first()
    if broken is None or last is None:
        return
    later = Entry.objects.filter(pk__gt=last).exclude(act__undoes=act).values("account_id")
    ids = list(mine.filter(account_id__in=later).values_list("object_id", flat=True))
    for at in range(0, len(ids), ASKED_AT_ONCE):
        reasons: list[str] = broken(ids[at : at + ASKED_AT_ONCE])
        if reasons:
            raise NotUndoneError(" ".join(reasons[:3]))


def _record(model: type[models.Model], act: Act, undone: Act, part: Part) -> None:
    """The entries of the undo: each change the other way round."""
    if is_removable(model):
        now = f"(SELECT t.deleted_at FROM {_table(model)} t WHERE t.id = e.object_id)"
        gone = (
            f"jsonb_build_object('deleted_at', jsonb_build_array(NULL, {now}::text))"
            if connection.vendor == "postgresql"
            else f"json_object('deleted_at', json_array(NULL, {now}))"
        )
    else:
        gone = swapped()
    _run(
        "INSERT INTO audit_entry (act_id, action, object_type, object_id, object_label, account_id, changes)"
        " SELECT %s, CASE e.action WHEN 'update' THEN 'update' ELSE 'delete' END, e.object_type, e.object_id,"
        f" e.object_label, e.account_id, CASE e.action WHEN 'create' THEN {gone} ELSE {swapped()} END"
        " FROM audit_entry e WHERE e.act_id = %s AND e.object_type = %s AND e.id BETWEEN %s AND %s ORDER BY e.id",
        [_key(undone), _key(act), model._meta.label_lower, *part],
    )


def swapped() -> str:
    """The changes of an entry, each the other way round, as the database says it."""
    if connection.vendor == "postgresql":
        return (
            "(SELECT jsonb_object_agg(key, jsonb_build_array(value->1, value->0)) FROM jsonb_each(e.changes))"
        )
    return (
        "(SELECT json_group_object(c.key, json_array(json_extract(c.value, '$[1]'), json_extract(c.value, '$[0]')))"
        " FROM json_each(e.changes) c)"
    )


def _of_act(model: type[models.Model], act: Act, action: str, part: Part) -> str:
    key = Act._meta.get_field("id").get_db_prep_value(act.pk, connection)
    return (
        f"id IN (SELECT e.object_id FROM audit_entry e WHERE e.act_id = '{key}'"
        f" AND e.id BETWEEN {part[0]} AND {part[1]}"
        f" AND e.object_type = '{model._meta.label_lower}' AND e.action = '{action}')"
    )


def _table(model: type[models.Model]) -> str:
    return quote(model._meta.db_table)


def _key(act: Act) -> Any:
    return Act._meta.get_field("id").get_db_prep_value(act.pk, connection)


def _run(statement: str, params: Sequence[Any] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(params))
