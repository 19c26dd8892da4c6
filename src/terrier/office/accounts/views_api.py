"""Saved views of the account list over the API."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qs

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from terrier.office.accounts.listing import read_list
from terrier.office.accounts.models import SavedView
from terrier.office.accounts.saved_views import address_of, delete_view, save_view
from terrier.office.api.asking import author_of
from terrier.office.api.fields import Cursor, Id, Limit, Text
from terrier.office.api.fields import Name as AnyName
from terrier.office.api.paging import Page
from terrier.office.paging import page_of
from terrier.office.people.permissions import signed_in
from terrier.office.people.scope import visible_to

router = Router(tags=["accounts"])

Name = Annotated[AnyName, Field(max_length=80)]


class ViewOut(Schema):
    id: int
    name: str
    owner_id: int
    shared: bool
    query: Annotated[str, Field(description="As the query string of `/accounts`.")]

    @staticmethod
    def resolve_query(row: SavedView) -> str:
        return address_of(row)


class ViewIn(Schema):
    name: Name
    query: Annotated[
        Text, Field(description="As the query string of `/accounts`: status=active&sort=-annual_sales")
    ] = ""
    shared: bool = False


class Asked(Schema):
    cursor: Cursor | None = None
    limit: Limit = 50


@router.get("/views", response=Page[ViewOut], summary="Your saved views, and those shared with everybody")
def views(request: HttpRequest, query: Annotated[Asked, Query()]) -> Any:
    return page_of(visible_to(signed_in(request), SavedView), cursor=query.cursor, limit=query.limit)


@router.post("/views", response={201: ViewOut}, summary="Save a view; your own of that name is replaced")
def create_view(request: HttpRequest, body: ViewIn) -> Any:
    asked = read_list(parse_qs(body.query, max_num_fields=500))
    made, _ = save_view(author=author_of(request), name=body.name, query=asked, shared=body.shared)
    return Status(201, made)


@router.get("/views/{view_id}", response=ViewOut, summary="One saved view")
def view(request: HttpRequest, view_id: Id) -> Any:
    return get_object_or_404(visible_to(signed_in(request), SavedView), pk=view_id)


@router.delete("/views/{view_id}", response={204: None}, summary="Delete a view of yours")
def remove_view(request: HttpRequest, view_id: Id) -> Any:
    row = get_object_or_404(visible_to(signed_in(request), SavedView), pk=view_id)
    if row.owner != signed_in(request):
        raise Http404
    delete_view(view=row, author=author_of(request))
    return Status(204, None)
