"""Measures and analyses over the API: what there is to ask, ask it, and keep questions under a name."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from terrier.ledger import MEASURES
from terrier.office.analysis.answering import answer
from terrier.office.analysis.measures import MOST_MEASURES, offered
from terrier.office.analysis.question import Question, parse, read
from terrier.office.analysis.selectors import analyses_listed, analysis_owned_by, analysis_seen_by
from terrier.office.analysis.services import change_analysis, delete_analysis, save_analysis
from terrier.office.analysis.showing import untold
from terrier.office.analysis.table import Cell, Line, Table
from terrier.office.api.asking import author_of
from terrier.office.api.fields import Cursor, Day, Id, Label, Limit
from terrier.office.api.fields import Line as Text
from terrier.office.api.fields import Name as AnyName
from terrier.office.api.fields import Text as LongText
from terrier.office.api.paging import Page
from terrier.office.paging import page_of
from terrier.office.people.permissions import signed_in
from terrier.office.sales.texts import title

router = Router(tags=["analysis"])

Name = Annotated[AnyName, Field(max_length=80)]
By = Literal[
    "region", "position", "chain", "account", "category", "channel", "account_class", "status", "state", "county",
    "month", "quarter", "year",
]  # fmt: skip
Period = Literal["month", "quarter", "year", "twelve", "days"]
Values = Annotated[list[Text], Field(max_length=60)]
LONGEST_PAGE = 1000


class MeasureOut(Schema):
    name: str
    title: str
    unit: Annotated[str, Field(description="money, ratio, accounts or number")]
    group: str
    formula: str
    edges: Annotated[list[str], Field(description="Its edge cases, in English.")]
    missing: Annotated[str, Field(description="Why it cannot be answered here; empty where it can.")]


class Asked(Schema):
    """The same question as on the page; see the measures and what they can be told apart by."""

    measures: Annotated[list[Label], Field(min_length=1, max_length=MOST_MEASURES)] = ["revenue"]
    rows: By = "position"
    columns: By | None = None
    period: Period = "year"
    since: Annotated[Day | None, Field(description="The first day of the period “days”.")] = None
    on: Annotated[Day | None, Field(description="The last day; without one, the last with invoices.")] = None
    compare: Literal["year", "previous"] | None = None
    position: Annotated[Id | None, Field(description="Credited to this position or below.")] = None
    account: Annotated[Id | None, Field(description="This account, or all of a chain by its top.")] = None
    channel: Values = []
    account_class: Values = []
    status: Values = []
    state: Values = []
    county: Annotated[Values, Field(description="By its code, such as 39049.")] = []
    category: Annotated[Values, Field(description="“-” stands for lines without a category.")] = []
    sort: Annotated[Text, Field(description="-revenue, label, -revenue.change, growth@Dog food")] = ""
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = 100


class CellOut(Schema):
    value: float | None
    before: float | None


class RowOut(Schema):
    label: str
    sub: str
    rest: Annotated[bool, Field(description="Stands for all that cannot be named to you.")]
    cells: list[CellOut]


class ColumnOut(Schema):
    measure: str
    title: str
    member: Annotated[str | None, Field(description="Of the columns; none for all of them.")]


class UntoldOut(Schema):
    names: str
    why: str


class TableOut(Schema):
    query: Annotated[str, Field(description="The question, as the page's address has it.")]
    first_day: dt.date
    last_day: dt.date
    columns: list[ColumnOut]
    rows: list[RowOut]
    total: Annotated[RowOut, Field(description="Reckoned over all, not added up.")]
    n_rows: int
    page: int
    n_pages: int
    refused: Annotated[list[str], Field(description="Measures that are not told apart so.")]
    untold: Annotated[list[UntoldOut], Field(description="What has no figure, and why.")]


class AnalysisOut(Schema):
    id: int
    name: str
    owner_id: int
    query: Annotated[str, Field(description="As the query string of `/analysis`.")]
    created_at: dt.datetime
    updated_at: dt.datetime


class AnalysisIn(Schema):
    name: Name
    query: Annotated[LongText, Field(description="As the query string of `/analysis`: measures=revenue&rows=category")]  # fmt: skip


class AnalysisChange(Schema):
    name: Name | None = None
    query: LongText | None = None


class Listed(Schema):
    cursor: Cursor | None = None
    limit: Limit = 50


class Paged(Schema):
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = 100


@router.get("/measures", response=list[MeasureOut], summary="The measures that can be asked for")
def list_measures(request: HttpRequest) -> Any:
    return [
        {
            "name": one.name, "title": one.title, "unit": one.unit, "group": one.group, "formula": one.formula,
            "edges": list(MEASURES[one.name].edges), "missing": one.missing,
        }
        for one in offered()
    ]  # fmt: skip


@router.get(
    "/analysis", response=TableOut, summary="Ask measures, told apart and narrowed within what you see"
)
def ask_analysis(request: HttpRequest, query: Annotated[Asked, Query()]) -> Any:
    given = query.model_dump(exclude={"page", "limit"}, exclude_defaults=False, exclude_none=True)
    pairs = {
        name: [str(one) for one in (value if isinstance(value, list) else [value])]
        for name, value in given.items()
    }
    return _answered(request, _understood(*read(pairs)), query.page, query.limit)


@router.get("/analyses", response=Page[AnalysisOut], summary="Your analyses, and those shared with you")
def analyses(request: HttpRequest, query: Annotated[Listed, Query()]) -> Any:
    rows = analyses_listed(signed_in(request))
    return page_of(rows, cursor=query.cursor, limit=query.limit)


@router.post("/analyses", response={201: AnalysisOut}, summary="Keep a question under a name")
def create_analysis(request: HttpRequest, body: AnalysisIn) -> Any:
    question = _understood(*parse(body.query))
    row, _act = save_analysis(author=author_of(request), name=body.name, question=question)
    return Status(201, row)


@router.get("/analyses/{analysis_id}", response=AnalysisOut, summary="One saved analysis")
def one_analysis(request: HttpRequest, analysis_id: Id) -> Any:
    return analysis_seen_by(signed_in(request), analysis_id)


@router.patch(
    "/analyses/{analysis_id}",
    response=AnalysisOut,
    summary="Rename one of yours, or let it ask something else",
)
def change_one_analysis(request: HttpRequest, analysis_id: Id, body: AnalysisChange) -> Any:
    row = analysis_owned_by(signed_in(request), analysis_id)
    question = None if body.query is None else _understood(*parse(body.query))
    change_analysis(analysis=row, author=author_of(request), name=body.name, question=question)
    row.refresh_from_db()
    return row


@router.delete("/analyses/{analysis_id}", response={204: None}, summary="Delete one of yours")
def remove_analysis(request: HttpRequest, analysis_id: Id) -> Any:
    delete_analysis(analysis=analysis_owned_by(signed_in(request), analysis_id), author=author_of(request))
    return Status(204, None)


@router.get(
    "/analyses/{analysis_id}/answer",
    response=TableOut,
    summary="What a saved analysis is answered within what you see",
)
def answer_analysis(request: HttpRequest, analysis_id: Id, query: Annotated[Paged, Query()]) -> Any:
    row = analysis_seen_by(signed_in(request), analysis_id)
    return _answered(request, row.question, query.page, query.limit)


def _understood(question: Question, wrong: tuple[str, ...]) -> Question:
    if wrong:
        raise ValidationError({"query": list(wrong)})
    return question


def _answered(request: HttpRequest, question: Question, page: int, size: int) -> dict[str, Any]:
    table = answer(signed_in(request), question, page=page, size=size)
    return {
        "query": table.question.query,
        "first_day": table.choice.period.start,
        "last_day": table.choice.on,
        "columns": [
            {
                "measure": one.measure,
                "title": title(one.measure),
                "member": one.member.label if one.member else None,
            }
            for one in table.columns
        ],
        "rows": [_row(table, line) for line in table.lines],
        "total": _row(table, table.total),
        "n_rows": table.n_rows,
        "page": table.page,
        "n_pages": table.n_pages,
        "refused": list(table.refused),
        "untold": [{"names": names, "why": why} for names, why in untold(table)],
    }


def _row(table: Table, line: Line) -> dict[str, Any]:
    def told(cell: Cell) -> dict[str, float | None]:
        return {"value": cell.value, "before": cell.before}

    return {
        "label": line.member.label,
        "sub": line.member.sub,
        "rest": line.member.rest,
        "cells": [told(cell) for cell in line.cells],
    }
