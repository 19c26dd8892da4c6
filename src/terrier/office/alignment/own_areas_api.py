"""Areas over the API: those there are, and bringing, renaming and deleting those of the company's own."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile

from terrier.office.alignment.area_files import MOST_BYTES
from terrier.office.alignment.areas import import_areas
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import Area, AreaKind
from terrier.office.alignment.own_areas import delete_area, rename_area, uses_of
from terrier.office.alignment.plan_schemas import AreaOut, AreasAsked
from terrier.office.api.asking import author_of, require
from terrier.office.api.fields import Id, Name
from terrier.office.api.paging import Page
from terrier.office.paging import page_of
from terrier.office.people.permissions import May, signed_in
from terrier.office.people.scope import visible_to

router = Router(tags=["plans"])


class AreaChange(Schema):
    name: Name


class UsedBy(Schema):
    plan_id: int
    rule_id: int
    number: int


class AreaUsesOut(Schema):
    """rules : that place accounts by it, as far as you see them. n_hidden : more of them, in plans that you do not see.
    n_past : of plans put away."""

    rules: list[UsedBy]
    n_hidden: int
    n_past: int


@router.get("/areas", response=Page[AreaOut], summary="Areas that rules and maps speak of")
def areas(request: HttpRequest, query: Annotated[AreasAsked, Query()]) -> Any:
    rows = visible_to(signed_in(request), Area).defer("geometry")
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.state:
        rows = rows.filter(state=query.state)
    return page_of(rows, cursor=query.cursor, limit=query.limit)


@router.post(
    "/areas",
    response={201: list[AreaOut]},
    summary="Bring areas of your own from a GeoJSON file, or from a plan exported as one",
    description="One area a feature; a repeat of an id replaces its outline. All or none.",
)
def bring_areas(request: HttpRequest, file: Annotated[UploadedFile, File()]) -> Any:
    require(request, May.PLAN)
    if not file.size or file.size > MOST_BYTES:
        raise PlanError(_("Choose a GeoJSON file of 25 MB at most."))
    return Status(201, import_areas(content=file.read(), name=file.name or "file", author=author_of(request)))


@router.get("/areas/{area_id}", response=AreaOut, summary="One area")
def one_area(request: HttpRequest, area_id: Id) -> Any:
    return get_object_or_404(visible_to(signed_in(request), Area), pk=area_id)


@router.get("/areas/{area_id}/uses", response=AreaUsesOut, summary="Which rules speak of an area")
def area_uses(request: HttpRequest, area_id: Id) -> Any:
    require(request, May.PLAN)
    person = signed_in(request)
    area = get_object_or_404(visible_to(person, Area), pk=area_id)
    found = uses_of([area.pk], person)[area.pk]
    rules = [{"plan_id": one.plan_id, "rule_id": one.pk, "number": one.number} for one in found.rules]
    return {"rules": rules, "n_hidden": found.n_hidden, "n_past": found.n_past}


@router.patch("/areas/{area_id}", response=AreaOut, summary="Rename an area of your own")
def change_area(request: HttpRequest, area_id: Id, body: AreaChange) -> Any:
    area = _own(request, area_id)
    rename_area(area=area, name=body.name, author=author_of(request))
    return Area.objects.get(pk=area.pk)


@router.delete(
    "/areas/{area_id}", response={204: None}, summary="Delete an area of your own that no rule uses"
)
def drop_area(request: HttpRequest, area_id: Id) -> Any:
    delete_area(area=_own(request, area_id), author=author_of(request))
    return Status(204, None)


def _own(request: HttpRequest, number: int) -> Area:
    require(request, May.PLAN)
    return get_object_or_404(visible_to(signed_in(request), Area), kind=AreaKind.POLYGON, pk=number)
