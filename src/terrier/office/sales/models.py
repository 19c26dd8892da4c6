"""Files of invoice lines and products that were brought to the ledger: who, when, and what became of their rows."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from terrier.office.jobs.models import Job


class LoadKind(models.TextChoices):
    LINES = "lines", _("Invoice lines")
    PRODUCTS = "products", _("Products")


class LoadState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    REFUSED = "refused", _("Cannot be read")
    CHECKED = "checked", _("Checked")
    LOADING = "loading", _("Being loaded")
    LOADED = "loaded", _("Loaded")
    WITHDRAWING = "withdrawing", _("Being withdrawn")
    WITHDRAWN = "withdrawn", _("Withdrawn")


AT_WORK = (LoadState.CHECKING, LoadState.LOADING, LoadState.WITHDRAWING)
BEFORE_WORK = {
    LoadState.CHECKING: LoadState.REFUSED,
    LoadState.LOADING: LoadState.CHECKED,
    LoadState.WITHDRAWING: LoadState.LOADED,
}
"""Where a load stands again when a worker did not come to its end with it."""


class Load(models.Model):
    """One file. What counts is in the ledger's own folder; this is the record of how it came there.

    options : how the file is to be read. report : what became of its rows, or would. ledger_id : the load's number in the ledger,
    empty while its lines are not there.
    """

    kind = models.CharField(_("what"), max_length=10, choices=LoadKind.choices)
    file_name = models.CharField(_("file"), max_length=200)
    n_bytes = models.PositiveBigIntegerField(default=0)
    folder = models.UUIDField(default=uuid.uuid4, editable=False)
    columns = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    state = models.CharField(_("state"), max_length=12, choices=LoadState.choices, default=LoadState.CHECKING)
    ledger_id = models.CharField(max_length=32, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    loaded_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Load]] = models.Manager()

    class Meta:
        ordering = ("-id",)
        verbose_name = _("load of invoices")
        verbose_name_plural = _("loads of invoices")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=LoadKind.values), name="load_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=LoadState.values), name="load_state_is_known"),
        )

    def __str__(self) -> str:
        return self.file_name

    @classmethod
    def broken(cls, ids: Sequence[int]) -> list[str]:
        """What is in the ledger is not taken back by the record alone."""
        return [gettext("A load is withdrawn on its own page, whole.")] if ids else []

    @property
    def standing(self) -> LoadState:
        """Its state; where the work on it ended without an end, the one before."""
        state = LoadState(self.state)
        if state in AT_WORK and (self.job is None or self.job.ended):
            return BEFORE_WORK[state]
        return state

    @property
    def at_work(self) -> bool:
        return self.standing in AT_WORK

    @property
    def why_not(self) -> str:
        """What went wrong the last time, if anything did."""
        if self.job is not None and self.job.state == "failed" and self.state in AT_WORK:
            return str(self.job.error)
        return self.problem

    @property
    def path(self) -> Path:
        return Path(settings.FILES) / "loads" / str(self.folder)

    @property
    def upload(self) -> Path:
        return self.path / f"upload{Path(self.file_name).suffix.lower()[:10]}"

    @property
    def refused(self) -> Path:
        """The rows that were refused, with their reasons."""
        return self.path / "refused.parquet"
