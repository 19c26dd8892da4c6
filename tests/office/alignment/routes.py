"""The routes of plans, on the web and over the API."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

from django.utils import timezone

from terrier.office.alignment.models import (
    Area,
    Candidate,
    Challenge,
    Comment,
    EngineRun,
    HandOver,
    Holdover,
    Level,
    Plan,
    Rule,
    Territory,
)
from terrier.office.alignment.plan_exporting import export_later
from terrier.office.people.permissions import May
from tests.office.alignment.planned import east, plan_of
from tests.office.conftest import Company
from tests.office.routes import COMPANY_WIDE, TOKEN, Kind, Route, who_may

PLANNERS, APPROVERS = who_may(May.PLAN), who_may(May.PLAN, May.APPROVE_PLANS)
SETTERS = who_may(May.SET_LIMITS)
RITAS = COMPANY_WIDE | {"rita"}
LATER = timezone.localdate() + dt.timedelta(days=30)


def _plan(company: Company, label: str) -> int:
    """East's draft, East's plan in review, West's draft."""
    found = Plan.objects.filter(name=label).first()
    if found is not None:
        return found.pk
    if label == "West":
        plan = plan_of(company, "ralph", "West")
        Territory.objects.create(
            plan=plan, name="West", level=Level.REGION, position=company.positions["ralph"]
        )
        return plan.pk
    shown: dict[str, Any] = {} if label == "East" else {"state": "in_review", "review_until": LATER}
    return east(company, name=label, **shown)[0].pk


DRAFTS = Kind(_plan, {"East": RITAS, "West": COMPANY_WIDE | {"ralph"}})
"""Those who shape a plan."""
SEEN = Kind(_plan, {**DRAFTS.seen_by, "Shown": RITAS | {"tess", "tim", "ann"}})
"""Those who see one, or their part of it."""


def _rule(company: Company, label: str) -> int:
    plan = Plan.objects.get(pk=_plan(company, label))
    node = Territory.objects.filter(plan=plan, level=Level.TERRITORY).first()
    if node is None:
        node = Territory.objects.create(plan=plan, name="West 1")
    rule, _ = Rule.objects.get_or_create(
        plan=plan, number=1, defaults={"kind": "state", "parameters": {"states": ["OH"]}, "territory": node}
    )
    return rule.pk


RULES = Kind(_rule, DRAFTS.seen_by)


def _of_rule(company: Company, label: str) -> dict[str, Any]:
    return {"plan_id": _plan(company, label)}


def _candidate(company: Company, label: str) -> int:
    run, _ = EngineRun.objects.get_or_create(plan_id=_plan(company, label), kind="realign", version=1)
    figures = {"balance": {"sales": 0.1}, "territories": [], "shortfalls": [], "n_shortfalls": 0}
    found, _ = Candidate.objects.get_or_create(
        run=run,
        number=1,
        defaults={"moved": 0, "balance": 0.1, "travel": 1, "n_moved": 0, "figures": figures, "groups": []},
    )
    return found.pk


CANDIDATES = Kind(_candidate, DRAFTS.seen_by)


def _handover(company: Company, label: str) -> int:
    holder = "ralph" if label == "West" else "tess"
    row, _ = HandOver.objects.get_or_create(
        plan_id=_plan(company, label),
        account=company.accounts["columbus"],
        defaults={"giver": company.positions[holder], "due_on": LATER},
    )
    return row.pk


HANDOVERS = Kind(_handover, {"Shown": RITAS | {"tess"}, "West": DRAFTS.seen_by["West"]})


def _exported(company: Company, label: str) -> int:
    """A file that Rita asked for."""
    plan = Plan.objects.get(pk=_plan(company, label))
    return export_later(plan=plan, ending="geojson", person=company.people["rita"]).pk


EXPORTED = Kind(_exported, {"East": frozenset({"rita"})})


def _holdover(company: Company, label: str) -> int:
    row, _ = Holdover.objects.get_or_create(
        plan_id=_plan(company, label),
        account=company.accounts["columbus"],
        defaults={"until": LATER, "reason": "x"},
    )
    return row.pk


HOLDOVERS = Kind(_holdover, DRAFTS.seen_by)


def _node(company: Company, label: str) -> int:
    """A territory by its name, of East's plan in review, or the only one of West's draft."""
    if label == "West":
        plan = _plan(company, "West")
        return Territory.objects.get_or_create(plan_id=plan, name="West 1")[0].pk
    return Territory.objects.get(plan=_plan(company, "Shown"), name=label).pk


def _of_node(company: Company, label: str) -> dict[str, Any]:
    return {"plan_id": _plan(company, "West" if label == "West" else "Shown")}


NODES = Kind(_node, {"Ohio": RITAS | {"tess"}, "Iowa": RITAS | {"tim"}, "West": DRAFTS.seen_by["West"]})


def _challenge(company: Company, label: str) -> int:
    plan = Plan.objects.get(pk=_plan(company, "West" if label == "West" else "Shown"))
    author = company.people["ralph" if label == "West" else "tess"]
    node = Territory.objects.get(pk=_node(company, label))
    row, _ = Challenge.objects.get_or_create(plan=plan, territory=node, reason="Far", author=author)
    return row.pk


CHALLENGES = Kind(_challenge, {"Ohio": RITAS, "West": DRAFTS.seen_by["West"]})
OWN_CHALLENGES = Kind(_challenge, {"Ohio": frozenset({"tess"})})


def _proposal(company: Company, label: str) -> dict[str, Any]:
    return {
        "accounts": [company.accounts["columbus"].pk],
        "target_id": _node(company, label),
        "reason": "Far",
    }


def _new(company: Company, label: str) -> dict[str, Any]:
    return {"name": "New", "root": company.positions["rita"].pk, "on": "2026-01-01"}


def _new_by_api(company: Company, label: str) -> dict[str, Any]:
    return {"name": "New", "root_id": company.positions["rita"].pk}


def _nowhere(company: Company, label: str) -> dict[str, Any]:
    return {"to_id": None, "accounts": []}


def _key_account(company: Company, label: str) -> dict[str, Any]:
    return {"account_id": company.accounts["chain"].pk, "territory_id": _node(company, label)}


def _rule_in(company: Company, label: str) -> dict[str, Any]:
    node = Territory.objects.filter(plan=_plan(company, label), level=Level.TERRITORY).first()
    if node is None:
        node = Territory.objects.create(plan_id=_plan(company, label), name="West 1")
    return {"kind": "state", "territory_id": node.pk, "parameters": {"states": ["OH"]}}


def deed(
    name: str, method: str = "post", by: frozenset[str] = PLANNERS, of: Kind = DRAFTS, **more: Any
) -> Route:
    return Route(f"plans:{name}", method, by=by, of=of, **more)


def over_api(
    name: str, method: str = "get", of: Kind = DRAFTS, by: frozenset[str] = PLANNERS, **more: Any
) -> Route:
    return Route(
        f"api:{name}", method, by=by, of=of, json=method not in {"get", "delete"}, strangers=TOKEN, **more
    )


def _area(company: Company, label: str) -> dict[str, Any]:
    """An area of the company's own: all who plan share them."""
    outline = {"type": "Polygon", "coordinates": [[[-84, 39], [-82, 39], [-82, 41], [-84, 39]]]}
    bounds = {"west": -84, "south": 39, "east": -82, "north": 41}
    values = {"name": "Center", "geometry": outline, **bounds}
    return {"area_id": Area.objects.get_or_create(kind="polygon", code="center", defaults=values)[0].pk}


PAGES = [
    Route("plans:list"),
    Route("plans:own_areas", by=PLANNERS),
    Route("plans:own_areas", "post", by=PLANNERS),
    Route("plans:own_area", by=PLANNERS, address=_area),
    Route("plans:own_area", "post", by=PLANNERS, address=_area, data={"name": "Middle"}),
    Route("plans:remove_area", "post", by=PLANNERS, address=_area),
    Route("plans:new", by=PLANNERS),
    Route("plans:new", "post", by=PLANNERS, data=_new),
    Route("plans:plan", of=SEEN),
    Route("plans:warnings", of=SEEN),
    deed("settings", "get"),
    deed("settings", data={}),
    deed("history", "get"),
    deed("compare", "get"),
    deed("undo"),
    deed("redo"),
    deed("copy", data={"name": "Copy"}),
    deed("review", data={"until": LATER.isoformat()}),
    deed("reopen"),
    deed("approve", by=APPROVERS, data={"effective_on": LATER.isoformat()}),
    deed("archive"),
    deed("delete"),
    Route("plans:territory", of=NODES, address=_of_node),
    Route("plans:accept", "post", of=NODES, address=_of_node),
    Route("plans:propose", "post", of=NODES, address=_of_node),
    deed("challenges", "get"),
    deed("decide", of=CHALLENGES, address=_of_node),
    Route("plans:withdraw", "post", of=OWN_CHALLENGES, address=_of_node),
    Route("plans:handovers", of=SEEN),
    Route("plans:settle", "post", of=HANDOVERS, address=_of_rule),
    deed("take_effect", by=APPROVERS),
    deed("take_back", by=APPROVERS),
    deed("hold", data={"account": "x", "until": LATER.isoformat(), "reason": "x"}),
    deed("release", of=HOLDOVERS, address=_of_rule),
    Route("plans:export", of=SEEN, address={"ending": "geojson"}),
    Route("plans:exported", of=EXPORTED, address=_of_rule),
    deed("coverage", "get"),
    deed("coverage", data={}),
    deed("add_kind", data={"kind": "key"}),
    deed("engine", "get"),
    deed("ask", address={"kind": "realign"}),
    deed("candidate", "get", of=CANDIDATES, address=_of_rule),
    deed("take", of=CANDIDATES, address=_of_rule),
    deed("key_account", data={"account": "x"}),
    deed("rules", "get"),
    deed("new_rule", "get", address={"kind": "state"}),
    deed("new_rule", address={"kind": "state"}, data={}),
    deed("apply_rules"),
    deed("areas"),
    deed("rule", "get", of=RULES, address=_of_rule),
    deed("rule", of=RULES, address=_of_rule, data={}),
    deed("remove_rule", of=RULES, address=_of_rule),
    deed("move_rule", of=RULES, address=lambda company, label: {**_of_rule(company, label), "way": "up"}),
]


def _move(company: Company, label: str) -> dict[str, Any]:
    return {"seen": 1, "kind": "move", "groups": [[None, []]]}


def _remark(company: Company, label: str) -> int:
    made, _ = Comment.objects.get_or_create(plan_id=_plan(company, label), text="Why here?")
    return made.pk


def studio(name: str, method: str = "get", **more: Any) -> Route:
    return Route(f"studio:{name}", method, by=PLANNERS, of=more.pop("of", DRAFTS), **more)


STUDIO = [
    studio("studio"),
    studio("plan"),
    studio("news"),
    studio("steps"),
    studio("area", data={"kind": "hexagon", "longitude": "-83", "latitude": "40"}),
    studio("edit", "post", data=_move, json=True),
    studio("remark", "post", data={"text": "Why here?"}, json=True),
    studio("settle", "post", of=Kind(_remark, DRAFTS.seen_by), address=_of_rule, json=True),
]

API = [
    Route("api:plans", strangers=TOKEN),
    Route("api:plans", "post", by=PLANNERS & RITAS, data=_new_by_api, json=True, strangers=TOKEN),
    Route("api:plan", of=SEEN, strangers=TOKEN),
    over_api("plan", "patch", data={"name": "Newer"}),
    over_api("plan", "delete"),
    over_api("copy", "post", data={"name": "Copy"}),
    over_api("review", "post", data={"until": LATER.isoformat()}),
    over_api("reopen", "post"),
    over_api("approve", "post", by=APPROVERS, data={"effective_on": LATER.isoformat()}),
    over_api("archive", "post"),
    over_api("territories", of=SEEN, by=Route("x").by),
    over_api("placements", of=SEEN, by=Route("x").by),
    over_api("list_plan_warnings", of=SEEN, by=Route("x").by),
    over_api("overlays", of=SEEN, by=Route("x").by),
    over_api("key_account", "post", data=_key_account),
    over_api("figures", of=SEEN, by=Route("x").by),
    over_api("move", "post", data=_nowhere),
    over_api("steps"),
    over_api("plan_undo", "post"),
    over_api("plan_redo", "post"),
    over_api("lock", "post", data={"accounts": []}),
    over_api("unlock", "post", data={"accounts": []}),
    over_api("compare", address=lambda company, label: {"other_id": _plan(company, label)}),
    over_api("list_rules"),
    over_api("list_rules", "post", data=_rule_in),
    over_api("reorder", "post", data={"ids": []}),
    over_api("effects"),
    over_api("apply_rules", "post"),
    over_api("change_rule", "patch", of=RULES, address=_of_rule, data={"note": "Why"}),
    over_api("change_rule", "delete", of=RULES, address=_of_rule),
    over_api("halves", of=NODES, by=Route("x").by, address=_of_node),
    over_api("accept_territory", "post", of=NODES, by=Route("x").by, address=_of_node, data={"note": ""}),
    over_api("propose", "post", of=NODES, by=Route("x").by, address=_of_node, data=_proposal),
    over_api("challenges", of=SEEN, by=Route("x").by),
    over_api("decide", "post", of=CHALLENGES, address=_of_node, data={"accept": False, "decision": "No"}),
    over_api("withdraw", "post", of=OWN_CHALLENGES, by=Route("x").by, address=_of_node),
    over_api("take_effect", "post", by=APPROVERS),
    over_api("take_back", "post", by=APPROVERS),
    over_api("handovers", of=SEEN, by=Route("x").by),
    over_api("settle_one", "post", of=HANDOVERS, by=Route("x").by, address=_of_rule),
    over_api("holdovers"),
    over_api(
        "holdovers",
        "post",
        of=Kind(_plan, {"East": RITAS}),
        data=lambda company, label: {
            "account_id": company.accounts["columbus"].pk,
            "until": LATER.isoformat(),
            "reason": "x",
        },
    ),
    over_api("release", "delete", of=HOLDOVERS, address=_of_rule),
    over_api("export_plan", of=SEEN, by=Route("x").by, address={"ending": "geojson"}),
    over_api("fetch_exported", of=EXPORTED, by=Route("x").by, address=_of_rule),
    over_api("coverage_effect"),
    over_api("plan_thresholds"),
    over_api("plan_thresholds", "put", data={}),
    Route("api:keep_company_thresholds", "put", by=SETTERS, data={}, json=True, strangers=TOKEN),
    over_api("deserving"),
    over_api("apply_model", "post", data={}),
    over_api("add_kind", "post", data={"kind": "key"}),
    over_api("runs"),
    over_api("runs", "post", data={"kind": "realign"}),
    over_api("candidates"),
    over_api("take", "post", of=CANDIDATES, address=_of_rule),
    Route("api:areas", strangers=TOKEN),
    Route("api:areas", "post", by=PLANNERS, strangers=TOKEN, data=lambda *_: {"file": BytesIO(b"{}")}),
    Route("api:one_area", strangers=TOKEN, address=_area),
    Route(
        "api:one_area",
        "patch",
        by=PLANNERS,
        strangers=TOKEN,
        address=_area,
        data={"name": "Middle"},
        json=True,
    ),
    Route("api:one_area", "delete", by=PLANNERS, strangers=TOKEN, address=_area),
    Route("api:area_uses", by=PLANNERS, strangers=TOKEN, address=_area),
]

ROUTES = [*PAGES, *STUDIO, *API]
