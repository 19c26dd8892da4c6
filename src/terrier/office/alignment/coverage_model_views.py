"""The page of a plan's coverage model: thresholds, what they would do to head count and cost as they are typed, and applying them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from terrier.office.alignment.choices import choices_of
from terrier.office.alignment.coverage_model import coverage_model
from terrier.office.alignment.coverage_model_applying import apply_coverage_model
from terrier.office.alignment.coverage_model_keeping import keep_for_company, keep_for_plan, thresholds_of
from terrier.office.alignment.coverage_thresholds import Thresholds
from terrier.office.alignment.missing_kinds import add_territories, waiting_positions
from terrier.office.alignment.models import Plan, TerritoryKind
from terrier.office.alignment.plan_selectors import plan_shaped
from terrier.office.alignment.plan_views import deed, frame
from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.look.toasts import say, say_wrong
from terrier.office.people.permissions import May, may, signed_in

USUAL = Thresholds()
FEW = 5


def _whole(label: Any, name: str, least: int, most: int = 100_000, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        initial=getattr(USUAL, name),
        min_value=least,
        max_value=most,
        help_text=help_text,
    )


def _amount(
    label: Any, name: str, least: float = 0, most: float = 1e12, help_text: Any = ""
) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        initial=f"{getattr(USUAL, name):.15g}",
        min_value=least,
        max_value=most,
        help_text=help_text,
    )


class ThresholdsForm(forms.Form):
    key_sales = _amount(gettext_lazy("Key from sales of, a year"), "key_sales", 1)
    key_potential = _amount(gettext_lazy("or potential of, a year"), "key_potential", 1)
    key_sites = _whole(gettext_lazy("or sites"), "key_sites", 2, 10_000, gettext_lazy("Of a chain."))
    small_below = _amount(
        gettext_lazy("By phone below, a year"),
        "small_below",
        help_text=gettext_lazy("Neither sales nor potential reach it."),
    )
    far_km = _amount(
        gettext_lazy("and farther than, km"),
        "far_km",
        most=20_000,
        help_text=gettext_lazy(
            "From the nearest home base. Web shops are served by phone wherever they are."
        ),
    )
    field_share = _amount(
        gettext_lazy("Share of the field in key accounts, %"),
        "field_share",
        most=99,
        help_text=gettext_lazy("Who held the site in the field keeps it as an overlay."),
    )
    key_load = _whole(gettext_lazy("Customers of a key account manager"), "key_load", 1)
    portfolio_load = _whole(gettext_lazy("Customers of an account manager"), "portfolio_load", 1)
    field_load = _whole(gettext_lazy("Customers of a territory manager"), "field_load", 1)
    key_cost = _amount(gettext_lazy("Cost of a key account manager"), "key_cost")
    portfolio_cost = _amount(gettext_lazy("Cost of an account manager"), "portfolio_cost")
    field_cost = _amount(gettext_lazy("Cost of a territory manager"), "field_cost")

    def __init__(self, data: Any = None, *, kept: Thresholds = USUAL) -> None:
        super().__init__(data)
        for name, field in self.fields.items():
            value = getattr(kept, name) * (100 if name == "field_share" else 1)
            field.initial = value if isinstance(value, int) else f"{value:.15g}"

    def thresholds(self) -> Thresholds:
        values = self.cleaned_data
        return Thresholds(**{**values, "field_share": values["field_share"] / 100})


@require_http_methods(["GET", "HEAD", "POST"])
def show_coverage_model(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The plan's thresholds, or those of the address, with their effect; posted, they are kept, and applied if so asked."""
    person = signed_in(request)
    found = plan_shaped(person, plan_id)
    kept = thresholds_of(found)
    if request.method == "POST":
        form = ThresholdsForm(request.POST)
        if form.is_valid():
            return _keep(request, found, form.thresholds())
    else:
        form = ThresholdsForm(request.GET if "key_sales" in request.GET else None, kept=kept)
    told = {
        **frame(request, found, "coverage"),
        "form": form,
        "may_set": may(person, May.SET_LIMITS),
        "may_open": may(person, May.EDIT_PEOPLE),
        "is_own": choices_of(found).coverage is not None,
    }
    if not form.is_bound or form.is_valid():
        told |= effect_of(found, form.thresholds() if form.is_bound else kept)
    return render(
        request, "alignment/coverage_model.html", told, status=422 if form.is_bound and form.errors else 200
    )


def effect_of(plan: Plan, thresholds: Thresholds) -> dict[str, Any]:
    model = coverage_model(plan, thresholds)
    kinds = model.kinds()
    lacking = [one.kind for one in kinds if one.n_then and not one.people_now]
    missing = [
        (kind, [one.name for one in waiting_positions(plan, [kind])] if plan.is_open else [])
        for kind in lacking
    ]
    return {
        "kinds": kinds,
        "missing": missing,
        "moved": model.moved(),
        "n_changes": model.n_changes,
        "people_now": sum(one.people_now for one in kinds),
        "people_then": sum(one.people_then for one in kinds),
        "cost_now": sum(one.cost_now for one in kinds),
        "cost_then": sum(one.cost_then for one in kinds),
        "cost_more": sum(one.cost_then - one.cost_now for one in kinds),
    }


@require_POST
def add_kind(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Add the territories of a kind that the plan lacks."""
    found = plan_shaped(signed_in(request), plan_id)
    kind = request.POST.get("kind", "")
    if kind not in TerritoryKind.values:
        raise Http404

    def add(author: Author) -> str:
        made = add_territories(plan=found, kind=kind, author=author)
        return _("Added to the plan: %(names)s.") % {"names": ", ".join(one.name for one in made[:FEW])}

    return deed(request, found, add, then="plans:coverage")


def _keep(request: HttpRequest, found: Plan, thresholds: Thresholds) -> HttpResponse:
    """Keep thresholds with the plan, for the company, or keep them with the plan and apply them."""
    author, deed = Author(signed_in(request)), request.POST.get("deed")
    try:
        if deed == "company":
            if not may(signed_in(request), May.SET_LIMITS):
                raise Http404
            keep_for_company(thresholds=thresholds, author=author)
            say(request, _("Kept for the company: plans without thresholds of their own begin with these."))
            return redirect("plans:coverage", found.pk)
        keep_for_plan(plan=found, thresholds=thresholds, author=author)
    except RefusedError as error:
        say_wrong(request, str(error))
        return redirect("plans:coverage", found.pk)
    if deed == "keep":
        say(request, _("The thresholds are kept with the plan."))
        return redirect("plans:coverage", found.pk)
    return _apply(request, found, thresholds)


def _apply(request: HttpRequest, found: Plan, thresholds: Thresholds) -> HttpResponse:
    version = request.POST.get("seen", "")
    seen = int(version) if version.isdecimal() and len(version) < 10 else None
    try:
        step = apply_coverage_model(
            plan=found, thresholds=thresholds, author=Author(signed_in(request)), seen=seen
        )
    except RefusedError as error:
        say_wrong(request, str(error))
        return redirect("plans:coverage", found.pk)
    n_moved = step.n_accounts if step else 0
    told = ngettext("%(n)s account moved.", "%(n)s accounts moved.", n_moved) % {"n": f"{n_moved:,}"}
    say(request, told if n_moved else _("Every account is where it deserves to be."))
    return redirect("plans:plan", found.pk)
