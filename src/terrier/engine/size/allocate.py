"""Who gets how much of a given effort: as much that the last hour earns the same everywhere.

References
----------
Lodish (1974), “Vaguely right” approach to sales force allocations. · Zoltners & Sinha (1980), Integer programming models for
sales resource allocation. For the exactness of equal marginal returns with concave responses: Gross (1956), Fox (1966).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from terrier.engine.design.geometry import Floats
from terrier.engine.size.response import Response

STEPS = 200
"""Halvings of the price's logarithm: more than a double can tell apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Allocation:
    """ratio : (n,) effort as a multiple of today's. worth : (n,) what each account brings at it. idle : hours without use."""

    ratio: Floats
    worth: Floats
    idle: float

    @property
    def total(self) -> float:
        return float(self.worth.sum())


def allocate(
    effort: float,
    hours: Floats,
    worth: Floats,
    response: Response,
    least: float = 0.5,
    most: float = 2.0,
) -> Allocation:
    """Share out ``effort`` hours so that Σ worth · response is largest; exact.

    Responses being concave, the best is where one more hour earns the same price everywhere, except at the bounds
    (Karush–Kuhn–Tucker); the price is found by bisection.

    Parameters
    ----------
    hours : (n,) ≥ 0, of effort today. An account without any keeps none.
    worth : (n,) ≥ 0, what each account brings today, such as margin a year.
    least, most : bounds of each account's effort, as multiples of today's. Less effort than the least comes to is shared in
        proportion to today's; more than the most comes to stays idle.
    """
    if not 0 <= least <= 1 <= most:
        raise ValueError(f"least {least}, most {most}: must be 0 ≤ least ≤ 1 ≤ most")
    today = float(hours.sum())
    if today <= 0:
        raise ValueError("hours: there is no effort today that could be a measure")
    if effort <= least * today or effort >= most * today:
        ratio = np.full(len(hours), min(effort / today, most))
    else:
        ratio = _at_price(
            _price(effort, hours, worth, response, least, most), hours, worth, response, least, most
        )
        ratio = _exactly(ratio, effort, hours, least, most)
    ratio = np.where(hours > 0, ratio, 1.0)
    return Allocation(ratio, worth * response.sales(ratio), max(0.0, effort - float(ratio @ hours)))


def _at_price(
    price: float, hours: Floats, worth: Floats, response: Response, least: float, most: float
) -> Floats:
    """(n,) the effort at which one more hour earns ``price``, within bounds. Nothing to earn: the least."""
    with np.errstate(over="ignore"):  # next to nothing to earn: as good as nothing
        slope = price * hours / np.maximum(worth, np.finfo(float).tiny)
    wanted = np.where(worth > 0, response.ratio_at(np.maximum(slope, 1e-300)), least)
    return np.clip(wanted, least, most)


def _price(
    effort: float, hours: Floats, worth: Floats, response: Response, least: float, most: float
) -> float:
    busy = (hours > 0) & (worth > 0)
    if not busy.any():
        return 1.0
    rate = worth[busy] / hours[busy]
    # Slopes of either shape lie within these bounds wherever an effort does.
    low, high = np.log(rate.min()) - 40.0, np.log(rate.max()) + 40.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        if float(_at_price(np.exp(middle), hours, worth, response, least, most) @ hours) > effort:
            low = middle
        else:
            high = middle
    return float(np.exp(high))


def _exactly(ratio: Floats, effort: float, hours: Floats, least: float, most: float) -> Floats:
    """Spread what bisection left over; where none can take it (nothing earns), over all alike."""
    left = effort - float(ratio @ hours)
    inside = (hours > 0) & (ratio < most)
    room = float(hours[inside] @ (most - ratio[inside]))
    if left > 0 and room > 0:
        ratio = np.where(inside, ratio + (most - ratio) * min(1.0, left / room), ratio)
    return np.clip(ratio, least, most)
