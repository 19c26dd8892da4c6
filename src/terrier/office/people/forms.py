"""What is asked for on the pages of people and positions, and checked before a service is called."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from terrier.office.people.models import Person, Position
from terrier.office.people.tokens import MOST_DAYS


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), input_formats=["%Y-%m-%d"], **more)


class PositionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Positions, by role, so that two of one name can be told apart."""

    def label_from_instance(self, obj: Position) -> str:
        return f"{obj.name} ({obj.get_role_display()})"


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("As the company’s")), *settings.LANGUAGES],
        help_text=_("Of their mail, and of pages until they choose another."),
    )

    class Meta:
        model = Person
        fields = ("name", "email", "phone", "external_id", "language")
        help_texts = {  # noqa: RUF012 - as Django has it
            "email": _("They sign in with it."),
            "external_id": _("Their number in payroll or another system; imports know them by it."),
        }


class PositionForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Position
        fields = (
            "name",
            "role",
            "opens_on",
            "base",
            "base_latitude",
            "base_longitude",
            "employment_share",
            "capacity_hours",
            "base_pay",
            "commission_rate",
            "quota",
            "accelerator",
            "external_id",
        )
        widgets = {"opens_on": DayInput()}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "name": _("The chair, not who sits on it: Ohio, Key accounts, Inside sales East."),
            "base": _("Where tours start: a town or an address."),
            "employment_share": _("1 is full time, 0.5 half."),
            "capacity_hours": _("Hours a year for customers at full time, without office work and holidays."),
            "base_pay": _("At full time. With the next three it says what is expected to be earned."),
            "commission_rate": _("0.01 is 1%."),
            "quota": _("What is to be sold in a year, at full time."),
            "accelerator": _("1.5: sales beyond the quota are paid one and a half times. 1: all alike."),
            "external_id": _("Its number in another system; imports know it by it."),
        }

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if (values.get("base_latitude") is None) != (values.get("base_longitude") is None):
            self.add_error("base_longitude", _("Latitude and longitude go together: give both or neither."))
        values["external_id"] = values.get("external_id") or None
        return values


class NewPositionForm(PositionForm):
    """A position with its place in the chart."""

    def __init__(
        self, *args: Any, managers: QuerySet[Position], people: QuerySet[Person], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["manager"] = PositionChoice(
            managers, label=_("Reports to"), required=False, empty_label=_("Nobody")
        )
        self.fields["holder"] = forms.ModelChoiceField(
            people, label=_("Held by"), required=False, empty_label=_("Nobody yet: it is vacant")
        )


class HandOverForm(forms.Form):
    """Who holds a position from when on; nobody leaves it vacant."""

    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("To"), required=False, empty_label=_("Nobody: leave it vacant")
    )
    starts_on = day_field(_("From"))

    def __init__(self, *args: Any, people: QuerySet[Person], today: dt.date, **kwargs: Any) -> None:
        kwargs["initial"] = {"starts_on": today, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class ReportToForm(forms.Form):
    """Whom a position reports to from when on."""

    manager = PositionChoice(
        Position.objects.none(), label=_("Report to"), required=False, empty_label=_("Nobody")
    )
    starts_on = day_field(_("From"))

    def __init__(self, *args: Any, managers: QuerySet[Position], today: dt.date, **kwargs: Any) -> None:
        kwargs["initial"] = {"starts_on": today, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["manager"].queryset = managers  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """When a position closes, and where those below it and the accounts it covers go; ``sure`` once that was shown."""

    closes_on = day_field(_("Closes on"), help_text=_("The first day on which it is no longer there."))
    reports_to = PositionChoice(
        Position.objects.none(),
        label=_("Those below report to"),
        required=False,
        empty_label=_("Choose a position"),
    )

    accounts_to = PositionChoice(
        Position.objects.none(),
        label=_("Its accounts go to"),
        required=False,
        empty_label=_("Nobody: they are left without a holder"),
        help_text=_("What would change is shown before anything does."),
    )

    def __init__(
        self,
        *args: Any,
        managers: QuerySet[Position],
        today: dt.date,
        has_reports: bool,
        has_accounts: bool,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {"closes_on": today, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        for name, wanted in (("reports_to", has_reports), ("accounts_to", has_accounts)):
            self.fields[name].queryset = managers  # type: ignore[attr-defined]
            if not wanted:
                del self.fields[name]


class FirstPasswordForm(forms.Form):
    """The password with which an invitation is accepted."""

    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
        help_text=mark_safe(password_validators_help_text_html()),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        try:
            validate_password(password, self.person)
        except ValidationError as error:
            raise forms.ValidationError(error.messages) from None
        return password


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What it is for: the web shop, a report.")
    )
    days = forms.TypedChoiceField(
        label=_("Expires in"),
        coerce=int,
        initial=90,
        choices=[(30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (MOST_DAYS - 1, _("a year"))],
    )
