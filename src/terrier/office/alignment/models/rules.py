"""Areas, and the rules by which accounts go to territories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from terrier.office.alignment.models.plans import Plan, Territory


class AreaKind(models.TextChoices):
    COUNTY = "county", _("County")
    ZIP = "zip", _("ZIP code")
    HEXAGON = "hexagon", _("Hexagon")
    POLYGON = "polygon", _("Own polygon")


class Area(models.Model):
    """A county (``code``: its FIPS number), a ZIP code, a hexagon (its H3 index), or a polygon somebody drew or imported.

    geometry : a GeoJSON Polygon or MultiPolygon in degrees; of a ZIP code it may be missing. west … north : its bounds.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=AreaKind.choices)
    code = models.CharField(_("code"), max_length=64)
    name = models.CharField(_("name"), max_length=120)
    state = models.CharField(_("state"), max_length=40, blank=True)
    geometry = models.JSONField(_("outline"), null=True, blank=True)
    west = models.FloatField(null=True, blank=True)
    south = models.FloatField(null=True, blank=True)
    east = models.FloatField(null=True, blank=True)
    north = models.FloatField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Area]] = models.Manager()

    class Meta:
        ordering = ("kind", "name", "id")
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=AreaKind.values), name="area_kind_is_known"),
            models.UniqueConstraint(fields=["kind", "code"], name="area_code_once_a_kind"),
            models.CheckConstraint(
                condition=Q(kind="zip") | Q(west__isnull=False, geometry__isnull=False),
                name="area_has_an_outline",
            ),
            models.CheckConstraint(
                condition=Q(west__isnull=True)
                | Q(west__range=(-180, 180), south__range=(-90, 90), north__range=(-90, 90))
                & Q(east__gte=F("west"), north__gte=F("south")),
                name="area_on_earth",
            ),
        )
        indexes = (models.Index(F("kind"), F("state"), F("name"), name="area_by_state"),)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def broken(cls, ids: Sequence[int]) -> list[str]:
        """Why some areas may not stay as they are: gone although rules place accounts by them, or called like others."""
        rows = dict(cls.objects.filter(kind=AreaKind.POLYGON).values_list("pk", "name"))
        gone = set(ids) - set(cls.objects.filter(pk__in=ids).values_list("pk", flat=True))
        found = []
        for rule in Rule.objects.filter(kind=RuleKind.AREA).exclude(plan__state="archived") if gone else ():
            if gone.intersection(rule.parameters["areas"]):
                named = {"number": rule.number, "plan": rule.plan.name}
                found.append(gettext("Rule %(number)s of “%(plan)s” places accounts by it.") % named)
        names = Counter(name.casefold() for name in rows.values())
        for name in {rows[one] for one in ids if one in rows and names[rows[one].casefold()] > 1}:
            found.append(gettext("Another area is called “%(name)s” already.") % {"name": name})
        return found


class RuleKind(models.TextChoices):
    NAMED = "named", _("Named accounts")
    CHAIN = "chain", _("Chain")
    AREA = "area", _("Area")
    ZIP = "zip", _("ZIP codes")
    STATE = "state", _("State")
    CHANNEL = "channel", _("Channel")
    CLASS = "class", _("Class")
    SIZE = "size", _("Size")
    CATCH_ALL = "catch_all", _("Everything else")


ASIDE = 1_000_000
"""Where numbers wait while rules change places."""


class Rule(models.Model):
    """Accounts of a kind go to a territory. ``parameters`` are of the kind's type, see ``alignment.rule_kinds``.

    The catch-all comes last, so that nothing falls through.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="rules")
    number = models.PositiveIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=10, choices=RuleKind.choices)
    parameters = models.JSONField(default=dict)
    territory = models.ForeignKey(Territory, models.CASCADE, related_name="rules")
    note = models.CharField(_("why"), max_length=200, blank=True)

    objects: ClassVar[models.Manager[Rule]] = models.Manager()

    class Meta:
        ordering = ("plan", "number")
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=RuleKind.values), name="rule_kind_is_known"),
            models.UniqueConstraint(fields=["plan", "number"], name="rule_number_once_a_plan"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(kind="catch_all"), name="rule_one_catch_all_a_plan"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}. {RuleKind(self.kind).label} → {self.territory}"

    @classmethod
    def make_way(cls, ids: Sequence[int]) -> None:
        """Put the numbers of some rules aside until they have new ones, as no two may share a number even for a moment."""
        cls.objects.filter(pk__in=ids).update(number=F("number") + ASIDE)
