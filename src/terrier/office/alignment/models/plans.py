"""Plans of how accounts should be covered, and their trees of territories."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from terrier.office.people.models import Position


class PlanState(models.TextChoices):
    PLANNING = "planning", _("In planning")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    ACTIVE = "active", _("Active")
    ARCHIVED = "archived", _("Archived")


FIRST_STATES = (PlanState.PLANNING, PlanState.IN_REVIEW)
"""Those in which a plan is still shaped."""


class Plan(models.Model):
    """Who should cover which account from a day on, below one position: ``root``'s part of the tree, the company for a director.

    version : counted up by every change of what the plan says; placements and territories tell the version at which they
    last changed, so that whoever looked at version 7 learns what is newer, and overwrites none of it unseen.
    choices : measures, weights, tolerances, the share that may move; see ``alignment.choices``.
    frozen_of : the plan of which this is the copy that was kept when it was approved; such a copy is archived from its
    first day and never changes. applied_at : when its coverage was written, effective on ``effective_on``.
    """

    name = models.CharField(_("name"), max_length=120)
    root = models.ForeignKey(Position, models.PROTECT, related_name="plans")
    state = models.CharField(_("state"), max_length=10, choices=PlanState.choices, default=PlanState.PLANNING)
    version = models.PositiveIntegerField(default=1, editable=False)
    choices = models.JSONField(_("settings"), default=dict, blank=True)
    note = models.TextField(_("note"), max_length=4000, blank=True)
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="copies", editable=False
    )
    frozen_of = models.OneToOneField(
        "self", models.CASCADE, null=True, blank=True, related_name="frozen", editable=False
    )
    based_on = models.DateField(_("present coverage of"))
    effective_on = models.DateField(_("takes effect on"), null=True, blank=True)
    review_until = models.DateField(_("objections until"), null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    applied_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[models.Manager[Plan]] = models.Manager()

    class Meta:
        ordering = ("-changed_at", "-id")
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="plan_state_is_known"),
            models.CheckConstraint(
                condition=Q(frozen_of__isnull=True) | Q(state="archived"), name="plan_frozen_is_archived"
            ),
            models.CheckConstraint(
                condition=~Q(state="in_review") | Q(review_until__isnull=False),
                name="plan_in_review_has_a_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "active"))
                | Q(approved_at__isnull=False, effective_on__isnull=False),
                name="plan_approved_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(applied_at__isnull=False), name="plan_active_was_applied"
            ),
            models.UniqueConstraint(
                fields=["root"], condition=Q(state="active"), name="plan_one_active_a_root"
            ),
        )
        indexes = (models.Index(F("root"), F("changed_at").desc(), name="plan_by_root"),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether it may still be shaped."""
        return self.state in FIRST_STATES

    @property
    def is_scheduled(self) -> bool:
        """Whether its coverage is written, and its day is still to come."""
        return self.state == PlanState.APPROVED and self.applied_at is not None


class CompanyThresholds(models.Model):
    """From where on customers deserve whom, for plans that do not say so themselves: one row for the company."""

    thresholds = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[CompanyThresholds]] = models.Manager()

    class Meta:
        verbose_name = _("thresholds of coverage")
        verbose_name_plural = _("thresholds of coverage")
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="thresholds_only_once"),)

    def __str__(self) -> str:
        return str(_("Thresholds of coverage"))


class Level(models.TextChoices):
    NATION = "nation", _("Nation")
    REGION = "region", _("Region")
    TERRITORY = "territory", _("Territory")


class TerritoryKind(models.TextChoices):
    GEOGRAPHIC = "geographic", _("Geographic")
    PORTFOLIO = "portfolio", _("Portfolio")
    KEY = "key", _("Key accounts")


class Territory(models.Model):
    """A node of a plan's tree: nation → region → territory. Accounts are placed in territories, never in those above.

    key : the same in every copy of a plan, so that two plans are compared; of a territory made from a position it follows
    from the position. share : how much of the whole it should hold, compared with the others of its kind (0.5: half a job).
    color : of eight, by which the map tells neighbors apart.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="territories")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.TERRITORY)
    kind = models.CharField(
        _("kind"), max_length=10, choices=TerritoryKind.choices, default=TerritoryKind.GEOGRAPHIC
    )
    name = models.CharField(_("name"), max_length=120)
    position = models.ForeignKey(Position, models.PROTECT, null=True, blank=True, related_name="territories")
    share = models.DecimalField(
        _("share of the work"),
        max_digits=5,
        decimal_places=3,
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(10)],
    )
    color = models.CharField(
        _("color"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", _("A color is written as #1f77b4."))],
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[models.Manager[Territory]] = models.Manager()

    class Meta:
        ordering = ("plan", "name", "id")
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        constraints = (
            models.CheckConstraint(condition=Q(level__in=Level.values), name="territory_level_is_known"),
            models.CheckConstraint(
                condition=Q(kind__in=TerritoryKind.values), name="territory_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(level="nation", parent__isnull=True) | ~Q(level="nation"),
                name="territory_nation_on_top",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="territory_not_below_itself"),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=10), name="territory_share_within_bounds"
            ),
            models.UniqueConstraint(fields=["plan", "key"], name="territory_key_once_a_plan"),
            models.UniqueConstraint(
                fields=["plan", "position"],
                condition=Q(position__isnull=False, level="territory"),
                name="territory_one_a_position",
            ),
        )
        indexes = (models.Index(F("position"), name="territory_by_position"),)

    def __str__(self) -> str:
        return self.name
