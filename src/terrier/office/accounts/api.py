"""Accounts over the API. Reading is narrowed by the scope rule, writing by what one may do."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from django.db import models
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from terrier.office.accounts import services
from terrier.office.accounts.flat import told_flat
from terrier.office.accounts.listing import place_of, read_list
from terrier.office.accounts.models import Account, AccountClass, Channel
from terrier.office.accounts.models import Status as AccountStatus
from terrier.office.api.asking import author_of, require
from terrier.office.api.fields import Cursor, Hours, Id, Label, Latitude, Line, Longitude, LongName, Money
from terrier.office.api.paging import Page
from terrier.office.api.rendering import as_json
from terrier.office.people.models import Position
from terrier.office.people.permissions import May, signed_in
from terrier.office.people.scope import scope_of, visible_to

router = Router(tags=["accounts"])
Row = TypeVar("Row", bound=models.Model)

Amount = Annotated[Decimal, Field(max_digits=14, decimal_places=2)]


class AccountOut(Schema):
    id: int
    external_id: str | None
    name: str
    parent_id: int | None
    chain_id: int | None
    status: AccountStatus
    channel: Channel
    account_class: str
    street: str
    city: str
    state: str
    postal_code: str
    country: str
    latitude: float | None
    longitude: float | None
    phone: str
    website: str
    annual_sales: Decimal
    potential: Decimal | None
    service_hours: Decimal
    payment_terms: str
    version: int
    updated_at: dt.datetime
    holder_position_id: int | None
    holder: str | None


COLUMNS = tuple(name for name in AccountOut.model_fields if name not in {"holder_position_id", "holder"})


class AccountFields(Schema):
    external_id: Annotated[Label, Field(min_length=1)] | None = None
    name: LongName = ""
    status: AccountStatus = AccountStatus.PROSPECT
    channel: Channel = Channel.INDEPENDENT
    account_class: AccountClass | None = None
    street: Annotated[Line, Field(max_length=160)] = ""
    city: Annotated[Line, Field(max_length=80)] = ""
    state: Annotated[Line, Field(max_length=40)] = ""
    postal_code: Annotated[Line, Field(max_length=16)] = ""
    country: Annotated[Line, Field(min_length=2, max_length=2)] = "US"
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    phone: Annotated[Line, Field(max_length=40)] = ""
    website: Annotated[Line, Field(max_length=200)] = ""
    annual_sales: Amount = Decimal(0)
    potential: Money | None = None
    service_hours: Hours = Decimal(0)
    payment_terms: Annotated[Line, Field(max_length=40)] = ""

    def given(self) -> dict[str, Any]:
        values = self.model_dump(exclude_unset=True, include=set(AccountFields.model_fields))
        if "account_class" in values:
            values["account_class"] = values["account_class"] or ""
        return values


class AccountIn(AccountFields):
    name: LongName
    parent_id: Id | None = None
    position_id: Annotated[Id | None, Field(description="Who holds it; by default who asks.")] = None


class AccountChange(AccountFields):
    version: Annotated[
        int,
        Field(ge=1, le=2**31 - 1, description="The version that you saw: a newer one is not overwritten."),
    ]


class Move(Schema):
    parent_id: Id | None


class AccountQuery(Schema):
    """As the account list's own query string; a field may be given several times where it says so."""

    q: Annotated[Line, Field(description="Name, external id, city, postal code, phone or contact.")] = ""
    status: Annotated[list[AccountStatus], Field(max_length=10)] = []
    channel: Annotated[list[Channel], Field(max_length=20)] = []
    account_class: Annotated[list[AccountClass], Field(max_length=10)] = []
    state: Annotated[list[Label], Field(max_length=60)] = []
    holder: Annotated[list[Id], Field(max_length=50, description="Positions; those below them count.")] = []
    alone: Annotated[Label, Field(description="yes: those below a holder do not count.")] = ""
    held: Annotated[Label, Field(description="nobody, or vacant.")] = ""
    chain: Id | None = None
    has_potential: Annotated[Label, Field(description="yes or no.")] = ""
    sales_from: Amount | None = None
    sales_to: Amount | None = None
    potential_from: Money | None = None
    potential_to: Money | None = None
    tasks: Annotated[Label, Field(description="open, due or overdue.")] = ""
    sort: Annotated[Label, Field(description="A column; with - before it, falling.")] = "name"
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.get("/accounts", response=Page[AccountOut], summary="The accounts in your scope")
def accounts(request: HttpRequest, query: Annotated[AccountQuery, Query()]) -> Any:
    lists = {name: [str(v) for v in values] for name, values in request.GET.lists() if name != "limit"}
    person = signed_in(request)
    place = place_of(person, read_list({**lists, "size": [str(query.limit)]}))
    rows = told_flat(place.ids, scope_of(person).on, COLUMNS)
    return as_json({"items": rows, "next": place.after or None})


@router.post("/accounts", response={201: AccountOut}, summary="A new account")
def create_account(request: HttpRequest, body: AccountIn) -> Any:
    require(request, May.EDIT_ACCOUNTS)
    holder = find(request, Position, body.position_id) if body.position_id else None
    parent = find(request, Account, body.parent_id) if body.parent_id else None
    made, _ = services.create_account(
        author=author_of(request), values=body.given(), parent=parent, holder=holder
    )
    return Status(201, _described(request, made))


@router.get("/accounts/{account_id}", response=AccountOut, summary="One account")
def account(request: HttpRequest, account_id: Id) -> Any:
    return _described(request, live_account(request, account_id))


@router.patch("/accounts/{account_id}", response=AccountOut, summary="Change an account")
def edit_account(request: HttpRequest, account_id: Id, body: AccountChange) -> Any:
    require(request, May.EDIT_ACCOUNTS)
    row = live_account(request, account_id)
    row, _ = services.edit_account(
        account=row, values=body.given(), version=body.version, author=author_of(request)
    )
    return _described(request, row)


@router.delete(
    "/accounts/{account_id}", response={204: None}, summary="Delete an account; it can be restored"
)
def delete_account(request: HttpRequest, account_id: Id) -> Any:
    require(request, May.REMOVE_ACCOUNTS)
    services.delete_account(account=live_account(request, account_id), author=author_of(request))
    return Status(204, None)


@router.post("/accounts/{account_id}/restore", response=AccountOut, summary="Bring a deleted account back")
def restore_account(request: HttpRequest, account_id: Id) -> Any:
    require(request, May.REMOVE_ACCOUNTS)
    row = find(request, Account, account_id)
    services.restore_account(account=row, author=author_of(request))
    return _described(request, row)


@router.post(
    "/accounts/{account_id}/move", response=AccountOut, summary="Move an account below another, or to the top"
)
def move_account(request: HttpRequest, account_id: Id, body: Move) -> Any:
    require(request, May.EDIT_ACCOUNTS)
    parent = live_account(request, body.parent_id) if body.parent_id else None
    row, _ = services.move_account(
        account=live_account(request, account_id), parent=parent, author=author_of(request)
    )
    return _described(request, row)


def live_account(request: HttpRequest, account_id: int) -> Account:
    row = find(request, Account, account_id)
    return get_object_or_404(Account, pk=row.pk, deleted_at__isnull=True)


def editable_account(request: HttpRequest, account_id: int) -> Account:
    require(request, May.EDIT_ACCOUNTS)
    return live_account(request, account_id)


def _described(request: HttpRequest, row: Account) -> dict[str, Any]:
    return told_flat([row.pk], scope_of(signed_in(request)).on, COLUMNS)[0]


def find(request: HttpRequest, model: type[Row], key: int) -> Row:
    return get_object_or_404(visible_to(signed_in(request), model), pk=key)
