"""The routes of analyses: everybody asks within their own scope; a saved one is its owner's and theirs with whom it is shared."""

from __future__ import annotations

from terrier.office.analysis.models import Analysis, Share
from tests.office.conftest import Company
from tests.office.desks.routes import _sold
from tests.office.routes import Kind, Route

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
]
