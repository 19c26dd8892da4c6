"""One change to many accounts: the form says how many it is for and how many it would change before anything is done."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from terrier.errors import TerrierError
from terrier.office.accounts.account_views import get_or_post
from terrier.office.accounts.bulk import (
    HOLDER,
    Edit,
    Preview,
    edit_many,
    meant,
    preview_field,
    preview_holder,
)
from terrier.office.accounts.filters import AccountFilter, FilterError, read_filter
from terrier.office.accounts.forms import Dated, day_input
from terrier.office.accounts.jobs import edit_later
from terrier.office.accounts.models import AccountClass, Channel, Status
from terrier.office.accounts.requests import (
    author_of,
    back_to_list,
    list_address,
    take_errors,
    told,
    wrong_form,
)
from terrier.office.errors import RefusedError
from terrier.office.jobs.views import to_job
from terrier.office.people.models import Person, Position
from terrier.office.people.permissions import May, may, needs, signed_in
from terrier.office.people.scope import visible_to

FIELDS = [
    ("status", _("Status")),
    ("channel", _("Channel")),
    ("account_class", _("Class")),
    ("payment_terms", _("Payment terms")),
    (HOLDER, _("Holder")),
]
VALUES: dict[str, list[tuple[str, Any]]] = {
    "status": list(Status.choices),
    "channel": list(Channel.choices),
    "account_class": [("", _("No class")), *AccountClass.choices],
}


class BulkForm(Dated, forms.Form):
    """What to set, and to what. n_accounts : how many accounts it was shown to be for."""

    n_accounts = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=2**63 - 1
    )
    field = forms.ChoiceField(label=_("Set"), choices=FIELDS)
    value = forms.CharField(label=_("To"), required=False, max_length=40)
    position = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    starts_on = forms.DateField(label=_("From"), required=False, widget=day_input())
    reason = forms.CharField(label=_("Why"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        options = dict(VALUES.get(str(values.get("field")), []))
        if options and values.get("value") not in options:
            raise ValidationError({"value": _("Choose one of the values of the list.")})
        if values.get("field") == HOLDER and not values.get("position"):
            self.add_error("position", _("Choose a position of the list."))
        return values


@needs(May.EDIT_ACCOUNTS)
@get_or_post
def bulk(request: HttpRequest) -> HttpResponse:
    """GET counts, POST does. ``which=all`` is for all that the list's question finds, else it is for the ticked ``ids``."""
    person, posted = signed_in(request), request.method == "POST"
    given = request.POST if posted else request.GET
    everything = given.get("which") == "all"
    try:
        asked = read_filter(parse_qs(given["asked"]) if "asked" in given else dict(given.lists()))
        accounts = meant(person, asked, everything=everything)
    except (FilterError, RefusedError) as error:
        return render(request, "accounts/parts/bulk.html", {"refused": str(error)}, status=422)
    may_assign = may(person, May.ASSIGN_COVERAGE)
    values = _values(request, may_assign=may_assign)
    form = BulkForm(values)
    n_accounts = accounts.count()
    context: dict[str, Any] = {
        "form": form,
        "fields": [field for field in FIELDS if may_assign or field[0] != HOLDER],
        "options": VALUES.get(str(values["field"]), []),
        "chosen": values,
        "asked": asked.as_query(),
        "which": "all" if everything else "",
        "whole_list": everything and asked == AccountFilter(),
        "position_text": _position_text(person, values.get("position", "")),
    }
    if posted and values.get("shown", values["field"]) != values["field"]:
        form.add_error(None, gettext("Say what it is to be set to."))
    if posted and form.is_valid():
        edit = Edit(
            asked, everything, n_accounts=form.cleaned_data.pop("n_accounts") or 0, **form.cleaned_data
        )
        try:
            return _done(request, edit, n_accounts)
        except TerrierError as error:
            take_errors(form, error)
    if not posted and not values.get("position"):
        form.errors.pop("position", None)  # nobody has had the time to choose one
    context["preview"] = _preview(person, accounts, form, n_accounts)
    if posted:
        return wrong_form(request, "accounts/parts/bulk.html", context, "#bulk-form")
    return render(request, "accounts/parts/bulk.html", context)


def _values(request: HttpRequest, *, may_assign: bool) -> Any:
    """What the form shows, sensible where nothing was chosen yet."""
    posted = request.method == "POST"
    values = (request.POST if posted else request.GET).copy()
    values.setdefault("field", "status")
    values.setdefault("value", VALUES["status"][1][0])
    if values.get("shown", values["field"]) != values["field"]:
        values["value"] = ""  # it was typed for another field
    values.setdefault("starts_on", timezone.localdate().isoformat())
    if values["field"] == HOLDER and not may_assign:
        if posted:
            raise Http404  # never another edit than the one that was asked for
        values["field"] = "status"
    options = VALUES.get(str(values["field"]), [])
    if options and values["value"] not in dict(options) and not posted:
        values["value"] = options[0][0]
    return values


def _done(request: HttpRequest, edit: Edit, n_accounts: int) -> HttpResponse:
    """Do it now, or as a job where it takes its time; one that is not as it was confirmed is refused at once."""
    here = request.POST.get("here", "")
    if edit.is_long and edit.n_accounts == n_accounts:
        return to_job(request, edit_later(edit=edit, person=signed_in(request), then=list_address(here)))
    told(request, edit_many(edit=edit, author=author_of(request)))
    return back_to_list(here)


def _preview(person: Person, accounts: Any, form: BulkForm, n_accounts: int) -> Preview:
    if form.is_valid():
        values = form.cleaned_data
        try:
            if values["field"] != HOLDER:
                return preview_field(accounts=accounts, field=values["field"], value=values["value"])
            position = visible_to(person, Position).filter(pk=values.get("position") or 0).first()
            if position is not None:
                day = values["starts_on"] or timezone.localdate()
                return preview_holder(accounts=accounts, position=position, starts_on=day)
        except TerrierError as error:
            take_errors(form, error)
    return Preview(n_accounts, n_accounts)


def _position_text(person: Person, key: str) -> str:
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        return ""
    return visible_to(person, Position).filter(pk=int(key)).values_list("name", flat=True).first() or ""
