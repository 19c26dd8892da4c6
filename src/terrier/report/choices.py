"""The plans a manager can choose from: from the least disruption to a redesign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One plan. moved : share of what ``Choices.moved_by`` counts. accounts : that change hands, those of closed territories
    left out. travel : distance compared with today's, 1 when the same. distance : mean, weighted. balance : (m,) largest
    deviation of each measure. pairs : of people between whom accounts move, to either side, closed territories left out.
    missed : what the plan does not meet, in words, "balance" for a tolerance. gap : how far from the best possible at most, None where that is not known.
    """

    moved: float
    accounts: int
    travel: float
    distance: float
    balance: Sequence[float]
    pairs: int
    missed: Sequence[str]
    gap: float | None

    @property
    def is_feasible(self) -> bool:
        return not self.missed

    @property
    def accounts_per_pair(self) -> float:
        return self.accounts / self.pairs if self.pairs else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """plans : least moved first. chosen : position of the one that the rest of the document shows.

    shared_out : accounts of closed territories, which every plan gives to others. far_counts_more : travel is the root mean
    square distance, otherwise the mean. must_move : proven lower bound on the share moved by any plan within the tolerances. today : its figures before any move.
    """

    plans: Sequence[Choice]
    chosen: int
    must_move: float
    moved_by: str
    today: Sequence[float]
    shared_out: int
    far_counts_more: bool


def choices_table(choices: Choices, measure_names: Sequence[str], distance_column: str) -> pl.DataFrame:
    """One row a plan, numbered from 1 as on the page; ratios as numbers, 0.05 for 5%."""
    plans = choices.plans
    columns: dict[str, Any] = {
        "plan": range(1, len(plans) + 1),
        "chosen": ["yes" if i == choices.chosen else "no" for i in range(len(plans))],
        "share_moved": [round(plan.moved, 6) for plan in plans],
        "accounts_moved": [plan.accounts for plan in plans],
        "accounts_shared_out": [choices.shared_out] * len(plans),
        "travel_ratio": [round(plan.travel, 6) for plan in plans],
        distance_column: [round(plan.distance, 3) for plan in plans],
        "pairs": [plan.pairs for plan in plans],
        "accounts_per_pair": [round(plan.accounts_per_pair, 2) for plan in plans],
        "within_tolerance": ["no" if "balance" in plan.missed else "yes" for plan in plans],
        "missed": [", ".join(plan.missed) for plan in plans],
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
        "sharedOut": choices.shared_out,
        "farCountsMore": choices.far_counts_more,
        "today": [round(ratio, 6) for ratio in choices.today],
        "plans": [
            {
                "moved": round(plan.moved, 6),
                "accounts": plan.accounts,
                "travel": round(plan.travel, 6),
                "distance": round(plan.distance, 3),
                "balance": [round(ratio, 6) for ratio in plan.balance],
                "pairs": plan.pairs,
                "missed": list(plan.missed),
                "gap": None if plan.gap is None else round(plan.gap, 6),
            }
            for plan in choices.plans
        ],
    }
