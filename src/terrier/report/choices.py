"""The plans a manager can choose from: from the least disruption to a redesign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One plan. moved : share of what ``Choices.moved_by`` counts. accounts : that change hands. travel : typical distance
    compared with today's, 1 when the same. distance : mean, weighted. balance : (m,) largest deviation of each measure.
    pairs : of people who hand over. gap : how far from the best possible at most, None where that is not known.
    """

    moved: float
    accounts: int
    travel: float
    distance: float
    balance: Sequence[float]
    pairs: int
    is_feasible: bool
    gap: float | None

    @property
    def accounts_per_pair(self) -> float:
        return self.accounts / self.pairs if self.pairs else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """plans : least moved first. chosen : position of the one that the rest of the document shows.

    must_move : proven lower bound on the share moved by any plan within the tolerances. today : its figures before any move.
    """

    plans: Sequence[Choice]
    chosen: int
    must_move: float
    moved_by: str
    today: Sequence[float]


def choices_table(choices: Choices, measure_names: Sequence[str], distance_column: str) -> pl.DataFrame:
    """One row a plan, numbered from 1 as on the page; ratios as numbers, 0.05 for 5%."""
    plans = choices.plans
    columns: dict[str, Any] = {
        "plan": range(1, len(plans) + 1),
        "chosen": ["yes" if i == choices.chosen else "no" for i in range(len(plans))],
        "share_moved": [round(plan.moved, 6) for plan in plans],
        "accounts_moved": [plan.accounts for plan in plans],
        "travel_ratio": [round(plan.travel, 6) for plan in plans],
        distance_column: [round(plan.distance, 3) for plan in plans],
        "pairs": [plan.pairs for plan in plans],
        "accounts_per_pair": [round(plan.accounts_per_pair, 2) for plan in plans],
        "within_tolerance": ["yes" if plan.is_feasible else "no" for plan in plans],
        "gap": [None if plan.gap is None else round(plan.gap, 6) for plan in plans],
    }
    for m, name in enumerate(measure_names):
        columns[f"{name} deviation"] = [round(plan.balance[m], 6) for plan in plans]
    return pl.DataFrame(columns)


def choices_payload(choices: Choices | None) -> dict[str, Any] | None:
    """For the page; `frontend/src/model/payload.ts` describes the same."""
    if choices is None:
        return None
    return {
        "chosen": choices.chosen,
        "mustMove": round(choices.must_move, 6),
        "movedBy": choices.moved_by,
        "today": [round(ratio, 6) for ratio in choices.today],
        "plans": [
            {
                "moved": round(plan.moved, 6),
                "accounts": plan.accounts,
                "travel": round(plan.travel, 6),
                "distance": round(plan.distance, 3),
                "balance": [round(ratio, 6) for ratio in plan.balance],
                "pairs": plan.pairs,
                "feasible": plan.is_feasible,
                "gap": None if plan.gap is None else round(plan.gap, 6),
            }
            for plan in choices.plans
        ],
    }
