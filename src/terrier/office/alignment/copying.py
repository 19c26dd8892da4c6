"""Copies of plans: whole, the part of one region as a branch, or frozen as it was approved. A few statements, however large."""

from __future__ import annotations

from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import (
    Candidate,
    Challenge,
    ChallengeMove,
    Comment,
    EngineRun,
    Holdover,
    Level,
    Lock,
    Overlay,
    Placement,
    Plan,
    PlanState,
    Rule,
    Step,
    Territory,
)
from terrier.office.audit.models import Action
from terrier.office.audit.rows import create_row, told_fields
from terrier.office.audit.services import Author, Record, save_act, state_of

COPIED = ("account_id", "cause", "author_id", "changed_at")


@transaction.atomic
def copy_plan(*, plan: Plan, name: str, author: Author, part: Territory | None = None) -> Plan:
    """A plan in preparation that says what another one says; of its steps, comments and objections nothing comes along.

    part : a region of the plan; the copy is then a branch, below that region's position, of what is placed in it.
    """
    if part is not None and (
        part.plan_id != plan.pk or part.level == Level.TERRITORY or part.position is None
    ):
        raise PlanError(_("A branch is made of a region of the plan that belongs to a position."))
    made = Plan(
        name=" ".join(name.split())[:120] or plan.name,
        root=plan.root if part is None or part.position is None else part.position,
        based_on=plan.based_on,
        choices=plan.choices,
        note=plan.note,
        copied_from=plan,
        author=author.person,
    )
    record = Record(author, _("Copied the plan “%(plan)s”") % {"plan": plan.name})
    create_row(record, made)
    save_act(record)
    _copy_content(plan, made, part)
    return made


def freeze(plan: Plan, record: Record) -> Plan:
    """The copy that stays as it was approved, whatever becomes of the plan; part of the act that approves."""
    copy = Plan(
        name=plan.name,
        root=plan.root,
        state=PlanState.ARCHIVED,
        based_on=plan.based_on,
        choices=plan.choices,
        note=plan.note,
        copied_from=plan,
        frozen_of=plan,
        effective_on=plan.effective_on,
        approved_at=plan.approved_at,
        approved_by=plan.approved_by,
        author=record.author.person,
    )
    copy.save(force_insert=True)
    _copy_content(plan, copy, None)
    return copy


def erase_plan(plan: Plan, author: Author | None) -> None:
    """Delete a plan for good with everything in it, set by set; an act tells of it, where somebody did it."""
    if author is not None:
        record = Record(author, _("Deleted the plan “%(plan)s”") % {"plan": plan.name})
        values = state_of(plan, told_fields(Plan))
        record.add(Action.DELETE, plan, {name: (value, None) for name, value in values.items()})
        save_act(record)
    ChallengeMove.objects.filter(challenge__plan=plan).delete()
    Candidate.objects.filter(run__plan=plan).delete()
    for model in (Challenge, Comment, EngineRun, Holdover, Overlay, Lock, Rule):
        model._default_manager.filter(plan=plan).delete()
    for many in (Step, Placement):
        many._default_manager.filter(plan=plan)._raw_delete(connection.alias)
    plan.delete()


def _copy_content(plan: Plan, made: Plan, part: Territory | None) -> None:
    _copy_tree(plan, made, part)
    inside = "" if part is None else " AND nt.id IS NOT NULL"
    _insert(
        Placement,
        "account_id, cause, author_id, changed_at, version, plan_id, territory_id, present_id",
        "p.account_id, p.cause, p.author_id, p.changed_at, 1, %s, nt.id, np.id",
        f"{_joined('p.territory_id', 'nt')} {_joined('p.present_id', 'np')} WHERE p.plan_id = %s{inside}",
        [made.pk, made.pk, made.pk, plan.pk],
    )
    kept = (
        ""
        if part is None
        else f" AND EXISTS (SELECT 1 FROM {Placement._meta.db_table} q WHERE q.plan_id = {made.pk} AND q.account_id = p.account_id)"
    )
    _insert(
        Overlay,
        "account_id, split, plan_id, territory_id",
        "p.account_id, p.split, %s, nt.id",
        f"{_joined('p.territory_id', 'nt')} WHERE p.plan_id = %s AND nt.id IS NOT NULL{kept}",
        [made.pk, made.pk, plan.pk],
    )
    _insert(
        Lock,
        "account_id, reason, author_id, created_at, plan_id, territory_id",
        "p.account_id, p.reason, p.author_id, p.created_at, %s, nt.id",
        f"{_joined('p.territory_id', 'nt')} WHERE p.plan_id = %s"
        f" AND (nt.id IS NOT NULL OR (p.account_id IS NOT NULL{kept}))",
        [made.pk, made.pk, plan.pk],
    )
    _insert(
        Rule,
        "number, kind, parameters, note, plan_id, territory_id",
        "p.number, p.kind, p.parameters, p.note, %s, nt.id",
        f"{_joined('p.territory_id', 'nt')} WHERE p.plan_id = %s AND nt.id IS NOT NULL",
        [made.pk, made.pk, plan.pk],
    )
    _insert(
        Holdover,
        "account_id, until, reason, author_id, plan_id",
        "p.account_id, p.until, p.reason, p.author_id, %s",
        f"WHERE p.plan_id = %s{kept}",
        [made.pk, plan.pk],
    )


def _copy_tree(plan: Plan, made: Plan, part: Territory | None) -> None:
    """The territories, from the top down, with their keys; of a branch only the region and what lies below."""
    rows = list(Territory.objects.filter(plan=plan).order_by("id"))
    below: dict[int | None, list[Territory]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    copies: dict[int, Territory] = {}
    waiting = below.get(None, []) if part is None else [part]
    while waiting:
        fresh = [
            Territory(
                plan=made,
                key=row.key,
                parent=copies.get(row.parent_id or 0),
                level=row.level,
                kind=row.kind,
                name=row.name,
                position_id=row.position_id,
                share=row.share,
                color=row.color,
            )
            for row in waiting
        ]
        for row, copy in zip(waiting, Territory.objects.bulk_create(fresh), strict=True):
            copies[row.pk] = copy
        waiting = [child for row in waiting for child in below.get(row.pk, [])]


def _joined(column: str, alias: str) -> str:
    """The new plan's territory with the key of the one that a column names."""
    table = Territory._meta.db_table
    return (
        f"LEFT JOIN {table} o{alias} ON o{alias}.id = {column}"
        f" LEFT JOIN {table} {alias} ON {alias}.key = o{alias}.key AND {alias}.plan_id = %s"
    )


def _insert(model: type[models.Model], columns: str, values: str, rest: str, params: list[Any]) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} p {rest}", params)
