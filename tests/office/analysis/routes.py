"""The routes of analyses: everybody asks within their own scope; a saved one is its owner's and theirs with whom it is shared."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from terrier.office.analysis.mailing import token_of
from terrier.office.analysis.models import Analysis, Delivery, Share
from tests.office.conftest import Company
from tests.office.desks.routes import _sold
from tests.office.routes import OPEN, TOKEN, Kind, Route

RITAS = frozenset({"rita", "tess", "tim", "ann"})


def _shared(company: Company, label: str) -> int:
    """One of Rita's, shared with everybody below her."""
    row, made = Analysis.objects.get_or_create(
        owner=company.people["rita"], name="Mine", defaults={"query": "measures=revenue&rows=category"}
    )
    if made:
        Share.objects.create(analysis=row, position=company.positions["rita"])
    return int(row.pk)


SEEN = Kind(_shared, {"mine": RITAS})
OWN = Kind(_shared, {"mine": frozenset({"rita"})})


def _share(company: Company, label: str) -> int:
    return int(Analysis.objects.get(pk=_shared(company, label)).shares.get().pk)


def _delivery(company: Company, label: str) -> int:
    """What goes to Tess, which its owner may stop, too."""
    row, _made = Delivery.objects.get_or_create(
        analysis_id=_shared(company, label),
        person=company.people["tess"],
        defaults={"next_at": timezone.now() + dt.timedelta(days=1)},
    )
    return int(row.pk)


def _of(company: Company, label: str) -> dict[str, int]:
    return {"analysis_id": _shared(company, "mine")}


def _token(company: Company, label: str) -> dict[str, str]:
    return {"token": token_of(Delivery.objects.get(pk=_delivery(company, label)))}


SHARES = Kind(_share, {"mine": frozenset({"rita"})})
DELIVERIES = Kind(_delivery, {"mine": frozenset({"rita", "tess"})})
TIMES = {"every": "week", "weekday": 1, "day": 1, "hour": 7}


def api(name: str, method: str = "get", **more: Any) -> Route:
    return Route(f"api:{name}", method, strangers=TOKEN, json=method != "get", **more)


ROUTES = [
    Route("analysis:page", data=_sold),
    Route("analysis:export", address={"ending": "csv"}, data=_sold),
    Route("analysis:saved"),
    Route("analysis:save", "post", data={"name": "Mine", "here": "rows=category"}),
    Route("analysis:open", of=SEEN, data=_sold),
    Route("analysis:duplicate", "post", of=SEEN),
    Route("analysis:update", "post", of=OWN, data={"here": "rows=channel"}),
    Route("analysis:rename", "post", of=OWN, data={"name": "Ours"}),
    Route("analysis:delete", "post", of=OWN),
    Route("analysis:choose_person"),
    Route("analysis:people", of=SEEN),
    Route("analysis:share", "post", of=OWN),
    Route("analysis:end_share", "post", of=SHARES, address=_of),
    Route("analysis:schedule", "post", of=SEEN, data=TIMES),
    Route("analysis:stop", "post", of=DELIVERIES, address=_of),
    Route("analysis:unsubscribe", address=_token, strangers=OPEN),
    api("list_measures"),
    api("ask_analysis", data=_sold),
    api("analyses"),
    api("analyses", "post", data={"name": "Ours", "query": "rows=category"}),
    api("one_analysis", of=SEEN),
    api("one_analysis", "patch", of=OWN, data={"name": "Ours"}),
    api("one_analysis", "delete", of=OWN),
    api("answer_analysis", of=SEEN, data=_sold),
    api("analysis_shares", of=OWN),
    api("analysis_shares", "post", of=OWN),
    api("end_analysis_share", "delete", of=SHARES, address=_of),
    api("analysis_deliveries", of=SEEN),
    api("analysis_deliveries", "post", of=SEEN, data=TIMES),
    api("change_analysis_delivery", "patch", of=DELIVERIES, address=_of, data={"hour": 9}),
    api("change_analysis_delivery", "delete", of=DELIVERIES, address=_of),
    Route("analysis:unsubscribe", "post", address=_token, strangers=OPEN),
]
