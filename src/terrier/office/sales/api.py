"""Invoices over the API: bring a file or lines as JSON, see what was refused and what is parked, withdraw a load."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field, WithJsonSchema

from terrier.errors import InputError, TerrierError
from terrier.ledger import WriterBusyError
from terrier.office.api.asking import author_of, require
from terrier.office.api.fields import Cursor, Day, Id, Limit, Line
from terrier.office.api.paging import Page
from terrier.office.brought.models import State
from terrier.office.brought.schemas import BroughtOut, RefusedRow
from terrier.office.brought.services import refused_of
from terrier.office.imports.api import Dates, DecimalSign
from terrier.office.paging import page_of
from terrier.office.people.permissions import May, signed_in
from terrier.office.people.scope import visible_to
from terrier.office.sales import gateway, services
from terrier.office.sales.models import Load, LoadKind
from terrier.office.sales.reasons import reason, why
from terrier.office.sales.reporting import report_of

router = Router(tags=["invoices"])

MOST_ROWS = 5000
GREATEST = Decimal(10) ** 11

LoadWhat = Annotated[LoadKind, WithJsonSchema({"type": "string", "enum": LoadKind.values})]
Number = Annotated[Line, Field(min_length=1)]
Amount = Annotated[Decimal, Field(ge=-GREATEST, le=GREATEST, decimal_places=2)]


class LoadReport(Schema):
    n_new: int = 0
    net: Annotated[dict[str, str], Field(description="By currency.")] = {}
    n_known: Annotated[int, Field(description="Rows that were there already, the same in every value.")] = 0
    n_refused: int = 0
    n_parked: Annotated[int, Field(description="Lines of accounts that are not known yet.")] = 0
    n_parked_accounts: int = 0
    notes: list[str] = []


class LoadOut(BroughtOut):
    kind: LoadWhat
    report: LoadReport


class LoadIn(Schema):
    kind: LoadWhat = LoadKind.LINES
    at_once: Annotated[bool, Field(description="Load what can be taken without a look before.")] = False
    dates: Dates | None = None
    decimal: DecimalSign | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="Of rows that name none.")] = "USD"


class RefusedQuery(Schema):
    after: Annotated[int, Field(ge=0, le=2**31 - 1, description="The row after which to go on.")] = 0
    limit: Limit = 100


class InvoiceLine(Schema):
    invoice: Number
    line: Number
    date: Day
    account: Annotated[Number, Field(description="The account's external id.")]
    product: Line | None = None
    quantity: Annotated[float | None, Field(ge=-1e12, le=1e12, allow_inf_nan=False)] = None
    net: Annotated[Amount, Field(description="Below zero on a credit note.")]
    cost: Amount | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    credit_note: bool = False


class InvoiceLines(Schema):
    lines: Annotated[list[InvoiceLine], Field(min_length=1, max_length=MOST_ROWS)]


class ProductIn(Schema):
    product: Number
    name: Line | None = None
    category: Line | None = None
    brand: Line | None = None


class ProductsIn(Schema):
    products: Annotated[list[ProductIn], Field(min_length=1, max_length=MOST_ROWS)]


class Taken(Schema):
    load_id: Annotated[str | None, Field(description="Its number in the ledger; null where nothing was new.")]
    report: LoadReport
    refused: list[RefusedRow]


class ParkedOut(Schema):
    account: str
    n_lines: int
    net: Decimal
    currency: str
    first: dt.date
    last: dt.date


class LoadQuery(Schema):
    cursor: Cursor | None = None
    limit: Limit = 50


@router.get("/loads", response=Page[LoadOut], summary="Files of invoices, the newest first")
def loads(request: HttpRequest, query: Annotated[LoadQuery, Query()]) -> Any:
    require(request, May.IMPORT)
    return page_of(_rows(request), cursor=query.cursor, limit=query.limit, newest_first=True)


@router.post(
    "/loads",
    response={201: LoadOut},
    summary="Bring a file of invoice lines or products: CSV, XLSX or Parquet, up to 512 MB",
    description="A worker looks at it; load it with `take-in`, or at once with `at_once`.",
)
def bring_load(
    request: HttpRequest, file: Annotated[UploadedFile, File()], how: Annotated[LoadIn, Form()]
) -> Any:
    require(request, May.IMPORT)
    made = services.bring_file(
        stream=file,
        name=file.name or "file",
        kind=how.kind,
        author=signed_in(request),
        options=how.model_dump(include={"dates", "decimal", "currency"}, mode="json"),
        at_once=how.at_once,
    )
    return Status(201, made)


@router.get(
    "/loads/parked", response=list[ParkedOut], summary="Accounts of lines that the office does not know"
)
def parked_accounts(request: HttpRequest) -> Any:
    require(request, May.IMPORT)
    rows, _total = gateway.parked(most=MOST_ROWS)
    return [
        {"account": one.account, "n_lines": one.n_lines, "net": Decimal(str(one.net)), "currency": one.currency, "first": one.first, "last": one.last}
        for one in rows
    ]  # fmt: skip


@router.get("/loads/{load_id}", response=LoadOut, summary="One file, and how far it is")
def one_load(request: HttpRequest, load_id: Id) -> Any:
    return _find(request, load_id)


@router.get("/loads/{load_id}/refused", response=list[RefusedRow], summary="Its rows that were refused")
def refused_rows(request: HttpRequest, load_id: Id, query: Annotated[RefusedQuery, Query()]) -> Any:
    rows = refused_of(_find(request, load_id)).filter(pl.col("row") > query.after).sort("row")
    return _refused(rows.head(query.limit))


@router.post("/loads/{load_id}/take-in", response={202: LoadOut}, summary="Load what was looked at")
def take_load_in(request: HttpRequest, load_id: Id) -> Any:
    return Status(202, services.take_in(load=_find(request, load_id)))


@router.post("/loads/{load_id}/withdraw", response={202: LoadOut}, summary="Take a load out again, whole")
def withdraw_load(request: HttpRequest, load_id: Id) -> Any:
    held = services.take_out(load=_find(request, load_id), author=author_of(request))
    return Status(202, held)


@router.post(
    "/invoice-lines",
    response=Taken,
    summary=f"Load up to {MOST_ROWS:,} invoice lines",
    description="Good rows land at once, the others are told. A line that is there already, the same in every value, changes nothing.",
)
def post_invoice_lines(request: HttpRequest, body: InvoiceLines) -> Any:
    require(request, May.IMPORT)
    rows = [
        {
            "invoice": one.invoice, "line": one.line, "date": one.date.isoformat(), "account": one.account, "product": one.product,
            "quantity": None if one.quantity is None else repr(one.quantity), "net": f"{one.net:f}",
            "cost": None if one.cost is None else f"{one.cost:f}", "currency": one.currency,
            "kind": "credit note" if one.credit_note else "invoice",
        }
        for one in body.lines
    ]  # fmt: skip
    return _take(request, "lines", rows, gateway.LINE_ROLES, {"dates": "iso", "credit_notes": "negative"})


@router.post("/products", response=Taken, summary=f"Add or change up to {MOST_ROWS:,} products")
def post_products(request: HttpRequest, body: ProductsIn) -> Any:
    require(request, May.IMPORT)
    rows = [one.model_dump() for one in body.products]
    return _take(request, "products", rows, gateway.PRODUCT_ROLES, {})


def _take(
    request: HttpRequest,
    kind: str,
    rows: list[dict[str, Any]],
    roles: tuple[str, ...],
    options: dict[str, Any],
) -> Any:
    """Load rows as a file of their own. What lands is on record as a load like any other."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "api.parquet"
        pl.DataFrame(rows, schema=dict.fromkeys(roles, pl.String)).write_parquet(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        name = f"api-{digest}"
        try:
            found = gateway.take(kind, path, options, name=name)
        except WriterBusyError:
            raise TerrierError("Another load is under way. Send it again in a moment.") from None
        except InputError as error:  # in words that do not name the file, which the sender never saw
            raise TerrierError(why(error).replace("\n", " ")) from None
    load = Load(kind=kind, file_name=name, state=State.CHECKED, author=signed_in(request))
    report = report_of(found)
    if report["n_new"]:
        load.save()
        services.mark_loaded(
            load=load, report=report, ledger_id=found.load.id if found.load else "", author=author_of(request)
        )
    return {
        "load_id": found.load.id if found.load else None,
        "report": report,
        "refused": _refused(found.refused),
    }


def _refused(rows: pl.DataFrame) -> list[dict[str, Any]]:
    return [row | {"reason": reason(row["reason"])} for row in rows.iter_rows(named=True)]


def _rows(request: HttpRequest) -> Any:
    return visible_to(signed_in(request), Load).select_related("job")


def _find(request: HttpRequest, load_id: int) -> Load:
    require(request, May.IMPORT)
    found: Load = get_object_or_404(_rows(request), pk=load_id)
    return found
