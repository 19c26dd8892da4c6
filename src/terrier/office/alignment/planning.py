"""Making a plan from the coverage of a day: a territory for everybody below its root who holds accounts, every account where it is."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from terrier.office.accounts.models import Account, Status
from terrier.office.alignment.choices import Choices, read_choices
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import (
    Cause,
    Coverage,
    CoverageKind,
    Level,
    Overlay,
    Placement,
    Plan,
    Territory,
    TerritoryKind,
)
from terrier.office.audit.rows import change_row, create_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.people.models import Position, ReportingLine, Role
from terrier.office.people.scope import WHOLE_COMPANY, with_those_below

KINDS = {
    Role.TERRITORY_MANAGER: TerritoryKind.GEOGRAPHIC,
    Role.ACCOUNT_MANAGER: TerritoryKind.PORTFOLIO,
    Role.KEY_ACCOUNT_MANAGER: TerritoryKind.KEY,
}
COLORS = ("#1f77b4", "#e07b00", "#2a9d5c", "#c2453d", "#7a5bb5", "#8c6239", "#c8579c", "#5f7f1f")
"""Told apart by most who see colors otherwise. Neighbors on a map are given different ones by plan_colors."""

FARTHEST_BEGINNING = dt.timedelta(days=2 * 366)
"""Farther days are slips of the pen."""

OF_POSITIONS = uuid.UUID("6b0c6b6e-6d5f-4a53-9d0a-5a8f3f1a2b10")


def key_of(position: Position | None, level: str) -> uuid.UUID:
    """The key of a position's territory, the same in every plan made from coverage."""
    return uuid.uuid4() if position is None else uuid.uuid5(OF_POSITIONS, f"{level}:{position.pk}")


@transaction.atomic
def create_plan(
    *,
    name: str,
    root: Position,
    author: Author,
    on: dt.date | None = None,
    choices: Choices | None = None,
    note: str = "",
) -> Plan:
    """A plan for everybody below a position, with all that they cover on a day where it is then.

    For the company's plan, accounts that nobody holds are part of it, too, in no territory.
    """
    day = on or timezone.localdate()
    if day > timezone.localdate() + FARTHEST_BEGINNING:
        raise PlanError(
            _("Who covers what is known for the next two years at most, not for %(day)s.")
            % {"day": date_format(day)}
        )
    plan = Plan(
        name=_named(name),
        root=root,
        based_on=day,
        choices=(choices or Choices()).model_dump(mode="json"),
        note=note,
        author=author.person,
    )
    record = Record(author, _("Created the plan “%(plan)s”") % {"plan": plan.name})
    create_row(record, plan)
    save_act(record)
    grow_tree(plan, day)
    if not plan.territories.filter(level=Level.TERRITORY).exists():
        raise PlanError(
            _("On %(day)s there is no position below %(root)s that could hold accounts: choose another day.")
            % {"day": date_format(day), "root": root.name}
        )
    _place_as_held(plan, day, author)
    return plan


@transaction.atomic
def edit_plan(*, plan: Plan, author: Author, values: Mapping[str, Any]) -> bool:
    """Change a plan's name, note or settings. False if nothing differs."""
    known = {"name", "note", "choices"}
    if set(values) - known:
        raise PlanError(
            _("A plan's name, note and settings can be changed, not “%(field)s”.")
            % {"field": sorted(set(values) - known)[0]}
        )
    held = Plan.objects.select_for_update().get(pk=plan.pk)
    new = dict(values)
    if "name" in new:
        new["name"] = _named(new["name"])
    if "choices" in new:
        new["choices"] = read_choices(new["choices"]).model_dump(mode="json")
        if not held.is_open and new["choices"] != held.choices:
            raise PlanError(_("The settings of an approved plan stay as they were approved."))
    record = Record(author, _("Changed the plan “%(plan)s”") % {"plan": held.name})
    changed = change_row(record, held, new)
    save_act(record)
    for name in new:
        setattr(plan, name, getattr(held, name))
    plan.version = held.version
    return changed


@transaction.atomic
def delete_plan(*, plan: Plan, author: Author) -> None:
    """Delete a draft and all that is in it. What was in force, or is to be, stays for the record."""
    from terrier.office.alignment.copying import erase_plan  # noqa: PLC0415 - copying builds on this module

    held = Plan.objects.select_for_update().get(pk=plan.pk)
    if held.applied_at is not None or held.frozen_of_id is not None or not held.is_open:
        raise PlanError(_("Only a plan that was never approved can be deleted; archive this one."))
    erase_plan(held, author)


def grow_tree(plan: Plan, day: dt.date) -> list[Territory]:
    """The territory tree of a plan, from the positions below its root on a day."""
    below = with_those_below(frozenset({plan.root_id}), day)
    positions = {
        position.pk: position
        for position in Position.objects.filter(pk__in=below).filter(
            Q(closes_on__isnull=True) | Q(closes_on__gt=day)
        )
    }
    holders = set(
        Coverage.objects.on(day)
        .filter(position__in=below, kind=CoverageKind.PRIMARY)
        .order_by()
        .values_list("position", flat=True)
        .distinct()
    )
    managers = dict(
        ReportingLine.objects.on(day).filter(position__in=below).order_by().values_list("position", "manager")
    )
    whole = plan.root.role in WHOLE_COMPANY
    top = Territory.objects.create(
        plan=plan,
        name=plan.root.name,
        level=Level.NATION if whole else Level.REGION,
        position=plan.root,
        key=key_of(plan.root, "top"),
    )
    regions = _regions(plan, top, positions.values()) if whole else {plan.root_id: top}
    made: list[Territory] = []
    for position in sorted(positions.values(), key=lambda one: one.name):
        if position.role not in KINDS and position.pk not in holders:
            continue
        made.append(
            Territory(
                plan=plan,
                key=key_of(position, Level.TERRITORY),
                parent=parent_of(position.pk, managers, regions) or top,
                name=position.name,
                kind=KINDS.get(Role(position.role), TerritoryKind.PORTFOLIO),
                position=position,
                share=position.employment_share,
                color=COLORS[len(made) % len(COLORS)],
            )
        )
    return Territory.objects.bulk_create(made)


def _regions(plan: Plan, top: Territory, positions: Iterable[Position]) -> dict[int, Territory]:
    found = {}
    for position in positions:
        if position.role == Role.REGION_MANAGER:
            found[position.pk] = Territory.objects.create(
                plan=plan,
                name=position.name,
                level=Level.REGION,
                position=position,
                parent=top,
                key=key_of(position, Level.REGION),
            )
    return found


def parent_of(position: int, managers: dict[int, int], regions: dict[int, Territory]) -> Territory | None:
    """The region of the nearest manager above who has one."""
    at: int | None = position
    while at is not None:
        if at in regions:
            return regions[at]
        at = managers.get(at)
    return None


def _place_as_held(plan: Plan, day: dt.date, author: Author) -> None:
    """A placement for every account that the plan's territories hold, and its overlays, in two statements."""
    held = (
        Coverage.objects.on(day)
        .filter(
            kind=CoverageKind.PRIMARY,
            position__territories__plan=plan,
            position__territories__level=Level.TERRITORY,
            account__deleted_at__isnull=True,
        )
        .exclude(account__status=Status.CLOSED)
        .order_by()
        .values_list("account", "position__territories")
    )
    person = author.person.pk if author.person else None
    _insert_from(
        Placement,
        (
            "account_id",
            "territory_id",
            "present_id",
            "plan_id",
            "cause",
            "author_id",
            "changed_at",
            "version",
        ),
        held,
        "h.a, h.b, h.b",
        (plan.pk, Cause.IMPORT.value, person, timezone.now(), 1),
    )
    if plan.root.role in WHOLE_COMPANY:
        covered = Coverage.objects.on(day).filter(kind=CoverageKind.PRIMARY).order_by().values("account")
        loose = (
            Account.objects.filter(deleted_at__isnull=True)
            .exclude(status=Status.CLOSED)
            .exclude(pk__in=covered)
            .order_by()
            .values_list("pk")
        )
        _insert_from(
            Placement,
            ("account_id", "plan_id", "cause", "author_id", "changed_at", "version"),
            loose,
            "h.a",
            (plan.pk, Cause.IMPORT.value, person, timezone.now(), 1),
        )
    shared = (
        Coverage.objects.on(day)
        .filter(
            kind=CoverageKind.OVERLAY,
            split__gt=0,
            split__lt=1,
            position__territories__plan=plan,
            position__territories__level=Level.TERRITORY,
            account__placements__plan=plan,
        )
        .order_by()
        .values_list("account", "position__territories", "split")
    )
    _insert_from(
        Overlay, ("account_id", "territory_id", "split", "plan_id"), shared, "h.a, h.b, h.c", (plan.pk,)
    )


def _insert_from(
    model: type[Any],
    columns: tuple[str, ...],
    rows: QuerySet[Any, Any],
    taken: str,
    fixed: tuple[Any, ...],
) -> None:
    """INSERT … SELECT of a query's columns (named a, b, c) and of values that are the same in each row."""
    sql, params = rows.query.sql_with_params()
    names = ", ".join(name for name in "abc" if f"h.{name}" in taken)
    own = {field.column: field for field in model._meta.concrete_fields}
    plain = [own[column] for column in columns[len(columns) - len(fixed) :]]
    values = [field.get_db_prep_save(value, connection) for field, value in zip(plain, fixed, strict=True)]
    # The types of nulls and times must be said to PostgreSQL where nothing else tells them.
    typed = connection.vendor == "postgresql"
    casts = ", ".join(f"CAST(%s AS {field.db_type(connection)})" if typed else "%s" for field in plain)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH h({names}) AS ({sql}) INSERT INTO {model._meta.db_table} ({', '.join(columns)})"
            f" SELECT {taken}, {casts} FROM h",
            [*params, *values],
        )


def _named(name: str) -> str:
    clean = " ".join(str(name).split())
    if not 1 <= len(clean) <= 120:
        raise PlanError(_("A plan's name has 1 to 120 characters."))
    return clean
