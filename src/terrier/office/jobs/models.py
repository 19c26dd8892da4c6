"""Work done after the answer was sent: imports, exports, designs. Kept in the same database as what it works on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from terrier.office.jobs.words import told


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


ENDED = (State.DONE, State.FAILED, State.CANCELLED)


class Job(models.Model):
    """One piece of work. While it runs a worker holds a lease on it: a token, good until ``lease_until`` unless renewed.

    A worker that dies stops renewing; the next one takes the job up again with a token of its own, and the old token is
    worth nothing from then on. ``key`` makes asking twice the same as asking once.
    """

    kind = models.CharField(max_length=40)
    summary = models.CharField(_("what"), max_length=200, blank=True)
    said = models.JSONField(null=True)
    """The summary as words kept it; none where it was said as a text."""
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=120, unique=True, null=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    message = models.CharField(max_length=200, blank=True)
    doing = models.JSONField(null=True)
    """The message, in the same way."""
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    token = models.UUIDField(null=True)
    worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    in_effects = False
    """Whether its one transaction is under way, as ``progress.look`` found: then it goes on to its end."""

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=State.values), name="job_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="running", token__isnull=False, lease_until__isnull=False)
                | ~Q(state="running"),
                name="job_running_under_a_lease",
            ),
        )
        indexes = (
            models.Index(
                F("not_before"), F("id"), name="job_to_do", condition=Q(state__in=("waiting", "running"))
            ),
            models.Index(F("author"), F("id").desc(), name="job_by_author"),
        )

    def __str__(self) -> str:
        return told(self.said) or self.summary or self.kind

    @property
    def now(self) -> str:
        """What it is doing, as its worker said last."""
        return told(self.doing) or self.message

    @property
    def outcome(self) -> str:
        """What came of it, in a sentence."""
        return told(self.result.get("told"))

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def percent(self) -> int | None:
        """How far it is, 0 to 100; None while nobody can say."""
        return min(100, 100 * self.done // self.total) if self.total else None
