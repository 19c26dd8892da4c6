"""The company's own areas: which there are, who speaks of them, renaming and deleting them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.alignment.area_files import alike, spoken
from terrier.office.alignment.choices import Border, choices_of
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import Area, AreaKind, Plan, PlanState, Rule, RuleKind
from terrier.office.audit.models import Act
from terrier.office.audit.rows import change_row, erase_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.people.models import Person
from terrier.office.people.scope import visible_to

LONGEST_NAME = 120
FEW = 3


@dataclass(frozen=True, slots=True)
class Uses:
    """Who speaks of an area. rules : those one sees. n_hidden : of plans out of one's sight. n_past : of plans put away, where it
    decides nothing any more.
    """

    rules: tuple[Rule, ...] = ()
    n_hidden: int = 0
    n_past: int = 0

    @property
    def n_acting(self) -> int:
        """Rules that still place accounts by it."""
        return len(self.rules) + self.n_hidden


def own_areas(text: str = "") -> QuerySet[Area, Area]:
    rows = Area.objects.filter(kind=AreaKind.POLYGON).defer("geometry").order_by("name", "pk")
    return rows.filter(name__icontains=text) if text else rows


def uses_of(areas: Collection[int], person: Person | None) -> dict[int, Uses]:
    """The rules that speak of some areas, as far as somebody sees them; nobody in particular sees all."""
    wanted = set(areas)
    rows = Rule.objects.filter(kind=RuleKind.AREA).select_related("plan").order_by("plan__name", "number")
    seen = None if person is None else set(visible_to(person, Plan).values_list("pk", flat=True))
    rules: dict[int, list[Rule]] = defaultdict(list)
    hidden: dict[int, int] = defaultdict(int)
    past: dict[int, int] = defaultdict(int)
    for rule in rows:
        for area in wanted.intersection(rule.parameters["areas"]):
            if rule.plan.state == PlanState.ARCHIVED:
                past[area] += 1
            elif seen is None or rule.plan_id in seen:
                rules[area].append(rule)
            else:
                hidden[area] += 1
    return {area: Uses(tuple(rules[area]), hidden[area], past[area]) for area in wanted}


def plans_that_keep_areas(person: Person) -> list[Plan]:
    """The plans one sees in which the engine divides no own area anew; without an area it may there, too."""
    plans = visible_to(person, Plan).exclude(state=PlanState.ARCHIVED).order_by("name")
    return [plan for plan in plans if Border.AREA in choices_of(plan).borders]


@transaction.atomic
def rename_area(*, area: Area, name: str, author: Author) -> Act | None:
    """Give an own area another name; rules go on speaking of it."""
    held = Area.objects.select_for_update().get(pk=area.pk)
    called = spoken(name)
    if not 1 <= len(called) <= LONGEST_NAME:
        raise PlanError(_("The name of an area has 1 to 120 characters."), "name")
    others = Area.objects.filter(kind=AreaKind.POLYGON).exclude(pk=held.pk).values_list("name", flat=True)
    if alike(called) in map(alike, others):
        raise PlanError(_("Another area is called “%(name)s” already.") % {"name": called}, "name")
    record = Record(
        author, _("Renamed the area “%(old)s” to “%(name)s”") % {"old": held.name, "name": called}
    )
    change_row(record, held, {"name": called})
    return save_act(record)


@transaction.atomic
def delete_area(*, area: Area, author: Author) -> Act | None:
    """Delete an own area that no rule of a plan still places accounts by; Undo brings it back as it was."""
    held = Area.objects.select_for_update().get(pk=area.pk)
    uses = uses_of([held.pk], author.person)[held.pk]
    if uses.n_acting:
        raise PlanError(
            _("Rules place accounts by “%(name)s”: %(rules)s. Change them first.")
            % {"name": held.name, "rules": _named(uses)}
        )
    record = Record(author, _("Deleted the area “%(name)s”") % {"name": held.name})
    erase_row(record, held)
    return save_act(record)


def _named(uses: Uses) -> str:
    """The first few of the rules, and how many more."""
    said = [
        _("rule %(number)s of “%(plan)s”") % {"number": rule.number, "plan": rule.plan.name}
        for rule in uses.rules[:FEW]
    ]
    more = len(uses.rules) - len(said)
    if more:
        said.append(ngettext("%(n)s more", "%(n)s more", more) % {"n": more})
    if uses.n_hidden:
        said.append(
            ngettext(
                "%(n)s of a plan that you do not see",
                "%(n)s of plans that you do not see",
                uses.n_hidden,
            )
            % {"n": uses.n_hidden}
        )
    return ", ".join(said)
