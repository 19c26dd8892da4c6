"""What the market could buy, county by county: the files it was brought in, and what each tells of which area."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terrier.office.brought.models import Brought


class SourceKind(models.TextChoices):
    PATTERNS = "patterns", _("County Business Patterns")
    POTENTIAL = "potential", _("Potential of each area, in dollars a year")
    CUSTOMERS = "customers", _("Potential customers of each area")


class Source(Brought):
    """A file of market potential. It counts while it is loaded; of each area, the one loaded last. made_up : for the sample company."""

    FOLDER = "market"

    kind = models.CharField(_("what"), max_length=10, choices=SourceKind.choices)
    made_up = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[Source]] = models.Manager()

    class Meta(Brought.Meta):
        verbose_name = _("file of market potential")
        verbose_name_plural = _("files of market potential")
        constraints = (
            *Brought.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=SourceKind.values), name="source_kind_is_known"),
        )

    @property
    def matched(self) -> Path:
        """What the file tells, area by area, as far as the areas are known."""
        return self.path / "matched.parquet"

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
