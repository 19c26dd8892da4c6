"""Moving accounts between the territories of a plan: each move is one act and one step, which undo takes back.

Set-based throughout: a step of 100,000 accounts is a few statements. The plan's row is the lock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.alignment.errors import ChangedMeanwhileError, LockedError, PlanError
from terrier.office.alignment.id_sets import id_set
from terrier.office.alignment.models import (
    Cause,
    Level,
    Lock,
    Placement,
    Plan,
    PlanState,
    Step,
    StepRole,
    Territory,
)
from terrier.office.alignment.splits import Splits, left_by_moves, splits_of, told, write_splits
from terrier.office.audit.models import Action, Entry
from terrier.office.audit.services import Author, Record, begin_act

Group = list[Any]
"""[from, to, accounts, cause before]: territories by number, null for none."""


@dataclass(frozen=True, slots=True)
class Row:
    """A placement as it is before a move."""

    account: int
    territory: int | None
    cause: str
    version: int


@transaction.atomic
def move_accounts(
    *,
    plan: Plan,
    accounts: Iterable[int],
    to: Territory | None,
    author: Author,
    cause: str = Cause.MANUAL,
    seen: int | None = None,
    skip_locked: bool = False,
    summary: str = "",
) -> Step | None:
    """Place accounts, by their numbers, in a territory, or in none. None if all of them are there already.

    seen : the version of the plan that the writer looked at; what others moved since is not overwritten. skip_locked :
    leave locked ones where they are instead of refusing the whole.

    Raises PlanError, ChangedMeanwhileError or LockedError.
    """
    target = None if to is None else to.pk
    wanted: dict[int, int | None] = {int(number): target for number in accounts}
    return place(
        plan=plan,
        wanted=wanted,
        author=author,
        cause=cause,
        seen=seen,
        skip_locked=skip_locked,
        summary=summary,
    )


def place(
    *,
    plan: Plan,
    wanted: dict[int, int | None],
    author: Author,
    cause: str,
    seen: int | None = None,
    skip_locked: bool = False,
    summary: str = "",
    role: str = StepRole.DO,
    undoes: Step | None = None,
    causes: dict[int, str] | None = None,
    splits: Mapping[int, Splits] | None = None,
    even_active: bool = False,
) -> Step | None:
    """Place each account in a territory of its own, in one step; ``move_accounts`` and the engine's plans come down to this.

    Within a transaction of the caller's. causes : of single accounts, where they differ from ``cause``. splits : of single
    accounts, with whom they are shared from now on, fair ones; of others, what a move leaves.
    """
    held = locked(plan, even_active=even_active)
    refuse_strangers(held, {number for number in wanted.values() if number is not None})
    shared = splits_of(held, wanted)
    named = splits or {}
    reshared = {account for account, one in named.items() if one != shared.get(account, {})}
    rows = [
        row
        for row in rows_of(held, wanted)
        if row.territory != wanted[row.account] or row.account in reshared
    ]
    if not rows:
        return None
    _refuse_newer(held, rows, seen)
    rows = _without_locked(held, rows, wanted, skip_locked)
    if not rows:
        return None
    step = _write(held, plan, rows, wanted, author, cause, summary, role, undoes, causes or {})
    moves = {row.account: (row.territory, wanted[row.account]) for row in rows}
    before = {account: one for account, one in shared.items() if account in moves}
    after = left_by_moves(held, before, moves)
    after |= {account: one for account, one in named.items() if account in moves}
    return _recorded(step, author, undoes, before, after)


def locked(plan: Plan, *, even_active: bool = False) -> Plan:
    """The plan's row, locked for a change of what it says. Refuses plans that nobody shapes any more."""
    held = Plan.objects.select_for_update().get(pk=plan.pk)
    states = {PlanState.PLANNING, PlanState.IN_REVIEW} | ({PlanState.ACTIVE} if even_active else set())
    if held.state not in states:
        raise PlanError(
            _("“%(plan)s” is %(state)s and no longer changes. Copy it to go on from it.")
            % {"plan": held, "state": PlanState(held.state).label.lower()}
        )
    return held


def counted_up(plan: Plan, held: Plan) -> int:
    """The plan's next version, for a change that the caller is about to make."""
    held.version += 1
    Plan.objects.filter(pk=held.pk).update(version=held.version, changed_at=timezone.now())
    plan.version = held.version
    return held.version


def refuse_strangers(plan: Plan, territories: set[int]) -> None:
    """Accounts go to territories of their own plan, at the bottom of its tree."""
    known = set(
        Territory.objects.filter(plan=plan, level=Level.TERRITORY, pk__in=territories).values_list(
            "pk", flat=True
        )
    )
    if territories - known:
        raise PlanError(
            _("Accounts are placed in territories of this plan; number %(number)s is none.")
            % {"number": min(territories - known)}
        )


def placed_where(plan: Plan, found: QuerySet[Any, Any] | None = None, **where: Any) -> list[int]:
    """The numbers of a plan's accounts that fit: in a territory, or among ``found`` (accounts)."""
    rows = Placement.objects.filter(plan=plan, **where)
    if found is not None:
        rows = rows.filter(account__in=found.order_by().values("pk"))
    return list(rows.order_by("account").values_list("account", flat=True))


def rows_of(plan: Plan, wanted: dict[int, int | None]) -> list[Row]:
    found = (
        Placement.objects.filter(plan=plan, account__in=id_set(wanted))
        .order_by("account")
        .values_list("account", "territory", "cause", "version")
    )
    rows = [Row(*values) for values in found]
    if len(rows) != len(wanted):
        missing = sorted(set(wanted) - {row.account for row in rows})
        raise PlanError(
            ngettext(
                "%(n)s account is not part of this plan: number %(first)s.",
                "%(n)s accounts are not part of this plan, the first of them number %(first)s.",
                len(missing),
            )
            % {"n": f"{len(missing):,}", "first": missing[0]}
        )
    return rows


def _refuse_newer(plan: Plan, rows: Sequence[Row], seen: int | None) -> None:
    newer = [] if seen is None else [row for row in rows if row.version > seen]
    if newer:
        refuse_changed(plan, newer)


def refuse_changed(plan: Plan, newer: Sequence[Row]) -> NoReturn:
    """Say who moved these last; some, if several did."""
    last = (
        Step.objects.filter(plan=plan, version__gte=min(row.version for row in newer))
        .select_related("author")
        .first()
    )
    raise ChangedMeanwhileError(
        ngettext(
            "%(who)s moved %(n)s of these accounts in the meantime. Nothing was changed: look again and decide.",
            "%(who)s moved %(n)s of these accounts in the meantime. Nothing was changed: look again and decide.",
            len(newer),
        )
        % {"who": (last and last.author) or _("Somebody"), "n": f"{len(newer):,}"},
        [row.account for row in newer],
    )


def _without_locked(
    plan: Plan, rows: list[Row], wanted: dict[int, int | None], skip_locked: bool
) -> list[Row]:
    locks = list(Lock.objects.filter(plan=plan).values_list("account", "territory"))
    if not locks:
        return rows
    accounts = {account for account, _territory in locks if account is not None}
    nodes = {territory for _account, territory in locks if territory is not None}
    stuck = [
        row
        for row in rows
        if row.territory != wanted[row.account]
        and (row.account in accounts or row.territory in nodes or wanted[row.account] in nodes)
    ]
    if not stuck:
        return rows
    if not skip_locked:
        raise LockedError(
            ngettext(
                "%(n)s of these accounts is locked, or its territory is. Unlock it, or move the others only.",
                "%(n)s of these accounts are locked, or their territories are. Unlock them, or move the others only.",
                len(stuck),
            )
            % {"n": f"{len(stuck):,}"},
            [row.account for row in stuck],
        )
    kept = {row.account for row in stuck}
    return [row for row in rows if row.account not in kept]


def _write(
    held: Plan,
    plan: Plan,
    rows: list[Row],
    wanted: dict[int, int | None],
    author: Author,
    cause: str,
    summary: str,
    role: str,
    undoes: Step | None,
    causes: dict[int, str],
) -> Step:
    version, now = counted_up(plan, held), timezone.now()
    by_target: dict[tuple[int | None, str], list[int]] = defaultdict(list)
    groups: dict[tuple[int | None, int | None, str], list[int]] = defaultdict(list)
    for row in rows:
        target = wanted[row.account]
        by_target[target, causes.get(row.account, cause)].append(row.account)
        groups[row.territory, target, row.cause].append(row.account)
    for (target, why), accounts in by_target.items():
        Placement.objects.filter(plan=held, account__in=id_set(accounts)).update(
            territory=target, cause=why, author=author.person, changed_at=now, version=version
        )
    text = summary or _summary(held, rows, wanted)
    return Step(
        plan=held,
        version=version,
        role=role,
        cause=cause,
        author=author.person,
        summary=text[:200],
        n_accounts=len(rows),
        groups=[[source, target, accounts, why] for (source, target, why), accounts in groups.items()],
        undoes=undoes,
    )


def _recorded(
    step: Step,
    author: Author,
    undoes: Step | None,
    before: Mapping[int, Splits],
    after: Mapping[int, Splits],
) -> Step:
    """Save a step with its act, in which one entry tells of it, however many accounts it moved, and one of each split it changed."""
    record = Record(author, step.summary, undoes=None if undoes is None else undoes.act)
    step.act = begin_act(record)
    step.splits = told(before, after)
    step.save(force_insert=True)
    record.add(Action.CREATE, step, {"plan": (None, step.plan_id), "n_accounts": (None, step.n_accounts)})
    write_splits(record, step.plan, before, after)
    Entry.objects.bulk_create(record.entries, batch_size=1000)
    return step


def _summary(plan: Plan, rows: Sequence[Row], wanted: dict[int, int | None]) -> str:
    targets = {wanted[row.account] for row in rows}
    values = {"n": f"{len(rows):,}", "plan": plan.name}
    if len(targets) > 1:
        return ngettext(
            "%(n)s account moved in “%(plan)s”", "%(n)s accounts moved in “%(plan)s”", len(rows)
        ) % (values)
    target = targets.pop()
    if target is None:
        return ngettext(
            "%(n)s account taken out of its territory in “%(plan)s”",
            "%(n)s accounts taken out of their territories in “%(plan)s”",
            len(rows),
        ) % (values)
    values["territory"] = Territory.objects.get(pk=target).name
    return ngettext(
        "%(n)s account moved to %(territory)s in “%(plan)s”",
        "%(n)s accounts moved to %(territory)s in “%(plan)s”",
        len(rows),
    ) % (values)
