"""Hand-overs ticked off, and accounts held over: kept by whoever has them for a time after the plan's day."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from terrier.office.accounts.models import Account
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import HandOver, Holdover, Placement, Plan, PlanState
from terrier.office.audit.rows import change_row, create_row, erase_row
from terrier.office.audit.services import Author, Record, save_act

LONGEST_DAYS = 730


@transaction.atomic
def settle_handover(*, handover: HandOver, author: Author) -> bool:
    """Say that an account was handed over, or that it was not, if somebody said so. True if it is now."""
    row = (
        HandOver.objects.select_for_update(of=("self",))
        .select_related("account", "giver", "taker")
        .get(pk=handover.pk)
    )
    done = row.done_at is None
    summary = _("Handed over %(account)s") if done else _("%(account)s is to be handed over still")
    record = Record(author, summary % {"account": row.account})
    change_row(
        record,
        row,
        {"done_at": timezone.now() if done else None, "done_by": author.person if done else None},
    )
    save_act(record)
    return done


@transaction.atomic
def hold_over(*, plan: Plan, account: Account, until: dt.date, reason: str, author: Author) -> Holdover:
    """Let the present holder keep an account until a day; a second time says another day.

    Raises PlanError where the plan is in force already, or the day is not after its own.
    """
    held = _open(plan)
    first = max(timezone.localdate(), held.effective_on or timezone.localdate())
    if not first < until <= first + dt.timedelta(LONGEST_DAYS):
        raise PlanError(
            _("An account is held over until a day after %(first)s, at most two years, not until %(day)s.")
            % {"first": date_format(first), "day": date_format(until)}
        )
    if not reason.strip():
        raise PlanError(_("Say why: which deal is open."))
    if not Placement.objects.filter(plan=held, account=account).exists():
        raise PlanError(_("%(account)s is not part of this plan.") % {"account": account})
    record = Record(
        author, _("%(account)s held over in “%(plan)s”") % {"account": account, "plan": held.name}
    )
    row = Holdover.objects.filter(plan=held, account=account).first()
    if row is None:
        row = create_row(
            record,
            Holdover(
                plan=held, account=account, until=until, reason=reason.strip()[:200], author=author.person
            ),
        )
    else:
        change_row(record, row, {"until": until, "reason": reason.strip()[:200]})
    save_act(record)
    return row


@transaction.atomic
def end_holdover(*, holdover: Holdover, author: Author) -> None:
    held = _open(holdover.plan)
    row = Holdover.objects.select_related("account").get(pk=holdover.pk)
    record = Record(
        author,
        _("%(account)s no longer held over in “%(plan)s”") % {"account": row.account, "plan": held.name},
    )
    erase_row(record, row)
    save_act(record)


def _open(plan: Plan) -> Plan:
    held = Plan.objects.select_for_update().get(pk=plan.pk)
    shaped = {PlanState.PLANNING, PlanState.IN_REVIEW, PlanState.APPROVED}
    if held.state not in shaped or held.applied_at is not None:
        raise PlanError(_("The coverage of this plan is written already."))
    return held
