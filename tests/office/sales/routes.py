"""The routes of invoices. Files are brought by whoever may import, figures are seen within one's scope."""

from __future__ import annotations

from typing import Any

from terrier.office.people.permissions import May
from terrier.office.sales.models import Load
from tests.office.conftest import Company
from tests.office.desks.routes import _sold
from tests.office.routes import ACCOUNTS, COMPANY_WIDE, TOKEN, Kind, Route, who_may

MAY = who_may(May.IMPORT)


def _checked(company: Company, label: str) -> int:
    """A file that was looked at."""
    return Load.objects.create(kind="lines", file_name="june.csv", state="checked", report={"n_new": 1}).pk


LOADS = Kind(_checked, {"checked": COMPANY_WIDE})


def _file(company: Company, label: str) -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {"file": SimpleUploadedFile("june.csv", b"invoice,date\n"), "kind": "lines"}


def api(name: str, method: str = "get", **more: Any) -> Route:
    return Route(f"api:{name}", method, by=MAY, strangers=TOKEN, **more)


LINE = {"invoice": "1", "line": "1", "date": "2026-01-05", "account": "COLUMBUS", "net": 10}

ROUTES = [
    Route("sales:breakdown"),
    Route("sales:lines"),
    Route("sales:bought", of=ACCOUNTS, data=_sold),
    Route("sales:explain", address={"name": "growth"}, data=_sold),
    Route("sales:loads", by=MAY),
    Route("sales:new", "post", by=MAY, data=_file),
    Route("sales:parked", by=MAY),
    Route("sales:parked_file", by=MAY, address={"ending": "csv"}),
    Route("sales:load", by=MAY, of=LOADS),
    Route("sales:look_again", "post", by=MAY, of=LOADS, data={"dates": "mdy"}),
    Route("sales:take_in", "post", by=MAY, of=LOADS),
    Route("sales:take_out", "post", by=MAY, of=LOADS),
    Route("sales:cancel", "post", by=MAY, of=LOADS),
    Route("sales:forget", "post", by=MAY, of=LOADS),
    Route("sales:refused", by=MAY, of=LOADS, address={"ending": "csv"}),
    api("loads"),
    api("loads", "post", data=_file),
    api("parked_accounts"),
    api("one_load", of=LOADS),
    api("refused_rows", of=LOADS),
    api("take_load_in", "post", of=LOADS, json=True),
    api("withdraw_load", "post", of=LOADS, json=True),
    api("post_invoice_lines", "post", data={"lines": [LINE]}, json=True),
    api("post_products", "post", data={"products": [{"product": "leash", "category": "Walk"}]}, json=True),
]
