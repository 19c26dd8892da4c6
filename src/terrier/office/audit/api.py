"""What was changed, over the API."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from terrier.office.api.asking import author_of, require
from terrier.office.api.fields import Cursor, Day, Id, Label, Limit
from terrier.office.api.paging import Page
from terrier.office.audit.models import Act, Entry
from terrier.office.audit.selectors import Search, find_entries
from terrier.office.audit.undo import undo_act, undoable
from terrier.office.paging import page_of
from terrier.office.people.permissions import May, signed_in
from terrier.office.people.scope import visible_to

router = Router(tags=["audit"])


class EntryOut(Schema):
    id: int
    act_id: str
    at: dt.datetime
    actor: str | None
    via: str
    summary: str
    action: str
    object_type: str
    object_id: int
    object_label: str
    changes: dict[str, Any]

    @staticmethod
    def resolve_act_id(entry: Any) -> str:
        return str(entry.act_id)

    @staticmethod
    def resolve_at(entry: Any) -> dt.datetime:
        return entry.act.at  # type: ignore[no-any-return]

    @staticmethod
    def resolve_actor(entry: Any) -> str | None:
        return entry.act.actor.name if entry.act.actor else None

    @staticmethod
    def resolve_via(entry: Any) -> str:
        return entry.act.via  # type: ignore[no-any-return]

    @staticmethod
    def resolve_summary(entry: Any) -> str:
        return entry.act.summary  # type: ignore[no-any-return]


class ActOut(Schema):
    id: uuid.UUID
    at: dt.datetime
    via: str
    summary: str
    undoes_id: uuid.UUID | None


class Asked(Schema):
    q: Annotated[Label, Field(description="A part of the object's name, or of what was done.")] = ""
    object_type: Label = ""
    object_id: Id | None = None
    account_id: Id | None = None
    actor_id: Id | None = None
    since: Day | None = None
    until: Day | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


@router.get("/audit", response=Page[EntryOut], summary="What was changed, the newest first")
def audit(request: HttpRequest, query: Annotated[Asked, Query()]) -> Any:
    require(request, May.SEE_AUDIT)
    search = Search(text=query.q, **query.dict(exclude={"q", "cursor", "limit"}))
    rows = find_entries(request.user, search)  # type: ignore[arg-type]
    return page_of(rows, cursor=query.cursor, limit=query.limit, newest_first=True)


@router.get("/audit/{entry_id}", response=EntryOut, summary="One change of one object")
def audit_entry(request: HttpRequest, entry_id: Id) -> Any:
    require(request, May.SEE_AUDIT)
    rows = visible_to(signed_in(request), Entry).select_related("act__actor")
    return get_object_or_404(rows, pk=entry_id)


@router.post(
    "/acts/{act_id}/undo",
    response={201: ActOut},
    summary="Take an act back",
    description=(
        "Puts back all that one act changed; `act_id` is in each entry of `/audit`. Refused with 409 if what it left has changed"
        " since: then nothing is undone. Undoing an undo does the act again."
    ),
)
def undo(request: HttpRequest, act_id: uuid.UUID) -> Any:
    act = get_object_or_404(Act, pk=act_id)
    if not undoable(signed_in(request), act):
        raise Http404
    return Status(201, undo_act(act=act, author=author_of(request)))
