"""Imports and what they stage: the rows of a file, what each would write, and what people mended on the way.

A check fills ``Row`` and ``Write``; nothing else of the office changes until the commit, which copies ``Write`` into the
tables it names and into the audit, in one transaction and set by set.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from terrier.office.audit.models import Act
from terrier.office.audit.models import Action as AuditAction
from terrier.office.jobs.models import Job


class Kind(models.TextChoices):
    ACCOUNTS = "accounts", _("Accounts")
    CONTACTS = "contacts", _("Contacts")
    PEOPLE = "people", _("People and positions")
    COVERAGE = "coverage", _("Coverage")


class State(models.TextChoices):
    READING = "reading", _("Reading")
    REFUSED = "refused", _("Refused")
    MATCHING = "matching", _("Columns to match")
    CHECKING = "checking", _("Checking")
    CHECKED = "checked", _("Checked")
    COMMITTING = "committing", _("Importing")
    COMMITTED = "committed", _("Imported")
    UNDOING = "undoing", _("Undoing")
    UNDONE = "undone", _("Undone")


AT_WORK = (State.READING, State.CHECKING, State.COMMITTING, State.UNDOING)


class Import(models.Model):
    """One file on its way in. ``columns`` are its headings, ``mapping`` the column of each field.

    ``watermark`` is the last entry of the audit when the check began: what was recorded later may outdate the check.
    ``edited`` says that rows were mended since, so that the commit checks once more. ``put_away_at`` is when its rows and its
    file were (purging.py).
    """

    kind = models.CharField(_("what"), max_length=12, choices=Kind.choices)
    file_name = models.CharField(_("file"), max_length=200)
    folder = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    n_bytes = models.PositiveBigIntegerField(default=0)
    options = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    samples = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    clear_blanks = models.BooleanField(_("an empty cell clears the field"), default=False)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.READING)
    error = models.TextField(blank=True)
    n_rows = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    watermark = models.BigIntegerField(default=0)
    edited = models.BooleanField(default=False)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    act = models.OneToOneField(Act, models.PROTECT, null=True, related_name="import_file")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now=True)
    put_away_at = models.DateTimeField(null=True)
    committed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="import_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="import_state_is_known"),
        )

    def __str__(self) -> str:
        return self.file_name

    @property
    def at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def path(self) -> Path:
        """Where its files are: the upload, and the texts read from it."""
        return Path(settings.FILES) / "imports" / str(self.folder)

    @property
    def upload(self) -> Path:
        return self.path / f"upload{Path(self.file_name).suffix.lower()[:10]}"

    @property
    def texts(self) -> Path:
        return self.path / "texts.parquet"


class Deed(models.TextChoices):
    """What a row would do. A row may write several objects; the most telling of their deeds is its own."""

    CREATE = "create", _("New")
    UPDATE = "update", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    ERROR = "error", _("Error")
    LEFT_OUT = "left_out", _("Left out")


class Row(models.Model):
    """A row of the file. values : the text of each matched field. errors : by field, what is wrong with it."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField(_("row"))
    key = models.CharField(max_length=200)
    deed = models.CharField(max_length=9, choices=Deed.choices)
    values = models.JSONField(default=dict)
    errors = models.JSONField(default=dict)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["of", "number"], name="import_row_once"),)
        indexes = (
            models.Index(F("of"), F("deed"), F("number"), name="import_row_by_deed"),
            models.Index(F("of"), F("key"), name="import_row_by_key"),
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.key}"


class Write(models.Model):
    """What a row would do to one object, in the audit's own words: the commit copies these as they are.

    An object that is to be made has its number already, reserved when the row was checked.
    """

    of = models.ForeignKey(Import, models.CASCADE, related_name="writes", db_index=False)
    number = models.PositiveIntegerField()
    action = models.CharField(max_length=8, choices=AuditAction.choices)
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    object_label = models.CharField(max_length=160)
    account_id = models.BigIntegerField(null=True)
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(F("of"), F("number"), name="import_write_by_row"),)

    def __str__(self) -> str:
        return f"{self.object_label} {self.action}"


class Mend(models.Model):
    """What somebody changed in a row after the file was read, or that they left it out: kept whenever it is checked anew."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="mends", db_index=False)
    number = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    left_out = models.BooleanField(default=False)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["of", "number"], name="import_mend_once_a_row"),)

    def __str__(self) -> str:
        return f"{self.number}"


class Memory(models.Model):
    """How the columns of a file with these headings were matched the last time."""

    kind = models.CharField(max_length=12, choices=Kind.choices)
    headings = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = (
            models.UniqueConstraint(fields=["kind", "headings"], name="import_memory_once_a_heading"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.headings}"
