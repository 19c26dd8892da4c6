"""Key accounts of a plan over the API, and with whom its accounts are shared."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import Overlay, Placement, Plan, Territory
from terrier.office.alignment.plan_schemas import Counted
from terrier.office.alignment.plan_selectors import plan_seen, plan_shaped
from terrier.office.alignment.sharing import make_key_account
from terrier.office.api.asking import author_of
from terrier.office.api.fields import Cursor, Id, Limit, Share
from terrier.office.api.paging import Page
from terrier.office.paging import page_of
from terrier.office.people.permissions import signed_in
from terrier.office.people.scope import visible_to

router = Router(tags=["plans"])


class OverlayOut(Schema):
    id: int
    account_id: int
    territory_id: int
    split: Decimal


class OverlaysAsked(Schema):
    account_id: Id | None = None
    territory_id: Annotated[Id | None, Field(description="Shared with this territory.")] = None
    cursor: Cursor | None = None
    limit: Limit = 50


class KeyAccountIn(Schema):
    account_id: Annotated[Id, Field(description="A chain, with all its sites, or a single account.")]
    territory_id: Annotated[Id, Field(description="One of the kind `key`.")]
    split: Annotated[
        Share, Field(description="Of whoever holds a site in the field; less than 1, 0 for none.")
    ] = Decimal(0)


@router.get(
    "/plans/{plan_id}/overlays", response=Page[OverlayOut], summary="With whom a plan's accounts are shared"
)
def overlays(request: HttpRequest, plan_id: Id, query: Annotated[OverlaysAsked, Query()]) -> Any:
    """Whoever holds an account keeps what the splits of others leave."""
    person = signed_in(request)
    rows = visible_to(person, Overlay).filter(plan=plan_seen(person, plan_id))
    if query.account_id:
        rows = rows.filter(account=query.account_id)
    if query.territory_id:
        rows = rows.filter(territory=query.territory_id)
    return page_of(rows, cursor=query.cursor, limit=query.limit)


@router.post("/plans/{plan_id}/key-accounts", response=Counted, summary="Make a key account of a chain")
def key_account(request: HttpRequest, plan_id: Id, body: KeyAccountIn) -> Any:
    """All its sites go to the territory, in one step; says how many there are."""
    found = plan_shaped(signed_in(request), plan_id)
    placed = Placement.objects.filter(plan=found, account=body.account_id).select_related("account").first()
    if placed is None:
        raise PlanError(
            _("Account number %(number)s is not part of this plan.") % {"number": body.account_id}
        )
    n_sites = make_key_account(
        plan=found,
        account=placed.account,
        to=get_object_or_404(Territory, plan=found, pk=body.territory_id),
        split=body.split,
        author=author_of(request),
    )
    return {"n": n_sites, "version": Plan.objects.get(pk=found.pk).version}
