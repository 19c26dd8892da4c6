"""The page of a plan's coverage model: thresholds, what they would do to head count and cost as they are typed, and applying them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from terrier.office.alignment.coverage_model import Thresholds, coverage_model
from terrier.office.alignment.coverage_model_applying import apply_coverage_model
from terrier.office.alignment.models import Plan
from terrier.office.alignment.plan_selectors import plan_shaped
from terrier.office.alignment.plan_views import frame
from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.look.toasts import say, say_wrong
from terrier.office.people.permissions import signed_in

USUAL = Thresholds()


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
    key_load = _whole(gettext_lazy("Customers of a key account manager"), "key_load", 1)
    portfolio_load = _whole(gettext_lazy("Customers of an account manager"), "portfolio_load", 1)
    field_load = _whole(gettext_lazy("Customers of a territory manager"), "field_load", 1)
    key_cost = _amount(gettext_lazy("Cost of a key account manager"), "key_cost")
    portfolio_cost = _amount(gettext_lazy("Cost of an account manager"), "portfolio_cost")
    field_cost = _amount(gettext_lazy("Cost of a territory manager"), "field_cost")

    def thresholds(self) -> Thresholds:
        return Thresholds(**self.cleaned_data)


@require_http_methods(["GET", "HEAD", "POST"])
def show_coverage_model(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The thresholds of the address with their effect; posted, they are applied."""
    found = plan_shaped(signed_in(request), plan_id)
    if request.method == "POST":
        form = ThresholdsForm(request.POST)
        if form.is_valid():
            return _apply(request, found, form.thresholds())
    else:
        form = ThresholdsForm(request.GET if "key_sales" in request.GET else None)
    told = {**frame(request, found, "coverage"), "form": form}
    if not form.is_bound or form.is_valid():
        told |= effect_of(found, form.thresholds() if form.is_bound else USUAL)
    return render(
        request, "alignment/coverage_model.html", told, status=422 if form.is_bound and form.errors else 200
    )


def effect_of(plan: Plan, thresholds: Thresholds) -> dict[str, Any]:
    model = coverage_model(plan, thresholds)
    kinds = model.kinds()
    return {
        "kinds": kinds,
        "moved": model.moved(),
        "n_changes": model.n_changes,
        "people_now": sum(one.people_now for one in kinds),
        "people_then": sum(one.people_then for one in kinds),
        "cost_now": sum(one.cost_now for one in kinds),
        "cost_then": sum(one.cost_then for one in kinds),
        "cost_more": sum(one.cost_then - one.cost_now for one in kinds),
    }


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
