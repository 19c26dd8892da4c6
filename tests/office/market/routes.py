"""The routes of the market. Files are brought by whoever may import, areas are seen by those whose territories they are."""

from __future__ import annotations

from typing import Any

from terrier.office.market.models import Source
from terrier.office.people.permissions import May
from tests.office.conftest import Company
from tests.office.market.told import CARSON, FRANKLIN, UTAH, place, tell
from tests.office.routes import COMPANY_WIDE, TOKEN, Kind, Route, who_may

MAY = who_may(May.IMPORT)


def _checked(company: Company, label: str) -> int:
    """A file that was looked at."""
    return Source.objects.create(
        kind="potential", file_name="market.csv", state="checked", report={"n_areas": 1}
    ).pk


def _loaded(company: Company, label: str) -> int:
    return tell(company).pk


def _area(company: Company, label: str) -> str:
    if not Source.objects.exists():
        place(company)
        tell(company)
    return label


SOURCES = Kind(_checked, {"checked": COMPANY_WIDE})
COUNTING = Kind(_loaded, {"loaded": COMPANY_WIDE})
AREAS = Kind(
    _area,
    {
        FRANKLIN: COMPANY_WIDE | {"rita", "tess"},
        UTAH: COMPANY_WIDE | {"ralph", "tom"},
        CARSON: COMPANY_WIDE,
    },
)


def _file(company: Company, label: str) -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {"file": SimpleUploadedFile("market.csv", b"area,value\n"), "kind": "potential"}


def api(name: str, method: str = "get", **more: Any) -> Route:
    return Route(f"api:{name}", method, strangers=TOKEN, **more)


ROUTES = [
    Route("market:areas"),
    Route("market:area", of=AREAS),
    Route("market:explain", address={"name": "penetration"}),
    Route("market:sources", by=MAY),
    Route("market:new", "post", by=MAY, data=_file),
    Route("market:source", by=MAY, of=SOURCES),
    Route("market:look_again", "post", by=MAY, of=SOURCES, data={"area": "area"}),
    Route("market:load", "post", by=MAY, of=SOURCES),
    Route("market:withdraw", "post", by=MAY, of=COUNTING),
    Route("market:cancel", "post", by=MAY, of=SOURCES),
    Route("market:forget", "post", by=MAY, of=SOURCES),
    Route("market:refused", by=MAY, of=SOURCES, address={"ending": "csv"}),
    Route("market:unmatched", by=MAY, of=SOURCES, address={"ending": "csv"}),
    api("market_areas"),
    api("one_market_area", of=AREAS),
    api("market_files", by=MAY),
    api("market_files", "post", by=MAY, data=_file),
    api("one_market_file", by=MAY, of=SOURCES),
    api("market_left_out", by=MAY, of=SOURCES),
    api("load_market_file", "post", by=MAY, of=SOURCES, json=True),
    api("withdraw_market_file", "post", by=MAY, of=COUNTING, json=True),
]
