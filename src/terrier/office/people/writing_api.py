"""People and positions over the API: adding, changing, handing over, re-organizing, closing.

It adds to the router that reads them, since the operations of one address must be on one router.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, TypeVar

from django.db import models
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Schema, Status
from pydantic import Field

from terrier.office.api.asking import author_of, require
from terrier.office.api.fields import Day, Id, Label, Latitude, Line, Longitude, Money, Name
from terrier.office.people import org, positions, services
from terrier.office.people.api import PersonOut, PositionOut, router
from terrier.office.people.models import Person, Position, Role
from terrier.office.people.permissions import May, signed_in
from terrier.office.people.scope import visible_to

__all__ = ["router"]

Row = TypeVar("Row", bound=models.Model)

Email = Annotated[Line, Field(min_length=3, max_length=200)]


class PersonFields(Schema):
    name: Name = ""
    email: Email = ""
    phone: Annotated[Line, Field(max_length=40)] = ""
    external_id: Annotated[Label, Field(min_length=1)] | None = None


class PersonIn(PersonFields):
    name: Name
    email: Email


class SignIn(Schema):
    allowed: bool


class PositionFields(Schema):
    name: Name = ""
    role: Role = Role.TERRITORY_MANAGER
    external_id: Annotated[Label, Field(min_length=1)] | None = None
    base: Annotated[Line, Field(max_length=200)] = ""
    base_latitude: Latitude | None = None
    base_longitude: Longitude | None = None
    employment_share: Annotated[Decimal, Field(gt=0, le=1, max_digits=4, decimal_places=3)] = Decimal(1)
    capacity_hours: Annotated[Decimal, Field(ge=0, max_digits=7, decimal_places=1)] = Decimal(1640)
    base_pay: Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)] | None = None
    commission_rate: Annotated[Decimal, Field(ge=0, le=1, max_digits=6, decimal_places=5)] | None = None
    quota: Money | None = None
    accelerator: Annotated[Decimal, Field(ge=0, le=10, max_digits=4, decimal_places=2)] = Decimal(1)
    opens_on: Day | None = None

    def given(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True, include=set(PositionFields.model_fields))


class PositionIn(PositionFields):
    name: Name
    role: Role
    opens_on: Day
    manager_id: Annotated[Id | None, Field(description="The position it reports to.")] = None
    person_id: Annotated[Id | None, Field(description="Who holds it from the day it opens.")] = None


class HandOver(Schema):
    person_id: Annotated[Id | None, Field(description="Nobody: the position is vacant from then on.")]
    starts_on: Day


class ReportTo(Schema):
    manager_id: Annotated[Id | None, Field(description="A position; nobody for the top.")]
    starts_on: Day


class Close(Schema):
    closes_on: Day
    reports_to_id: Annotated[Id | None, Field(description="Where those below it report to then.")] = None
    accounts_to_id: Annotated[Id | None, Field(description="Who takes over what it covers then.")] = None
    leave_accounts: Annotated[bool, Field(description="Leave what it covers to nobody.")] = False


@router.post("/people", response={201: PersonOut}, summary="Add a person, who may then be invited")
def create_person(request: HttpRequest, body: PersonIn) -> Any:
    require(request, May.EDIT_PEOPLE)
    made, _ = services.create_person(values=body.model_dump(exclude_unset=True), author=author_of(request))
    return Status(201, made)


@router.patch("/people/{person_id}", response=PersonOut, summary="Change a person")
def edit_person(request: HttpRequest, person_id: Id, body: PersonFields) -> Any:
    require(request, May.EDIT_PEOPLE)
    row = _find(request, Person, person_id)
    services.edit_person(person=row, values=body.model_dump(exclude_unset=True), author=author_of(request))
    return _again(row)


@router.post("/people/{person_id}/sign-in", response=PersonOut, summary="Let somebody sign in, or no longer")
def allow_sign_in(request: HttpRequest, person_id: Id, body: SignIn) -> Any:
    require(request, May.EDIT_PEOPLE)
    row = _find(request, Person, person_id)
    services.allow_sign_in(person=row, allowed=body.allowed, author=author_of(request))
    return _again(row)


@router.post("/positions", response={201: PositionOut}, summary="A new position")
def create_position(request: HttpRequest, body: PositionIn) -> Any:
    require(request, May.EDIT_PEOPLE)
    made, _ = positions.create_position(
        values=body.given(),
        author=author_of(request),
        manager=_find(request, Position, body.manager_id) if body.manager_id else None,
        holder=_find(request, Person, body.person_id) if body.person_id else None,
    )
    return Status(201, made)


@router.patch("/positions/{position_id}", response=PositionOut, summary="Change what a position is")
def edit_position(request: HttpRequest, position_id: Id, body: PositionFields) -> Any:
    row = _position(request, position_id)
    positions.edit_position(position=row, values=body.given(), author=author_of(request))
    return _again(row)


@router.post(
    "/positions/{position_id}/hand-over",
    response=PositionOut,
    summary="Say who holds a position from a day on",
)
def hand_over(request: HttpRequest, position_id: Id, body: HandOver) -> Any:
    row = _position(request, position_id)
    if body.person_id is None:
        org.vacate(position=row, starts_on=body.starts_on, author=author_of(request))
    else:
        person = _find(request, Person, body.person_id)
        org.hand_over(position=row, person=person, starts_on=body.starts_on, author=author_of(request))
    return row


@router.post(
    "/positions/{position_id}/report-to",
    response=PositionOut,
    summary="Say whom a position reports to from a day on",
)
def report_to(request: HttpRequest, position_id: Id, body: ReportTo) -> Any:
    row = _position(request, position_id)
    manager = _find(request, Position, body.manager_id) if body.manager_id else None
    org.report_to(position=row, manager=manager, starts_on=body.starts_on, author=author_of(request))
    return row


@router.post("/positions/{position_id}/close", response=PositionOut, summary="Close a position on a day")
def close_position(request: HttpRequest, position_id: Id, body: Close) -> Any:
    row = _position(request, position_id)
    heir = _find(request, Position, body.reports_to_id) if body.reports_to_id else None
    successor = _find(request, Position, body.accounts_to_id) if body.accounts_to_id else None
    positions.close_position(
        position=row,
        closes_on=body.closes_on,
        author=author_of(request),
        reports_to=heir,
        accounts_to=successor,
        leave_accounts=body.leave_accounts,
    )
    return _again(row)


@router.post(
    "/positions/{position_id}/reopen", response=PositionOut, summary="Take the closing of a position back"
)
def reopen_position(request: HttpRequest, position_id: Id) -> Any:
    row = _position(request, position_id)
    positions.reopen_position(position=row, author=author_of(request))
    return _again(row)


def _position(request: HttpRequest, position_id: int) -> Position:
    require(request, May.EDIT_PEOPLE)
    return _find(request, Position, position_id)


def _find(request: HttpRequest, model: type[Row], key: int) -> Row:
    return get_object_or_404(visible_to(signed_in(request), model), pk=key)


def _again(row: Row) -> Row:
    row.refresh_from_db()
    return row
