"""Profit along the curve without the chance of each search.

Two plans of neighboring sizes differ in travel by what the search happened to find, a percent or two; profit near its best differs by
less. Theory says how travel goes with the number of people: the ways between accounts hardly change, the ways out and home are
proportional to the radius of a territory, that is to 1/√k (Daganzo 1984). The line a + b/√k through all sizes evens the chance out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from terrier.engine.design.geometry import Floats
from terrier.engine.size.curve import Point, Situation
from terrier.engine.size.economics import Profit, profit_of

FEWEST = 5
"""Sizes that a line needs; with fewer, each counts as it was found."""


def profits_on_trend(situation: Situation, points: Sequence[Point]) -> dict[int, Profit]:
    """Profit of each size at the travel of the line through all; empty without economics."""
    economics, sales, calls = situation.economics, situation.sales, situation.calls.total
    if economics is None or sales is None or not points:
        return {}
    people = np.array([point.people for point in points], dtype=np.float64)
    hours = smoothed(people, np.array([point.travel.hours.sum() for point in points]))
    km = smoothed(people, np.array([point.travel.km.sum() for point in points]))
    found = {}
    for point, travel_hours, travel_km in zip(points, hours, km, strict=True):
        use = point.people * situation.time.of_a_person / float(calls.sum() + travel_hours)
        found[point.people] = profit_of(
            point.people, use * float(calls.sum()), use * float(travel_km), sales, calls, economics
        )
    return found


def smoothed(people: Floats, values: Floats) -> Floats:
    """The line a + b/√people by least squares, a and b not below 0; the values themselves where there are few."""
    if len(people) < FEWEST:
        return values
    basis = np.column_stack([np.ones(len(people)), 1 / np.sqrt(people)])
    a, b = np.linalg.lstsq(basis, values, rcond=None)[0]
    if a < 0:
        a, b = 0.0, float(basis[:, 1] @ values / (basis[:, 1] @ basis[:, 1]))
    if b < 0:
        a, b = float(values.mean()), 0.0
    line: Floats = basis @ np.array([a, b])
    return line
