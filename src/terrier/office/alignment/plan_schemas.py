"""What the API takes and answers about plans."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from terrier.office.alignment.models import (
    AreaKind,
    Cause,
    Level,
    PlanState,
    RuleKind,
    RunKind,
    StepKind,
    StepRole,
    TerritoryKind,
)
from terrier.office.api.fields import Cursor, Day, Id, Label, Limit, Line, Name, Text

MOST_MOVED = 100_000


class PlanOut(Schema):
    id: int
    name: str
    root_id: int
    state: PlanState
    version: int
    choices: dict[str, Any]
    note: str
    copied_from_id: int | None
    frozen_of_id: int | None
    based_on: dt.date
    effective_on: dt.date | None
    review_until: dt.date | None
    approved_at: dt.datetime | None
    applied_at: dt.datetime | None
    created_at: dt.datetime
    changed_at: dt.datetime


class PlanIn(Schema):
    name: Name
    root_id: Id
    on: Annotated[
        Day | None, Field(description="The day whose coverage it begins with; today's if none.")
    ] = None
    note: Text = ""


class PlanChange(Schema):
    name: Name | None = None
    note: Text | None = None
    choices: Annotated[
        dict[str, Any] | None, Field(description="All settings; what is left out takes its default.")
    ] = None


class CopyIn(Schema):
    name: Name
    part_id: Annotated[Id | None, Field(description="A region of the plan, for a branch of that region.")] = (
        None
    )


class ReviewIn(Schema):
    until: Day


class ApproveIn(Schema):
    effective_on: Day


class TerritoryOut(Schema):
    id: int
    plan_id: int
    parent_id: int | None
    level: Level
    kind: TerritoryKind
    name: str
    position_id: int | None
    share: Decimal
    color: str
    version: int


class PlacementOut(Schema):
    id: int
    account_id: int
    territory_id: int | None
    present_id: int | None
    cause: Cause
    version: int
    changed_at: dt.datetime


class PlacementsAsked(Schema):
    territory_id: Id | None = None
    moved: Annotated[bool | None, Field(description="Only those that are elsewhere than at first.")] = None
    since: Annotated[int | None, Field(ge=0, le=2**31 - 1, description="Changed after this version.")] = None
    cursor: Cursor | None = None
    limit: Limit = 50


class Chosen(Schema):
    """Which accounts: by their numbers, by a filter as the account list takes it, by areas, or all of a territory."""

    accounts: Annotated[list[Id], Field(max_length=MOST_MOVED)] | None = None
    filter: (
        Annotated[dict[Label, Annotated[list[Line], Field(max_length=500)]], Field(max_length=20)] | None
    ) = None
    areas: Annotated[list[Id], Field(max_length=5_000)] | None = None
    territory_id: Id | None = None


class MoveIn(Chosen):
    to_id: Annotated[Id | None, Field(description="The territory; null to take accounts out of theirs.")]
    seen: Annotated[
        int | None,
        Field(ge=0, le=2**31 - 1, description="The plan's version you looked at; newer moves are kept."),
    ] = None
    skip_locked: bool = False


class LockIn(Chosen):
    reason: Line = ""


class StepOut(Schema):
    id: int
    version: int
    kind: StepKind
    role: StepRole
    cause: Cause
    summary: str
    n_accounts: int
    at: dt.datetime
    author_id: int | None


class Moved(Schema):
    version: int
    step: StepOut | None


class Counted(Schema):
    n: int
    version: int


class RuleOut(Schema):
    id: int
    number: int
    kind: RuleKind
    parameters: dict[str, Any]
    territory_id: int
    note: str


class RuleIn(Schema):
    kind: RuleKind
    territory_id: Id
    parameters: Annotated[dict[str, Any], Field(default_factory=dict)]
    number: Annotated[int | None, Field(ge=1, le=500)] = None
    note: Line = ""


class RuleChange(Schema):
    territory_id: Id | None = None
    parameters: dict[str, Any] | None = None
    note: Line | None = None


class Order(Schema):
    ids: Annotated[list[Id], Field(max_length=500)]


class RuleEffectOut(Schema):
    rule_id: int
    number: int
    n_matches: int
    n_takes: int
    n_moves: int
    conflicts: dict[int, int]
    unreachable: str


class RuleEffectsOut(Schema):
    rules: list[RuleEffectOut]
    n_left: int
    n_moves: int
    has_catch_all: bool


class FiguresOut(Schema):
    territory_id: int
    n_accounts: int
    sales: float
    credited: float
    potential: float
    visits: float
    workload: float
    hours: float
    travel_hours: float
    travel_km: float
    spread_km: float
    pay: float | None
    capacity: float
    utilization: float | None
    n_gained: int
    n_lost: int
    deviations: dict[str, float]
    within: bool


class SheetOut(Schema):
    version: int
    rows: list[FiguresOut]
    is_part: Annotated[
        bool,
        Field(
            description="The rows are those in your scope alone; all that stands beside them is of the whole plan."
        ),
    ]
    n_accounts: int
    n_unplaced: int
    n_nowhere: int
    n_moved: int
    share_moved: float
    balance: dict[str, float]
    index: float


class BesideOut(Schema):
    name: str
    in_one: bool
    in_other: bool
    n_one: int
    n_other: int
    sales_one: Decimal
    sales_other: Decimal
    n_gained: int
    n_lost: int


class FlowOut(Schema):
    source: str
    target: str
    n_accounts: int
    sales: Decimal


class ComparisonOut(Schema):
    territories: list[BesideOut]
    flows: list[FlowOut]
    n_same: int
    n_moved: int
    n_only_one: int
    n_only_other: int
    share_moved: float


class AreaOut(Schema):
    id: int
    kind: AreaKind
    code: str
    name: str
    state: str
    west: float | None
    south: float | None
    east: float | None
    north: float | None


class PlansAsked(Schema):
    state: PlanState | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


class AreasAsked(Schema):
    kind: AreaKind | None = None
    state: Label | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


class Paged(Schema):
    cursor: Cursor | None = None
    limit: Limit = 50


class RunIn(Schema):
    kind: RunKind


class RunOut(Schema):
    id: int
    kind: RunKind
    version: int
    job_id: int | None
    result: dict[str, Any]
    created_at: dt.datetime


class CandidateOut(Schema):
    id: int
    run_id: int
    number: int
    moved: float
    balance: float
    travel: float
    n_moved: int
    is_recommended: bool
    figures: dict[str, Any]
    taken_at: dt.datetime | None
