"""The forms of an account's page. Services validate again: a form only says early and beside the field what is wrong."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from terrier.office.accounts.models import (
    Account,
    Category,
    CompetitorPresence,
    Contact,
    Event,
    EventKind,
    Note,
    SavedView,
    Task,
)

SECTIONS: dict[str, tuple[str, ...]] = {
    "identity": ("name", "external_id", "status", "channel", "account_class"),
    "business": ("annual_sales", "potential", "service_hours", "payment_terms"),
    "place": (
        "street",
        "city",
        "state",
        "postal_code",
        "country",
        "phone",
        "website",
        "latitude",
        "longitude",
    ),
}
"""The parts of an account that are edited together, in place."""


FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2999, 1, 1)
"""Days before and after are slips of the keyboard, and some places of the world could not even show them."""


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Dated:
    """A form whose days lie within reason."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateField | forms.DateTimeField):
                field.validators.append(_within_reason)


def _within_reason(value: dt.date) -> None:
    day = value.date() if isinstance(value, dt.datetime) else value
    if not FIRST_DAY < day < LAST_DAY:
        raise ValidationError(_("This must be a day after 1900 and before 2999."))


class SectionForm(forms.ModelForm):  # type: ignore[type-arg]
    """One part of an account, with the version and the values its writer saw."""

    website = forms.URLField(label=_("Website"), max_length=200, required=False, assume_scheme="https")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    seen = forms.JSONField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Account
        fields = tuple(name for names in SECTIONS.values() for name in names)

    def __init__(self, section: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in [name for name in self.fields if name not in (*SECTIONS[section], "version", "seen")]:
            del self.fields[name]
        self.initial.update({"version": self.instance.version, "seen": self._seen(self.instance)})

    def _seen(self, account: Account) -> dict[str, Any]:
        seen = {name: getattr(account, name) for name in self.fields if name not in ("version", "seen")}
        plain: dict[str, Any] = json.loads(json.dumps(seen, cls=DjangoJSONEncoder))
        return plain

    def count_from(self, account: Account) -> None:
        """Count from what the account is now: what is saved next knowingly replaces it. Fields that were left as they were
        seen take what others wrote there."""
        now, looked = self._seen(account), self.cleaned_data.get("seen") or {}
        mine = json.loads(json.dumps(self.values(), cls=DjangoJSONEncoder))
        data: Any = self.data
        self.data = data = data.copy()
        for name, value in mine.items():
            if (value or "") == (looked.get(name) or ""):
                data[name] = "" if now[name] is None else str(now[name])
        data["version"], data["seen"] = str(account.version), json.dumps(now)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "seen")}


class NewAccountForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Account
        fields = (
            "name",
            "status",
            "channel",
            "account_class",
            "street",
            "city",
            "state",
            "postal_code",
            "phone",
            "potential",
            "external_id",
        )


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Contact
        fields = ("name", "job_title", "role", "stance", "phone", "email", "reach_by")


class NoteForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Note
        fields = ("text",)
        widgets: ClassVar[dict[str, forms.Widget]] = {"text": forms.Textarea(attrs={"rows": 4})}


class EventForm(Dated, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Event
        fields = ("kind", "happened_at", "summary", "amount", "contact")
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "happened_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "summary": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contacts: Any = self.fields["contact"]
        contacts.queryset = Contact.objects.kept().filter(account=self.instance.account_id)
        if not self.instance.pk:
            self.initial["kind"] = EventKind.CALL
            self.initial["happened_at"] = timezone.localtime().replace(second=0, microsecond=0)


class TaskForm(Dated, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Task
        fields = ("title", "due_on")
        widgets: ClassVar[dict[str, forms.Widget]] = {"due_on": day_input()}


class CompetitorForm(Dated, forms.ModelForm):  # type: ignore[type-arg]
    name = forms.CharField(label=_("Competitor"), max_length=80)

    class Meta:
        model = CompetitorPresence
        fields = ("name", "share", "categories", "seen_on")
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "categories": forms.CheckboxSelectMultiple(),
            "seen_on": day_input(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories: Any = self.fields["categories"]
        categories.queryset = Category.objects.all()
        if not self.instance.pk:
            self.initial["seen_on"] = timezone.localdate()
        else:
            self.initial["name"] = self.instance.competitor.name
            self.fields["name"].disabled = True


class CoverageForm(Dated, forms.Form):
    """Who is to hold or to share an account, from when, and why."""

    kind = forms.ChoiceField(
        label=_("As"),
        choices=[
            ("primary", _("Holder: all the credit but what others share")),
            ("overlay", _("Shares the credit")),
        ],
    )
    position = forms.IntegerField(
        label=_("Position"),
        min_value=1,
        max_value=2**63 - 1,
        error_messages={"required": _("Choose a position of the list.")},
    )
    share = forms.DecimalField(
        label=_("Share of credit, %"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        required=False,
        help_text=_("Only for somebody who shares; the holder keeps the rest."),
    )
    starts_on = forms.DateField(label=_("From"), widget=day_input())
    ends_on = forms.DateField(label=_("Until (that day not included)"), widget=day_input(), required=False)
    reason = forms.CharField(label=_("Why"), max_length=200)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("kind") == "overlay" and not values.get("share"):
            raise ValidationError({"share": _("Say which share of the credit they get.")})
        return values


class EndForm(Dated, forms.Form):
    ends_on = forms.DateField(label=_("First day on which it is no longer covered"), widget=day_input())


class SavedViewForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = SavedView
        fields = ("name", "shared")
        labels: ClassVar[dict[str, Any]] = {"shared": _("Everybody sees it, each with their own accounts")}
