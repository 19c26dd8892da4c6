"""With whom an analysis is shared and to whom it is sent, over the API: as its page has it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from terrier.office.analysis.models import Delivery, Share
from terrier.office.analysis.scheduling import schedule_delivery, stop_delivery
from terrier.office.analysis.selectors import analysis_owned_by, analysis_seen_by, deliveries_seen_by
from terrier.office.analysis.sharing import share_below, share_with_person, unshare
from terrier.office.api.asking import author_of
from terrier.office.api.fields import Id
from terrier.office.people.models import Person, Position
from terrier.office.people.permissions import signed_in
from terrier.office.people.scope import visible_to

router = Router(tags=["analysis"])

Weekday = Annotated[int, Field(ge=0, le=6, description="Of a weekly one; 0 is Monday.")]
DayOfMonth = Annotated[int, Field(ge=1, le=28, description="Of a monthly one.")]
Hour = Annotated[int, Field(ge=0, le=23, description="On the clock of the office's time zone.")]
Every = Literal["weekday", "week", "month"]


class ShareOut(Schema):
    id: int
    person_id: int | None
    position_id: Annotated[int | None, Field(description="Whoever holds it, and everybody below.")]


class ShareIn(Schema):
    """One of both."""

    person_id: Id | None = None
    position_id: Id | None = None


class DeliveryOut(Schema):
    id: int
    person_id: int
    every: str
    weekday: int
    day: int
    hour: int
    next_at: dt.datetime
    sent_at: dt.datetime | None


class DeliveryIn(Schema):
    person_id: Annotated[Id | None, Field(description="You, unless it is yours and you say who.")] = None
    every: Every = "week"
    weekday: Weekday = 0
    day: DayOfMonth = 1
    hour: Hour = 7


class DeliveryChange(Schema):
    every: Every | None = None
    weekday: Weekday | None = None
    day: DayOfMonth | None = None
    hour: Hour | None = None


@router.get(
    "/analyses/{analysis_id}/shares", response=list[ShareOut], summary="With whom one of yours is shared"
)
def analysis_shares(request: HttpRequest, analysis_id: Id) -> Any:
    return analysis_owned_by(signed_in(request), analysis_id).shares.all()


@router.post(
    "/analyses/{analysis_id}/shares",
    response={201: ShareOut},
    summary="Share one of yours with somebody, or with all at and below a position",
)
def share_analysis(request: HttpRequest, analysis_id: Id, body: ShareIn) -> Any:
    """What is shared is the question: each who opens it is answered within what they see."""
    person, author = signed_in(request), author_of(request)
    row = analysis_owned_by(person, analysis_id)
    if (body.person_id is None) == (body.position_id is None):
        raise ValidationError({"person_id": _("Choose a person or a position: one of both.")})
    if body.person_id is not None:
        whom = get_object_or_404(visible_to(person, Person), pk=body.person_id)
        share_with_person(analysis=row, person=whom, author=author)
        return Status(201, row.shares.get(person=whom))
    below = get_object_or_404(visible_to(person, Position), pk=body.position_id)
    share_below(analysis=row, position=below, author=author)
    return Status(201, row.shares.get(position=below))


@router.delete(
    "/analyses/{analysis_id}/shares/{share_id}", response={204: None}, summary="No longer share one of yours"
)
def end_analysis_share(request: HttpRequest, analysis_id: Id, share_id: Id) -> Any:
    row = analysis_owned_by(signed_in(request), analysis_id)
    unshare(share=get_object_or_404(Share, pk=share_id, analysis=row), author=author_of(request))
    return Status(204, None)


@router.get(
    "/analyses/{analysis_id}/deliveries",
    response=list[DeliveryOut],
    summary="To whom one of yours is sent by e-mail; of others', what is sent to you",
)
def analysis_deliveries(request: HttpRequest, analysis_id: Id) -> Any:
    return deliveries_seen_by(signed_in(request), analysis_id)


@router.post(
    "/analyses/{analysis_id}/deliveries",
    response={201: DeliveryOut},
    summary="Have an analysis sent as PDF from now on, or at other times than until now",
)
def send_analysis(request: HttpRequest, analysis_id: Id, body: DeliveryIn) -> Any:
    """Each gets the figures that they see themselves."""
    person = signed_in(request)
    row = analysis_seen_by(person, analysis_id)
    whom = person
    if body.person_id not in (None, person.pk):
        row = analysis_owned_by(person, analysis_id)
        whom = get_object_or_404(visible_to(person, Person), pk=body.person_id)
    times = body.model_dump(exclude={"person_id"})
    found, _act = schedule_delivery(analysis=row, person=whom, author=author_of(request), **times)
    return Status(201, found)


@router.patch(
    "/analyses/{analysis_id}/deliveries/{delivery_id}",
    response=DeliveryOut,
    summary="Have an analysis sent at other times",
)
def change_analysis_delivery(
    request: HttpRequest, analysis_id: Id, delivery_id: Id, body: DeliveryChange
) -> Any:
    row = _delivery(request, analysis_id, delivery_id)
    times = {name: getattr(row, name) for name in ("every", "weekday", "day", "hour")}
    times |= body.model_dump(exclude_none=True)
    found, _act = schedule_delivery(
        analysis=row.analysis, person=row.person, author=author_of(request), **times
    )
    return found


@router.delete(
    "/analyses/{analysis_id}/deliveries/{delivery_id}",
    response={204: None},
    summary="Have an analysis sent no longer",
)
def stop_analysis_delivery(request: HttpRequest, analysis_id: Id, delivery_id: Id) -> Any:
    stop_delivery(delivery=_delivery(request, analysis_id, delivery_id), author=author_of(request))
    return Status(204, None)


def _delivery(request: HttpRequest, analysis_id: int, delivery_id: int) -> Delivery:
    return get_object_or_404(deliveries_seen_by(signed_in(request), analysis_id), pk=delivery_id)
