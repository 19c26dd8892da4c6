"""The routes of head counts."""

from __future__ import annotations

from typing import Any

from terrier.office.headcount.choices import SizeChoices
from terrier.office.headcount.models import HeadCount
from terrier.office.people.permissions import May
from tests.office.conftest import Company
from tests.office.routes import COMPANY_WIDE, TOKEN, Kind, Route, who_may

PLANNERS = who_may(May.PLAN)
RESULT = {
    "n_accounts": 3, "n_nowhere": 0, "n_without_calls": 0, "n_today": 2, "hours": 1640.0, "call_hours": 40.0,
    "people_for_calls": 0.1, "sales_today": 100.0, "by_workload": 1, "by_profit": 2, "flat": [1, 2], "at_edge": True,
    "columns": {
        "people": [1, 2], "utilization": [0.5, 0.3], "service": [1.0, 1.0], "workload_hours_each": [800.0, 450.0],
        "workload_hours_least": [800.0, 400.0], "workload_hours_most": [800.0, 500.0], "balance": [0.0, 0.1],
        "travel_hours": [700.0, 500.0], "travel_km": [900, 800], "sales": [1000, 1300], "margin": [250, 325],
        "cost_of_people": [50, 100], "cost_of_travel": [10, 9], "profit": [190, 216], "profit_of_the_plan_found": [190, 216],
    },
    "sensitivity": [
        {"elasticity": 0.1, "people": 1, "at_edge": True, "profit": [190, 150]},
        {"elasticity": 0.31, "people": 2, "at_edge": True, "profit": [190, 216]},
    ],
}  # fmt: skip
"""As a job leaves it."""


def answered(company: Company, label: str) -> int:
    made, _ = HeadCount.objects.get_or_create(
        root=company.positions[label],
        defaults={
            "choices": SizeChoices(fewest=1, most=2).model_dump(mode="json"),
            "result": RESULT,
            "author": company.people["dora"],
        },
    )
    return made.pk


ANSWERS = Kind(answered, {"rita": COMPANY_WIDE | {"rita"}, "ralph": COMPANY_WIDE | {"ralph"}})


def _east(company: Company, label: str) -> dict[str, Any]:
    return {"position_id": company.positions["rita"].pk, "choices": {"fewest": 1, "most": 2}}


def api(name: str, method: str = "get", **more: Any) -> Route:
    by = more.pop("by", PLANNERS)
    return Route(f"api:{name}", method, by=by, strangers=TOKEN, json=method != "get", **more)


ROUTES = [
    Route("headcount:list", by=PLANNERS),
    Route("headcount:new", by=PLANNERS),
    Route("headcount:new", "post", by=PLANNERS),
    Route("headcount:answer", of=ANSWERS, by=PLANNERS),
    Route("headcount:export", of=ANSWERS, by=PLANNERS, address={"ending": "csv"}),
    Route("headcount:delete", "post", of=ANSWERS, by=PLANNERS),
    api("head_counts"),
    api("head_counts", "post", by=PLANNERS - {"ralph"}, data=_east),
    api("head_count", of=ANSWERS),
    api("head_count", "delete", of=ANSWERS),
]
