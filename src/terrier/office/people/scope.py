"""The scope rule: who sees what. Every list, page, export, count and API operation asks here, and nowhere else.

A person sees what the positions they hold cover, and what the positions below those cover, on the day asked; a key account
manager sees a key account whole, wherever its sites lie; directors, analysts and administrators see the company.
Outside of it the answer is *not found*: views fetch through ``visible_to`` and let ``get_object_or_404`` say so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
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

    positions : their own and those below. key_positions : the key account managers' among them. roles : of the
    positions they hold themselves. above : those positions and all that they report to. n_reporting : how many positions of the company report to another.
    """

    on: dt.date
    person_id: int
    roles: frozenset[str]
    held: frozenset[int]
    positions: frozenset[int]
    key_positions: frozenset[int]
    above: frozenset[int] = frozenset()
    n_reporting: int = 0

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
    rows = asked(f"{_held_sql()} UNION ALL {_lines_sql()}", [person.pk, day, day, day, day])
    held = {position: role for position, manager, role in rows if manager is None}
    lines = [row for row in rows if row[1] is not None] if held else []
    below = _below(frozenset(held), lines)
    roles = held | {position: role for position, _manager, role in lines if position in below}
    return Scope(
        on=day,
        person_id=person.pk,
        roles=frozenset(held.values()),
        held=frozenset(held),
        positions=below,
        key_positions=frozenset(at for at, role in roles.items() if role == Role.KEY_ACCOUNT_MANAGER),
        above=_above(frozenset(held), lines),
        n_reporting=len(lines),
    )


def with_those_below(held: frozenset[int], day: dt.date) -> frozenset[int]:
    """The positions held and all that report to them, at whatever depth. Read whole: a company has hundreds, not millions."""
    return _below(held, _lines(day)) if held else held


def _lines(day: dt.date) -> list[tuple[int, int, str]]:
    """Which position reports to which on a day, and the role of the one below."""
    return [(position, manager, role) for position, manager, role in asked(_lines_sql(), [day, day])]


def _held_sql() -> str:
    return f"{_of_positions(Incumbency, 'NULL')} WHERE period.person_id = %s AND {counting_sql('period')}"


def _lines_sql() -> str:
    return f"{_of_positions(ReportingLine, 'period.manager_id')} WHERE {counting_sql('period')}"


def _of_positions(model: type[models.Model], manager: str) -> str:
    return (
        f"SELECT period.position_id, {manager}, chair.role FROM {model._meta.db_table} period"
        f" JOIN {Position._meta.db_table} chair ON chair.id = period.position_id"
    )


def _above(held: frozenset[int], lines: list[tuple[int, int, str]]) -> frozenset[int]:
    manager_of = {position: manager for position, manager, _role in lines}
    found: set[int] = set()
    for position in held:
        at: int | None = position
        while at is not None and at not in found:
            found.add(at)
            at = manager_of.get(at)
    return frozenset(found)


def _below(held: frozenset[int], lines: list[tuple[int, int, str]]) -> frozenset[int]:
    reports: dict[int, list[int]] = {}
    for below, above, _role in lines:
        reports.setdefault(above, []).append(below)
    found, fresh = set(held), list(held)
    while fresh:
        for position in reports.get(fresh.pop(), ()):
            if position not in found:
                found.add(position)
                fresh.append(position)
    return frozenset(found)
