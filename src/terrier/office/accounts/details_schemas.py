"""What belongs to accounts, as the API takes and tells it. In a change, what is not given stays as it is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from terrier.office.accounts.api import Amount
from terrier.office.accounts.models import ContactRole, EventKind, ReachBy, Stance
from terrier.office.api.fields import Cursor, Day, Id, Limit, Line, Moment, Name, Text

CategoryName = Annotated[Name, Field(max_length=80)]


class OfAnAccount(Schema):
    account_id: Id | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


class TasksAsked(OfAnAccount):
    assignee_id: Id | None = None
    done: bool | None = None


class TimelineAsked(Schema):
    cursor: Cursor | None = None
    limit: Limit = 50


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


class NoteFields(Schema):
    text: Annotated[Text, Field(min_length=1)] = ""


class NoteIn(NoteFields):
    account_id: Id
    text: Annotated[Text, Field(min_length=1)]


class EventOut(Belonging):
    kind: EventKind
    happened_at: dt.datetime
    summary: str
    amount: Decimal | None
    contact_id: int | None
    author_id: int | None


class EventFields(Schema):
    kind: EventKind = EventKind.CALL
    happened_at: Annotated[Moment | None, Field(description="By default when it is written down.")] = None
    summary: Annotated[Line, Field(max_length=200)] = ""
    amount: Amount | None = None
    contact_id: Annotated[Id | None, Field(description="With whom: a contact at the account.")] = None


class EventIn(EventFields):
    account_id: Id
    kind: EventKind


class TaskOut(Belonging):
    title: str
    due_on: dt.date | None
    assignee_id: int | None
    done_at: dt.datetime | None


class TaskFields(Schema):
    title: Annotated[Line, Field(min_length=1)] = ""
    due_on: Day | None = None
    assignee_id: Annotated[Id | None, Field(description="Who is to do it; by default who asks.")] = None


class TaskIn(TaskFields):
    account_id: Id
    title: Annotated[Line, Field(min_length=1)]


class Done(Schema):
    done: bool = True


class CompetitorOut(Belonging):
    competitor_id: int
    competitor: str
    share: Decimal | None
    categories: list[str]
    seen_on: dt.date
    author_id: int | None

    @staticmethod
    def resolve_competitor(row: Any) -> str:
        return str(row.competitor)

    @staticmethod
    def resolve_categories(row: Any) -> list[str]:
        return [category.name for category in row.categories.all()]


class CompetitorFields(Schema):
    share: Annotated[
        Decimal | None,
        Field(
            ge=0, le=100, max_digits=5, decimal_places=2, description="Of what the account buys, in percent."
        ),
    ] = None
    categories: Annotated[
        tuple[CategoryName, ...],
        Field(max_length=100, description="What they sell there, as `/categories` names it."),
    ] = ()
    seen_on: Annotated[Day | None, Field(description="By default today.")] = None


class CompetitorIn(CompetitorFields):
    account_id: Id
    competitor: Annotated[Line, Field(min_length=1, max_length=80, description="By name; a new one is kept.")]


class PurchaseOut(Belonging):
    category: str
    last_year: Decimal
    year_before: Decimal

    @staticmethod
    def resolve_category(row: Any) -> str:
        return str(row.category)


class CategoryOut(Schema):
    id: int
    name: str


class ChangeOut(Schema):
    field: str
    before: str
    after: str


class HappeningOut(Schema):
    at: dt.datetime
    title: str
    text: str
    who: str
    act_id: Annotated[str | None, Field(description="What Undo takes back, where that may be done.")]
    changes: list[ChangeOut]
