"""A finished sizing, ready to be shown, and what it says in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from terrier.engine.size import Answer, Point, SellingTime
from terrier.engine.size.economics import Profit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SizeDocument:
    """points : by people, rising. profits : of each, on the trend of travel. settings : (label, value) pairs. command : reproduces it. notes : sentences, most important first."""

    title: str
    created: datetime
    command: str
    settings: Sequence[tuple[str, str]]
    notes: Sequence[str]
    points: Sequence[Point]
    profits: Mapping[int, Profit]
    answer: Answer
    time: SellingTime

    def point(self, people: int) -> Point:
        return next(point for point in self.points if point.people == people)


def answer_sentences(document: SizeDocument) -> list[str]:
    """The answer first, in one sentence; then what it rests on."""
    found = document.answer
    first, last = document.points[0].people, document.points[-1].people
    if found.by_profit is not None:
        best, earned = document.point(found.by_profit), document.profits[found.by_profit]
        sentences = [
            f"{_people(found.by_profit)}: the most profit, {earned.profit:,.0f} a year; the calls asked for would take "
            f"{best.utilization:.0%} of their hours."
        ]
        if found.flat is not None and found.flat[0] != found.flat[1]:
            sentences.append(f"From {found.flat[0]} to {found.flat[1]} people profit is within 1% of that.")
        if found.at_edge:
            side = "fewer" if found.by_profit == first else "more"
            sentences.append(
                f"It is the {'smallest' if side == 'fewer' else 'largest'} size looked at; {side} may earn more still."
            )
        if found.by_workload is not None:
            sentences.append(f"By workload alone: {_people(found.by_workload)}.")
        return sentences
    if found.by_workload is None:
        most = document.points[-1]
        return [
            f"More than {_people(last)}: with {last}, calls and travel still take {most.utilization:.0%} of the hours there are."
        ]
    point = document.point(found.by_workload)
    each = point.workload.mean()
    sentences = [
        f"{_people(found.by_workload)}: calls and travel take {each:,.0f} hours each, {point.utilization:.0%} of "
        f"{document.time.of_a_person:,.0f}."
    ]
    if found.by_workload == first and first > 1:
        sentences.append("It is the smallest size looked at; fewer may do.")
    return sentences


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def size_table(document: SizeDocument) -> pl.DataFrame:
    """A row for each size."""
    points = document.points
    columns: dict[str, list[object]] = {
        "people": [point.people for point in points],
        "utilization": [round(point.utilization, 4) for point in points],
        "workload_hours_each": [round(float(point.workload.mean()), 1) for point in points],
        "workload_hours_least": [round(float(point.workload.min()), 1) for point in points],
        "workload_hours_most": [round(float(point.workload.max()), 1) for point in points],
        "balance": [round(float(point.plan.balance[0]), 4) for point in points],
        "travel_hours": [round(float(point.travel.hours.sum()), 1) for point in points],
        "travel_km": [round(float(point.travel.km.sum())) for point in points],
        "visits_a_day": [round(float(point.travel.visits_a_day.mean()), 2) for point in points],
        "mean_distance_km": [
            round(float(point.plan.mean_distance @ point.plan.counts / point.plan.counts.sum()), 2)
            for point in points
        ],
    }
    if document.profits:
        profits = [document.profits[point.people] for point in points]
        columns |= {
            "call_hours_possible": [round(point.call_hours, 1) for point in points],
            "sales": [round(profit.sales) for profit in profits],
            "sales_if_all_accounts_alike": [round(profit.sales_in_proportion) for profit in profits],
            "margin": [round(profit.margin) for profit in profits],
            "cost_of_people": [round(profit.people_cost) for profit in profits],
            "cost_of_travel": [round(profit.travel_cost) for profit in profits],
            "profit": [round(profit.profit) for profit in profits],
            "profit_of_the_plan_found": [
                round(point.profit.profit) if point.profit else None for point in points
            ],
        }
    return pl.DataFrame(columns)
