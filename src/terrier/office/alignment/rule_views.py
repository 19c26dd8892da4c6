"""The page of a plan's rules: their order, what each takes, hides and contradicts; making and changing them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terrier.office.accounts.models import Account
from terrier.office.alignment import rules
from terrier.office.alignment.areas import accounts_in
from terrier.office.alignment.forms import RuleForm
from terrier.office.alignment.models import Plan, Rule, RuleKind
from terrier.office.alignment.own_areas_views import bring
from terrier.office.alignment.plan_selectors import plan_shaped
from terrier.office.alignment.plan_views import deed, frame
from terrier.office.alignment.rule_texts import in_words
from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.people.permissions import signed_in


@require_safe
def show_rules(request: HttpRequest, plan_id: int) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id)
    effects = rules.effects_of(found)
    told = {
        **frame(request, found, "rules"),
        "effects": effects,
        "rows": [(one, in_words(one.rule)) for one in effects.rules],
        "summary": rules.told(effects),
        "kinds": [
            (kind, label)
            for kind, label in RuleKind.choices
            if kind != RuleKind.CATCH_ALL or not effects.has_catch_all
        ],
        "may_rule": found.is_open or found.state == "active",
    }
    return render(request, "alignment/rules.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
def new_rule(request: HttpRequest, plan_id: int, kind: str) -> HttpResponse:
    person = signed_in(request)
    found = plan_shaped(person, plan_id)
    if kind not in RuleKind.values:
        raise Http404
    form = RuleForm(request.POST or None, plan=found, kind=kind, person=person)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            rules.add_rule(
                plan=found,
                kind=kind,
                territory=values["territory"],
                parameters=values["parameters"],
                note=values["note"],
                author=Author(person),
            )
        except RefusedError as error:
            form.refuse(error)
        else:
            return redirect("plans:rules", found.pk)
    return _form(request, found, form, kind)


@require_http_methods(["GET", "HEAD", "POST"])
def change_rule(request: HttpRequest, plan_id: int, rule_id: int) -> HttpResponse:
    person = signed_in(request)
    found = plan_shaped(person, plan_id)
    rule = get_object_or_404(Rule.objects.select_related("plan", "territory"), plan=found, pk=rule_id)
    form = RuleForm(request.POST or None, plan=found, kind=rule.kind, person=person, rule=rule)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("territory", "parameters", "note")}
        try:
            rules.change_rule(rule=rule, author=Author(person), values=values)
        except RefusedError as error:
            form.refuse(error)
        else:
            return redirect("plans:rules", found.pk)
    return _form(request, found, form, rule.kind, rule)


@require_POST
def remove_rule(request: HttpRequest, plan_id: int, rule_id: int) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id)
    rule = get_object_or_404(Rule.objects.select_related("plan", "territory"), plan=found, pk=rule_id)

    def remove(author: Author) -> str:
        rules.remove_rule(rule=rule, author=author)
        return _("Rule %(number)s is gone.") % {"number": rule.number}

    return deed(request, found, remove, then="plans:rules")


@require_POST
def move_rule(request: HttpRequest, plan_id: int, rule_id: int, way: str) -> HttpResponse:
    """One place up or down."""
    found = plan_shaped(signed_in(request), plan_id)
    get_object_or_404(Rule, plan=found, pk=rule_id)
    if way not in {"up", "down"}:
        raise Http404

    def move(author: Author) -> str:
        ids = list(Rule.objects.filter(plan=found).order_by("number").values_list("pk", flat=True))
        at = ids.index(rule_id)
        to = max(0, at - 1) if way == "up" else min(len(ids) - 1, at + 1)
        ids[at], ids[to] = ids[to], ids[at]
        rules.order_rules(plan=found, ids=ids, author=author)
        return _("Rule %(number)s is now asked as number %(to)s.") % {"number": at + 1, "to": to + 1}

    return deed(request, found, move, then="plans:rules")


@require_POST
def apply_rules(request: HttpRequest, plan_id: int) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id)

    def apply(author: Author) -> str:
        step = rules.apply_rules(plan=found, author=author)
        n_moved = step.n_accounts if step else 0
        return ngettext("The rules moved %(n)s account.", "The rules moved %(n)s accounts.", n_moved) % {
            "n": f"{n_moved:,}"
        }

    return deed(request, found, apply, then="plans:rules")


@require_POST
def bring_areas(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Areas of one's own from a GeoJSON file, for rules to speak of."""
    found = plan_shaped(signed_in(request), plan_id)

    def bring_for_rules(author: Author) -> str:
        said, made = bring(request, author)
        if accounts_in(made, Account.objects.filter(placements__plan=found)):
            return said
        doubt = _("No account of this plan lies in them: is each longitude before its latitude?")
        return f"{said} {doubt}"

    return deed(request, found, bring_for_rules, then="plans:rules")


def _form(
    request: HttpRequest, found: Plan, form: RuleForm, kind: str, rule: Rule | None = None
) -> HttpResponse:
    told = {
        **frame(request, found, "rules"),
        "form": form,
        "rule": rule,
        "kind": RuleKind(kind).label,
    }
    return render(request, "alignment/rule.html", told)
