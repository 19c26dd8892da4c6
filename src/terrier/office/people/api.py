"""People, positions, reporting lines and incumbencies over the API."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from terrier.office.api.fields import Cursor, Day, Id, Limit
from terrier.office.api.paging import Page
from terrier.office.paging import page_of
from terrier.office.people.models import Incumbency, Person, Position, ReportingLine, Role
from terrier.office.people.scope import visible_to

router = Router(tags=["people"])


class PersonOut(Schema):
    id: int
    name: str
    email: str
    phone: str
    external_id: str | None
    is_active: bool


class PositionOut(Schema):
    id: int
    name: str
    role: Role
    external_id: str | None
    base: str
    base_latitude: float | None
    base_longitude: float | None
    employment_share: float
    capacity_hours: float
    base_pay: Decimal | None
    commission_rate: Decimal | None
    quota: Decimal | None
    accelerator: Decimal
    opens_on: dt.date
    closes_on: Day | None


class IncumbencyOut(Schema):
    id: int
    person_id: int
    position_id: int
    starts_on: dt.date
    ends_on: Day | None


class ReportingLineOut(Schema):
    id: int
    position_id: int
    manager_id: int
    starts_on: dt.date
    ends_on: Day | None


class Paging(Schema):
    cursor: Cursor | None = None
    limit: Limit = 50


class OnADay(Paging):
    on: Day | None = None


@router.get("/me", response=PersonOut, summary="Who is asking")
def me(request: HttpRequest) -> Any:
    return request.user


@router.get("/people", response=Page[PersonOut], summary="The people in your scope")
def people(request: HttpRequest, query: Annotated[OnADay, Query()]) -> Any:
    return page_of(visible_to(_asking(request), Person, query.on), cursor=query.cursor, limit=query.limit)


@router.get("/people/{person_id}", response=PersonOut, summary="One person")
def person(request: HttpRequest, person_id: Id) -> Any:
    return get_object_or_404(visible_to(_asking(request), Person), pk=person_id)


@router.get("/positions", response=Page[PositionOut], summary="The positions in your scope")
def positions(request: HttpRequest, query: Annotated[OnADay, Query()]) -> Any:
    return page_of(visible_to(_asking(request), Position, query.on), cursor=query.cursor, limit=query.limit)


@router.get("/positions/{position_id}", response=PositionOut, summary="One position")
def position(request: HttpRequest, position_id: Id) -> Any:
    return get_object_or_404(visible_to(_asking(request), Position), pk=position_id)


@router.get("/incumbencies", response=Page[IncumbencyOut], summary="Who holds which position, and when")
def incumbencies(request: HttpRequest, query: Annotated[OnADay, Query()]) -> Any:
    return page_of(visible_to(_asking(request), Incumbency, query.on), cursor=query.cursor, limit=query.limit)


@router.get(
    "/reporting-lines", response=Page[ReportingLineOut], summary="Which position reports to which, and when"
)
def reporting_lines(request: HttpRequest, query: Annotated[OnADay, Query()]) -> Any:
    return page_of(
        visible_to(_asking(request), ReportingLine, query.on), cursor=query.cursor, limit=query.limit
    )


@router.get("/incumbencies/{incumbency_id}", response=IncumbencyOut, summary="One incumbency")
def incumbency(request: HttpRequest, incumbency_id: Id) -> Any:
    return get_object_or_404(visible_to(_asking(request), Incumbency), pk=incumbency_id)


@router.get("/reporting-lines/{line_id}", response=ReportingLineOut, summary="One reporting line")
def reporting_line(request: HttpRequest, line_id: Id) -> Any:
    return get_object_or_404(visible_to(_asking(request), ReportingLine), pk=line_id)


def _asking(request: HttpRequest) -> Person:
    return request.user  # type: ignore[return-value]
