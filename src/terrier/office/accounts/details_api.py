"""What belongs to accounts, over the API: contacts, notes, events, tasks, competitors, purchases, and the timeline of it all.

Each is listed, read, written, changed and deleted in the same way; what was deleted comes back by undoing that act.
"""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from terrier.office.accounts import details
from terrier.office.accounts.api import Row, editable_account, find, live_account
from terrier.office.accounts.details_schemas import (
    CategoryOut,
    CompetitorFields,
    CompetitorIn,
    CompetitorOut,
    ContactFields,
    ContactIn,
    ContactOut,
    Done,
    EventFields,
    EventIn,
    EventOut,
    HappeningOut,
    NoteFields,
    NoteIn,
    NoteOut,
    OfAnAccount,
    PurchaseOut,
    TaskFields,
    TaskIn,
    TaskOut,
    TasksAsked,
    TimelineAsked,
)
from terrier.office.accounts.models import (
    Category,
    CompetitorPresence,
    Contact,
    Event,
    Note,
    Purchase,
    Task,
)
from terrier.office.accounts.timeline import read_place, story_of
from terrier.office.api.asking import author_of, require
from terrier.office.api.fields import Id
from terrier.office.api.paging import Page
from terrier.office.paging import page_of
from terrier.office.people.models import Person
from terrier.office.people.permissions import May, signed_in
from terrier.office.people.scope import visible_to

router = Router(tags=["accounts"])
Asked = Annotated[OfAnAccount, Query()]


@router.get("/contacts", response=Page[ContactOut], summary="The contacts at your accounts")
def contacts(request: HttpRequest, query: Asked) -> Any:
    return _belonging(request, Contact, query)


@router.post("/contacts", response={201: ContactOut}, summary="A new contact")
def create_contact(request: HttpRequest, body: ContactIn) -> Any:
    account = editable_account(request, body.account_id)
    made, _ = details.add_contact(account=account, values=body.given(), author=author_of(request))
    return Status(201, _again(made))


@router.get("/contacts/{contact_id}", response=ContactOut, summary="One contact")
def contact(request: HttpRequest, contact_id: Id) -> Any:
    return _kept(request, Contact, contact_id)


@router.patch("/contacts/{contact_id}", response=ContactOut, summary="Change a contact")
def edit_contact(request: HttpRequest, contact_id: Id, body: ContactFields) -> Any:
    return _edit(request, _writable(request, Contact, contact_id), body.given())


@router.delete("/contacts/{contact_id}", response={204: None}, summary="Delete a contact")
def delete_contact(request: HttpRequest, contact_id: Id) -> Any:
    return _delete(request, Contact, contact_id)


@router.get("/notes", response=Page[NoteOut], summary="How your accounts do business")
def notes(request: HttpRequest, query: Asked) -> Any:
    return _belonging(request, Note, query)


@router.post("/notes", response={201: NoteOut}, summary="A new note")
def create_note(request: HttpRequest, body: NoteIn) -> Any:
    account = editable_account(request, body.account_id)
    made, _ = details.add_note(account=account, text=body.text, author=author_of(request))
    return Status(201, _again(made))


@router.get("/notes/{note_id}", response=NoteOut, summary="One note")
def note(request: HttpRequest, note_id: Id) -> Any:
    return _kept(request, Note, note_id)


@router.patch("/notes/{note_id}", response=NoteOut, summary="Change a note; its author stays who wrote it")
def edit_note(request: HttpRequest, note_id: Id, body: NoteFields) -> Any:
    return _edit(request, _writable(request, Note, note_id), body.dict(exclude_unset=True))


@router.delete("/notes/{note_id}", response={204: None}, summary="Delete a note")
def delete_note(request: HttpRequest, note_id: Id) -> Any:
    return _delete(request, Note, note_id)


@router.get("/events", response=Page[EventOut], summary="What happened with your accounts")
def events(request: HttpRequest, query: Asked) -> Any:
    return _belonging(request, Event, query)


@router.post("/events", response={201: EventOut}, summary="Log a call, a visit or another event")
def create_event(request: HttpRequest, body: EventIn) -> Any:
    account = editable_account(request, body.account_id)
    values = _with_rows(request, body.dict(exclude_unset=True, exclude={"account_id"}))
    made, _ = details.log_event(account=account, author=author_of(request), **values)
    return Status(201, _again(made))


@router.get("/events/{event_id}", response=EventOut, summary="One event")
def event(request: HttpRequest, event_id: Id) -> Any:
    return _kept(request, Event, event_id)


@router.patch("/events/{event_id}", response=EventOut, summary="Change what was logged")
def edit_event(request: HttpRequest, event_id: Id, body: EventFields) -> Any:
    row = _writable(request, Event, event_id)
    return _edit(request, row, _with_rows(request, body.dict(exclude_unset=True)))


@router.delete("/events/{event_id}", response={204: None}, summary="Delete an event")
def delete_event(request: HttpRequest, event_id: Id) -> Any:
    return _delete(request, Event, event_id)


@router.get("/tasks", response=Page[TaskOut], summary="The tasks at your accounts")
def tasks(request: HttpRequest, query: Annotated[TasksAsked, Query()]) -> Any:
    narrowed: dict[str, Any] = {"assignee": query.assignee_id} if query.assignee_id else {}
    if query.done is not None:
        narrowed["done_at__isnull"] = not query.done
    return _belonging(request, Task, query, **narrowed)


@router.post("/tasks", response={201: TaskOut}, summary="A new task")
def create_task(request: HttpRequest, body: TaskIn) -> Any:
    account = editable_account(request, body.account_id)
    values = _with_rows(request, body.dict(exclude_unset=True, exclude={"account_id"}))
    made, _ = details.add_task(account=account, author=author_of(request), **values)
    return Status(201, _again(made))


@router.get("/tasks/{task_id}", response=TaskOut, summary="One task")
def task(request: HttpRequest, task_id: Id) -> Any:
    return _kept(request, Task, task_id)


@router.patch("/tasks/{task_id}", response=TaskOut, summary="Change a task")
def edit_task(request: HttpRequest, task_id: Id, body: TaskFields) -> Any:
    row = _writable(request, Task, task_id)
    return _edit(request, row, _with_rows(request, body.dict(exclude_unset=True)))


@router.delete("/tasks/{task_id}", response={204: None}, summary="Delete a task")
def delete_task(request: HttpRequest, task_id: Id) -> Any:
    return _delete(request, Task, task_id)


@router.post("/tasks/{task_id}/done", response=TaskOut, summary="Check a task off, or open it again")
def finish_task(request: HttpRequest, task_id: Id, body: Done) -> Any:
    row = _writable(request, Task, task_id)
    details.finish_task(task=row, author=author_of(request), done=body.done)
    return _again(row)


@router.get("/competitors", response=Page[CompetitorOut], summary="Who else sells to your accounts")
def competitors(request: HttpRequest, query: Asked) -> Any:
    return _belonging(request, CompetitorPresence, query)


@router.post(
    "/competitors",
    response={201: CompetitorOut},
    summary="A competitor seen at an account; one known there is brought up to date",
)
def create_competitor(request: HttpRequest, body: CompetitorIn) -> Any:
    account = editable_account(request, body.account_id)
    given = body.dict(exclude_unset=True, exclude={"account_id", "competitor"})
    values = _with_rows(request, given)
    made, _ = details.set_competitor(
        account=account, name=body.competitor, author=author_of(request), **values
    )
    return Status(201, _again(made))


@router.get("/competitors/{presence_id}", response=CompetitorOut, summary="One competitor at one account")
def competitor(request: HttpRequest, presence_id: Id) -> Any:
    return _kept(request, CompetitorPresence, presence_id)


@router.patch(
    "/competitors/{presence_id}", response=CompetitorOut, summary="Change what a competitor has at an account"
)
def edit_competitor(request: HttpRequest, presence_id: Id, body: CompetitorFields) -> Any:
    row = _writable(request, CompetitorPresence, presence_id)
    return _edit(request, row, _with_rows(request, body.dict(exclude_unset=True)))


@router.delete(
    "/competitors/{presence_id}", response={204: None}, summary="A competitor no longer sells to an account"
)
def delete_competitor(request: HttpRequest, presence_id: Id) -> Any:
    return _delete(request, CompetitorPresence, presence_id)


@router.get("/purchases", response=Page[PurchaseOut], summary="What your accounts buy, by category")
def purchases(request: HttpRequest, query: Asked) -> Any:
    return _belonging(request, Purchase, query)


@router.get("/categories", response=list[CategoryOut], summary="The categories of what is sold")
def categories(request: HttpRequest) -> Any:
    return Category.objects.all()


@router.get(
    "/accounts/{account_id}/timeline",
    response=Page[HappeningOut],
    summary="All that happened with an account, the latest first",
)
def timeline(request: HttpRequest, account_id: Id, query: Annotated[TimelineAsked, Query()]) -> Any:
    before = read_place(query.cursor) if query.cursor else None
    story = story_of(signed_in(request), live_account(request, account_id), before, query.limit)
    items = [
        {
            "at": item.at,
            "title": item.title,
            "text": item.text,
            "who": item.who,
            "act_id": str(item.act.pk) if item.act else None,
            "changes": [
                {"field": str(one.field), "before": str(one.before), "after": str(one.after)}
                for one in item.changes
            ],
        }
        for item in story.items
    ]
    return {"items": items, "next": story.before or None}


RELATED: dict[type[Any], tuple[str, ...]] = {CompetitorPresence: ("competitor",), Purchase: ("category",)}
SEVERAL: dict[type[Any], tuple[str, ...]] = {CompetitorPresence: ("categories",)}


def _belonging(request: HttpRequest, model: type[Row], query: OfAnAccount, **narrowed: Any) -> Any:
    rows = visible_to(signed_in(request), model).filter(account__deleted_at__isnull=True, **narrowed)
    if model is not Purchase:
        rows = rows.filter(deleted_at__isnull=True)
    if query.account_id:
        rows = rows.filter(account=query.account_id)
    rows = rows.select_related(*RELATED[model]) if model in RELATED else rows
    rows = rows.prefetch_related(*SEVERAL[model]) if model in SEVERAL else rows
    return page_of(rows, cursor=query.cursor, limit=query.limit)


def _kept(request: HttpRequest, model: type[Row], key: int) -> Row:
    rows = visible_to(signed_in(request), model)
    return get_object_or_404(rows, pk=key, deleted_at__isnull=True, account__deleted_at__isnull=True)


def _writable(request: HttpRequest, model: type[Row], key: int) -> Row:
    require(request, May.EDIT_ACCOUNTS)
    return _kept(request, model, key)


def _edit(request: HttpRequest, row: Any, values: dict[str, Any]) -> Any:
    details.edit_detail(row=row, values=values, author=author_of(request))
    return _again(row)


def _again(row: Any) -> Any:
    """As it is kept now: a share of 20 is one of 20.00."""
    return type(row).objects.get(pk=row.pk)


def _delete(request: HttpRequest, model: type[Any], key: int) -> Any:
    details.remove_detail(row=_writable(request, model, key), author=author_of(request))
    return Status(204, None)


def _with_rows(request: HttpRequest, values: dict[str, Any]) -> dict[str, Any]:
    """Values with the rows that numbers and names in them stand for."""
    for name, model in (("assignee", Person), ("contact", Contact)):
        if f"{name}_id" in values:
            key = values.pop(f"{name}_id")
            values[name] = find(request, model, key) if key else None
    if "categories" in values:
        values["categories"] = details.categories_named(values["categories"])
    return values
