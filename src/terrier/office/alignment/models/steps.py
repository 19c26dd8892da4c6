"""The steps in which a plan was shaped, and what was said about it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from terrier.office.accounts.models import Account
from terrier.office.alignment.models.coverage import Cause
from terrier.office.alignment.models.plans import Plan, Territory
from terrier.office.audit.models import Act


class StepRole(models.TextChoices):
    DO = "do", _("Done")
    UNDO = "undo", _("Undone")
    REDO = "redo", _("Done again")


class StepKind(models.TextChoices):
    MOVE = "move", _("Accounts moved")
    LOCK = "lock", _("Accounts locked")
    UNLOCK = "unlock", _("Accounts unlocked")
    LOCK_TERRITORY = "lock_territory", _("Territory locked")
    UNLOCK_TERRITORY = "unlock_territory", _("Territory unlocked")

    @property
    def opposite(self) -> StepKind:
        return _OPPOSITE.get(self, self)


_OPPOSITE = {
    StepKind.LOCK: StepKind.UNLOCK,
    StepKind.UNLOCK: StepKind.LOCK,
    StepKind.LOCK_TERRITORY: StepKind.UNLOCK_TERRITORY,
    StepKind.UNLOCK_TERRITORY: StepKind.LOCK_TERRITORY,
}


class Step(models.Model):
    """One change of a plan's placements or locks: what undo takes back. ``version`` is the plan's after it.

    groups : ``[[from, to, [account, …], cause before], …]``, territories by number, null for none; accounts in order. Of locks
        ``[[null, null, [account, …], reason], …]``, of a whole territory's ``[[territory, territory, [], reason]]``.
    splits : ``[[account, before, after], …]`` of accounts that are shared otherwise since, by territory: what undo brings back too.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=StepKind.choices, default=StepKind.MOVE)
    role = models.CharField(max_length=4, choices=StepRole.choices, default=StepRole.DO)
    act = models.OneToOneField(Act, models.PROTECT, related_name="plan_step")
    cause = models.CharField(_("cause"), max_length=8, choices=Cause.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(auto_now_add=True)
    summary = models.CharField(max_length=200)
    n_accounts = models.PositiveIntegerField()
    groups = models.JSONField()
    splits = models.JSONField(default=list)
    undoes = models.OneToOneField("self", models.CASCADE, null=True, related_name="undone_by")

    objects: ClassVar[models.Manager[Step]] = models.Manager()

    class Meta:
        ordering = ("plan", "-version")
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = (
            models.UniqueConstraint(fields=["plan", "version"], name="step_once_a_version"),
            models.CheckConstraint(condition=Q(role__in=StepRole.values), name="step_role_is_known"),
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="step_kind_is_known"),
            models.CheckConstraint(
                condition=Q(role="do", undoes__isnull=True) | (~Q(role="do") & Q(undoes__isnull=False)),
                name="step_undone_or_done",
            ),
        )
        indexes = (models.Index(F("plan"), F("author"), F("version").desc(), name="step_by_author"),)

    def __str__(self) -> str:
        return self.summary


class Comment(models.Model):
    """What somebody says about a place on the map, a territory or an account of a plan; answers hang below."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="answers")
    territory = models.ForeignKey(Territory, models.CASCADE, null=True, blank=True, related_name="comments")
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="+")
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    text = models.TextField(_("text"), max_length=2000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects: ClassVar[models.Manager[Comment]] = models.Manager()

    class Meta:
        ordering = ("plan", "created_at", "id")
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = (
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="comment_on_earth",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
        )

    def __str__(self) -> str:
        return self.text[:60]
