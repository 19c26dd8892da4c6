"""Territories of a kind that a plan lacks: of positions that have been opened since it was made."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import Level, Plan, Territory, TerritoryKind
from terrier.office.alignment.moving import counted_up, locked
from terrier.office.alignment.planning import COLORS, KINDS, key_of, parent_of
from terrier.office.audit.rows import create_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.people.models import Position, ReportingLine, Role
from terrier.office.people.scope import with_those_below

ROLES = {kind: role for role, kind in KINDS.items()}


def waiting_positions(plan: Plan, kinds: Collection[str]) -> QuerySet[Position, Position]:
    """The positions below a plan's root that hold such kinds of territory and have none in the plan."""
    today = timezone.localdate()
    below = with_those_below(frozenset({plan.root_id}), today)
    roles: list[Role] = [ROLES[TerritoryKind(kind)] for kind in kinds]
    taken = Territory.objects.filter(plan=plan, level=Level.TERRITORY, position__isnull=False)
    rows = Position.objects.filter(Q(closes_on__isnull=True) | Q(closes_on__gt=today), pk__in=below)
    return rows.filter(role__in=roles).exclude(pk__in=taken.values("position")).order_by("name", "pk")


@transaction.atomic
def add_territories(*, plan: Plan, kind: str, author: Author) -> list[Territory]:
    """Give a plan the territories of all positions of a kind that it lacks: empty ones, for accounts to be moved to.

    Raises PlanError where no such position is open.
    """
    held = locked(plan)
    positions = list(waiting_positions(held, [kind]))
    if not positions:
        raise PlanError(
            _("No position that would hold a territory of the kind “%(kind)s” is open below %(root)s.")
            % {"kind": TerritoryKind(kind).label, "root": held.root.name}
        )
    nodes = list(Territory.objects.filter(plan=held))
    top = next(one for one in nodes if one.parent_id is None)
    regions = {one.position_id: one for one in nodes if one.level == Level.REGION and one.position_id}
    lines = ReportingLine.objects.on(timezone.localdate()).order_by().values_list("position", "manager")
    managers = dict(lines)
    n_there = sum(one.level == Level.TERRITORY for one in nodes)
    record = Record(
        author,
        ngettext(
            "%(n)s territory added to “%(plan)s”", "%(n)s territories added to “%(plan)s”", len(positions)
        )
        % {"n": len(positions), "plan": held.name},
    )
    version = counted_up(plan, held)
    made = [
        create_row(
            record,
            Territory(
                plan=held,
                key=key_of(position, Level.TERRITORY),
                parent=parent_of(position.pk, managers, regions) or top,
                name=position.name,
                kind=kind,
                position=position,
                share=position.employment_share,
                color=COLORS[(n_there + at) % len(COLORS)],
                version=version,
            ),
        )
        for at, position in enumerate(positions)
    ]
    save_act(record)
    return made
