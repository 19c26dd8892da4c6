"""What is asked for when somebody wants to know how many people; ratios are entered in percent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from terrier.office.alignment.choices import CLASSES, Visits
from terrier.office.headcount.choices import MOST_SIZES, SizeChoices
from terrier.office.headcount.field import people_in_the_field
from terrier.office.people.forms import PositionChoice
from terrier.office.people.models import Position


def _percent(label: Any, initial: float, most: float = 100, **more: Any) -> forms.FloatField:
    return forms.FloatField(
        label=label, initial=initial, min_value=more.pop("least", 0), max_value=most, **more
    )


class HeadCountForm(forms.Form):
    root = PositionChoice(label=_("For whom"), queryset=Position.objects.none(), empty_label=None)
    fewest = forms.IntegerField(label=_("Fewest people to look at"), min_value=1, max_value=2000)
    most = forms.IntegerField(label=_("Most people to look at"), min_value=1, max_value=2000)
    hours = forms.FloatField(
        label=_("Hours a year of a full-time person"),
        initial=1640,
        min_value=1,
        max_value=8784,
        help_text=_("For calls and travel, without office work and holidays."),
    )
    utilization = _percent(_("Share of them planned, %"), 100, least=1)
    employment = _percent(_("Mean employment share, %"), 100, least=1)
    margin = _percent(
        _("Margin on sales, %"),
        25,
        least=0.1,
        help_text=_("Before the cost of selling: what an order leaves."),
    )
    cost = forms.FloatField(
        label=_("Cost of a person a year"),
        initial=120_000,
        min_value=0,
        max_value=1e9,
        help_text=_("All in, but travel."),
    )
    cost_km = forms.FloatField(label=_("Cost of a kilometer"), initial=0.4, min_value=0, max_value=1000)
    elasticity = forms.FloatField(
        label=_("Response of sales to effort"),
        initial=0.31,
        min_value=0.01,
        max_value=0.95,
        help_text=_("By how many percent sales rise with 1% more effort; 0.31 is the mean of many studies."),
    )
    carry_over = _percent(_("Sales that come again without effort, %"), 0, most=95)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, roots: QuerySet[Position], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["root"].queryset = roots  # type: ignore[attr-defined]
        usual = Visits()
        for one in CLASSES:
            name = one or "none"
            self.fields[f"calls_{name}"] = forms.FloatField(
                initial=f"{usual.calls[one]:g}",  # type: ignore[index]
                min_value=0,
                max_value=366,
            )
            self.fields[f"minutes_{name}"] = forms.FloatField(
                initial=f"{usual.minutes[one]:g}",  # type: ignore[index]
                min_value=1,
                max_value=600,
            )

    @property
    def by_class(self) -> list[tuple[str, Any, Any]]:
        """The fields of each class: its name, calls a year, minutes of one."""
        names = [(one, one or "none") for one in CLASSES]
        return [(one, self[f"calls_{name}"], self[f"minutes_{name}"]) for one, name in names]

    @property
    def plain(self) -> list[Any]:
        """The other fields."""
        return [field for field in self.visible_fields() if not field.name.startswith(("calls_", "minutes_"))]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        fewest, most = values.get("fewest"), values.get("most")
        if fewest and most and most < fewest:
            self.add_error("most", _("At least the fewest, %(n)s.") % {"n": fewest})
        elif fewest and most and most - fewest >= MOST_SIZES:
            self.add_error("most", _("At most %(n)s numbers at once.") % {"n": MOST_SIZES})
        if not self.errors and not any(values[f"calls_{one or 'none'}"] for one in CLASSES):
            self.add_error("calls_A", _("Some class must be called on."))
        return values

    def choices(self) -> SizeChoices:
        values = self.cleaned_data
        ratios = {name: values[name] / 100 for name in ("utilization", "employment", "margin", "carry_over")}
        plain = {name: values[name] for name in ("fewest", "most", "hours", "cost", "cost_km", "elasticity")}
        visits = Visits(
            calls={one: values[f"calls_{one or 'none'}"] for one in CLASSES},  # type: ignore[misc]
            minutes={one: values[f"minutes_{one or 'none'}"] for one in CLASSES},  # type: ignore[misc]
        )
        return SizeChoices(**plain, **ratios, visits=visits)


def usual_for(root: Position | None, on: dt.date) -> dict[str, Any]:
    """What the form suggests: sizes around today's, the hours and shares of those there are."""
    if root is None:
        return {}
    people = list(people_in_the_field(root, on))
    n = max(1, len(people))
    span = min(MOST_SIZES - 1, max(4, round(n * 0.8)))
    fewest = max(1, round(n - span / 2))
    suggested: dict[str, Any] = {"root": root.pk, "fewest": fewest, "most": fewest + span}
    if people:
        suggested["hours"] = round(float(sum(one.capacity_hours for one in people)) / n)
        mean = 100 * float(sum(one.employment_share for one in people)) / n
        suggested["employment"] = f"{mean:.4g}"
    return suggested
