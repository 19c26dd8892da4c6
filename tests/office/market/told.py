"""What the tests' market could buy: two counties of Ohio, one of Utah, and where the company's accounts lie in them."""

from __future__ import annotations

import threading
from typing import Any

import polars as pl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from terrier.office.brought.models import State
from terrier.office.jobs.worker import run_one
from terrier.office.market.models import Source
from terrier.office.market.reading import TOLD
from terrier.office.market.services import write_figures
from tests.office.conftest import Company

FRANKLIN, MONTGOMERY, UTAH, CARSON = "39049", "39113", "49049", "32510"
PLACES = {
    "columbus": (39.96, -83.0),
    "chain ohio": (39.98, -82.99),
    "dayton": (39.76, -84.19),
    "phone": (39.97, -83.01),
    "provo": (40.23, -111.66),
    "chain utah": (40.24, -111.65),
}
HEAD = "fipstate,fipscty,naics,emp,ap,est\n"
PATTERNS = f"""{HEAD}39,049,459910,260,5900,20
39,049,812910,190,3700,20
39,113,459910,90,2000,10
49,049,459910,40,900,8
32,510,459910,5,90,2
39,999,459910,5,90,1
99,001,459910,5,90,3
OH,049,459910,5,90,1
"""
"""Franklin has 40 establishments, Montgomery 10, Utah County 8, Carson City 2; one lies in no county, one row has no code, and three
are in a state that is none."""

SPENDING: dict[str, Any] = {"industry-0": "459910", "spending-0": "10,000", "industry-1": "812910", "spending-1": "$2,000"}  # fmt: skip


def place(company: Company) -> None:
    for label, (latitude, longitude) in PLACES.items():
        account = company.accounts[label]
        account.latitude, account.longitude = latitude, longitude
        account.save()


def bring(client: Client, text: str = PATTERNS, kind: str = "patterns", name: str = "cbp23co.txt") -> Source:
    """Upload a file, and let the worker look at it."""
    file = SimpleUploadedFile(name, text.encode())
    answer = client.post(reverse("market:new"), {"file": file, "kind": kind})
    assert answer.status_code == 302
    work()
    return Source.objects.latest("pk")


def load(client: Client, source: Source) -> Source:
    assert client.post(reverse("market:load", args=[source.pk])).status_code == 302
    work()
    return Source.objects.get(pk=source.pk)


def tell(company: Company, name: str = "market.csv", **more: tuple[int | None, int | None]) -> Source:
    """A file that counts: establishments and dollars a year. Franklin could buy 240,000 a year, Montgomery 100,000, Utah County 80,000."""
    told = more or {FRANKLIN: (40, 240_000), MONTGOMERY: (10, 100_000), UTAH: (8, 80_000), CARSON: (2, 5_000)}
    source = Source.objects.create(
        kind="potential", file_name=name, state=State.LOADED, loaded_at=timezone.now()
    )
    rows = [
        (area.removeprefix("c"), "", places, dollars and dollars * 100)
        for area, (places, dollars) in told.items()
    ]
    write_figures(source, pl.DataFrame(rows, schema=TOLD, orient="row"))
    return source


def work() -> None:
    """Do what is to be done."""
    while run_one("here", threading.Event()):
        pass
