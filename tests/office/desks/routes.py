"""The routes of the desks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from terrier.office.desks.models import Dismissal
from terrier.office.people.permissions import May
from tests.office.conftest import CHAIRS, Company
from tests.office.routes import TOKEN, Route, who_may

WARNED = who_may(May.PLAN)
OF_MAINE = WARNED - {"ralph"}
SETTERS = who_may(May.SET_LIMITS)


SITTING = frozenset(CHAIRS)


def _sold(company: Company, label: str) -> dict[str, Any]:
    """A desk needs invoices."""
    from django.conf import settings

    from tests.office.sales.sold import half_years, sell

    if not Path(settings.LEDGER).exists():
        sell(Path(settings.LEDGER).parent / "brought", half_years())
    return {}


def _maine(company: Company, label: str) -> dict[str, Any]:
    """The warning of the vacant position, which the other region's manager does not see."""
    return {"key": f"vacant:{company.positions['vacant'].pk}", "reason": "Hiring"}


def _set_aside(company: Company, label: str) -> dict[str, Any]:
    told = _maine(company, label)
    Dismissal.objects.update_or_create(
        key=told["key"], defaults={"kind": "vacant", "title": "Maine", "figure": 99, "reason": "Hiring"}
    )
    return {"key": told["key"]}


def api(name: str, method: str = "get", **more: Any) -> Route:
    return Route(f"api:{name}", method, strangers=TOKEN, json=method != "get", **more)


ROUTES = [
    Route("desks:home"),
    Route("desks:part", by=SITTING, address={"name": "trend"}, data=_sold),
    Route("desks:part_file", by=SITTING, address={"name": "trend", "ending": "csv"}, data=_sold),
    Route("desks:act", by=SITTING, data=_sold),
    Route("desks:warnings", by=WARNED),
    Route("desks:brief", by=WARNED),
    Route("desks:dismiss", by=OF_MAINE, data=_maine),
    Route("desks:dismiss", "post", by=OF_MAINE, data=_maine),
    Route("desks:restore", "post", by=OF_MAINE, data=_set_aside),
    Route("desks:limits", by=SETTERS),
    Route("desks:limits", "post", by=SETTERS, data={"far_km": 100}),
    api("warnings", by=WARNED),
    api("dismiss", "post", by=OF_MAINE, data=_maine),
    api("restore", "post", by=OF_MAINE, data=_set_aside),
    api("limits", by=WARNED),
    api("limits", "patch", by=SETTERS, data={"far_km": 100}),
]
