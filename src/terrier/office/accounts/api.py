"""Accounts and what belongs to them, over the API. Reading is narrowed by the scope rule, writing by what one may do."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from django.db import models
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from terrier.office.accounts import details, services
from terrier.office.accounts.flat import told_flat
from terrier.office.accounts.listing import place_of, read_list
from terrier.office.accounts.models import (
    Account,
    AccountClass,
    Channel,
    CompetitorPresence,
    Contact,
    ContactRole,
    Event,
    EventKind,
    Note,
    Purchase,
    ReachBy,
    Stance,
    Task,
)
from terrier.office.accounts.models import Status as AccountStatus
from terrier.office.api.asking import author_of, require
from terrier.office.api.fields import (
    Cursor,
    Day,
    Hours,
    Id,
    Label,
    Latitude,
    Limit,
    Line,
    Longitude,
    Moment,
    Money,
    Name,
    Text,
)
from terrier.office.api.paging import Page
from terrier.office.api.rendering import as_json
from terrier.office.paging import page_of
from terrier.office.people.models import Person, Position
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
    name: Annotated[Line, Field(min_length=1, max_length=160)] = ""
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
    name: Annotated[Line, Field(min_length=1, max_length=160)]
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
    holder = _find(request, Position, body.position_id) if body.position_id else None
    parent = _find(request, Account, body.parent_id) if body.parent_id else None
    made, _ = services.create_account(
        author=author_of(request), values=body.given(), parent=parent, holder=holder
    )
    return Status(201, _described(request, made))


@router.get("/accounts/{account_id}", response=AccountOut, summary="One account")
def account(request: HttpRequest, account_id: Id) -> Any:
    return _described(request, _account(request, account_id))


@router.patch("/accounts/{account_id}", response=AccountOut, summary="Change an account")
def edit_account(request: HttpRequest, account_id: Id, body: AccountChange) -> Any:
    require(request, May.EDIT_ACCOUNTS)
    row = _account(request, account_id)
    row, _ = services.edit_account(
        account=row, values=body.given(), version=body.version, author=author_of(request)
    )
    return _described(request, row)


@router.delete(
    "/accounts/{account_id}", response={204: None}, summary="Delete an account; it can be restored"
)
def delete_account(request: HttpRequest, account_id: Id) -> Any:
    require(request, May.REMOVE_ACCOUNTS)
    services.delete_account(account=_account(request, account_id), author=author_of(request))
    return Status(204, None)


@router.post("/accounts/{account_id}/restore", response=AccountOut, summary="Bring a deleted account back")
def restore_account(request: HttpRequest, account_id: Id) -> Any:
    require(request, May.REMOVE_ACCOUNTS)
    row = _find(request, Account, account_id)
    services.restore_account(account=row, author=author_of(request))
    return _described(request, row)


@router.post(
    "/accounts/{account_id}/move", response=AccountOut, summary="Move an account below another, or to the top"
)
def move_account(request: HttpRequest, account_id: Id, body: Move) -> Any:
    require(request, May.EDIT_ACCOUNTS)
    parent = _account(request, body.parent_id) if body.parent_id else None
    row, _ = services.move_account(
        account=_account(request, account_id), parent=parent, author=author_of(request)
    )
    return _described(request, row)


class Belonging(Schema):
    id: int
    account_id: int


class ContactOut(Belonging):
    external_id: str | None
    name: str
    job_title: str
    role: ContactRole
    stance: Stance
    reach_by: str
    email: str
    phone: str


class ContactFields(Schema):
    name: Name = ""
    job_title: Annotated[Line, Field(max_length=80)] = ""
    role: ContactRole = ContactRole.BUYER
    stance: Stance = Stance.NEUTRAL
    reach_by: ReachBy | None = None
    email: Annotated[Line, Field(max_length=200)] = ""
    phone: Annotated[Line, Field(max_length=40)] = ""

    def given(self) -> dict[str, Any]:
        values = self.model_dump(exclude_unset=True, include=set(ContactFields.model_fields))
        if "reach_by" in values:
            values["reach_by"] = values["reach_by"] or ""
        return values


class ContactIn(ContactFields):
    account_id: Id
    name: Name


class NoteOut(Belonging):
    text: str
    author_id: int | None
    created_at: dt.datetime


class NoteIn(Schema):
    account_id: Id
    text: Annotated[Text, Field(min_length=1)]


class EventOut(Belonging):
    kind: EventKind
    happened_at: dt.datetime
    summary: str
    amount: Decimal | None
    author_id: int | None


class EventIn(Schema):
    account_id: Id
    kind: EventKind
    happened_at: Moment | None = None
    summary: Annotated[Line, Field(max_length=200)] = ""
    amount: Amount | None = None


class TaskOut(Belonging):
    title: str
    due_on: dt.date | None
    assignee_id: int | None
    done_at: dt.datetime | None


class TaskIn(Schema):
    account_id: Id
    title: Annotated[Line, Field(min_length=1)]
    due_on: Day | None = None
    assignee_id: Id | None = None


class Done(Schema):
    done: bool = True


class CompetitorOut(Belonging):
    competitor_id: int
    competitor: str
    share: Decimal | None
    seen_on: dt.date

    @staticmethod
    def resolve_competitor(row: Any) -> str:
        return str(row.competitor)


class PurchaseOut(Belonging):
    category: str
    last_year: Decimal
    year_before: Decimal

    @staticmethod
    def resolve_category(row: Any) -> str:
        return str(row.category)


class OfAnAccount(Schema):
    account_id: Id | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


Asked = Annotated[OfAnAccount, Query()]


@router.get("/contacts", response=Page[ContactOut], summary="The contacts at your accounts")
def contacts(request: HttpRequest, query: Asked) -> Any:
    return _belonging(request, Contact, query)


@router.post("/contacts", response={201: ContactOut}, summary="A new contact")
def create_contact(request: HttpRequest, body: ContactIn) -> Any:
    made, _ = details.add_contact(
        account=_editable(request, body.account_id), values=body.given(), author=author_of(request)
    )
    return Status(201, made)


@router.get("/contacts/{contact_id}", response=ContactOut, summary="One contact")
def contact(request: HttpRequest, contact_id: Id) -> Any:
    return _kept(request, Contact, contact_id)


@router.patch("/contacts/{contact_id}", response=ContactOut, summary="Change a contact")
def edit_contact(request: HttpRequest, contact_id: Id, body: ContactFields) -> Any:
    require(request, May.EDIT_ACCOUNTS)
    row = _kept(request, Contact, contact_id)
    details.edit_detail(row=row, values=body.given(), author=author_of(request))
    row.refresh_from_db()
    return row


@router.delete("/contacts/{contact_id}", response={204: None}, summary="Delete a contact")
def delete_contact(request: HttpRequest, contact_id: Id) -> Any:
    require(request, May.EDIT_ACCOUNTS)
    details.remove_detail(row=_kept(request, Contact, contact_id), author=author_of(request))
    return Status(204, None)


@router.get("/notes", response=Page[NoteOut], summary="How your accounts do business")
def notes(request: HttpRequest, query: Asked) -> Any:
    return _belonging(request, Note, query)


@router.post("/notes", response={201: NoteOut}, summary="A new note")
def create_note(request: HttpRequest, body: NoteIn) -> Any:
    made, _ = details.add_note(
        account=_editable(request, body.account_id), text=body.text, author=author_of(request)
    )
    return Status(201, made)


@router.get("/events", response=Page[EventOut], summary="What happened with your accounts")
def events(request: HttpRequest, query: Asked) -> Any:
    return _belonging(request, Event, query)


@router.post("/events", response={201: EventOut}, summary="Log a call, a visit or another event")
def create_event(request: HttpRequest, body: EventIn) -> Any:
    made, _ = details.log_event(
        account=_editable(request, body.account_id),
        author=author_of(request),
        kind=body.kind,
        happened_at=body.happened_at,
        summary=body.summary,
        amount=body.amount,
    )
    return Status(201, made)


@router.get("/tasks", response=Page[TaskOut], summary="The tasks at your accounts")
def tasks(request: HttpRequest, query: Asked) -> Any:
    return _belonging(request, Task, query)


@router.post("/tasks", response={201: TaskOut}, summary="A new task")
def create_task(request: HttpRequest, body: TaskIn) -> Any:
    account = _editable(request, body.account_id)
    assignee = _find(request, Person, body.assignee_id) if body.assignee_id else None
    made, _ = details.add_task(
        account=account, title=body.title, author=author_of(request), due_on=body.due_on, assignee=assignee
    )
    return Status(201, made)


@router.post("/tasks/{task_id}/done", response=TaskOut, summary="Check a task off, or open it again")
def finish_task(request: HttpRequest, task_id: Id, body: Done) -> Any:
    require(request, May.EDIT_ACCOUNTS)
    row = _kept(request, Task, task_id)
    details.finish_task(task=row, author=author_of(request), done=body.done)
    row.refresh_from_db()
    return row


@router.get("/competitors", response=Page[CompetitorOut], summary="Who else sells to your accounts")
def competitors(request: HttpRequest, query: Asked) -> Any:
    return _belonging(request, CompetitorPresence, query, "competitor")


@router.get("/purchases", response=Page[PurchaseOut], summary="What your accounts buy, by category")
def purchases(request: HttpRequest, query: Asked) -> Any:
    return _belonging(request, Purchase, query, "category", deletable=False)


def _account(request: HttpRequest, account_id: int) -> Account:
    row = _find(request, Account, account_id)
    return get_object_or_404(Account, pk=row.pk, deleted_at__isnull=True)


def _editable(request: HttpRequest, account_id: int) -> Account:
    require(request, May.EDIT_ACCOUNTS)
    return _account(request, account_id)


def _described(request: HttpRequest, row: Account) -> dict[str, Any]:
    return told_flat([row.pk], scope_of(signed_in(request)).on, COLUMNS)[0]


def _find(request: HttpRequest, model: type[Row], key: int) -> Row:
    return get_object_or_404(visible_to(signed_in(request), model), pk=key)


def _kept(request: HttpRequest, model: type[Row], key: int) -> Row:
    return get_object_or_404(
        visible_to(signed_in(request), model),
        pk=key,
        deleted_at__isnull=True,
        account__deleted_at__isnull=True,
    )


def _belonging(
    request: HttpRequest, model: type[Row], query: OfAnAccount, *related: str, deletable: bool = True
) -> Any:
    rows = visible_to(signed_in(request), model).filter(account__deleted_at__isnull=True)
    if deletable:
        rows = rows.filter(deleted_at__isnull=True)
    if query.account_id:
        rows = rows.filter(account=query.account_id)
    if related:
        rows = rows.select_related(*related)
    return page_of(rows, cursor=query.cursor, limit=query.limit)
