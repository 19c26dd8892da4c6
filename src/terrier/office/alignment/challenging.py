"""The challenge: whoever holds a territory accepts what a plan makes of it, or proposes otherwise, with reasons.

What stays within the plan's tolerance for proposals is accepted by itself; the rest those decide who shape the plan, with the
consequences before them. All of it stays on record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.figures import Figures, Sheet, sheet_of
from terrier.office.alignment.models import (
    Answer,
    Cause,
    Challenge,
    ChallengeMove,
    ChallengeState,
    Lock,
    Placement,
    Plan,
    PlanState,
    Territory,
)
from terrier.office.alignment.moving import locked, place, refuse_strangers
from terrier.office.alignment.plan_selectors import is_shaper
from terrier.office.audit.rows import change_row, create_row, erase_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.people.models import Person
from terrier.office.people.scope import visible_to

MOST_MOVES = 500


@transaction.atomic
def accept_territory(*, territory: Territory, author: Author, note: str = "") -> Answer:
    """Say that a territory is fine as the plan has it. Said twice, the later note counts."""
    plan = _in_review(territory.plan)
    record = Record(
        author, _("%(territory)s of “%(plan)s” accepted") % {"territory": territory.name, "plan": plan.name}
    )
    answer = Answer.objects.filter(territory=territory).first()
    if answer is None:
        answer = create_row(
            record, Answer(plan=plan, territory=territory, author=author.person, note=note[:400])
        )
    else:
        change_row(record, answer, {"note": note[:400], "author": author.person})
    save_act(record)
    return answer


@transaction.atomic
def propose(
    *, territory: Territory, moves: Mapping[int, Territory], reason: str, author: Author
) -> Challenge:
    """Propose that accounts go elsewhere. Accounts of the territory may go to any other, those it has lost may only come back.

    Raises PlanError once the deadline is over, without a reason, or for accounts that the territory has nothing to do with.
    """
    plan = _in_review(territory.plan)
    if not reason.strip():
        raise PlanError(_("Say why: those who decide have only your reasons."))
    if not 1 <= len(moves) <= MOST_MOVES:
        raise PlanError(_("Choose 1 to 500 accounts; one reason rarely holds for more."))
    refuse_strangers(plan, {target.pk for target in moves.values()})
    rows = {
        row.account_id: row
        for row in Placement.objects.filter(plan=plan, account__in=list(moves)).filter(
            Q(territory=territory) | Q(present=territory)
        )
    }
    if missing := moves.keys() - rows.keys():
        raise PlanError(
            ngettext(
                "%(n)s of these accounts is neither in %(territory)s nor was it.",
                "%(n)s of these accounts are neither in %(territory)s nor were they.",
                len(missing),
            )
            % {"n": len(missing), "territory": territory.name}
        )
    really = {account: target for account, target in moves.items() if rows[account].territory_id != target.pk}
    if not really:
        raise PlanError(_("These accounts are there already: choose another territory for them."))
    lost = [one for one, target in really.items() if territory.pk not in (rows[one].territory_id, target.pk)]
    if lost:
        raise PlanError(
            _("What %(territory)s has lost can only come back to it: where else it goes is not yours to say.")
            % {"territory": territory.name}
        )
    record = Record(author, _("An objection to “%(plan)s”") % {"plan": plan.name})
    challenge = create_row(
        record,
        Challenge(
            plan=plan,
            territory=territory,
            reason=reason.strip()[:2000],
            author=author.person,
            consequences=consequences(plan, {account: target.pk for account, target in really.items()}),
        ),
    )
    for account, target in really.items():
        create_row(
            record,
            ChallengeMove(
                challenge=challenge, account_id=account, source_id=rows[account].territory_id, target=target
            ),
        )
    take_answers_back(record, Answer.objects.filter(territory=territory))
    save_act(record)
    if _accepts_itself(plan, challenge):
        _settle(
            challenge,
            author,
            accept=True,
            decision=_("Within tolerance, so nobody needs to decide."),
            by_rule=True,
        )
    return challenge


def moves_of(territory: Territory, accounts: Sequence[int], to: Territory) -> dict[int, Territory]:
    """What a proposal means: what the territory has lost comes back to it, what it holds goes to another; both at once are a swap."""
    lost = set(
        Placement.objects.filter(plan=territory.plan_id, account__in=list(accounts), present=territory)
        .exclude(territory=territory)
        .values_list("account", flat=True)
    )
    return {account: territory if account in lost else to for account in accounts}


def take_answers_back(record: Record, answers: QuerySet[Answer]) -> None:
    """What was accepted is no longer what the plan says: those who did are asked again, and it stays on record that they had."""
    for answer in answers.select_related("territory"):
        erase_row(record, answer)


@transaction.atomic
def decide(*, challenge: Challenge, accept: bool, decision: str, author: Author) -> Challenge:
    """Accept a proposal, which moves its accounts, or decline it; either with a word to whoever proposed it."""
    locked(challenge.plan)
    held = Challenge.objects.select_for_update().select_related("plan").get(pk=challenge.pk)
    if held.state != ChallengeState.OPEN:
        raise PlanError(_("This was decided already."))
    if not accept and not decision.strip():
        raise PlanError(_("Say why it is declined: whoever proposed it will ask."))
    return _settle(held, author, accept=accept, decision=decision.strip()[:2000])


@transaction.atomic
def withdraw(*, challenge: Challenge, author: Author) -> Challenge:
    """Take one's own proposal back while nobody has decided."""
    held = Challenge.objects.select_for_update().select_related("plan").get(pk=challenge.pk)
    if held.state != ChallengeState.OPEN:
        raise PlanError(_("This was decided already."))
    record = Record(author, _("An objection to “%(plan)s” withdrawn") % {"plan": held.plan.name})
    change_row(record, held, {"state": ChallengeState.WITHDRAWN, "decided_at": timezone.now()})
    save_act(record)
    return held


def consequences(plan: Plan, wanted: Mapping[int, int]) -> dict[str, Any]:
    """What moving accounts would do to each territory that it touches, before and after: tried, and taken back."""
    sources = Placement.objects.filter(plan=plan, account__in=list(wanted)).values_list(
        "territory", flat=True
    )
    touched = sorted({*wanted.values(), *(one for one in sources if one is not None)})
    before = sheet_of(plan, touched)
    with transaction.atomic():
        now = timezone.now()
        for target in set(wanted.values()):
            some = [account for account, to in wanted.items() if to == target]
            Placement.objects.filter(plan=plan, account__in=some).update(territory=target, changed_at=now)
        after = sheet_of(plan, touched)
        transaction.set_rollback(True)
    return {
        "territories": [
            {
                "id": one.territory.pk,
                "name": one.territory.name,
                "before": _told(one),
                "after": _told(other),
                "within": _stays_within(after, other),
            }
            for one, other in zip(before.rows, after.rows, strict=True)
        ],
        "moved_before": before.share_moved,
        "moved_after": after.share_moved,
    }


def told_to(person: Person, plan: Plan) -> Callable[[Challenge], dict[str, Any]]:
    """What somebody may know of the consequences of a plan's objections: of territories outside their scope no more than that they
    are touched, and whether they stay within tolerance."""
    if is_shaper(person, plan):
        return lambda challenge: challenge.consequences
    seen = set(visible_to(person, Territory).filter(plan=plan).values_list("pk", flat=True))

    def told(challenge: Challenge) -> dict[str, Any]:
        return {
            "territories": [
                one if one["id"] in seen else {name: one[name] for name in ("id", "name", "within")}
                for one in challenge.consequences.get("territories", ())
            ]
        }

    return told


def _told(row: Figures) -> dict[str, Any]:
    return {
        "n_accounts": row.n_accounts,
        "sales": row.sales,
        "workload": row.workload,
        "pay": row.pay,
        "deviations": {measure.value: value for measure, value in row.deviations.items()},
    }


def _stays_within(sheet: Sheet, row: Figures) -> bool:
    most = sheet.choices.accepts_within
    return all(abs(row.deviations[one]) <= most + 1e-9 for one in sheet.choices.measures)


def _accepts_itself(plan: Plan, challenge: Challenge) -> bool:
    """Whether every territory that it touches stays within tolerance, nothing is locked, and nobody else wants these accounts."""
    if not all(one["within"] for one in challenge.consequences["territories"]):
        return False
    moves = list(challenge.moves.all())
    accounts = [move.account_id for move in moves]
    nodes = {node for move in moves for node in (move.source_id, move.target_id) if node is not None}
    stuck = Lock.objects.filter(plan=plan).filter(Q(account__in=accounts) | Q(territory__in=nodes))
    rivals = ChallengeMove.objects.filter(
        challenge__plan=plan, challenge__state=ChallengeState.OPEN, account__in=accounts
    ).exclude(challenge=challenge)
    return not stuck.exists() and not rivals.exists()


def _settle(
    challenge: Challenge, author: Author, *, accept: bool, decision: str, by_rule: bool = False
) -> Challenge:
    plan = challenge.plan
    if accept:
        moves: Sequence[ChallengeMove] = list(challenge.moves.all())
        wanted: dict[int, int | None] = {move.account_id: move.target_id for move in moves}
        targets = {move.account_id: move.target_id for move in moves}
        challenge.consequences = consequences(plan, targets)
        place(
            plan=plan,
            wanted=wanted,
            author=author,
            cause=Cause.RULE if by_rule else Cause.MANUAL,
            summary=_("A proposal for %(territory)s accepted in “%(plan)s”")
            % {"territory": challenge.territory.name, "plan": plan.name},
        )
        Challenge.objects.filter(pk=challenge.pk).update(consequences=challenge.consequences)
    told = _("An objection to “%(plan)s” accepted") if accept else _("An objection to “%(plan)s” declined")
    record = Record(author, told % {"plan": plan.name})
    if accept:
        touched = [one["id"] for one in challenge.consequences["territories"]]
        take_answers_back(record, Answer.objects.filter(plan=plan, territory__in=touched))
    change_row(
        record,
        challenge,
        {
            "state": ChallengeState.ACCEPTED if accept else ChallengeState.DECLINED,
            "decision": decision,
            "decided_by": None if by_rule else author.person,
            "decided_at": timezone.now(),
            "by_rule": by_rule,
        },
    )
    save_act(record)
    return challenge


def _in_review(plan: Plan) -> Plan:
    held = locked(plan)
    if held.state != PlanState.IN_REVIEW or held.review_until is None:
        raise PlanError(_("“%(plan)s” is not in review.") % {"plan": held.name})
    if held.review_until < timezone.localdate():
        raise PlanError(
            _("Objections to “%(plan)s” were possible until %(day)s.")
            % {"plan": held.name, "day": date_format(held.review_until)}
        )
    return held
