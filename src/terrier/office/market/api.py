"""The market over the API: areas with what they could buy and do, and the files that tell it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field, WithJsonSchema

from terrier.office.api.asking import author_of, require
from terrier.office.api.fields import Cursor, Day, Id, Label, Limit, Line
from terrier.office.api.paging import Page
from terrier.office.brought.schemas import BroughtOut, RefusedRow
from terrier.office.brought.services import refused_of
from terrier.office.market import services
from terrier.office.market.figures import AreaRow, counties
from terrier.office.market.listing import FIRST_SORT, AreaFilter, listed
from terrier.office.market.models import Source, SourceKind
from terrier.office.market.potential import loaded, told_of
from terrier.office.market.reading import read_industries, unmatched_of
from terrier.office.paging import page_of
from terrier.office.people.permissions import May, signed_in
from terrier.office.people.scope import visible_to
from terrier.office.sales import gateway
from terrier.office.sales.periods import Choice
from terrier.office.sales.reasons import reason

router = Router(tags=["market"])

SourceWhat = Annotated[SourceKind, WithJsonSchema({"type": "string", "enum": SourceKind.values})]
Level = Literal["county", "state", "territory"]
PeriodKind = Literal["month", "quarter", "year", "twelve"]
Code = Annotated[str, Field(pattern=r"^\d{5}$", description="FIPS number of a county.")]


class AreaOut(Schema):
    code: Annotated[
        str, Field(description="A county's FIPS number, a state's postal code, a territory's position.")
    ]
    name: str
    state: str
    territory_id: int | None
    customers: int
    potential_customers: int | None
    penetration: float | None
    sales: Decimal
    potential: Annotated[Decimal | None, Field(description="For the days of the period.")]
    market_share: float | None
    white_space: Decimal | None


class ToldOut(Schema):
    file: str
    industry: str
    customers: int | None
    potential: Annotated[float | None, Field(description="A year's.")]


class OneArea(AreaOut):
    told: list[ToldOut]


class When(Schema):
    period: PeriodKind = "twelve"
    on: Annotated[Day | None, Field(description="The last day that counts; else the last with invoices.")] = (
        None
    )


class AreaQuery(When):
    level: Level = "county"
    state: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    territory_id: Id | None = None
    q: Line = ""
    cursor: Cursor | None = None
    limit: Limit = 100


class SourceReport(Schema):
    kind: Annotated[str, Field(description="county, zip or state.")] = ""
    n_codes: int = 0
    n_areas: int = 0
    n_customers: int | None = None
    potential: int | None = None
    n_unmatched: int = 0
    n_refused: int = 0
    notes: list[str] = []


class SourceOut(BroughtOut):
    kind: SourceWhat
    report: SourceReport
    made_up: bool


class SourceIn(Schema):
    kind: SourceWhat
    at_once: Annotated[bool, Field(description="Load what can be taken without a look before.")] = False
    industries: Annotated[
        Line, Field(description="Of County Business Patterns: NAICS codes, each with what an establishment spends a year, if that is known: 459910=20000,812910.")
    ] = ""  # fmt: skip
    area: Annotated[Label, Field(description="The column of areas, where its heading is not understood.")] = (
        ""
    )
    value: Annotated[Label, Field(description="The column of values.")] = ""


class SourceQuery(Schema):
    cursor: Cursor | None = None
    limit: Limit = 50


class Unmatched(Schema):
    area: str | None
    value: float | None


class LeftOut(Schema):
    refused: list[RefusedRow]
    unmatched: Annotated[list[Unmatched], Field(description="Areas that are not known.")]


@router.get(
    "/market/areas",
    response=Page[AreaOut],
    summary="Areas with what they could buy and do, most white space first",
)
def market_areas(request: HttpRequest, query: Annotated[AreaQuery, Query()]) -> Any:
    asked = AreaFilter(query.level, query.q, query.state or "", query.territory_id, FIRST_SORT)
    rows = listed(signed_in(request), asked, _choice(query)).rows if loaded() else []
    start = _after(rows, query.cursor)
    page = rows[start : start + query.limit]
    more = len(rows) > start + query.limit
    return {"items": [_told(row) for row in page], "next": f"-{page[-1].code}" if more else None}


@router.get("/market/areas/{code}", response=OneArea, summary="One county, and what the files tell of it")
def one_market_area(request: HttpRequest, code: Code, query: Annotated[When, Query()]) -> Any:
    chosen = _choice(query)
    found = counties(signed_in(request), chosen.period, chosen.on) if loaded() else []
    row = next((row for row in found if row.code == code), None)
    if row is None:
        raise Http404
    return {**_told(row), "told": told_of(code)}


@router.get("/market/files", response=Page[SourceOut], summary="Files of market potential, the newest first")
def market_files(request: HttpRequest, query: Annotated[SourceQuery, Query()]) -> Any:
    require(request, May.IMPORT)
    return page_of(_rows(request), cursor=query.cursor, limit=query.limit, newest_first=True)


@router.post(
    "/market/files",
    response={201: SourceOut},
    summary="Bring a file of market potential: CSV, TXT, XLSX or Parquet, up to 512 MB",
    description="A worker looks at it; load it with `load`, or at once with `at_once`.",
)
def bring_market_file(
    request: HttpRequest, file: Annotated[UploadedFile, File()], how: Annotated[SourceIn, Form()]
) -> Any:
    require(request, May.IMPORT)
    columns = {name: value for name, value in (("area", how.area), ("value", how.value)) if value}
    made = services.bring_source(
        stream=file,
        name=file.name or "file",
        kind=how.kind,
        author=signed_in(request),
        options={"industries": read_industries(how.industries), "columns": columns},
        at_once=how.at_once,
    )
    return Status(201, made)


@router.get("/market/files/{source_id}", response=SourceOut, summary="One file, and how far it is")
def one_market_file(request: HttpRequest, source_id: Id) -> Any:
    return _find(request, source_id)


@router.get(
    "/market/files/{source_id}/left-out",
    response=LeftOut,
    summary="Its rows that were refused, and its areas that are not known",
)
def market_left_out(request: HttpRequest, source_id: Id) -> Any:
    source = _find(request, source_id)
    refused, unmatched = (
        rows.head(services.CHUNK).to_dicts() for rows in (refused_of(source), unmatched_of(source))
    )
    return {"refused": [row | {"reason": reason(row["reason"])} for row in refused], "unmatched": unmatched}


@router.post(
    "/market/files/{source_id}/load", response={202: SourceOut}, summary="Let a file count that was looked at"
)
def load_market_file(request: HttpRequest, source_id: Id) -> Any:
    held = services.load_source(source=_find(request, source_id), author=author_of(request))
    return Status(202, held)


@router.post("/market/files/{source_id}/withdraw", response=SourceOut, summary="Let a file count no more")
def withdraw_market_file(request: HttpRequest, source_id: Id) -> Any:
    services.withdraw_source(source=_find(request, source_id), author=author_of(request))
    return _find(request, source_id)


def _choice(query: When) -> Choice:
    extent, today = gateway.extent(), timezone.localdate()
    latest = min(today, extent.last) if extent else today
    on = query.on
    return (
        Choice(query.period, latest) if on is None or on >= latest else Choice(query.period, on, latest=False)
    )


def _after(rows: list[AreaRow], cursor: str | None) -> int:
    """Where the page after the one that ended with an area begins."""
    if not cursor:
        return 0
    for at, row in enumerate(rows):
        if f"-{row.code}" == cursor:
            return at + 1
    raise ValidationError({"cursor": _("This is not a cursor that a page gave.")})


def _told(row: AreaRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "state": row.state,
        "territory_id": row.territory,
        "customers": row.customers,
        "potential_customers": row.places,
        "penetration": row.penetration,
        "sales": _cents(row.sales),
        "potential": _cents(row.potential),
        "market_share": row.market_share,
        "white_space": _cents(row.white),
    }


def _cents(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.2f}")


def _rows(request: HttpRequest) -> Any:
    return visible_to(signed_in(request), Source).select_related("job")


def _find(request: HttpRequest, source_id: int) -> Source:
    require(request, May.IMPORT)
    found: Source = get_object_or_404(_rows(request), pk=source_id)
    return found
