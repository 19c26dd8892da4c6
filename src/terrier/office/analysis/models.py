"""Analyses that somebody keeps: a question under a name, with whom it is shared, and to whom it is sent when."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from terrier.office.analysis.question import LONGEST_QUERY, Question, parse
from terrier.office.analysis.telling import said
from terrier.office.people.models import Position

MONDAY, SUNDAY = 0, 6


class AnalysisQuerySet(models.QuerySet["Analysis"]):
    def kept(self) -> AnalysisQuerySet:
        return self.filter(deleted_at__isnull=True)


class Analysis(models.Model):
    """A question under a name. Whoever opens it is answered from their own scope: it holds no figures, only what is asked."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="analyses")
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(_("question"), max_length=LONGEST_QUERY)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[models.Manager[Analysis]] = AnalysisQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        verbose_name = _("analysis")
        verbose_name_plural = _("analyses")
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="analysis_has_a_name"),
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=Q(deleted_at__isnull=True),
                name="analysis_named_once",
                violation_error_message=_("You have an analysis of that name already."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def question(self) -> Question:
        return parse(self.query)[0]

    @property
    def said(self) -> str:
        """What it asks, in a line."""
        return said(self.question)


class Share(models.Model):
    """With whom an analysis is shared: one person, or everybody at and below a position."""

    analysis = models.ForeignKey(Analysis, models.CASCADE, related_name="shares")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    position = models.ForeignKey(Position, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[models.Manager[Share]] = models.Manager()

    class Meta:
        ordering = ("id",)
        verbose_name = _("share of an analysis")
        verbose_name_plural = _("shares of analyses")
        constraints = (
            models.CheckConstraint(
                condition=Q(person__isnull=False, position__isnull=True)
                | Q(person__isnull=True, position__isnull=False),
                name="analysis_shared_with_one",
            ),
            models.UniqueConstraint(fields=["analysis", "person"], name="analysis_shared_once_with_a_person"),
            models.UniqueConstraint(
                fields=["analysis", "position"], name="analysis_shared_once_with_a_position"
            ),
        )

    def __str__(self) -> str:
        return f"{self.analysis}: {self.person or self.position}"


class Every(models.TextChoices):
    WEEKDAY = "weekday", _("Every weekday")
    WEEK = "week", _("Every week")
    MONTH = "month", _("Every month")


class Delivery(models.Model):
    """An analysis sent to somebody by e-mail, again and again, reckoned in that person's scope when it goes out.

    weekday : of a weekly one, Monday is 0. day : of a monthly one. next_at : when the next goes out. sent_at : when the last did.
    sending_at : the time of the one that was handed to the mail server last, written before that: it is never handed over twice.
    """

    analysis = models.ForeignKey(Analysis, models.CASCADE, related_name="deliveries")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    every = models.CharField(_("how often"), max_length=8, choices=Every.choices, default=Every.WEEK)
    weekday = models.PositiveSmallIntegerField(
        _("day of the week"), default=0, validators=[MaxValueValidator(SUNDAY)]
    )
    day = models.PositiveSmallIntegerField(
        _("day of the month"), default=1, validators=[MinValueValidator(1), MaxValueValidator(28)]
    )
    hour = models.PositiveSmallIntegerField(_("hour"), default=7, validators=[MaxValueValidator(23)])
    next_at = models.DateTimeField(editable=False)
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    sending_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[models.Manager[Delivery]] = models.Manager()

    class Meta:
        ordering = ("id",)
        verbose_name = _("delivery of an analysis")
        verbose_name_plural = _("deliveries of analyses")
        constraints = (
            models.CheckConstraint(condition=Q(every__in=Every.values), name="delivery_every_is_known"),
            models.CheckConstraint(condition=Q(weekday__lte=SUNDAY), name="delivery_weekday_is_one"),
            models.CheckConstraint(condition=Q(day__gte=1, day__lte=28), name="delivery_day_in_every_month"),
            models.CheckConstraint(condition=Q(hour__lte=23), name="delivery_hour_of_a_day"),
            models.UniqueConstraint(fields=["analysis", "person"], name="delivery_once_to_each"),
        )
        indexes = (models.Index(F("next_at"), name="delivery_by_next"),)

    def __str__(self) -> str:
        return f"{self.analysis}: {self.person}"
