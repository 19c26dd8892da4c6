"""Locks: what neither a person nor the engine moves until it is unlocked. Each change of them is one act and one step, which undo takes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.alignment.id_sets import id_set
from terrier.office.alignment.models import (
    Cause,
    Lock,
    Placement,
    Plan,
    Step,
    StepKind,
    StepRole,
    Territory,
)
from terrier.office.alignment.moving import counted_up, locked, rows_of
from terrier.office.audit.models import Action, Entry
from terrier.office.audit.services import Author, Record, begin_act

SETS = frozenset({StepKind.LOCK, StepKind.LOCK_TERRITORY})
OF_TERRITORIES = frozenset({StepKind.LOCK_TERRITORY, StepKind.UNLOCK_TERRITORY})


@dataclass(frozen=True, slots=True)
class Turn:
    """Locks to set or to open. reasons : by number of the account or of the territory.

    undoes : the step that this one takes back, if it does; it is a step then even if nothing is left to turn.
    """

    kind: StepKind
    reasons: Mapping[int, str]
    summary: str = ""
    role: StepRole = StepRole.DO
    undoes: Step | None = None

    @property
    def column(self) -> str:
        return "territory" if self.kind in OF_TERRITORIES else "account"


@transaction.atomic
def lock_accounts(*, plan: Plan, accounts: Iterable[int], author: Author, reason: str = "") -> Step | None:
    """Lock accounts where they are. Those locked already stay so; None if all of them are."""
    held = locked(plan)
    wanted = dict.fromkeys((int(number) for number in accounts), reason[:200])
    rows_of(held, dict.fromkeys(wanted))
    return _turn(held, plan, Turn(StepKind.LOCK, wanted), author)


@transaction.atomic
def unlock_accounts(*, plan: Plan, accounts: Iterable[int], author: Author) -> Step | None:
    """Take the locks of accounts away; None if there were none."""
    return _turn(locked(plan), plan, Turn(StepKind.UNLOCK, dict.fromkeys(accounts, "")), author)


@transaction.atomic
def lock_territory(*, territory: Territory, author: Author, reason: str = "") -> Step | None:
    """Lock a whole territory: nothing leaves it, nothing comes. None if it is locked already."""
    plan = territory.plan
    return _turn(locked(plan), plan, Turn(StepKind.LOCK_TERRITORY, {territory.pk: reason[:200]}), author)


@transaction.atomic
def unlock_territory(*, territory: Territory, author: Author) -> Step | None:
    plan = territory.plan
    return _turn(locked(plan), plan, Turn(StepKind.UNLOCK_TERRITORY, {territory.pk: ""}), author)


def turn_back(held: Plan, step: Step, author: Author, summary: str, role: StepRole) -> Step:
    """Take a step of locks back, as far as they are as it left them. Within a transaction of the caller's, who holds the plan."""
    reasons = {
        number: reason
        for _from, territory, accounts, reason in step.groups
        for number in (accounts if territory is None else [territory])
    }
    back = Turn(StepKind(step.kind).opposite, reasons, summary, role, step)
    made = _turn(held, step.plan, back, author)
    assert made is not None
    return made


def _turn(held: Plan, plan: Plan, turn: Turn, author: Author) -> Step | None:
    found: QuerySet[Lock, Lock] = Lock.objects.filter(
        plan=held, **{f"{turn.column}__in": id_set(turn.reasons)}
    )
    if turn.kind in SETS:
        rows = _set(held, turn, found, author)
    else:
        rows = list(found.select_related("account", "territory"))
    if not rows and turn.undoes is None:
        return None
    version = counted_up(plan, held)
    step = _kept(held, version, rows, turn, author)
    if turn.kind not in SETS:
        found.delete()
    numbers = [getattr(row, f"{turn.column}_id") for row in rows]
    if turn.column == "territory":
        Territory.objects.filter(plan=held, pk__in=numbers).update(version=version)
    else:
        Placement.objects.filter(plan=held, account__in=id_set(numbers)).update(version=version)
    return step


def _set(held: Plan, turn: Turn, found: QuerySet[Lock, Lock], author: Author) -> list[Lock]:
    """The locks that were not there."""
    name = f"{turn.column}_id"
    there = set(found.values_list(name, flat=True))
    fresh = [
        Lock(plan=held, **{name: number}, reason=reason, author=author.person)
        for number, reason in turn.reasons.items()
        if number not in there
    ]
    Lock.objects.bulk_create(fresh, batch_size=1000)
    new = id_set(getattr(row, name) for row in fresh)
    rows: QuerySet[Lock, Lock] = Lock.objects.filter(plan=held, **{f"{turn.column}__in": new})
    return list(rows.select_related("account", "territory"))


def _kept(held: Plan, version: int, rows: Sequence[Lock], turn: Turn, author: Author) -> Step:
    """The step, and its act with an entry of each lock."""
    summary = (turn.summary or _summary(held, rows, turn.kind))[:200]
    record = Record(author, summary, undoes=None if turn.undoes is None else turn.undoes.act)
    act = begin_act(record)
    action = Action.CREATE if turn.kind in SETS else Action.DELETE
    for row in rows:
        record.add(action, row, _told(row, action))
    Entry.objects.bulk_create(record.entries, batch_size=1000)
    return Step.objects.create(
        plan=held,
        version=version,
        kind=turn.kind,
        role=turn.role,
        act=act,
        cause=Cause.LOCK,
        author=author.person,
        summary=summary,
        n_accounts=sum(row.account_id is not None for row in rows),
        groups=_groups(rows),
        undoes=turn.undoes,
    )


def _groups(rows: Sequence[Lock]) -> list[list[object]]:
    by_reason: dict[tuple[int | None, str], list[int]] = defaultdict(list)
    for row in rows:
        accounts = by_reason[row.territory_id, row.reason]
        if row.account_id is not None:
            accounts.append(row.account_id)
    return [[node, node, sorted(accounts), reason] for (node, reason), accounts in by_reason.items()]


def _told(row: Lock, action: str) -> dict[str, tuple[object, object]]:
    values = {
        "plan": row.plan_id,
        "account": row.account_id,
        "territory": row.territory_id,
        "reason": row.reason,
        "author": row.author_id,
    }
    told = {name: value for name, value in values.items() if value not in (None, "")}
    return {name: (None, value) if action == Action.CREATE else (value, None) for name, value in told.items()}


def _summary(plan: Plan, rows: Sequence[Lock], kind: StepKind) -> str:
    if rows and rows[0].territory is not None:
        whole = (
            _("%(territory)s locked in “%(plan)s”")
            if kind in SETS
            else _("%(territory)s unlocked in “%(plan)s”")
        )
        return whole % {"territory": rows[0].territory.name, "plan": plan.name}
    n = len(rows)
    summary = (
        ngettext("%(n)s lock set in “%(plan)s”", "%(n)s locks set in “%(plan)s”", n)
        if kind in SETS
        else ngettext("%(n)s lock opened in “%(plan)s”", "%(n)s locks opened in “%(plan)s”", n)
    )
    return summary % {"n": f"{n:,}", "plan": plan.name}
