"""Undo and redo within a plan, without limit: each takes one step back, and is a step itself."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.alignment.errors import ChangedMeanwhileError, PlanError
from terrier.office.alignment.id_sets import id_set
from terrier.office.alignment.locking import turn_back
from terrier.office.alignment.models import (
    Challenge,
    Comment,
    Lock,
    Overlay,
    Placement,
    Plan,
    Rule,
    Step,
    StepKind,
    StepRole,
    Territory,
)
from terrier.office.alignment.moving import locked, place
from terrier.office.alignment.splits import read, splits_of
from terrier.office.audit.models import Act, Action, Entry
from terrier.office.audit.services import Author
from terrier.office.audit.undo import NotUndoneError


@transaction.atomic
def undo_step(*, step: Step, author: Author) -> Step:
    """Take a step back, or an undo: each account returns to where the step found it, shared as it was; what it locked is unlocked, and
    the other way round. One step more, and one act.

    Raises PlanError if it was taken back already, or if some account has moved on since.
    """
    held = locked(step.plan)
    if Step.objects.filter(undoes=step).exists():
        raise PlanError(_("This was undone already."))
    if step.kind != StepKind.MOVE:
        return turn_back(held, step, author, _summary(step), _role(step))
    wanted, causes, expected = _reversed(step)
    now = dict(
        Placement.objects.filter(plan=held, account__in=id_set(wanted)).values_list("account", "territory")
    )
    splits = {account: read(before) for account, before, _after in step.splits}
    left = {account: read(after) for account, _before, after in step.splits}
    shared = splits_of(held, splits)
    moved_on = [
        account
        for account in wanted
        if now.get(account, -1) != expected[account] or shared.get(account, {}) != left.get(account, {})
    ]
    if moved_on:
        raise ChangedMeanwhileError(
            ngettext(
                "%(n)s of these accounts has moved on since, so nothing was undone.",
                "%(n)s of these accounts have moved on since, so nothing was undone.",
                len(moved_on),
            )
            % {"n": f"{len(moved_on):,}"},
            moved_on,
        )
    _refuse_gone(held, {node for one in splits.values() for node in one})
    taken_back = place(
        plan=step.plan,
        wanted=wanted,
        author=author,
        cause=step.cause,
        summary=_summary(step),
        role=_role(step),
        undoes=step,
        causes=causes,
        splits=splits,
    )
    assert taken_back is not None
    return taken_back


def _refuse_gone(plan: Plan, nodes: set[int]) -> None:
    if len(nodes) > Territory.objects.filter(plan=plan, pk__in=nodes).count():
        raise PlanError(_("A territory that shared these accounts is gone, so nothing was undone."))


def _reversed(step: Step) -> tuple[dict[int, int | None], dict[int, str], dict[int, int | None]]:
    wanted: dict[int, int | None] = {}
    causes: dict[int, str] = {}
    expected: dict[int, int | None] = {}
    for source, target, accounts, why in step.groups:
        for account in accounts:
            wanted[account], causes[account], expected[account] = source, why, target
    return wanted, causes, expected


def _role(step: Step) -> StepRole:
    return StepRole.REDO if step.role == StepRole.UNDO else StepRole.UNDO


def _summary(step: Step) -> str:
    told = _("Undone: %(act)s") if step.role != StepRole.UNDO else _("Done again: %(act)s")
    return told % {"act": _first(step).summary}


def _first(step: Step) -> Step:
    while step.undoes is not None:
        step = step.undoes
    return step


def next_undo(plan: Plan, author: Author) -> Step | None:
    """What Undo takes back: the last step of somebody's own in this plan that stands."""
    return _standing(plan, author).filter(~Q(role=StepRole.UNDO)).first()


def next_redo(plan: Plan, author: Author) -> Step | None:
    """What Redo does again: the last undo that stands, unless something new was done after it."""
    undone = _standing(plan, author).filter(role=StepRole.UNDO).first()
    if undone is None:
        return None
    newer = Step.objects.filter(plan=plan, author=author.person, role=StepRole.DO, version__gt=undone.version)
    return None if newer.exists() else undone


MOST_AT_ONCE = 20_000
"""Accounts of the steps that are told in one answer; older ones are asked for when one gets there."""


def way_back(plan: Plan, author: Author, *, below: int) -> tuple[list[Step], list[Step], bool]:
    """One's own steps of versions below some: those that Undo takes back and those that Redo does again, the newest first, and whether
    there are older ones. What others did is theirs to take back."""
    standing = _standing(plan, author).filter(version__lt=below)
    done = standing.exclude(role=StepRole.UNDO)
    last = Step.objects.filter(plan=plan, author=author.person, role=StepRole.DO).order_by("-version").first()
    undone = standing.filter(role=StepRole.UNDO, version__gt=last.version if last else 0)
    told: list[Step] = []
    n_accounts = 0
    for step in done.iterator(chunk_size=100):
        if told and n_accounts + step.n_accounts > MOST_AT_ONCE:
            return told, list(undone), True
        told.append(step)
        n_accounts += step.n_accounts
    return told, list(undone), False


def _standing(plan: Plan, author: Author) -> QuerySet[Step, Step]:
    rows = Step.objects.filter(plan=plan, author=author.person, undone_by__isnull=True)
    return rows.select_related("plan").order_by("-version")


@transaction.atomic
def undo(*, plan: Plan, author: Author) -> Step | None:
    """Take back the last step of one's own. None if there is none."""
    step = next_undo(plan, author)
    return None if step is None else undo_step(step=step, author=author)


@transaction.atomic
def redo(*, plan: Plan, author: Author) -> Step | None:
    """Do again what one undid last. None if there is nothing."""
    step = next_redo(plan, author)
    return None if step is None else undo_step(step=step, author=author)


def _refuse_in_use(act: Act) -> None:
    """A territory that was added goes only as long as nothing in its plan speaks of it."""
    added = Entry.objects.filter(act=act, object_type="alignment.territory", action=Action.CREATE)
    nodes = list(added.values_list("object_id", flat=True))
    in_use = Placement.objects.filter(Q(territory__in=nodes) | Q(present__in=nodes)).exists() or any(
        model._default_manager.filter(territory__in=nodes).exists()
        for model in (Challenge, Comment, Lock, Overlay, Rule)
    )
    if in_use:
        raise NotUndoneError(_("Accounts or rules of the plan go to this territory by now."))


def take_back(act: Act, author: Author) -> Act | None:
    """What the audit's Undo does with an act on a plan. None for acts that are taken back row by row, like any other."""
    kinds = set(Entry.objects.filter(act=act).values_list("object_type", flat=True))
    step = Step.objects.filter(act=act).select_related("plan").first()
    try:
        if step is not None:
            return undo_step(step=step, author=author).act
    except PlanError as error:
        raise NotUndoneError(str(error)) from error
    if "alignment.territory" in kinds:
        _refuse_in_use(act)
    if "alignment.plan" in kinds and Entry.objects.filter(act=act, changes__has_key="state").exists():
        raise NotUndoneError(_("A plan goes back to an earlier state on its own page."))
    return None
