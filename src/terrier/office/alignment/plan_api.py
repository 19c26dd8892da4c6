"""Plans over the API: making, copying, comparing them, moving and locking accounts, rules, states, figures."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import F, Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from terrier.office.accounts.filters import matching, read_filter
from terrier.office.accounts.models import Account
from terrier.office.alignment import locking, rules, states, undoing
from terrier.office.alignment.areas import accounts_in
from terrier.office.alignment.comparing import compare_plans
from terrier.office.alignment.copying import copy_plan
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.figures import Figures, Sheet, sheet_of
from terrier.office.alignment.models import (
    Area,
    Placement,
    Plan,
    Rule,
    Step,
    Territory,
)
from terrier.office.alignment.moving import move_accounts
from terrier.office.alignment.plan_schemas import (
    ApproveIn,
    Chosen,
    ComparisonOut,
    CopyIn,
    Counted,
    LockIn,
    Moved,
    MoveIn,
    Order,
    Paged,
    PlacementOut,
    PlacementsAsked,
    PlanChange,
    PlanIn,
    PlanOut,
    PlansAsked,
    ReviewIn,
    RuleChange,
    RuleEffectsOut,
    RuleIn,
    RuleOut,
    SheetOut,
    StepOut,
    TerritoryOut,
)
from terrier.office.alignment.plan_selectors import plan_seen, plan_shaped, plans_listed, roots_for
from terrier.office.alignment.planning import create_plan, delete_plan, edit_plan
from terrier.office.api.asking import author_of, require
from terrier.office.api.fields import Id
from terrier.office.api.paging import Page
from terrier.office.paging import page_of
from terrier.office.people.permissions import May, signed_in
from terrier.office.people.scope import visible_to

router = Router(tags=["plans"])


@router.get("/plans", response=Page[PlanOut], summary="Plans in your scope")
def plans(request: HttpRequest, query: Annotated[PlansAsked, Query()]) -> Any:
    rows = plans_listed(signed_in(request), state=query.state or "")
    return page_of(rows, cursor=query.cursor, limit=query.limit)


@router.post("/plans", response={201: PlanOut}, summary="Make a plan of the present coverage")
def make_plan(request: HttpRequest, body: PlanIn) -> Any:
    require(request, May.PLAN)
    root = get_object_or_404(roots_for(signed_in(request)), pk=body.root_id)
    plan = create_plan(name=body.name, root=root, author=author_of(request), on=body.on, note=body.note)
    return Status(201, plan)


@router.get("/plans/{plan_id}", response=PlanOut, summary="One plan")
def plan(request: HttpRequest, plan_id: Id) -> Any:
    return plan_seen(signed_in(request), plan_id)


@router.patch("/plans/{plan_id}", response=PlanOut, summary="Change a plan's name, note or settings")
def change_plan(request: HttpRequest, plan_id: Id, body: PlanChange) -> Any:
    found = _shaped(request, plan_id)
    values = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    edit_plan(plan=found, author=author_of(request), values=values)
    return Plan.objects.get(pk=found.pk)


@router.delete("/plans/{plan_id}", response={204: None}, summary="Delete a draft")
def drop_plan(request: HttpRequest, plan_id: Id) -> Any:
    delete_plan(plan=_shaped(request, plan_id), author=author_of(request))
    return Status(204, None)


@router.post(
    "/plans/{plan_id}/copy", response={201: PlanOut}, summary="Copy a plan, or branch a region of it"
)
def copy(request: HttpRequest, plan_id: Id, body: CopyIn) -> Any:
    found = _shaped(request, plan_id)
    part = _territory(found, body.part_id) if body.part_id else None
    return Status(201, copy_plan(plan=found, name=body.name, author=author_of(request), part=part))


@router.post("/plans/{plan_id}/review", response=PlanOut, summary="Send a plan into review")
def review(request: HttpRequest, plan_id: Id, body: ReviewIn) -> Any:
    return states.send_to_review(plan=_shaped(request, plan_id), until=body.until, author=author_of(request))


@router.post("/plans/{plan_id}/reopen", response=PlanOut, summary="Take a plan back into planning")
def reopen(request: HttpRequest, plan_id: Id) -> Any:
    return states.back_to_planning(plan=_shaped(request, plan_id), author=author_of(request))


@router.post("/plans/{plan_id}/approve", response=PlanOut, summary="Approve a plan, to take effect on a day")
def approve(request: HttpRequest, plan_id: Id, body: ApproveIn) -> Any:
    found = plan_shaped(signed_in(request), plan_id, May.APPROVE_PLANS)
    return states.approve(plan=found, effective_on=body.effective_on, author=author_of(request))


@router.post("/plans/{plan_id}/archive", response=PlanOut, summary="Put a plan away")
def archive(request: HttpRequest, plan_id: Id) -> Any:
    return states.archive(plan=_shaped(request, plan_id), author=author_of(request))


@router.get(
    "/plans/{plan_id}/territories", response=Page[TerritoryOut], summary="A plan's territories in your scope"
)
def territories(request: HttpRequest, plan_id: Id, query: Annotated[Paged, Query()]) -> Any:
    person = signed_in(request)
    rows = visible_to(person, Territory).filter(plan=plan_seen(person, plan_id))
    return page_of(rows, cursor=query.cursor, limit=query.limit)


@router.get("/plans/{plan_id}/placements", response=Page[PlacementOut], summary="Where a plan's accounts go")
def placements(request: HttpRequest, plan_id: Id, query: Annotated[PlacementsAsked, Query()]) -> Any:
    person = signed_in(request)
    rows = visible_to(person, Placement).filter(plan=plan_seen(person, plan_id))
    if query.territory_id:
        rows = rows.filter(territory=query.territory_id)
    if query.since is not None:
        rows = rows.filter(version__gt=query.since)
    if query.moved is not None:
        same = Q(territory=F("present")) | Q(territory__isnull=True, present__isnull=True)
        rows = rows.exclude(same) if query.moved else rows.filter(same)
    return page_of(rows, cursor=query.cursor, limit=query.limit)


@router.post("/plans/{plan_id}/moves", response=Moved, summary="Move accounts to a territory")
def move(request: HttpRequest, plan_id: Id, body: MoveIn) -> Any:
    found = _shaped(request, plan_id)
    step = move_accounts(
        plan=found,
        accounts=_chosen(request, found, body),
        to=_territory(found, body.to_id) if body.to_id else None,
        author=author_of(request),
        seen=body.seen,
        skip_locked=body.skip_locked,
    )
    return _moved(found, step)


@router.get(
    "/plans/{plan_id}/steps",
    response=Page[StepOut],
    summary="What was moved and locked in a plan, the newest first",
)
def steps(request: HttpRequest, plan_id: Id, query: Annotated[Paged, Query()]) -> Any:
    rows = Step.objects.filter(plan=_shaped(request, plan_id))
    return page_of(rows, cursor=query.cursor, limit=query.limit, newest_first=True)


@router.post("/plans/{plan_id}/undo", response=Moved, summary="Take back your last step in a plan")
def plan_undo(request: HttpRequest, plan_id: Id) -> Any:
    found = _shaped(request, plan_id)
    return _moved(found, undoing.undo(plan=found, author=author_of(request)))


@router.post("/plans/{plan_id}/redo", response=Moved, summary="Do again what you undid last")
def plan_redo(request: HttpRequest, plan_id: Id) -> Any:
    found = _shaped(request, plan_id)
    return _moved(found, undoing.redo(plan=found, author=author_of(request)))


@router.post(
    "/plans/{plan_id}/locks", response=Counted, summary="Lock accounts where they are, or a territory"
)
def lock(request: HttpRequest, plan_id: Id, body: LockIn) -> Any:
    found, author = _shaped(request, plan_id), author_of(request)
    if _names_a_territory(body):
        locking.lock_territory(
            territory=_territory(found, body.territory_id), author=author, reason=body.reason
        )
        return {"n": 1, "version": Plan.objects.get(pk=found.pk).version}
    step = locking.lock_accounts(
        plan=found, accounts=_chosen(request, found, body), author=author, reason=body.reason
    )
    return {"n": step.n_accounts if step else 0, "version": Plan.objects.get(pk=found.pk).version}


@router.post("/plans/{plan_id}/unlock", response=Counted, summary="Unlock accounts, or a territory")
def unlock(request: HttpRequest, plan_id: Id, body: Chosen) -> Any:
    found, author = _shaped(request, plan_id), author_of(request)
    if _names_a_territory(body):
        step = locking.unlock_territory(territory=_territory(found, body.territory_id), author=author)
        n_opened = int(step is not None)
    else:
        step = locking.unlock_accounts(plan=found, accounts=_chosen(request, found, body), author=author)
        n_opened = step.n_accounts if step else 0
    return {"n": n_opened, "version": Plan.objects.get(pk=found.pk).version}


@router.get("/plans/{plan_id}/figures", response=SheetOut, summary="The balance of a plan, in your scope")
def figures(request: HttpRequest, plan_id: Id) -> Any:
    person = signed_in(request)
    found = plan_seen(person, plan_id)
    seen = visible_to(person, Territory).filter(plan=found).values_list("pk", flat=True)
    return sheet_out(sheet_of(found, list(seen)))


@router.get("/plans/{plan_id}/compare/{other_id}", response=ComparisonOut, summary="Two plans side by side")
def compare(request: HttpRequest, plan_id: Id, other_id: Id) -> Any:
    return compare_plans(_shaped(request, plan_id), _shaped(request, other_id))


@router.get("/plans/{plan_id}/rules", response=Page[RuleOut], summary="A plan's rules")
def list_rules(request: HttpRequest, plan_id: Id, query: Annotated[Paged, Query()]) -> Any:
    rows = Rule.objects.filter(plan=_shaped(request, plan_id))
    return page_of(rows, cursor=query.cursor, limit=query.limit, by="number")


@router.post("/plans/{plan_id}/rules", response={201: RuleOut}, summary="Add a rule")
def make_rule(request: HttpRequest, plan_id: Id, body: RuleIn) -> Any:
    found = _shaped(request, plan_id)
    made = rules.add_rule(
        plan=found,
        kind=body.kind,
        territory=_territory(found, body.territory_id),
        parameters=body.parameters,
        number=body.number,
        note=body.note,
        author=author_of(request),
    )
    return Status(201, made)


@router.post("/plans/{plan_id}/rules/order", response={204: None}, summary="Put a plan's rules in an order")
def reorder(request: HttpRequest, plan_id: Id, body: Order) -> Any:
    rules.order_rules(plan=_shaped(request, plan_id), ids=body.ids, author=author_of(request))
    return Status(204, None)


@router.get(
    "/plans/{plan_id}/rules/effects", response=RuleEffectsOut, summary="What each rule takes, hides and moves"
)
def effects(request: HttpRequest, plan_id: Id) -> Any:
    found = rules.effects_of(_shaped(request, plan_id))
    return {
        "rules": [
            {
                "rule_id": one.rule.pk,
                "number": one.rule.number,
                "n_matches": one.n_matches,
                "n_takes": one.n_takes,
                "n_moves": one.n_moves,
                "conflicts": one.conflicts,
                "unreachable": one.unreachable,
            }
            for one in found.rules
        ],
        "n_left": found.n_left,
        "n_moves": found.n_moves,
        "has_catch_all": found.has_catch_all,
    }


@router.post("/plans/{plan_id}/rules/apply", response=Moved, summary="Let a plan's rules place its accounts")
def apply_rules(request: HttpRequest, plan_id: Id) -> Any:
    found = _shaped(request, plan_id)
    return _moved(found, rules.apply_rules(plan=found, author=author_of(request)))


@router.patch("/plans/{plan_id}/rules/{rule_id}", response=RuleOut, summary="Change a rule")
def change_rule(request: HttpRequest, plan_id: Id, rule_id: Id, body: RuleChange) -> Any:
    found = _shaped(request, plan_id)
    rule = get_object_or_404(Rule, plan=found, pk=rule_id)
    values = {name: value for name, value in body.dict(exclude_unset=True).items() if value is not None}
    if "territory_id" in values:
        values["territory"] = _territory(found, values.pop("territory_id"))
    rules.change_rule(rule=rule, author=author_of(request), values=values)
    return Rule.objects.get(pk=rule.pk)


@router.delete("/plans/{plan_id}/rules/{rule_id}", response={204: None}, summary="Delete a rule")
def drop_rule(request: HttpRequest, plan_id: Id, rule_id: Id) -> Any:
    rule = get_object_or_404(Rule, plan=_shaped(request, plan_id), pk=rule_id)
    rules.remove_rule(rule=rule, author=author_of(request))
    return Status(204, None)


def sheet_out(sheet: Sheet) -> dict[str, Any]:
    """A sheet as JSON says it."""
    return {
        "version": sheet.plan.version,
        "rows": [_figures(sheet, row) for row in sheet.rows],
        "is_part": sheet.is_part,
        "n_accounts": sheet.n_accounts,
        "n_unplaced": sheet.n_unplaced,
        "n_nowhere": sheet.n_nowhere,
        "n_moved": sheet.n_moved,
        "share_moved": sheet.share_moved,
        "balance": {measure.value: value for measure, value in sheet.balance.items()},
        "index": sheet.index,
    }


TOLD = (
    "n_accounts", "sales", "credited", "potential", "visits", "workload", "hours", "travel_hours", "travel_km",
    "spread_km", "pay",
    "capacity", "utilization", "n_gained", "n_lost",
)  # fmt: skip


def _figures(sheet: Sheet, row: Figures) -> dict[str, Any]:
    return {
        "territory_id": row.territory.pk,
        **{name: getattr(row, name) for name in TOLD},
        "deviations": {measure.value: value for measure, value in row.deviations.items()},
        "within": sheet.is_within(row),
    }


def _shaped(request: HttpRequest, plan_id: int) -> Plan:
    return plan_shaped(signed_in(request), plan_id)


def _territory(plan: Plan, number: int | None) -> Territory:
    return get_object_or_404(Territory, plan=plan, pk=number or 0)


def _names_a_territory(body: Chosen) -> bool:
    return body.territory_id is not None and body.accounts is None and not body.filter and not body.areas


def _chosen(request: HttpRequest, plan: Plan, body: Chosen) -> list[int]:
    """The accounts that a request names. Each way narrows the others; numbers outside of the plan are refused later."""
    if body.accounts is None and body.filter is None and body.areas is None and body.territory_id is None:
        raise PlanError("Say which accounts: accounts, filter, areas or territory_id.")
    if body.accounts is not None and body.filter is None and body.areas is None and body.territory_id is None:
        return list(dict.fromkeys(body.accounts))
    rows = Placement.objects.filter(plan=plan)
    if body.territory_id is not None:
        rows = rows.filter(territory=_territory(plan, body.territory_id))
    if body.filter is not None:
        found = matching(signed_in(request), read_filter(body.filter))
        rows = rows.filter(account__in=found.order_by().values("pk"))
    numbers = set(rows.values_list("account", flat=True))
    if body.accounts is not None:
        numbers &= set(body.accounts)
    if body.areas is not None:
        within = list(Area.objects.filter(pk__in=body.areas))
        numbers &= set(accounts_in(within, Account.objects.filter(placements__plan=plan)))
    return sorted(numbers)


def _moved(plan: Plan, step: Step | None) -> dict[str, Any]:
    return {"version": Plan.objects.get(pk=plan.pk).version, "step": step}
