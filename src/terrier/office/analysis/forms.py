"""What is asked for on the pages of analyses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS as DAYS_OF_THE_WEEK
from django.utils.translation import gettext_lazy as _

from terrier.office.analysis.models import Every
from terrier.office.analysis.services import LONGEST_NAME


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autofocus": True})
    )


GREATEST_ID = 2**63 - 1


class ShareForm(forms.Form):
    """One of both."""

    person = forms.IntegerField(required=False, min_value=1, max_value=GREATEST_ID, label=_("A person"))
    position = forms.IntegerField(
        required=False, min_value=1, max_value=GREATEST_ID, label=_("Everybody at or below a position")
    )

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or self.cleaned_data
        if bool(chosen.get("person")) == bool(chosen.get("position")):
            raise forms.ValidationError(_("Choose a person or a position: one of both."))
        return chosen


WEEKDAYS = list(DAYS_OF_THE_WEEK.items())


class DeliveryForm(forms.Form):
    person = forms.IntegerField(required=False, min_value=1, max_value=GREATEST_ID, label=_("To"))
    every = forms.ChoiceField(choices=Every.choices, label=_("How often"))
    weekday = forms.TypedChoiceField(choices=WEEKDAYS, coerce=int, label=_("On"))
    day = forms.IntegerField(min_value=1, max_value=28, label=_("On day"))
    hour = forms.TypedChoiceField(
        choices=[(hour, f"{hour:02d}:00") for hour in range(24)], coerce=int, label=_("At")
    )
