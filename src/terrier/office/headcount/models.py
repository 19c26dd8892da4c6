"""How many people a region needs: each time somebody asked, with what they assumed and what came out."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from terrier.office.jobs.models import Job
from terrier.office.people.models import Position


class HeadCount(models.Model):
    """One question: how many people for what the field below ``root`` holds today. Answered by a job.

    choices : what was assumed, see ``headcount.choices``. result : the curve, see ``headcount.reckoning``; empty until then.
    """

    root = models.ForeignKey(Position, models.PROTECT, related_name="+")
    choices = models.JSONField(default=dict)
    note = models.CharField(_("note"), max_length=200, blank=True)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    result = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[HeadCount]] = models.Manager()

    class Meta:
        ordering = ("-id",)
        verbose_name = _("head count")
        verbose_name_plural = _("head counts")
        indexes = (models.Index(F("root"), F("id").desc(), name="head_count_by_root"),)

    def __str__(self) -> str:
        return f"{self.root} {self.created_at:%Y-%m-%d}" if self.created_at else str(self.root)

    @property
    def is_answered(self) -> bool:
        return bool(self.result)
