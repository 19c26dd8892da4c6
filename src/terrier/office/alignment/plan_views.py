"""The pages of plans: the list, one plan's balance, its settings and steps, and what takes it from state to state."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terrier.office.alignment import states, undoing
from terrier.office.alignment.choices import MEASURE_NAMES, choices_of
from terrier.office.alignment.comparing import compare_plans
from terrier.office.alignment.copying import copy_plan
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.figures import Figures, Sheet, sheet_of
from terrier.office.alignment.forms import NewPlanForm, SettingsForm
from terrier.office.alignment.models import (
    Level,
    Placement,
    Plan,
    PlanState,
    Step,
    Territory,
    TerritoryKind,
)
from terrier.office.alignment.plan_selectors import (
    is_shaper,
    n_open_challenges,
    plan_seen,
    plan_shaped,
    plans_listed,
    region_of,
    roots_for,
)
from terrier.office.alignment.planning import create_plan, delete_plan, edit_plan
from terrier.office.alignment.sharing import make_key_account
from terrier.office.audit.services import Author
from terrier.office.desks.planned import limits_of
from terrier.office.errors import RefusedError
from terrier.office.look.toasts import say, say_wrong
from terrier.office.people.asked import number, numbered_page, pages_around, text
from terrier.office.people.forms import day_field
from terrier.office.people.models import Role
from terrier.office.people.permissions import May, may, needs, signed_in
from terrier.office.people.scope import scope_of, visible_to

NUMBER = re.compile(r"[0-9]{1,18}")
TO_OBJECT = dt.timedelta(days=14)

SORTS: dict[str, Callable[[Figures], Any]] = {
    "name": lambda row: row.territory.name.casefold(),
    "accounts": lambda row: row.n_accounts,
    "sales": lambda row: row.sales,
    "workload": lambda row: row.workload,
    "utilization": lambda row: row.utilization or 0,
    "spread": lambda row: row.spread_km,
    "pay": lambda row: row.pay or 0,
    "moved": lambda row: row.n_gained + row.n_lost,
    "off": lambda row: max((abs(one) for one in row.deviations.values()), default=0),
}


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """The plans somebody sees, the last changed first."""
    person = signed_in(request)
    state, q = text(request, "state"), text(request, "q")
    rows = plans_listed(person, state=state if state in PlanState.values else "", text=q)
    page = numbered_page(request, rows)
    told = {
        "page": page,
        **pages_around(request, page),
        "states": PlanState.choices,
        "asked": {"state": state, "q": q},
        "may_plan": may(person, May.PLAN),
    }
    return render(request, "alignment/plans.html", told)


@needs(May.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def new_plan(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    roots = roots_for(person)
    own = roots.filter(pk__in=scope_of(person).held).first() or roots.filter(role=Role.DIRECTOR).first()
    about = region_of(roots, [int(one) for one in request.GET.getlist("about")[:50] if NUMBER.fullmatch(one)])
    form = NewPlanForm(request.POST or None, roots=roots, own=about or own)
    if request.method == "POST" and form.is_valid():
        try:
            plan = create_plan(author=Author(person), **form.cleaned_data)
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            day = date_format(plan.based_on)
            say(
                request,
                _("“%(plan)s” begins with what is covered on %(day)s.") % {"plan": plan.name, "day": day},
            )
            return redirect("plans:plan", plan.pk)
    return render(request, "alignment/new.html", {"form": form})


@require_safe
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A plan's balance, as much of it as lies in one's scope."""
    person = signed_in(request)
    found = plan_seen(person, plan_id)
    seen = list(visible_to(person, Territory).filter(plan=found).values_list("pk", flat=True))
    sheet = sheet_of(found, seen)
    sort = text(request, "sort")
    key = sort.removeprefix("-") if sort.removeprefix("-") in SORTS else "name"
    rows = sorted(sheet.rows, key=SORTS[key], reverse=sort.startswith("-"))
    told = {
        **frame(request, found, "balance"),
        "sheet": sheet,
        "rows": [
            (
                row,
                [(MEASURE_NAMES[one], row.deviations[one]) for one in sheet.choices.measures],
                sheet.is_within(row),
            )
            for row in rows
        ],
        "measures": [MEASURE_NAMES[one] for one in sheet.choices.measures],
        "balance": _balance(sheet),
        "over": limits_of(sheet.choices).over_percent / 100,
        "sort": sort or "name",
        **_likely_days(),
        "n_unanswered": _unanswered(found),
        "own": Territory.objects.filter(
            plan=found, level=Level.TERRITORY, position__in=scope_of(person).held
        ).order_by("name")
        if found.state == PlanState.IN_REVIEW
        else (),
        "off_balance": any(not within for *_rest, within in _balance(sheet)),
        "regions": Territory.objects.filter(plan=found, level=Level.REGION, position__isnull=False).exclude(
            position=found.root
        ),
        "keys": [
            (one.pk, one.name)
            for one in Territory.objects.filter(plan=found, kind=TerritoryKind.KEY, level=Level.TERRITORY)
        ],
    }
    return render(request, "alignment/plan.html", told)


def _unanswered(found: Plan) -> int:
    """How many territories in review nobody has spoken up for: neither accepted nor objected."""
    if found.state != PlanState.IN_REVIEW:
        return 0
    nodes = Territory.objects.filter(plan=found, level=Level.TERRITORY, position__isnull=False, answer=None)
    return nodes.exclude(challenges__isnull=False).count()


def frame(request: HttpRequest, found: Plan, here: str) -> dict[str, Any]:
    """What every page of a plan shows around its own content."""
    person = signed_in(request)
    shapes = is_shaper(person, found)
    return {
        "plan": found,
        "here": here,
        "shapes": shapes,
        "may_shape": shapes and found.is_open,
        "may_approve": shapes and may(person, May.APPROVE_PLANS),
        "n_challenges": n_open_challenges(found) if shapes else 0,
        "undo_step": undoing.next_undo(found, Author(person)) if shapes and found.is_open else None,
        "redo_step": undoing.next_redo(found, Author(person)) if shapes and found.is_open else None,
    }


def _likely_days() -> dict[str, str]:
    """Two weeks to object, and the first of a month: what most plans take, to begin with."""
    today = timezone.localdate()
    first = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return {"likely_until": (today + TO_OBJECT).isoformat(), "likely_effective": first.isoformat()}


def _balance(sheet: Sheet) -> list[tuple[Any, float, float, bool]]:
    """Each measure with its largest deviation, the tolerance, and whether that is kept."""
    found = []
    for one in sheet.choices.balanced:
        value = sheet.balance[one.measure]
        found.append((MEASURE_NAMES[one.measure], value, one.tolerance, value <= one.tolerance + 1e-9))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, plan_id: int) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id)
    form = SettingsForm(request.POST or None, choices=choices_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            edit_plan(plan=found, author=Author(signed_in(request)), values={"choices": form.asked()})
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            say(request, _("The settings are kept."))
            return redirect("plans:plan", found.pk)
    return render(request, "alignment/settings.html", {**frame(request, found, "settings"), "form": form})


@require_safe
def history(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Every step of a plan, the newest first."""
    found = plan_shaped(signed_in(request), plan_id)
    rows = Step.objects.filter(plan=found).select_related("author", "undone_by").order_by("-version")
    page = numbered_page(request, rows.defer("groups", "splits"))
    told = {
        **frame(request, found, "history"),
        "page": page,
        **pages_around(request, page),
    }
    return render(request, "alignment/history.html", told)


@require_safe
def compare(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A plan beside another one, ``?with=`` its number."""
    person = signed_in(request)
    found = plan_shaped(person, plan_id)
    other = number(request, "with")
    others = [one for one in plans_listed(person).exclude(pk=found.pk)[:100] if is_shaper(person, one)]
    beside = plan_shaped(person, other) if other else None
    told = {
        **frame(request, found, "compare"),
        "others": [(one.pk, f"{one.name} ({one.get_state_display()})") for one in others],
        "other": beside,
        "found": compare_plans(found, beside) if beside else None,
    }
    return render(request, "alignment/compare.html", told)


@require_POST
def undo(request: HttpRequest, plan_id: int) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id)
    return deed(request, found, lambda author: _steps(undoing.undo(plan=found, author=author)))


@require_POST
def redo(request: HttpRequest, plan_id: int) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id)
    return deed(request, found, lambda author: _steps(undoing.redo(plan=found, author=author)))


def _steps(step: Step | None) -> str:
    return step.summary if step else _("There is nothing to undo.")


@require_POST
def copy(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A copy, or a branch of one region, to go on with."""
    person = signed_in(request)
    found = plan_shaped(person, plan_id)
    part = request.POST.get("part", "")
    region = None
    if part:
        rows = Territory.objects.filter(plan=found, level=Level.REGION)
        region = get_object_or_404(rows, pk=int(part) if part.isdecimal() and len(part) < 19 else 0)
    name = request.POST.get("name", "").replace("\x00", "")[:120] or found.name
    try:
        made = copy_plan(plan=found, name=name, author=Author(person), part=region)
    except RefusedError as error:
        say_wrong(request, str(error))
        return redirect("plans:plan", found.pk)
    say(request, _("“%(plan)s” is a copy that goes its own way.") % {"plan": made.name})
    return redirect("plans:plan", made.pk)


@require_POST
def review(request: HttpRequest, plan_id: int) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id)

    def send(author: Author) -> str:
        states.send_to_review(plan=found, until=chosen_day(request, "until"), author=author)
        return _("“%(plan)s” is in review: the field can look at it and object.") % {"plan": found.name}

    return deed(request, found, send)


@require_POST
def reopen(request: HttpRequest, plan_id: int) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id)

    def take_back(author: Author) -> str:
        states.back_to_planning(plan=found, author=author)
        return _("“%(plan)s” can be shaped again.") % {"plan": found.name}

    return deed(request, found, take_back)


@require_POST
def approve(request: HttpRequest, plan_id: int) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id, May.APPROVE_PLANS)

    def agree(author: Author) -> str:
        states.approve(plan=found, effective_on=chosen_day(request, "effective_on"), author=author)
        return _("“%(plan)s” is approved. A copy of it stays as it is now.") % {"plan": found.name}

    return deed(request, found, agree)


@require_POST
def archive(request: HttpRequest, plan_id: int) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id)

    def put_away(author: Author) -> str:
        states.archive(plan=found, author=author)
        return _("“%(plan)s” is put away.") % {"plan": found.name}

    return deed(request, found, put_away)


@require_POST
def delete(request: HttpRequest, plan_id: int) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id)
    n_accounts = found.placements.count()
    try:
        delete_plan(plan=found, author=Author(signed_in(request)))
    except RefusedError as error:
        say_wrong(request, str(error))
        return redirect("plans:plan", plan_id)
    say(
        request,
        ngettext(
            "Deleted “%(plan)s”, a draft of %(n)s account.",
            "Deleted “%(plan)s”, a draft of %(n)s accounts.",
            n_accounts,
        )
        % {"plan": found.name, "n": f"{n_accounts:,}"},
    )
    return redirect("plans:list")


def deed(
    request: HttpRequest,
    found: Plan,
    do: Callable[[Author], str],
    then: str = "plans:plan",
    but: type[RefusedError] | None = None,
) -> HttpResponse:
    """Do something to a plan and tell of it, or why not; then show the plan again. but : a refusal that the caller answers itself."""
    try:
        say(request, do(Author(signed_in(request))))
    except RefusedError as error:
        if but is not None and isinstance(error, but):
            raise
        say_wrong(request, str(error))
    return redirect(then, found.pk)


def chosen_day(request: HttpRequest, name: str) -> Any:
    """A day of a form. Raises RefusedError that says how one is written."""
    field = day_field("")
    try:
        return field.clean(request.POST.get(name, ""))
    except Exception as error:
        raise RefusedError(_("Name a day, such as 2027-01-31."), name) from error


@require_POST
def key_account(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Give a chain or a single account to a key account manager, with a share for the field."""
    found = plan_shaped(signed_in(request), plan_id)

    def give(author: Author) -> str:
        given = request.POST.get("territory", "")
        rows = Territory.objects.filter(plan=found, kind=TerritoryKind.KEY, level=Level.TERRITORY)
        to = rows.filter(
            pk=int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0
        ).first()
        if to is None:
            raise PlanError(_("Choose a territory of the kind “Key accounts”."))
        placement = placement_named(
            found, request.POST.get("account", ""), request.POST.get("account_id", "")
        )
        try:
            split = Decimal(request.POST.get("share", "").strip() or "0") / 100
        except InvalidOperation:
            raise PlanError(_("The field's share is 0 % or more, and less than 100 %.")) from None
        if not split.is_finite():
            raise PlanError(_("The field's share is 0 % or more, and less than 100 %."))
        n_sites = make_key_account(
            plan=found, account=placement.account, to=to, split=round(split, 4), author=author
        )
        return ngettext(
            "%(account)s is a key account, with %(n)s site.",
            "%(account)s is a key account, with %(n)s sites.",
            n_sites,
        ) % {"account": placement.account, "n": n_sites}

    return deed(request, found, give)


def placement_named(plan: Plan, text: str, number: str = "") -> Placement:
    """The placement of an account that a person chose by its number, or names by external id or name. Raises PlanError if there is none."""
    rows = Placement.objects.filter(plan=plan).select_related("account")
    if NUMBER.fullmatch(number) and (chosen := rows.filter(account=int(number)).first()):
        return chosen
    name = text.replace("\x00", "").strip()[:200]
    found = rows.filter(Q(account__external_id=name) | Q(account__name=name)).first() if name else None
    if found is not None:
        return found
    if number or not name:
        raise PlanError(_("Choose an account of this plan."))
    raise PlanError(_("No account of this plan has the external id or name “%(name)s”.") % {"name": name})
