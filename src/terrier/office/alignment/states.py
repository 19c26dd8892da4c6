"""From planning to archived: who takes a plan where, and what must hold for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.alignment.copying import erase_plan, freeze
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import (
    Answer,
    Challenge,
    ChallengeState,
    Level,
    Placement,
    Plan,
    PlanState,
    Territory,
)
from terrier.office.audit.rows import change_row, erase_row
from terrier.office.audit.services import Author, Record, save_act

LONGEST_REVIEW = dt.timedelta(days=366)
FARTHEST_EFFECT = dt.timedelta(days=5 * 366)
"""Farther days are slips of the pen, such as 2206 for 2026."""


@transaction.atomic
def send_to_review(*, plan: Plan, until: dt.date, author: Author) -> Plan:
    """Show the plan to those whom it concerns; they may object until a day, that day included."""
    held = _held(plan, PlanState.PLANNING, PlanState.IN_REVIEW)
    if until < timezone.localdate():
        raise PlanError(
            _("The field needs time to object: the deadline must be today or later, not %(day)s.")
            % {"day": date_format(until)}
        )
    if until > timezone.localdate() + LONGEST_REVIEW:
        raise PlanError(
            _("Nobody waits so long for an answer: the deadline must be within a year, not %(day)s.")
            % {"day": date_format(until)}
        )
    _refuse_unheld(held)
    return _changed(
        plan, held, author, _("“%(plan)s” goes into review"), state=PlanState.IN_REVIEW, review_until=until
    )


@transaction.atomic
def back_to_planning(*, plan: Plan, author: Author) -> Plan:
    """Out of review, or out of an approval that has not taken effect; the copy that was kept goes."""
    held = _held(plan, PlanState.IN_REVIEW, PlanState.APPROVED)
    if held.applied_at is not None:
        raise PlanError(_("The coverage of this plan is written already. Take that back first."))
    frozen = Plan.objects.filter(frozen_of=held).first()
    if frozen is not None:
        erase_plan(frozen, None)
    return _changed(
        plan,
        held,
        author,
        _("“%(plan)s” goes back into planning"),
        state=PlanState.PLANNING,
        review_until=None,
        approved_at=None,
        approved_by=None,
        effective_on=None,
    )


@transaction.atomic
def approve(*, plan: Plan, effective_on: dt.date, author: Author) -> Plan:
    """Approve what the plan says, to take effect on a day. A frozen copy stays of it."""
    held = _held(plan, PlanState.PLANNING, PlanState.IN_REVIEW)
    if effective_on < timezone.localdate():
        raise PlanError(
            _("A plan takes effect today or later, not on %(day)s: history stays as it was.")
            % {"day": date_format(effective_on)}
        )
    if effective_on > timezone.localdate() + FARTHEST_EFFECT:
        raise PlanError(
            _("A plan takes effect within five years, not on %(day)s.") % {"day": date_format(effective_on)}
        )
    n_open = Challenge.objects.filter(plan=held, state=ChallengeState.OPEN).count()
    if n_open:
        raise PlanError(
            ngettext(
                "%(n)s objection is still open. Decide it first.",
                "%(n)s objections are still open. Decide them first.",
                n_open,
            )
            % {"n": n_open}
        )
    _refuse_unheld(held)
    _changed(
        plan,
        held,
        author,
        _("Approved “%(plan)s”"),
        state=PlanState.APPROVED,
        effective_on=effective_on,
        approved_at=timezone.now(),
        approved_by=author.person,
    )
    freeze(held, Record(author, ""))
    return plan


@transaction.atomic
def archive(*, plan: Plan, author: Author) -> Plan:
    """Put a plan away. Coverage that it brought about stays."""
    held = _held(plan, PlanState.PLANNING, PlanState.IN_REVIEW, PlanState.ACTIVE)
    return _changed(plan, held, author, _("Archived “%(plan)s”"), state=PlanState.ARCHIVED)


def _held(plan: Plan, *states: PlanState) -> Plan:
    held = Plan.objects.select_for_update().get(pk=plan.pk)
    if held.state not in states or held.frozen_of_id is not None:
        raise PlanError(
            _("This cannot be done to “%(plan)s”, which is %(state)s.")
            % {"plan": held.name, "state": PlanState(held.state).label.lower()}
        )
    return held


def _changed(plan: Plan, held: Plan, author: Author, summary: str, **values: Any) -> Plan:
    record = Record(author, summary % {"plan": held.name})
    before = held.state
    change_row(record, held, values)
    if held.state != before and held.state in (PlanState.IN_REVIEW, PlanState.PLANNING):
        for answer in Answer.objects.filter(plan=held).select_related("territory"):
            erase_row(record, answer)
    save_act(record)
    for field in Plan._meta.concrete_fields:
        setattr(plan, field.attname, getattr(held, field.attname))
    return plan


def _refuse_unheld(plan: Plan) -> None:
    """Every territory with accounts needs a position, and there must be something to approve."""
    if not Placement.objects.filter(plan=plan, territory__isnull=False).exists():
        raise PlanError(_("This plan places no account in any territory."))
    empty = (
        Territory.objects.filter(plan=plan, level=Level.TERRITORY, position__isnull=True)
        .filter(pk__in=Placement.objects.filter(plan=plan).values("territory"))
        .first()
    )
    if empty is not None:
        raise PlanError(
            _("%(territory)s has accounts but no position that is to hold them. Name one.")
            % {"territory": empty.name}
        )
