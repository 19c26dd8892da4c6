"""Who covers which account, from when to when, and why; and plans of how it should be."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from terrier.office.accounts.models import Account
from terrier.office.audit.models import Act
from terrier.office.jobs.models import Job
from terrier.office.people.models import Period, PeriodQuerySet, Position


class CoverageKind(models.TextChoices):
    PRIMARY = "primary", _("Primary")
    OVERLAY = "overlay", _("Overlay")


class Cause(models.TextChoices):
    ENGINE = "engine", _("Engine")
    RULE = "rule", _("Rule")
    MANUAL = "manual", _("By hand")
    LOCK = "lock", _("Lock")
    IMPORT = "import", _("Import")


class Coverage(Period):
    """A position covers an account for a time: as its primary holder, or as an overlay that shares the credit.

    split : the share of credit, 0 to 1. On any day an account has at most one primary; services keep the splits of a
    day at 1 or less in total.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="coverages")
    position = models.ForeignKey(Position, models.PROTECT, related_name="coverages")
    kind = models.CharField(
        _("kind"), max_length=8, choices=CoverageKind.choices, default=CoverageKind.PRIMARY
    )
    split = models.DecimalField(
        _("share of credit"),
        max_digits=5,
        decimal_places=4,
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    cause = models.CharField(_("cause"), max_length=8, choices=Cause.choices, default=Cause.MANUAL)
    reason = models.CharField(_("why"), max_length=200, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PeriodQuerySet[Coverage]] = PeriodQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("account", "kind", "starts_on")
        verbose_name = _("coverage")
        verbose_name_plural = _("coverages")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="coverage_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=Q(split__range=(0, 1)), name="coverage_split_up_to_one"),
            models.CheckConstraint(condition=Q(kind__in=CoverageKind.values), name="coverage_kind_is_known"),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(ends_on__isnull=True, kind="primary"),
                name="coverage_one_open_primary",
            ),
            models.UniqueConstraint(
                fields=["account", "position"],
                condition=Q(ends_on__isnull=True),
                name="coverage_one_open_a_position",
            ),
        )
        indexes = (
            models.Index(
                F("position"), F("account"), F("starts_on"), F("ends_on"), name="coverage_by_position"
            ),
            models.Index(F("account"), F("starts_on"), F("ends_on"), name="coverage_by_account"),
        )

    def __str__(self) -> str:
        return f"{self.account}: {self.position}"

    @classmethod
    def broken(cls, ids: Sequence[int]) -> list[str]:
        """Days on which the accounts of some rows have two primaries or more than all of the credit, in sentences."""
        accounts = cls.objects.filter(pk__in=ids).values("account")
        rows = (
            cls.objects.filter(account__in=accounts)
            .select_related("account")
            .order_by("account", "starts_on")
        )
        return [
            reason
            for _account, its_rows in groupby(rows, key=lambda row: row.account_id)
            if (reason := unfair_day(list(its_rows)))
        ]


def unfair_day(rows: Sequence[Coverage]) -> str:
    """What is wrong on the first day on which one account's coverage cannot be right; empty when there is none."""
    for day in sorted({row.starts_on for row in rows}):
        held = [row for row in rows if row.counts_on(day)]
        if sum(row.kind == CoverageKind.PRIMARY for row in held) > 1:
            return str(
                _("%(account)s would have two primary holders on %(day)s.")
                % {"account": rows[0].account, "day": day.isoformat()}
            )
        total = sum((Decimal(row.split) for row in held), Decimal(0))
        if total > 1:
            return str(
                _(
                    "The shares of credit for %(account)s would add up to %(total)s%% on %(day)s; at most 100%% can be."
                )
                % {
                    "account": rows[0].account,
                    "day": day.isoformat(),
                    "total": format(total * 100, "f").rstrip("0").rstrip("."),
                }
            )
    return ""


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


class StepRole(models.TextChoices):
    DO = "do", _("Done")
    UNDO = "undo", _("Undone")
    REDO = "redo", _("Done again")


class Step(models.Model):
    """One change of a plan's placements: what undo takes back. ``version`` is the plan's after it.

    groups : ``[[from, to, [account, …]], …]``, territories by number, null for none; accounts in order.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps")
    version = models.PositiveIntegerField()
    role = models.CharField(max_length=4, choices=StepRole.choices, default=StepRole.DO)
    act = models.OneToOneField(Act, models.PROTECT, related_name="plan_step")
    cause = models.CharField(_("cause"), max_length=8, choices=Cause.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(auto_now_add=True)
    summary = models.CharField(max_length=200)
    n_accounts = models.PositiveIntegerField()
    groups = models.JSONField()
    undoes = models.OneToOneField("self", models.CASCADE, null=True, related_name="undone_by")

    objects: ClassVar[models.Manager[Step]] = models.Manager()

    class Meta:
        ordering = ("plan", "-version")
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = (
            models.UniqueConstraint(fields=["plan", "version"], name="step_once_a_version"),
            models.CheckConstraint(condition=Q(role__in=StepRole.values), name="step_role_is_known"),
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


class AreaKind(models.TextChoices):
    COUNTY = "county", _("County")
    ZIP = "zip", _("ZIP code")
    HEXAGON = "hexagon", _("Hexagon")
    POLYGON = "polygon", _("Own polygon")


class Area(models.Model):
    """A county (``code``: its FIPS number), a ZIP code, a hexagon (its H3 index), or a polygon somebody drew or imported.

    geometry : a GeoJSON Polygon or MultiPolygon in degrees; of a ZIP code it may be missing. west … north : its bounds.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=AreaKind.choices)
    code = models.CharField(_("code"), max_length=64)
    name = models.CharField(_("name"), max_length=120)
    state = models.CharField(_("state"), max_length=40, blank=True)
    geometry = models.JSONField(_("outline"), null=True, blank=True)
    west = models.FloatField(null=True, blank=True)
    south = models.FloatField(null=True, blank=True)
    east = models.FloatField(null=True, blank=True)
    north = models.FloatField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Area]] = models.Manager()

    class Meta:
        ordering = ("kind", "name", "id")
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=AreaKind.values), name="area_kind_is_known"),
            models.UniqueConstraint(fields=["kind", "code"], name="area_code_once_a_kind"),
            models.CheckConstraint(
                condition=Q(kind="zip") | Q(west__isnull=False, geometry__isnull=False),
                name="area_has_an_outline",
            ),
            models.CheckConstraint(
                condition=Q(west__isnull=True)
                | Q(west__range=(-180, 180), south__range=(-90, 90), north__range=(-90, 90))
                & Q(east__gte=F("west"), north__gte=F("south")),
                name="area_on_earth",
            ),
        )
        indexes = (models.Index(F("kind"), F("state"), F("name"), name="area_by_state"),)

    def __str__(self) -> str:
        return self.name


class RuleKind(models.TextChoices):
    NAMED = "named", _("Named accounts")
    CHAIN = "chain", _("Chain")
    AREA = "area", _("Area")
    ZIP = "zip", _("ZIP codes")
    STATE = "state", _("State")
    CHANNEL = "channel", _("Channel")
    CLASS = "class", _("Class")
    SIZE = "size", _("Size")
    CATCH_ALL = "catch_all", _("Everything else")


ASIDE = 1_000_000
"""Where numbers wait while rules change places."""


class Rule(models.Model):
    """Accounts of a kind go to a territory. ``parameters`` are of the kind's type, see ``alignment.rule_kinds``.

    The catch-all comes last, so that nothing falls through.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="rules")
    number = models.PositiveIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=10, choices=RuleKind.choices)
    parameters = models.JSONField(default=dict)
    territory = models.ForeignKey(Territory, models.CASCADE, related_name="rules")
    note = models.CharField(_("why"), max_length=200, blank=True)

    objects: ClassVar[models.Manager[Rule]] = models.Manager()

    class Meta:
        ordering = ("plan", "number")
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=RuleKind.values), name="rule_kind_is_known"),
            models.UniqueConstraint(fields=["plan", "number"], name="rule_number_once_a_plan"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(kind="catch_all"), name="rule_one_catch_all_a_plan"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}. {RuleKind(self.kind).label} → {self.territory}"

    @classmethod
    def make_way(cls, ids: Sequence[int]) -> None:
        """Put the numbers of some rules aside until they have new ones, as no two may share a number even for a moment."""
        cls.objects.filter(pk__in=ids).update(number=F("number") + ASIDE)


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


class RunKind(models.TextChoices):
    DESIGN = "design", _("Design")
    REALIGN = "realign", _("Realign")
    REPAIR = "repair", _("Repair")
    FRONTIER = "frontier", _("Frontier")


class EngineRun(models.Model):
    """A question to the engine: as a job, with live progress. ``version`` is the plan's when it was asked."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="runs")
    kind = models.CharField(_("kind"), max_length=8, choices=RunKind.choices)
    version = models.PositiveIntegerField()
    choices = models.JSONField(default=dict)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="engine_run")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    result = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[EngineRun]] = models.Manager()

    class Meta:
        ordering = ("plan", "-id")
        verbose_name = _("engine run")
        verbose_name_plural = _("engine runs")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=RunKind.values), name="run_kind_is_known"),
        )

    def __str__(self) -> str:
        return f"{RunKind(self.kind).label} {self.created_at:%Y-%m-%d %H:%M}"


class Candidate(models.Model):
    """A plan that the engine found. It changes nothing until somebody takes it; then it becomes one step of the plan.

    number : among those of its run, least moved first. groups : as in ``Step``, from what the plan said when asked.
    figures : balance, compactness, share moved, shortfalls, and each territory's; ``alignment.engine_figures`` says how.
    """

    run = models.ForeignKey(EngineRun, models.CASCADE, related_name="candidates")
    number = models.PositiveSmallIntegerField()
    moved = models.FloatField(_("share moved"))
    balance = models.FloatField(_("largest deviation"))
    travel = models.FloatField(_("travel"))
    n_moved = models.PositiveIntegerField()
    is_recommended = models.BooleanField(default=False)
    figures = models.JSONField(default=dict)
    groups = models.JSONField()
    taken_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Candidate]] = models.Manager()

    class Meta:
        ordering = ("run", "number")
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        constraints = (models.UniqueConstraint(fields=["run", "number"], name="candidate_number_once_a_run"),)

    def __str__(self) -> str:
        return f"{self.run} · {self.number}"
