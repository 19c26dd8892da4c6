"""Prices that balance: the smoothed dual of the transport problem, ascended by Newton steps while it cools.

Territories compete for units by cost plus price × activity (a power diagram when there is one measure). The prices
maximise the concave dual of the balanced transport problem, whose tolerance band enters as a price of size; the
temperature falls until nearly every unit is whole in one territory. See docs/algorithms/design.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.instance import Floats, Instance, Ints
from terrier.engine.design.kernels.transport import bend, nearest, pull_centres, spread
from terrier.engine.design.params import Params

NO_POOL = np.empty((0, 0), dtype=np.int32)


@dataclass(slots=True)
class Market:
    """Where the territories are and what they charge. centres (k, 3), prices (k, M), scale (k,) mean cost per weight."""

    centres: Floats
    prices: Floats
    scale: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Offers:
    """Each unit's cheapest territories. candidates, cost, energy (= cost with prices): (N, K), cheapest first."""

    candidates: Ints
    cost: Floats
    energy: Floats


def offers(instance: Instance, market: Market, width: int, pool: Ints = NO_POOL) -> Offers:
    """List the ``width`` cheapest territories of each unit, among its pool of them or all; locked units get theirs."""
    width = min(width, instance.n_territories)
    found = nearest(
        instance.points, instance.weights, instance.activity, instance.home, instance.stay, pool,
        market.centres, instance.seats, instance.pull, market.prices, instance.power, width,
    )  # fmt: skip
    candidates, cost, energy = found
    locked = np.flatnonzero(instance.fixed >= 0)
    if locked.size:
        candidates[locked], cost[locked], energy[locked] = -1, np.inf, np.inf
        candidates[locked, 0], cost[locked, 0], energy[locked, 0] = instance.fixed[locked], 0.0, 0.0
    return Offers(candidates, cost, energy)


def cool(instance: Instance, market: Market, params: Params) -> None:
    """Lower the temperature from ``params.hot`` to ``params.cold``, moving the centres once at each; changes ``market``.

    Temperatures are relative to the local mean cost, so that a dense city is not melted by what a prairie needs.
    """
    heat = params.hot
    while heat > params.cold:
        found = offers(instance, market, params.candidates)
        fractions = ascend(instance, market, found, heat, params.newton_steps, params.enough)
        centres, scale, weight = pull_centres(
            instance.points, instance.weights, found.candidates, fractions, market.centres, instance.power
        )
        market.centres = np.where(weight[:, None] > 0, centres, market.centres)
        market.scale = np.maximum(scale, 1e-3 * scale.mean() + 1e-12)
        heat *= params.cooling
    found = offers(instance, market, params.candidates)
    ascend(instance, market, found, heat, params.final_steps, params.final_enough)


def ascend(
    instance: Instance, market: Market, found: Offers, heat: float, steps: int, enough: float
) -> Floats:
    """Raise the dual by at most ``steps`` damped Newton steps at one temperature; changes ``market.prices``.

    Stops early when no load is off its target by more than its tolerance and ``enough``, as ratios of the target.
    Returns the fractions (N, K).
    """
    a, targets = instance.activity, instance.targets[:, None]
    local = market.scale[np.maximum(found.candidates[:, 0], 0)]
    heavy = np.maximum(1.0, (a / instance.weights[:, None]).max(axis=1))
    warmth = heat * instance.weights * local * heavy
    band = instance.tolerances * targets
    soft = np.maximum(1e-12, heat * market.scale[:, None])
    k = instance.n_territories

    def dual(prices: Floats) -> tuple[float, Floats, Floats, Floats]:
        value, fractions, loads, blocks = spread(found.candidates, found.cost, a, warmth, prices, k)
        return (
            value - float((prices * targets + band * _length(prices, soft)).sum()),
            fractions,
            loads,
            blocks,
        )

    value, fractions, loads, blocks = dual(market.prices)
    damping = 1e-3
    for _ in range(steps):
        beyond = np.abs(loads - targets) - band
        if float((beyond / targets).max()) <= enough:
            break
        length = _length(market.prices, soft)
        slope = loads - targets - band * market.prices / length
        curve = band * soft**2 / length**3 + damping * targets / market.scale[:, None]
        diagonal = blocks + np.einsum("jm,mo->jmo", curve, np.eye(a.shape[1]))
        step = _solve(found.candidates, fractions, a, warmth, curve, diagonal, slope)
        rise = float((slope * step).sum())
        for reach in (1.0, 0.5, 0.25):
            trial = dual(market.prices + reach * step)
            if trial[0] >= value + 0.25 * reach * rise:
                market.prices = market.prices + reach * step
                value, fractions, loads, blocks = trial
                damping *= 0.3 if reach == 1.0 else 1.0
                break
        else:
            damping *= 30.0
    return fractions


def _length(prices: Floats, soft: Floats) -> Floats:
    return np.sqrt(prices**2 + soft**2)


def _solve(
    candidates: Ints, fractions: Floats, activity: Floats, heat: Floats, curve: Floats, diagonal: NDArray[np.float64],
    slope: Floats,
) -> Floats:  # fmt: skip
    """Newton direction by conjugate gradients with block-Jacobi preconditioning, to a relative residual of 0.05."""
    inverse = np.linalg.inv(diagonal)
    x = np.zeros_like(slope)
    r = slope.copy()
    z = np.einsum("jmo,jo->jm", inverse, r)
    p, rz = z, float((r * z).sum())
    target = 0.05**2 * rz
    for _ in range(60):
        if rz <= target or rz <= 0:
            break
        bent = bend(candidates, fractions, activity, heat, p) + curve * p
        step = rz / float((p * bent).sum())
        x += step * p
        r -= step * bent
        z = np.einsum("jmo,jo->jm", inverse, r)
        rz, before = float((r * z).sum()), rz
        p = z + rz / before * p
    return x
