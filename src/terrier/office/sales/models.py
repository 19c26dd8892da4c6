"""Files of invoice lines and products that were brought to the ledger: who, when, and what became of their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from terrier.office.brought.models import Brought


class LoadKind(models.TextChoices):
    LINES = "lines", _("Invoice lines")
    PRODUCTS = "products", _("Products")


class Load(Brought):
    """One file. What counts is in the ledger's own folder; this is the record of how it came there.

    ledger_id : the load's number in the ledger, empty while its lines are not there.
    """

    FOLDER = "loads"

    kind = models.CharField(_("what"), max_length=10, choices=LoadKind.choices)
    ledger_id = models.CharField(max_length=32, blank=True)

    objects: ClassVar[models.Manager[Load]] = models.Manager()

    class Meta(Brought.Meta):
        verbose_name = _("load of invoices")
        verbose_name_plural = _("loads of invoices")
        constraints = (
            *Brought.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=LoadKind.values), name="load_kind_is_known"),
        )

    @classmethod
    def broken(cls, ids: Sequence[int]) -> list[str]:
        """What is in the ledger is not taken back by the record alone."""
        return [gettext("A load is withdrawn on its own page, whole.")] if ids else []
