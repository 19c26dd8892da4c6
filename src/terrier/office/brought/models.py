"""What files that are brought have in common: they are looked at first, loaded whole, and can be withdrawn whole."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terrier.office.jobs.models import Job


class State(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    REFUSED = "refused", _("Cannot be read")
    CHECKED = "checked", _("Checked")
    LOADING = "loading", _("Being loaded")
    LOADED = "loaded", _("Loaded")
    WITHDRAWING = "withdrawing", _("Being withdrawn")
    WITHDRAWN = "withdrawn", _("Withdrawn")


BEFORE_WORK = {
    State.CHECKING: State.REFUSED,
    State.LOADING: State.CHECKED,
    State.WITHDRAWING: State.LOADED,
}
"""Where a file stands again when a worker did not come to its end with it."""


class Brought(models.Model):
    """One file: the record of how it came, and of what counts of it. Who inherits says its ``kind``, and in which FOLDER files lie.

    options : how the file is to be read. report : what became of its rows, or would.
    """

    FOLDER: ClassVar[str]

    file_name = models.CharField(_("file"), max_length=200)
    n_bytes = models.PositiveBigIntegerField(default=0)
    folder = models.UUIDField(default=uuid.uuid4, editable=False)
    columns = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.CHECKING)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    loaded_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("-id",)
        constraints: ClassVar[tuple[models.CheckConstraint, ...]] = (
            models.CheckConstraint(condition=Q(state__in=State.values), name="%(class)s_state_is_known"),
        )

    def __str__(self) -> str:
        return self.file_name

    @property
    def standing(self) -> State:
        """Its state; where the work on it ended without an end, the one before."""
        state = State(self.state)
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
        return Path(settings.FILES) / self.FOLDER / str(self.folder)

    @property
    def upload(self) -> Path:
        return self.path / f"upload{Path(self.file_name).suffix.lower()[:10]}"

    @property
    def refused(self) -> Path:
        """The rows that were refused, with their reasons."""
        return self.path / "refused.parquet"
