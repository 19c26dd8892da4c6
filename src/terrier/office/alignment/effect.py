"""Taking effect: what a plan says becomes coverage from its day on, all of it or nothing; and back again until that day.

An account changes hands where the plan places it otherwise than it was at first; where people have moved it by hand since
then, what was approved counts. Nothing before the day changes. Most accounts are written set by set; those that are
shared, or for which something is planned already, one by one in memory.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.alignment.effect_changes import changes_of, lock_accounts, simple_among
from terrier.office.alignment.effect_one_by_one import refuse_unfair, write_others
from terrier.office.alignment.effect_writing import hand_over, write_simple
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import (
    Level,
    Placement,
    Plan,
    PlanState,
    Territory,
)
from terrier.office.audit.models import Act, Entry
from terrier.office.audit.rows import change_row
from terrier.office.audit.services import Author, Record, begin_act, save_act
from terrier.office.jobs.models import ENDED, Job
from terrier.office.jobs.progress import Report, quietly
from terrier.office.jobs.services import enqueue
from terrier.office.jobs.words import said
from terrier.office.people.scope import with_those_below

APPLY, BEGIN = "alignment.apply", "alignment.begin"
"""The jobs that write the coverage, and that make the plan active on its day."""


@transaction.atomic
def apply_plan(*, plan: Plan, author: Author, report: Report = quietly) -> Act:
    """Write the coverage of an approved plan, effective on its day. report : told of accounts, of how many the plan is about.

    Raises PlanError where the plan is not approved, its day is past, or it is written already.
    """
    held = Plan.objects.select_for_update().get(pk=plan.pk)
    day = _day_of(held)
    refuse_closed_positions(held, day)
    summary = _("“%(plan)s” takes effect on %(day)s") % {"plan": held.name, "day": day.isoformat()}
    record = Record(author, summary)
    act = begin_act(record)
    lock_accounts(held)
    changes = changes_of(held, day)
    simple = simple_among(changes)
    n_accounts = Placement.objects.filter(plan=held).count()
    n_left = len(changes)

    def wrote(n: int) -> None:
        nonlocal n_left
        n_left -= n
        report(
            n_accounts - n_left,
            n_accounts,
            said("Writing who covers whom from %(day)s on", day=day.isoformat()),
        )

    wrote(0)
    hand_over(held, changes, day)
    write_simple(held, act, [one for one in changes if one.account in simple], author, wrote)
    others = [one for one in changes if one.account not in simple]
    write_others(record, held, others)
    wrote(len(others))
    change_row(record, held, {"applied_at": timezone.now()})
    Entry.objects.bulk_create(record.entries, batch_size=1000)
    refuse_unfair(changes)
    if day == timezone.localdate():
        begin(held, author)
    for field in Plan._meta.concrete_fields:
        setattr(plan, field.attname, getattr(held, field.attname))
    return act


@transaction.atomic
def put_into_effect(*, plan: Plan, author: Author) -> Job:
    """Ask for the coverage of an approved plan to be written, as a job. One that is asked for twice is one."""
    held = Plan.objects.select_for_update().get(pk=plan.pk)
    day = _day_of(held)
    refuse_closed_positions(held, day)
    busy = Job.objects.filter(kind=APPLY, payload__plan_id=held.pk).exclude(state__in=ENDED).first()
    return busy or enqueue(
        APPLY,
        author=author.person,
        summary=said("“%(plan)s” takes effect on %(day)s", plan=held.name, day=day.isoformat()),
        plan_id=held.pk,
        author_id=author.person.pk if author.person else None,
    )


def begin_later(plan: Plan, act: Act) -> None:
    """Let a worker make the plan active on its day, if that is still to come."""
    if plan.is_scheduled and plan.effective_on is not None:
        morning = timezone.make_aware(dt.datetime.combine(plan.effective_on, dt.time()))
        enqueue(
            BEGIN,
            author=None,
            key=f"{BEGIN}:{act.pk}",
            not_before=morning,
            summary=act.summary,
            plan_id=plan.pk,
        )


def begin(plan: Plan, author: Author) -> None:
    """The day has come: the plan is active, and those that were so for its root, or for a part of it, are put away."""
    record = Record(author, _("“%(plan)s” is in force") % {"plan": plan.name})
    below = with_those_below(frozenset({plan.root_id}), timezone.localdate())
    for other in Plan.objects.filter(state=PlanState.ACTIVE, root__in=below).exclude(pk=plan.pk):
        change_row(record, other, {"state": PlanState.ARCHIVED})
    change_row(record, plan, {"state": PlanState.ACTIVE})
    save_act(record)


def _day_of(plan: Plan) -> dt.date:
    if plan.state != PlanState.APPROVED or plan.effective_on is None:
        raise PlanError(_("Only an approved plan takes effect; “%(plan)s” is not.") % {"plan": plan.name})
    if plan.applied_at is not None:
        raise PlanError(_("The coverage of this plan is written already."))
    if plan.effective_on < timezone.localdate():
        raise PlanError(
            _(
                "%(day)s is past. Take the plan back into planning and approve it for a later day: history stays."
            )
            % {"day": plan.effective_on.isoformat()}
        )
    return plan.effective_on


def refuse_closed_positions(plan: Plan, day: dt.date) -> None:
    """Accounts go only to positions that are open on the day."""
    placed = Placement.objects.filter(plan=plan).values("territory")
    wrong = (
        Territory.objects.filter(plan=plan, level=Level.TERRITORY, pk__in=placed)
        .filter(Q(position__isnull=True) | Q(position__opens_on__gt=day) | Q(position__closes_on__lte=day))
        .select_related("position")
        .first()
    )
    if wrong is not None:
        raise PlanError(
            _("%(territory)s belongs to no position that is open on %(day)s; name another.")
            % {"territory": wrong.name, "day": day.isoformat()}
        )
