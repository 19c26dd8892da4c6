"""Who covers which account, from when to when, and why; and plans of how it should be."""

from terrier.office.alignment.models.challenges import (
    Answer,
    Challenge,
    ChallengeMove,
    ChallengeState,
    HandOver,
)
from terrier.office.alignment.models.coverage import Cause, Coverage, CoverageKind, unfair_day
from terrier.office.alignment.models.placements import Holdover, Lock, Overlay, Placement
from terrier.office.alignment.models.plans import (
    FIRST_STATES,
    CompanyThresholds,
    Level,
    Plan,
    PlanState,
    Territory,
    TerritoryKind,
)
from terrier.office.alignment.models.rules import ASIDE, Area, AreaKind, Rule, RuleKind
from terrier.office.alignment.models.runs import Candidate, EngineRun, RunKind
from terrier.office.alignment.models.steps import Comment, Step, StepKind, StepRole

__all__ = [
    "ASIDE",
    "FIRST_STATES",
    "Answer",
    "Area",
    "AreaKind",
    "Candidate",
    "Cause",
    "Challenge",
    "ChallengeMove",
    "ChallengeState",
    "Comment",
    "CompanyThresholds",
    "Coverage",
    "CoverageKind",
    "EngineRun",
    "HandOver",
    "Holdover",
    "Level",
    "Lock",
    "Overlay",
    "Placement",
    "Plan",
    "PlanState",
    "Rule",
    "RuleKind",
    "RunKind",
    "Step",
    "StepKind",
    "StepRole",
    "Territory",
    "TerritoryKind",
    "unfair_day",
]
