"""Asking the engine about a plan, and taking one of the plans it finds."""

from __future__ import annotations

from enum import StrEnum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.alignment.choices import choices_of
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import Candidate, Cause, EngineRun, Plan, RunKind, Step
from terrier.office.alignment.moving import locked, place, refuse_changed, rows_of
from terrier.office.audit.services import Author
from terrier.office.jobs.models import ENDED
from terrier.office.jobs.services import cancel, enqueue
from terrier.office.jobs.words import said

KIND = "alignment.engine"
MOST_KEPT = 12
"""Runs of a plan; of older ones the candidates go that nobody took."""


@transaction.atomic
def ask_engine(*, plan: Plan, kind: str, author: Author) -> EngineRun:
    """Begin a run as a job. While one is at work, another of the same plan is refused."""
    held = locked(plan)
    if kind not in RunKind.values:
        raise PlanError(_("The engine does not know “%(kind)s”.") % {"kind": kind[:40]})
    busy = EngineRun.objects.filter(plan=held).exclude(job__state__in=ENDED).filter(job__isnull=False).first()
    if busy is not None:
        raise PlanError(_("The engine is at work on this plan already. Wait for it, or cancel it."))
    run = EngineRun.objects.create(
        plan=held,
        kind=kind,
        version=held.version,
        choices=choices_of(held).model_dump(mode="json"),
        author=author.person,
    )
    run.job = enqueue(
        KIND,
        author=author.person,
        summary=said("%(kind)s for “%(plan)s”", kind=RunKind(kind).label, plan=held.name),
        run_id=run.pk,
    )
    run.save(update_fields=["job"])
    old = EngineRun.objects.filter(plan=held).order_by("-pk").values_list("pk", flat=True)[MOST_KEPT:]
    Candidate.objects.filter(run__in=list(old), taken_at__isnull=True).delete()
    return run


def stop_engine(run: EngineRun) -> None:
    """Cancel a run that waits or is at work."""
    if run.job is not None:
        cancel(job=run.job)


class Meanwhile(StrEnum):
    """What becomes of accounts that a candidate moves and that were moved since the engine was asked."""

    REFUSE = "refuse"
    KEEP = "keep"
    OVERWRITE = "overwrite"


def moved_since(candidate: Candidate) -> list[int]:
    """The accounts that a candidate moves, and that now are neither where they were when the engine was asked nor where it wants them.

    What was moved and is back again does not count.
    """
    ways = {account: {source, to} for source, to, accounts in candidate.groups for account in accounts}
    plan = candidate.run.plan
    return [
        row.account for row in rows_of(plan, dict.fromkeys(ways)) if row.territory not in ways[row.account]
    ]


@transaction.atomic
def take_candidate(
    *, candidate: Candidate, author: Author, meanwhile: Meanwhile = Meanwhile.REFUSE
) -> Step | None:
    """Make the plan say what a candidate says, in one step; what was locked since stays.

    meanwhile : whether accounts moved since the engine was asked stay where they are, follow the candidate, or refuse the whole.

    Raises ChangedMeanwhileError if there are such and nobody decided.
    """
    run = EngineRun.objects.select_related("plan").get(pk=candidate.run_id)
    locked(run.plan)
    wanted: dict[int, int | None] = {
        account: target for _source, target, accounts in candidate.groups for account in accounts
    }
    if meanwhile != Meanwhile.OVERWRITE and (moved := moved_since(candidate)):
        if meanwhile == Meanwhile.REFUSE:
            refuse_changed(run.plan, rows_of(run.plan, dict.fromkeys(moved)))
        for account in moved:
            del wanted[account]
    step = place(
        plan=run.plan,
        wanted=wanted,
        author=author,
        cause=Cause.ENGINE,
        skip_locked=True,
        summary=_("Plan %(number)s of the engine taken over into “%(plan)s”")
        % {"number": candidate.number, "plan": run.plan.name},
    )
    Candidate.objects.filter(pk=candidate.pk).update(taken_at=timezone.now())
    return step
