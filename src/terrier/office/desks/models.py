"""When the office warns, and which warnings somebody has set aside, and why."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class WarningKind(models.TextChoices):
    OVER_CAPACITY = "over_capacity", _("Person over capacity")
    CROWDED = "crowded", _("Too many people here")
    UNDER = "under", _("Too little for one")
    TOO_LARGE = "too_large", _("Too large for one")
    WHITE_SPACE = "white_space", _("White space")
    NOBODY = "nobody", _("Held by nobody")
    VACANT = "vacant", _("Held by a vacant position")
    KEY_SIZE = "key_size", _("No key account manager")
    PAY_APART = "pay_apart", _("Pay far from peers")


class Limits(models.Model):
    """From where on the office warns: one row for the company. Until it is saved, its defaults hold."""

    over_percent = models.PositiveIntegerField(
        _("a person is over capacity above, %"),
        default=110,
        validators=[MinValueValidator(50), MaxValueValidator(1000)],
        help_text=_("Workload as a share of the selling hours."),
    )
    crowd_km = models.PositiveIntegerField(
        _("people work in the same place within, km"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(2000)],
        help_text=_("Between the middles of their territories."),
    )
    crowd_percent = models.PositiveIntegerField(
        _("those who stay may be as full as, %"),
        default=95,
        validators=[MinValueValidator(10), MaxValueValidator(200)],
        help_text=_("There are too many where fewer could do the work and be no fuller than this."),
    )
    far_km = models.PositiveIntegerField(
        _("a territory is too large above, km"),
        default=200,
        validators=[MinValueValidator(1), MaxValueValidator(20_000)],
        help_text=_("Typical distance from the home base to an account, as the crow flies."),
    )
    white_space = models.DecimalField(
        _("white space counts from, a year"),
        max_digits=14,
        decimal_places=2,
        default=1_000_000,
        validators=[MinValueValidator(1)],
        help_text=_("Potential in one territory of accounts that buy nothing."),
    )
    key_sales = models.DecimalField(
        _("key size by sales from, a year"),
        max_digits=14,
        decimal_places=2,
        default=250_000,
        validators=[MinValueValidator(1)],
    )
    key_potential = models.DecimalField(
        _("key size by potential from, a year"),
        max_digits=14,
        decimal_places=2,
        default=1_000_000,
        validators=[MinValueValidator(1)],
    )
    key_sites = models.PositiveIntegerField(
        _("key size by sites from"),
        default=20,
        validators=[MinValueValidator(2), MaxValueValidator(10_000)],
    )
    pay_percent = models.PositiveIntegerField(
        _("pay is far from its peers' by more than, %"),
        default=25,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
        help_text=_("Of the middle one of those in the same role, at full time."),
    )

    class Meta:
        verbose_name = _("limits of warnings")
        verbose_name_plural = _("limits of warnings")
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="limits_only_once"),)

    def __str__(self) -> str:
        return str(_("Limits of warnings"))


class Dismissal(models.Model):
    """A warning that somebody has set aside until it changes: until its figure is worse than ``figure`` by a tenth."""

    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=WarningKind.choices)
    title = models.CharField(max_length=160)
    figure = models.FloatField()
    reason = models.CharField(_("why"), max_length=200)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager[Dismissal]] = models.Manager()

    class Meta:
        ordering = ("-at", "-id")
        verbose_name = _("dismissed warning")
        verbose_name_plural = _("dismissed warnings")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=WarningKind.values), name="dismissal_kind_is_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="dismissal_has_a_reason"),
        )

    def __str__(self) -> str:
        return self.title
