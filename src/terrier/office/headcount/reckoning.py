"""The curve of sizes for a field, by the engine, and the figures that are kept of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from terrier.engine.design import Problem
from terrier.engine.design.stop import Stop
from terrier.engine.size import (
    Economics,
    Point,
    Response,
    SellingTime,
    Situation,
    answer,
    carried_over,
    curve,
    designer,
    people_needed,
    profits_on_trend,
)
from terrier.engine.travel import Workday
from terrier.office.alignment.workload import roads_between
from terrier.office.headcount.choices import SizeChoices
from terrier.office.headcount.field import Field

SEED = 1
ELASTICITIES = (0.1, 0.15, 0.2, 0.25, 0.31, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
"""Those for which the answer is reckoned besides the assumed one."""

Told = Callable[[int], None]


def situation_of(field: Field, choices: SizeChoices) -> Situation:
    """What the engine is asked."""
    total = field.calls.total
    problem = Problem(
        coordinates=field.coordinates,
        measures=total[:, None],
        tolerances=np.array([choices.tolerance]),
        n_territories=min(choices.fewest, field.n),
        # A kilometer to an account counts as often as it is driven.
        weights=np.maximum(field.calls.visits / field.calls.visits.mean(), 1e-3),
    )
    return Situation(
        problem=problem,
        measure=0,
        calls=field.calls,
        roads=roads_between(field.coordinates),
        time=SellingTime(choices.hours, choices.utilization, choices.employment),
        workday=Workday(choices.visits.day_hours),
        sales=field.sales,
        economics=economics_of(choices, choices.elasticity),
    )


def economics_of(choices: SizeChoices, elasticity: float) -> Economics:
    kept = carried_over(choices.carry_over, choices.years)
    return Economics(
        margin=choices.margin,
        cost_of_person=choices.cost,
        cost_of_km=choices.cost_km,
        response=Response(elasticity, kept),
        least=choices.least_effort,
        most=choices.most_effort,
    )


def points_of(situation: Situation, sizes: range, start_at: int, watch: Stop, told: Told) -> list[Point]:
    """A plan for every size. ``watch`` is asked often, and may raise to end it all; ``told`` hears how many sizes are found."""
    found: dict[int, Point] = {}
    for point in curve(situation, sizes, designer(watch, SEED), start_at):
        found[point.people] = point
        told(len(found))
    return [found[people] for people in sorted(found)]


def result_of(
    field: Field, situation: Situation, points: Sequence[Point], choices: SizeChoices, n_today: int
) -> dict[str, Any]:
    """What is kept: plain numbers, one of each column for every size."""
    profits = profits_on_trend(situation, points)
    found = answer(points, profits)
    calls = float(field.calls.total.sum())
    return {
        "n_accounts": field.n,
        "n_nowhere": field.n_nowhere,
        "n_without_calls": field.n_without_calls,
        "n_today": n_today,
        "hours": situation.time.of_a_person,
        "call_hours": calls,
        "people_for_calls": people_needed(calls, situation.time),
        "sales_today": float(field.sales.sum()),
        "by_workload": found.by_workload,
        "by_profit": found.by_profit,
        "flat": list(found.flat) if found.flat else None,
        "at_edge": found.at_edge,
        "columns": _columns(points, profits, calls),
        "sensitivity": [_sensitive(situation, points, choices, one) for one in _elasticities(choices)],
    }


def _columns(points: Sequence[Point], profits: Any, calls: float) -> dict[str, list[float]]:
    earned = [profits[point.people] for point in points]
    margin = [one.margin for one in earned]
    return {
        "people": [point.people for point in points],
        "utilization": [round(point.utilization, 4) for point in points],
        "service": [round(min(1.0, point.call_hours / calls), 4) for point in points],
        "workload_hours_each": [round(float(point.workload.mean()), 1) for point in points],
        "workload_hours_least": [round(float(point.workload.min()), 1) for point in points],
        "workload_hours_most": [round(float(point.workload.max()), 1) for point in points],
        "balance": [round(float(point.plan.balance[0]), 4) for point in points],
        "travel_hours": [round(float(point.travel.hours.sum()), 1) for point in points],
        "travel_km": [round(float(point.travel.km.sum())) for point in points],
        "sales": [round(one.sales) for one in earned],
        "margin": [round(one) for one in margin],
        "cost_of_people": [round(one.people_cost) for one in earned],
        "cost_of_travel": [round(one.travel_cost) for one in earned],
        "profit": [round(one.profit) for one in earned],
        "profit_of_the_plan_found": [round(point.profit.profit) for point in points if point.profit],
    }


def _elasticities(choices: SizeChoices) -> list[float]:
    return sorted({*ELASTICITIES, round(choices.elasticity, 4)})


def _sensitive(
    situation: Situation, points: Sequence[Point], choices: SizeChoices, elasticity: float
) -> dict[str, Any]:
    """The answer if sales responded otherwise: the plans stay, what they earn is reckoned anew."""
    other = replace(situation, economics=economics_of(choices, elasticity))
    profits = profits_on_trend(other, points)
    found = answer(points, profits)
    return {
        "elasticity": elasticity,
        "people": found.by_profit,
        "at_edge": found.at_edge,
        "profit": [round(profits[point.people].profit) for point in points],
    }
