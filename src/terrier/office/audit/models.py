"""What was changed, by whom, when, from what to what. Rows are only ever added: the database itself refuses the rest."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class Via(models.TextChoices):
    WEB = "web", _("Web")
    API = "api", _("API")
    IMPORT = "import", _("Import")
    JOB = "job", _("Job")
    COMMAND = "command", _("Command")


class Action(models.TextChoices):
    CREATE = "create", _("created")
    UPDATE = "update", _("changed")
    DELETE = "delete", _("deleted")
    RESTORE = "restore", _("brought back")


class Act(models.Model):
    """One deed of one person, however many objects it touched: what Undo takes back."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    via = models.CharField(max_length=8, choices=Via.choices)
    summary = models.CharField(max_length=200)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return self.summary


class Entry(models.Model):
    """What one act did to one object. ``changes`` maps each field to its value before and after.

    ``object_type`` is the model's label (``accounts.account``); ``account_id`` is the account it belongs to, if any,
    which decides who may see it. Plain numbers, not foreign keys, since entries outlive what they tell of.
    """

    act = models.ForeignKey(Act, models.PROTECT, related_name="entries")
    action = models.CharField(max_length=8, choices=Action.choices)
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    object_label = models.CharField(max_length=160)
    account_id = models.BigIntegerField(null=True)
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "entries"
        indexes = (
            models.Index(F("object_type"), F("object_id"), F("id").desc(), name="entry_by_object"),
            models.Index(F("account_id"), F("id").desc(), name="entry_by_account"),
        )

    def __str__(self) -> str:
        return f"{self.object_label} {self.action}"
