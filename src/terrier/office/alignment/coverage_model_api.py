"""The coverage model of a plan over the API: what thresholds would do, which accounts deserve which kind, and applying them."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from terrier.office.alignment.coverage_model import CoverageModel, coverage_model
from terrier.office.alignment.coverage_model_applying import apply_coverage_model
from terrier.office.alignment.coverage_model_keeping import (
    company_thresholds,
    keep_for_company,
    keep_for_plan,
    thresholds_of,
)
from terrier.office.alignment.coverage_thresholds import Thresholds, read_thresholds
from terrier.office.alignment.missing_kinds import add_territories
from terrier.office.alignment.models import Plan, TerritoryKind
from terrier.office.alignment.plan_schemas import Moved, TerritoryOut
from terrier.office.alignment.plan_selectors import plan_shaped
from terrier.office.api.asking import author_of, require
from terrier.office.api.fields import Id
from terrier.office.people.permissions import May, signed_in

router = Router(tags=["plans"])


class ServedOut(Schema):
    kind: TerritoryKind
    n_now: int
    n_then: int
    customers_now: int
    customers_then: int
    sales_now: float
    sales_then: float
    people_now: int
    people_then: int
    cost_now: float
    cost_then: float


class CoverageEffectOut(Schema):
    n_changes: int
    kinds: list[ServedOut]


class OfKind(Schema):
    kind: TerritoryKind
    accounts: Annotated[
        list[int], Field(description="The numbers of those that deserve this kind of holder.")
    ]


class ApplyModel(Schema):
    thresholds: Annotated[Thresholds | None, Field(description="By default those of the plan.")] = None
    seen: Annotated[Id | None, Field(description="The version of the plan that you looked at.")] = None


class KindIn(Schema):
    kind: TerritoryKind


@router.get(
    "/plans/{plan_id}/coverage-model",
    response=CoverageEffectOut,
    summary="What thresholds would do to head count and cost",
)
def coverage_effect(request: HttpRequest, plan_id: Id, query: Annotated[Thresholds, Query()]) -> Any:
    model = _model(request, plan_id, query)
    return {"n_changes": model.n_changes, "kinds": model.kinds()}


@router.get(
    "/plans/{plan_id}/coverage-model/accounts",
    response=list[OfKind],
    summary="Which accounts deserve which kind of holder",
)
def deserving(request: HttpRequest, plan_id: Id, query: Annotated[Thresholds, Query()]) -> Any:
    model = _model(request, plan_id, query)
    return [{"kind": one.kind, "accounts": model.accounts(one.kind).tolist()} for one in model.kinds()]


def _model(request: HttpRequest, plan_id: int, query: Thresholds) -> CoverageModel:
    """By the plan's thresholds, but for those that the query names."""
    found = plan_shaped(signed_in(request), plan_id)
    kept = thresholds_of(found).model_dump()
    return coverage_model(found, read_thresholds({**kept, **query.model_dump(exclude_unset=True)}))


@router.get(
    "/plans/{plan_id}/coverage-model/thresholds", response=Thresholds, summary="The thresholds of a plan"
)
def plan_thresholds(request: HttpRequest, plan_id: Id) -> Thresholds:
    """Its own, else the company's."""
    return thresholds_of(plan_shaped(signed_in(request), plan_id))


@router.put(
    "/plans/{plan_id}/coverage-model/thresholds", response=Thresholds, summary="Keep thresholds with a plan"
)
def keep_thresholds(request: HttpRequest, plan_id: Id, body: Thresholds) -> Thresholds:
    found = plan_shaped(signed_in(request), plan_id)
    keep_for_plan(plan=found, thresholds=body, author=author_of(request))
    return thresholds_of(found)


@router.put("/coverage-thresholds", response=Thresholds, summary="Keep thresholds for the company")
def keep_company_thresholds(request: HttpRequest, body: Thresholds) -> Thresholds:
    """Plans without their own begin with them, and warnings take key size from them."""
    require(request, May.SET_LIMITS)
    keep_for_company(thresholds=body, author=author_of(request))
    return company_thresholds()


@router.post(
    "/plans/{plan_id}/coverage-model/apply", response=Moved, summary="Move each account to who it deserves"
)
def apply_model(request: HttpRequest, plan_id: Id, body: ApplyModel) -> Any:
    found = plan_shaped(signed_in(request), plan_id)
    thresholds = body.thresholds or thresholds_of(found)
    step = apply_coverage_model(plan=found, thresholds=thresholds, author=author_of(request), seen=body.seen)
    return {"version": Plan.objects.get(pk=found.pk).version, "step": step}


@router.post(
    "/plans/{plan_id}/coverage-model/territories",
    response={201: list[TerritoryOut]},
    summary="Add the territories of a kind that a plan lacks",
    description="One for each position of the kind below the plan's root that has none in it, such as one opened since.",
)
def add_kind(request: HttpRequest, plan_id: Id, body: KindIn) -> Any:
    found = plan_shaped(signed_in(request), plan_id)
    return Status(201, add_territories(plan=found, kind=body.kind, author=author_of(request)))
