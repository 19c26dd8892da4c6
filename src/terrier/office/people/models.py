"""People, the positions they hold, and who reports to whom: all dated, since yesterday's org chart pays yesterday's sale.

Periods are half-open: a row counts from ``starts_on`` up to, and not including, ``ends_on``; no end means until further notice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, ClassVar, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from terrier.office.people.timeline import Span, first_circle, first_overlap

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class Role(models.TextChoices):
    DIRECTOR = "director", _("Director")
    REGION_MANAGER = "region_manager", _("Region manager")
    TERRITORY_MANAGER = "territory_manager", _("Territory manager")
    ACCOUNT_MANAGER = "account_manager", _("Account manager")
    KEY_ACCOUNT_MANAGER = "key_account_manager", _("Key account manager")
    ANALYST = "analyst", _("Analyst")
    ADMINISTRATOR = "administrator", _("Administrator")


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """A person who can sign in once a password is set; without one they wait for an invitation."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser):
    """Somebody of the company. Signs in with their e-mail address, once invited."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    external_id = models.CharField(_("external id"), max_length=64, unique=True, null=True, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    invited_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        ordering = ("name", "id")
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = (models.UniqueConstraint(Lower("email"), name="person_email_whatever_case"),)

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]


def counting_on(day: dt.date, path: str = "") -> Q:
    """What holds for the rows of a period, at the end of a path, that count on a day."""
    ends, begun = f"{path}ends_on", Q(**{f"{path}starts_on__lte": day})
    return (Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gt": day})) & begun


def counting_sql(alias: str) -> str:
    """The same of the rows of a table, in SQL: the day is asked for twice."""
    return f"{alias}.starts_on <= %s AND ({alias}.ends_on IS NULL OR {alias}.ends_on > %s)"


class PeriodQuerySet(models.QuerySet[Row_co]):
    def on(self, day: dt.date) -> PeriodQuerySet[Row_co]:
        """The rows that count on a day."""
        return self.filter(counting_on(day))


class Period(models.Model):
    """Something that holds from a day until a day (not included), or until further notice."""

    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        abstract = True

    def counts_on(self, day: dt.date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


def _ends_after_it_starts(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name=f"{name}_ends_after_it_starts"
    )


class Position(models.Model):
    """A chair, not the person on it: its role, its home base and how much work it can take."""

    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=24, choices=Role.choices)
    external_id = models.CharField(_("external id"), max_length=64, unique=True, null=True, blank=True)
    base = models.CharField(_("home base"), max_length=200, blank=True)
    base_latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    base_longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    employment_share = models.DecimalField(
        _("employment share"),
        max_digits=4,
        decimal_places=3,
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    capacity_hours = models.DecimalField(
        _("selling hours a year"),
        max_digits=7,
        decimal_places=1,
        default=1640,
        validators=[MinValueValidator(0)],
    )
    base_pay = models.DecimalField(
        _("base pay a year"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    commission_rate = models.DecimalField(
        _("share of sales paid"),
        max_digits=6,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    quota = models.DecimalField(
        _("quota of sales a year"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    accelerator = models.DecimalField(
        _("accelerator beyond the quota"),
        max_digits=4,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(10)],
    )
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"), null=True, blank=True)

    class Meta:
        ordering = ("name", "id")
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        constraints = (
            models.CheckConstraint(condition=Q(role__in=Role.values), name="position_role_is_known"),
            models.CheckConstraint(
                condition=Q(employment_share__gt=0, employment_share__lte=1), name="position_share_up_to_one"
            ),
            models.CheckConstraint(condition=Q(capacity_hours__gte=0), name="position_capacity_not_negative"),
            models.CheckConstraint(
                condition=(Q(base_pay__isnull=True) | Q(base_pay__gte=0))
                & (Q(commission_rate__isnull=True) | Q(commission_rate__range=(0, 1)))
                & (Q(quota__isnull=True) | Q(quota__gte=0))
                & Q(accelerator__range=(0, 10)),
                name="position_pay_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True) | Q(closes_on__gt=F("opens_on")),
                name="position_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(base_latitude__isnull=True, base_longitude__isnull=True)
                | Q(base_latitude__range=(-90, 90), base_longitude__range=(-180, 180)),
                name="position_base_on_earth",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def commission_percent(self) -> Decimal | None:
        return None if self.commission_rate is None else self.commission_rate * 100


class ReportingLine(Period):
    """Whom a position reports to, for a time. The lines of one day make a forest: services refuse circles."""

    position = models.ForeignKey(
        Position, models.CASCADE, related_name="lines_up", verbose_name=_("position")
    )
    manager = models.ForeignKey(
        Position, models.PROTECT, related_name="lines_down", verbose_name=_("reports to")
    )

    objects: ClassVar[PeriodQuerySet[ReportingLine]] = PeriodQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("position", "starts_on")
        verbose_name = _("reporting line")
        verbose_name_plural = _("reporting lines")
        constraints = (
            _ends_after_it_starts("reporting_line"),
            models.CheckConstraint(condition=~Q(position=F("manager")), name="reporting_line_not_to_itself"),
            models.UniqueConstraint(
                fields=["position"], condition=Q(ends_on__isnull=True), name="reporting_line_one_open"
            ),
            models.UniqueConstraint(fields=["position", "starts_on"], name="reporting_line_one_a_start"),
        )

    def __str__(self) -> str:
        return f"{self.position} → {self.manager}"

    @property
    def span(self) -> Span:
        return Span(self.starts_on, self.ends_on, self.manager_id, self.pk)

    @classmethod
    def broken(cls, ids: Sequence[int]) -> list[str]:
        """What no constraint can say, in sentences: two managers on one day, or a circle. Undo asks."""
        if not ids:
            return []
        lines = list(cls.objects.select_related("position").order_by("position", "starts_on"))
        reasons = [
            gettext("%(position)s would report to two positions on %(day)s.")
            % {"position": position, "day": twice[1].starts_on.isoformat()}
            for position, rows in groupby(lines, key=lambda line: line.position)
            if (twice := first_overlap([row.span for row in rows]))
        ]
        if not reasons and first_circle((line.position_id, line.span) for line in lines):
            reasons.append(gettext("Positions would report to one another in a circle."))
        return reasons


class Incumbency(Period):
    """Who holds a position, for a time. A position can be vacant, a person can hold two; two never share one."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="incumbencies")
    position = models.ForeignKey(Position, models.CASCADE, related_name="incumbencies")

    objects: ClassVar[PeriodQuerySet[Incumbency]] = PeriodQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("position", "starts_on")
        verbose_name = _("incumbency")
        verbose_name_plural = _("incumbencies")
        constraints = (
            _ends_after_it_starts("incumbency"),
            models.UniqueConstraint(
                fields=["position"], condition=Q(ends_on__isnull=True), name="incumbency_one_open"
            ),
            models.UniqueConstraint(fields=["position", "starts_on"], name="incumbency_one_a_start"),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.position}"

    @property
    def span(self) -> Span:
        return Span(self.starts_on, self.ends_on, self.person_id, self.pk)

    @classmethod
    def broken(cls, ids: Sequence[int]) -> list[str]:
        """Positions of some rows that two people would hold on one day, in sentences. Undo asks."""
        positions = cls.objects.filter(pk__in=ids).values("position")
        rows = cls.objects.filter(position__in=positions).select_related("position").order_by("position")
        return [
            gettext("Two people would hold %(position)s on %(day)s.")
            % {"position": position, "day": twice[1].starts_on.isoformat()}
            for position, held in groupby(rows, key=lambda row: row.position)
            if (twice := first_overlap([row.span for row in held]))
        ]


class ApiToken(models.Model):
    """A key with which a program acts as a person. Only its hash is kept; the key itself is shown once."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=16, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @classmethod
    def broken(cls, ids: Sequence[int]) -> list[str]:
        """A token that was revoked stays so, whatever is undone."""
        still_there = cls.objects.filter(pk__in=ids).exists()
        return [gettext("A revoked token cannot be brought back. Make a new one.")] if still_there else []
