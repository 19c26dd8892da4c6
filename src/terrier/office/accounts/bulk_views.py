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
    Preview,
    edit_field,
    edit_holder,
    preview_field,
    preview_holder,
)
from terrier.office.accounts.filters import AccountFilter, FilterError, matching, read_filter
from terrier.office.accounts.forms import day_input
from terrier.office.accounts.models import AccountClass, Channel, Status
from terrier.office.accounts.requests import author_of, back_to_list, take_errors, told, wrong_form
from terrier.office.errors import RefusedError
from terrier.office.people.models import Position
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


class BulkForm(forms.Form):
    """What to set, and to what. asked : the question that says of which accounts."""

    asked = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100_000)
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
    """GET counts, POST does. ``which=all`` takes all that the list's question finds, else the ticked ``ids``."""
    given = request.POST if request.method == "POST" else request.GET
    try:
        asked = _asked(request)
    except FilterError as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    may_assign = may(signed_in(request), May.ASSIGN_COVERAGE)
    values = given.copy()
    values.setdefault("field", "status")
    values.setdefault("value", VALUES["status"][1][0])
    if values.get("shown", values["field"]) != values["field"]:
        values["value"] = ""  # it was typed for another field
    values.setdefault("starts_on", timezone.localdate().isoformat())
    values["asked"] = asked.as_query()
    if values["field"] == HOLDER and not may_assign:
        if request.method == "POST":
            raise Http404  # never another edit than the one that was asked for
        values["field"] = "status"
    options = VALUES.get(str(values["field"]), [])
    if options and values["value"] not in dict(options) and request.method != "POST":
        values["value"] = options[0][0]
    form = BulkForm(values)
    context: dict[str, Any] = {
        "form": form,
        "fields": [field for field in FIELDS if may_assign or field[0] != HOLDER],
        "options": options,
        "chosen": values,
        "position_text": _position_text(request, values.get("position", "")),
    }
    if request.method == "POST" and form.is_valid():
        try:
            told(request, _do(request, asked, form.cleaned_data))
            return back_to_list(request.POST.get("here", ""))
        except TerrierError as error:
            take_errors(form, error)
    context["preview"] = _preview(request, asked, form)
    if request.method == "POST":
        return wrong_form(request, "accounts/parts/bulk.html", context, "#bulk-form")
    return render(request, "accounts/parts/bulk.html", context)


def _asked(request: HttpRequest) -> AccountFilter:
    """The accounts meant: by the form's own question, or by the list's and what is ticked in it."""
    given = request.POST if request.method == "POST" else request.GET
    if "asked" in given:
        return read_filter(parse_qs(given["asked"]))
    lists = dict(given.lists())
    if given.get("which") == "all":
        lists.pop("ids", None)
    return read_filter(lists)


def _preview(request: HttpRequest, asked: AccountFilter, form: BulkForm) -> Preview | None:
    accounts = matching(signed_in(request), asked)
    if form.is_valid():
        values = form.cleaned_data
        try:
            if values["field"] != HOLDER:
                return preview_field(accounts=accounts, field=values["field"], value=values["value"])
            position = visible_to(signed_in(request), Position).filter(pk=values["position"]).first()
            if position is not None:
                return preview_holder(
                    accounts=accounts,
                    position=position,
                    starts_on=values["starts_on"] or timezone.localdate(),
                )
        except TerrierError as error:
            take_errors(form, error)
    n_accounts = accounts.count()
    return Preview(n_accounts, n_accounts)


def _do(request: HttpRequest, asked: AccountFilter, values: dict[str, Any]) -> Any:
    accounts = matching(signed_in(request), asked)
    if values["field"] != HOLDER:
        return edit_field(
            accounts=accounts, field=values["field"], value=values["value"], author=author_of(request)
        )
    position = visible_to(signed_in(request), Position).filter(pk=values["position"]).first()
    if position is None or not may(signed_in(request), May.ASSIGN_COVERAGE):
        raise RefusedError(gettext("Choose a position of the list."))
    return edit_holder(
        accounts=accounts,
        position=position,
        starts_on=values["starts_on"],
        reason=values["reason"],
        author=author_of(request),
    )


def _position_text(request: HttpRequest, key: str) -> str:
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        return ""
    return (
        visible_to(signed_in(request), Position).filter(pk=int(key)).values_list("name", flat=True).first()
        or ""
    )
