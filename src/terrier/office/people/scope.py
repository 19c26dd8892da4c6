"""The scope rule: who sees what. Every list, page, export, count and API operation asks here, and nowhere else.

A person sees what the positions they hold cover, and what the positions below those cover, on the day asked; a key account
manager sees a key account whole, wherever its sites lie; directors, analysts and administrators see the company.
Outside of it the answer is *not found*: views fetch through ``visible_to`` and let ``get_object_or_404`` say so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, TypeVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from terrier.office.people.covering import Covered, InCoveredTree
from terrier.office.people.models import Incumbency, Person, Position, ReportingLine, Role, counting_sql
from terrier.office.statements import asked

WHOLE_COMPANY = frozenset({Role.DIRECTOR, Role.ANALYST, Role.ADMINISTRATOR})
WATCHES_JOBS = frozenset({Role.ANALYST, Role.ADMINISTRATOR})

WIDE = 20
"""A scope of more than one position in so many is wide."""

OF_AN_ACCOUNT = {
    "accounts.account": "",
    "accounts.contact": "account",
    "accounts.note": "account",
    "accounts.purchase": "account",
    "accounts.competitorpresence": "account",
    "accounts.event": "account",
    "accounts.task": "account",
    "alignment.coverage": "account",
}
"""Models that belong to an account, and the path to it."""

OF_A_PLAN = {
    "alignment.rule": "plan",
    "alignment.lock": "plan",
    "alignment.holdover": "plan",
    "alignment.step": "plan",
    "alignment.enginerun": "plan",
    "alignment.candidate": "run__plan",
}
"""Models that only those see below whom the plan lies that they belong to, and the path to it."""

SHOWN_PLANS = ("in_review", "approved", "active")
"""States in which those whom a plan concerns see it, and their own part of it; before, only those above its root do."""

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Scope:
    """What a person may see on a day.

    held : the positions they hold themselves. roles : of those. n_reporting : how many positions of the company report to
    another. team : the positions held and those below, each with its role; None for those who see the whole company: it is
    read if somebody asks, and few do.
    """

    on: dt.date
    person_id: int
    roles: frozenset[str]
    held: frozenset[int]
    n_reporting: int
    team: frozenset[tuple[int, str]] | None

    @cached_property
    def positions(self) -> frozenset[int]:
        """Their own and those below."""
        if self.team is None:
            return _below(self.held, self._lines)
        return frozenset(position for position, _role in self.team)

    @cached_property
    def key_positions(self) -> frozenset[int]:
        """The key account managers' among the positions."""
        if self.team is None:
            keys = Position.objects.filter(role=Role.KEY_ACCOUNT_MANAGER, pk__in=self.positions)
            return frozenset(keys.values_list("pk", flat=True))
        return frozenset(position for position, role in self.team if role == Role.KEY_ACCOUNT_MANAGER)

    @cached_property
    def above(self) -> frozenset[int]:
        """Those they hold and all that these report to."""
        return _above(self.held, self._lines)

    @cached_property
    def _lines(self) -> list[tuple[int, int]]:
        return _lines(self.on)

    @property
    def wide(self) -> bool:
        """Whether it takes in so much of the company that a list does better to walk in its order than to gather all first."""
        return len(self.positions) * WIDE > self.n_reporting

    @property
    def whole_company(self) -> bool:
        return bool(self.roles & WHOLE_COMPANY)


def scope_of(person: Person, on: dt.date | None = None) -> Scope:
    """The scope of a person on a day (today's by default), remembered with the person for the length of a request."""
    day = on or timezone.localdate()
    known: dict[dt.date, Scope] = person.__dict__.setdefault("_scopes", {})
    if day not in known:
        known[day] = _find_scope(person, day)
    return known[day]


def visible_to(
    person: Person, model: type[Row], on: dt.date | None = None, *, walked: bool = False
) -> QuerySet[Row]:
    """The rows of a model that a person may see on a day. A model nobody has placed under the rule is an error.

    Deleted rows are included: whoever lists drops them with ``.kept()``, whoever restores finds them.
    walked : whether they are read in an order until a page is full.
    """
    return narrowed(scope_of(person, on), model._default_manager.all(), walked=walked)


def narrowed(scope: Scope, rows: QuerySet[Row], *, walked: bool = False) -> QuerySet[Row]:
    """Those of the rows that lie within a scope."""
    label = rows.model._meta.label_lower
    if label in OF_AN_ACCOUNT:
        if scope.whole_company:
            return rows
        return rows.filter(_account_within(scope, OF_AN_ACCOUNT[label], walked=walked))
    if label.startswith("alignment."):
        return rows if scope.whole_company else rows.filter(_plan_within(scope, label))
    match label:
        case "people.position":
            return rows if scope.whole_company else rows.filter(pk__in=scope.positions)
        case "people.reportingline" | "people.incumbency":
            return rows if scope.whole_company else rows.filter(position__in=scope.positions)
        case "people.person":
            return rows if scope.whole_company else rows.filter(_person_within(scope))
        case "audit.entry":
            return rows if scope.whole_company else rows.filter(account_id__in=_account_ids(scope))
        case "imports.import" | "sales.load" | "market.source":
            return rows if scope.whole_company else rows.none()
        case "jobs.job":
            return rows if scope.roles & WATCHES_JOBS else rows.filter(author=scope.person_id)
        case "people.apitoken":
            return rows.filter(person=scope.person_id)
        case "headcount.headcount":
            return rows if scope.whole_company else rows.filter(root__in=scope.positions)
        case "analysis.analysis":
            return rows.filter(_analysis_within(scope))
        case "accounts.savedview":
            return rows.filter(Q(owner=scope.person_id) | Q(shared=True))
    raise LookupError(f"{label} is not under the scope rule: say in people/scope.py who sees it")


def _account_within(scope: Scope, path: str, *, walked: bool = False) -> Q:
    """walked : whether the rows are read in an order until a page is full."""
    account = F(path or "pk")
    others = scope.positions - scope.key_positions
    covered = Q(Covered(account, others, scope.on, walked=walked and scope.wide))
    if not scope.key_positions:
        return covered
    # what key account managers cover lies in their trees, and needs no question of its own
    top = Coalesce(F(f"{path}__chain" if path else "chain"), account)
    within = Q(InCoveredTree(top, scope.key_positions, scope.on))
    return within | covered if others else within


def _plan_within(scope: Scope, label: str) -> Q:
    """What somebody sees of plans: all of those at or below their positions, and their own part of those in review or later."""
    mine = scope.positions
    if label in OF_A_PLAN:
        return Q(**{f"{OF_A_PLAN[label]}__root__in": mine})
    match label:
        case "alignment.area" | "alignment.companythresholds":
            return Q()
        case "alignment.plan":
            return Q(root__in=mine) | Q(state__in=SHOWN_PLANS, pk__in=_territories(scope).values("plan"))
        case "alignment.territory":
            return Q(plan__root__in=mine) | Q(
                plan__state__in=SHOWN_PLANS, pk__in=_territories(scope).values("pk")
            )
        case "alignment.placement":
            own = _territories(scope).values("pk")
            return Q(plan__root__in=mine) | (
                Q(plan__state__in=SHOWN_PLANS) & (Q(territory__in=own) | Q(present__in=own))
            )
        case "alignment.overlay":
            return Q(plan__root__in=mine) | (Q(plan__state__in=SHOWN_PLANS) & _shared_with(scope))
        case "alignment.answer" | "alignment.challenge" | "alignment.comment":
            return Q(plan__root__in=mine) | Q(
                plan__state__in=SHOWN_PLANS, territory__in=_territories(scope).values("pk")
            )
        case "alignment.challengemove":
            return Q(challenge__plan__root__in=mine) | Q(
                challenge__plan__state__in=SHOWN_PLANS,
                challenge__territory__in=_territories(scope).values("pk"),
            )
        case "alignment.handover":
            return Q(giver__in=mine) | Q(taker__in=mine) | Q(plan__root__in=mine)
    raise LookupError(f"{label} is not under the scope rule: say in people/scope.py who sees it")


def _territories(scope: Scope) -> QuerySet[Any, Any]:
    """The territories of all plans that belong to positions in this scope, or lie below theirs: the tree has three levels."""
    from terrier.office.alignment.models import Territory  # noqa: PLC0415 - alignment builds on people

    mine = scope.positions
    return Territory._default_manager.filter(
        Q(position__in=mine) | Q(parent__position__in=mine) | Q(parent__parent__position__in=mine)
    )


def _shared_with(scope: Scope) -> Q:
    """The shares of a plan's territories in this scope, and of others in what these hold."""
    from terrier.office.alignment.models import Placement  # noqa: PLC0415 - alignment builds on people

    own = _territories(scope).values("pk")
    held = Placement._default_manager.filter(
        plan=OuterRef("plan"), account=OuterRef("account"), territory__in=own
    )
    return Q(territory__in=own) | Q(Exists(held))


def _account_ids(scope: Scope) -> QuerySet[Any, Any]:
    from terrier.office.accounts.models import Account  # noqa: PLC0415 - accounts build on people

    return Account.objects.filter(_account_within(scope, "")).values("pk")


def _person_within(scope: Scope) -> Q:
    holders = Incumbency.objects.on(scope.on).filter(position__in=scope.positions).values("person")
    return Q(pk=scope.person_id) | Q(pk__in=holders)


def _analysis_within(scope: Scope) -> Q:
    """One's own, and those that others share with one or with all below a position that one is at or below."""
    from terrier.office.analysis.models import Share  # noqa: PLC0415 - analyses build on people

    shared = Share.objects.filter(Q(person=scope.person_id) | Q(position__in=scope.above))
    return Q(owner=scope.person_id) | Q(pk__in=shared.values("analysis"), deleted_at__isnull=True)


def _find_scope(person: Person, day: dt.date) -> Scope:
    rows = asked(_scope_sql(), [day, day, person.pk, day, day, day, day])
    held = {position: role for position, role, is_held, _n in rows if is_held}
    whole_company = bool(WHOLE_COMPANY & set(held.values()))
    return Scope(
        on=day,
        person_id=person.pk,
        roles=frozenset(held.values()),
        held=frozenset(held),
        n_reporting=rows[0][3] if rows else 0,
        team=None if whole_company else frozenset((position, role) for position, role, _held, _n in rows),
    )


def with_those_below(held: frozenset[int], day: dt.date) -> frozenset[int]:
    """The positions held and all that report to them, at whatever depth. Read whole: a company has hundreds, not millions."""
    return _below(held, _lines(day)) if held else held


def _lines(day: dt.date) -> list[tuple[int, int]]:
    """Which position reports to which on a day."""
    found = asked(
        f"SELECT position_id, manager_id FROM {_LINES} line WHERE {counting_sql('line')}", [day, day]
    )
    return [(position, manager) for position, manager in found]


_LINES = ReportingLine._meta.db_table


@cache
def _scope_sql() -> str:
    """The positions that somebody holds on a day, and those below, unless they see the whole company; with each its role,
    whether it is held, and how many positions report to another."""
    positions, whole = Position._meta.db_table, ", ".join(f"'{role}'" for role in sorted(WHOLE_COMPANY))
    counts = counting_sql("line")
    return (
        f"WITH RECURSIVE company(n) AS (SELECT COUNT(*) FROM {_LINES} line WHERE {counts}),"
        f" held AS (SELECT seat.position_id, chair.role FROM {Incumbency._meta.db_table} seat"
        f" JOIN {positions} chair ON chair.id = seat.position_id"
        f" WHERE seat.person_id = %s AND {counting_sql('seat')}),"
        f" below(position_id) AS (SELECT position_id FROM held"
        f" WHERE NOT EXISTS (SELECT 1 FROM held WHERE role IN ({whole}))"
        f" UNION SELECT line.position_id FROM below JOIN {_LINES} line ON line.manager_id = below.position_id"
        f" WHERE {counts})"
        f" SELECT held.position_id, held.role, 1, company.n FROM held CROSS JOIN company"
        f" UNION ALL SELECT chair.id, chair.role, 0, company.n FROM below"
        f" JOIN {positions} chair ON chair.id = below.position_id CROSS JOIN company"
    )


def _above(held: frozenset[int], lines: list[tuple[int, int]]) -> frozenset[int]:
    manager_of = dict(lines)
    found: set[int] = set()
    for position in held:
        at: int | None = position
        while at is not None and at not in found:
            found.add(at)
            at = manager_of.get(at)
    return frozenset(found)


def _below(held: frozenset[int], lines: list[tuple[int, int]]) -> frozenset[int]:
    reports: dict[int, list[int]] = {}
    for below, above in lines:
        reports.setdefault(above, []).append(below)
    found, fresh = set(held), list(held)
    while fresh:
        for position in reports.get(fresh.pop(), ()):
            if position not in found:
                found.add(position)
                fresh.append(position)
    return frozenset(found)
