"""What the field says to a plan, and how accounts change hands."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from terrier.office.accounts.models import Account
from terrier.office.alignment.models.plans import Plan, Territory
from terrier.office.people.models import Position


class Answer(models.Model):
    """Whoever holds a territory has seen what the plan makes of it, and accepts it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="answers")
    territory = models.OneToOneField(Territory, models.CASCADE, related_name="answer")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(auto_now=True)
    note = models.CharField(_("note"), max_length=400, blank=True)

    objects: ClassVar[models.Manager[Answer]] = models.Manager()

    class Meta:
        ordering = ("plan", "territory")
        verbose_name = _("answer")
        verbose_name_plural = _("answers")

    def __str__(self) -> str:
        return str(self.territory)


class ChallengeState(models.TextChoices):
    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Challenge(models.Model):
    """A proposal of the field: these accounts should go elsewhere, because of this.

    consequences : the balance of each territory it touches before and after, as it was when it was decided or, until
    then, proposed. by_rule : accepted by itself, within the tolerances.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="challenges")
    territory = models.ForeignKey(Territory, models.CASCADE, related_name="challenges")
    reason = models.TextField(_("why"), max_length=2000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ChallengeState.choices, default=ChallengeState.OPEN
    )
    consequences = models.JSONField(default=dict)
    by_rule = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(_("decision"), max_length=2000, blank=True)

    objects: ClassVar[models.Manager[Challenge]] = models.Manager()

    class Meta:
        ordering = ("plan", "-created_at", "-id")
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=ChallengeState.values), name="challenge_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="challenge_decided_or_open",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="challenge_has_a_reason"),
        )
        indexes = (models.Index(F("plan"), F("state"), name="challenge_by_state"),)

    def __str__(self) -> str:
        return self.reason[:60]


class ChallengeMove(models.Model):
    """One account of a challenge: where it is in the plan, and where it should go instead."""

    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="moves")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    source = models.ForeignKey(Territory, models.CASCADE, null=True, blank=True, related_name="+")
    target = models.ForeignKey(Territory, models.CASCADE, related_name="+")

    objects: ClassVar[models.Manager[ChallengeMove]] = models.Manager()

    class Meta:
        ordering = ("challenge", "id")
        verbose_name = _("proposed move")
        verbose_name_plural = _("proposed moves")
        constraints = (
            models.UniqueConstraint(fields=["challenge", "account"], name="challenge_names_an_account_once"),
            models.CheckConstraint(
                condition=Q(source__isnull=True) | ~Q(source=F("target")), name="challenge_moves_somewhere"
            ),
        )

    def __str__(self) -> str:
        return f"{self.account} → {self.target}"


class HandOver(models.Model):
    """An account changes hands: the one who had it calls the one who gets it, by a day."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="handovers")
    account = models.ForeignKey(Account, models.CASCADE, related_name="handovers")
    giver = models.ForeignKey(Position, models.PROTECT, null=True, blank=True, related_name="+")
    taker = models.ForeignKey(Position, models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(_("due"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    note = models.CharField(_("note"), max_length=400, blank=True)

    objects: ClassVar[models.Manager[HandOver]] = models.Manager()

    class Meta:
        ordering = ("plan", "due_on", "id")
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = (
            models.UniqueConstraint(fields=["plan", "account"], name="handover_once_an_account"),
            models.CheckConstraint(
                condition=~Q(giver=F("taker")) | Q(giver__isnull=True) | Q(taker__isnull=True),
                name="handover_between_two",
            ),
        )
        indexes = (
            models.Index(F("giver"), F("done_at"), name="handover_by_giver"),
            models.Index(F("taker"), F("done_at"), name="handover_by_taker"),
        )

    def __str__(self) -> str:
        return f"{self.account}: {self.giver} → {self.taker}"
