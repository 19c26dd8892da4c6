"""What waits for somebody in plans: their own territories to be answered for, objections to decide, accounts to hand over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.alignment.models import (
    Challenge,
    ChallengeState,
    HandOver,
    Level,
    Plan,
    PlanState,
    Territory,
)
from terrier.office.look.templatetags.look import short_day
from terrier.office.people.models import Person
from terrier.office.people.permissions import May, may
from terrier.office.people.scope import scope_of, visible_to


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do: what and by when in a sentence, a button, where it leads, and whether the day is past."""

    sentence: str
    deed: str
    url: str
    is_late: bool = False


def waiting_for(person: Person, day: dt.date) -> list[Waiting]:
    """Three queries, however many plans there are."""
    return [*_to_answer(person, day), *_to_decide(person), *_to_hand_over(person, day)]


def _to_answer(person: Person, day: dt.date) -> Iterator[Waiting]:
    rows = Territory.objects.filter(
        position__in=scope_of(person).held,
        level=Level.TERRITORY,
        plan__state=PlanState.IN_REVIEW,
        plan__review_until__gte=day,
        answer__isnull=True,
    ).exclude(challenges__state=ChallengeState.OPEN)
    for one in rows.select_related("plan").order_by("plan__review_until", "name"):
        yield Waiting(
            _("“%(plan)s” changes %(territory)s: say until %(day)s whether that is fine.")
            % {"plan": one.plan.name, "territory": one.name, "day": short_day(one.plan.review_until)},
            _("See before and after"),
            reverse("plans:territory", args=[one.plan_id, one.pk]),
        )


def _to_decide(person: Person) -> Iterator[Waiting]:
    if not may(person, May.PLAN):
        return
    open_ = Challenge.objects.filter(state=ChallengeState.OPEN, plan__state=PlanState.IN_REVIEW)
    scope = scope_of(person)
    if not scope.whole_company:
        open_ = open_.filter(plan__root__in=scope.positions)
    found = open_.values("plan", "plan__name").annotate(n=Count("pk")).order_by("plan__review_until", "plan")
    for plan, name, n in found.values_list("plan", "plan__name", "n"):
        told = ngettext(
            "%(n)s objection to “%(plan)s” waits for a decision.",
            "%(n)s objections to “%(plan)s” wait for a decision.",
            n,
        )
        yield Waiting(told % {"n": n, "plan": name}, _("Decide"), reverse("plans:challenges", args=[plan]))


def _to_hand_over(person: Person, day: dt.date) -> Iterator[Waiting]:
    held = scope_of(person).held
    mine = HandOver.objects.filter(Q(giver__in=held) | Q(taker__in=held), done_at__isnull=True)
    rows = mine.filter(plan__in=visible_to(person, Plan)).values("plan", "plan__name")
    found = rows.annotate(n=Count("pk"), first=Min("due_on")).order_by("first", "plan")
    for plan, name, n, first in found.values_list("plan", "plan__name", "n", "first"):
        told = ngettext(
            "%(n)s account changes hands by “%(plan)s”: the call is due on %(day)s.",
            "%(n)s accounts change hands by “%(plan)s”: the first call is due on %(day)s.",
            n,
        )
        yield Waiting(
            told % {"n": n, "plan": name, "day": short_day(first)},
            _("Who calls whom"),
            f"{reverse('plans:handovers', args=[plan])}?state=open",
            is_late=first < day,
        )
