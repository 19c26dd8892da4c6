"""Who covers which account, from when to when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from terrier.office.accounts.models import Account
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
            models.Index(
                F("account"), F("starts_on"), F("ends_on"), F("position"), name="coverage_by_account"
            ),
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
