"""Questions to the engine, and the plans that it found."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terrier.office.alignment.models.plans import Plan
from terrier.office.jobs.models import Job


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
