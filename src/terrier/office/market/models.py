"""What the market could buy, county by county: the files it was brought in, and what each tells of which area."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terrier.office.jobs.models import Job


class SourceKind(models.TextChoices):
    PATTERNS = "patterns", _("County Business Patterns")
    POTENTIAL = "potential", _("Potential of each area, in dollars a year")
    CUSTOMERS = "customers", _("Potential customers of each area")


class SourceState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    REFUSED = "refused", _("Cannot be read")
    CHECKED = "checked", _("Checked")
    LOADING = "loading", _("Being loaded")
    LOADED = "loaded", _("Loaded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


BEFORE_WORK = {SourceState.CHECKING: SourceState.REFUSED, SourceState.LOADING: SourceState.CHECKED}
"""Where a file stands again when a worker did not come to its end with it."""


class Source(models.Model):
    """A file of market potential. It counts while it is loaded; of each area, the one loaded last.

    options : how it is to be read. report : what became of its rows, or would. made_up : for the sample company.
    """

    kind = models.CharField(_("what"), max_length=10, choices=SourceKind.choices)
    file_name = models.CharField(_("file"), max_length=200)
    n_bytes = models.PositiveBigIntegerField(default=0)
    folder = models.UUIDField(default=uuid.uuid4, editable=False)
    columns = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=SourceState.choices, default=SourceState.CHECKING
    )
    made_up = models.BooleanField(default=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    loaded_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Source]] = models.Manager()

    class Meta:
        ordering = ("-id",)
        verbose_name = _("file of market potential")
        verbose_name_plural = _("files of market potential")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=SourceKind.values), name="source_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=SourceState.values), name="source_state_is_known"),
        )

    def __str__(self) -> str:
        return self.file_name

    @property
    def standing(self) -> SourceState:
        """Its state; where the work on it ended without an end, the one before."""
        state = SourceState(self.state)
        if state in BEFORE_WORK and (self.job is None or self.job.ended):
            return BEFORE_WORK[state]
        return state

    @property
    def at_work(self) -> bool:
        return self.standing in BEFORE_WORK

    @property
    def why_not(self) -> str:
        """What went wrong the last time, if anything did."""
        if self.job is not None and self.job.state == "failed" and self.state in BEFORE_WORK:
            return str(self.job.error)
        return self.problem

    @property
    def path(self) -> Path:
        return Path(settings.FILES) / "market" / str(self.folder)

    @property
    def upload(self) -> Path:
        return self.path / f"upload{Path(self.file_name).suffix.lower()[:10]}"

    @property
    def matched(self) -> Path:
        """What the file tells, area by area, as far as the areas are known."""
        return self.path / "matched.parquet"

    @property
    def refused(self) -> Path:
        """The rows that were refused, with their reasons."""
        return self.path / "refused.parquet"

    @property
    def unmatched(self) -> Path:
        """The codes that are of no area that is known, with what the file tells of each."""
        return self.path / "unmatched.parquet"


class AreaFigure(models.Model):
    """What a file tells of an area: a county by its five digits, a state by its two.

    industry : its NAICS code, empty where the file tells none. establishments : potential customers. potential_cents : a year's.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="figures")
    area = models.CharField(max_length=5)
    industry = models.CharField(max_length=6, blank=True)
    establishments = models.PositiveIntegerField(null=True)
    potential_cents = models.BigIntegerField(null=True)

    objects: ClassVar[models.Manager[AreaFigure]] = models.Manager()

    class Meta:
        ordering = ("area", "industry")
        verbose_name = _("potential of an area")
        verbose_name_plural = _("potential of areas")
        constraints = (
            models.UniqueConstraint(fields=["source", "area", "industry"], name="area_figure_once"),
            models.CheckConstraint(
                condition=Q(establishments__isnull=False) | Q(potential_cents__isnull=False),
                name="area_figure_tells_something",
            ),
            models.CheckConstraint(
                condition=Q(potential_cents__isnull=True) | Q(potential_cents__gte=0),
                name="area_figure_not_below_zero",
            ),
        )

    def __str__(self) -> str:
        return f"{self.area} {self.industry}".strip()
