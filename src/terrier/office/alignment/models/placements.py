"""Where accounts go within a plan, who shares them, and what must stay."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from terrier.office.accounts.models import Account
from terrier.office.alignment.models.coverage import Cause
from terrier.office.alignment.models.plans import Plan, Territory


class Placement(models.Model):
    """Where an account goes within a plan: one row for each account that the plan is about. No territory: nobody is to hold it.

    present : the territory of whoever held it when the plan was made; empty where nobody below the plan's root did.
    version : of the plan when this was last changed. Written set by set, see ``alignment.moving``.
    A placement's territories are its own plan's: the database sees to it (migration 0003).
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="placements")
    account = models.ForeignKey(Account, models.CASCADE, related_name="placements")
    territory = models.ForeignKey(
        Territory, models.RESTRICT, null=True, blank=True, related_name="placements"
    )
    present = models.ForeignKey(Territory, models.RESTRICT, null=True, blank=True, related_name="+")
    cause = models.CharField(_("cause"), max_length=8, choices=Cause.choices, default=Cause.IMPORT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager[Placement]] = models.Manager()

    class Meta:
        ordering = ("plan", "account")
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = (
            models.UniqueConstraint(fields=["plan", "account"], name="placement_once_a_plan"),
            models.CheckConstraint(condition=Q(cause__in=Cause.values), name="placement_cause_is_known"),
        )
        indexes = (
            models.Index(F("plan"), F("version"), name="placement_by_version"),
            models.Index(F("territory"), F("account"), name="placement_by_territory"),
        )

    def __str__(self) -> str:
        return f"{self.account}: {self.territory or '–'}"


class Overlay(models.Model):
    """Another territory that shares the credit for an account with the one it is placed in, which keeps the rest.

    Of one account the splits add up to less than 1; services see to it.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="overlays")
    account = models.ForeignKey(Account, models.CASCADE, related_name="plan_overlays")
    territory = models.ForeignKey(Territory, models.CASCADE, related_name="overlays")
    split = models.DecimalField(
        _("share of credit"),
        max_digits=5,
        decimal_places=4,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )

    objects: ClassVar[models.Manager[Overlay]] = models.Manager()

    class Meta:
        ordering = ("plan", "account", "territory")
        verbose_name = _("overlay")
        verbose_name_plural = _("overlays")
        constraints = (
            models.UniqueConstraint(fields=["plan", "account", "territory"], name="overlay_once_a_territory"),
            models.CheckConstraint(condition=Q(split__gt=0, split__lt=1), name="overlay_split_is_a_part"),
        )
        indexes = (models.Index(F("territory"), name="overlay_by_territory"),)

    def __str__(self) -> str:
        return f"{self.account}: {self.territory} ({self.split:.0%})"


class Lock(models.Model):
    """What nobody may move, neither a person nor the engine, until it is unlocked: an account where it is, or a whole territory."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="locks")
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="+")
    territory = models.ForeignKey(Territory, models.CASCADE, null=True, blank=True, related_name="locks")
    reason = models.CharField(_("why"), max_length=200, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Lock]] = models.Manager()

    class Meta:
        ordering = ("plan", "id")
        verbose_name = _("lock")
        verbose_name_plural = _("locks")
        constraints = (
            models.CheckConstraint(
                condition=Q(account__isnull=True, territory__isnull=False)
                | Q(account__isnull=False, territory__isnull=True),
                name="lock_on_one_thing",
            ),
            models.UniqueConstraint(fields=["plan", "account"], name="lock_once_an_account"),
            models.UniqueConstraint(fields=["plan", "territory"], name="lock_once_a_territory"),
        )

    def __str__(self) -> str:
        return str(self.account or self.territory)


class Holdover(models.Model):
    """An account whose former holder keeps it for a time after the plan takes effect: a deal is open."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="holdovers")
    account = models.ForeignKey(Account, models.CASCADE, related_name="holdovers")
    until = models.DateField(_("until"))
    reason = models.CharField(_("why"), max_length=200)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    objects: ClassVar[models.Manager[Holdover]] = models.Manager()

    class Meta:
        ordering = ("plan", "until", "account")
        verbose_name = _("holdover")
        verbose_name_plural = _("holdovers")
        constraints = (models.UniqueConstraint(fields=["plan", "account"], name="holdover_once_an_account"),)

    def __str__(self) -> str:
        return f"{self.account} ({self.until})"
