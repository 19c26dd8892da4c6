"""Prices that balance: the smoothed dual of the transport problem, ascended by Newton steps while it cools.

Territories compete for units by cost plus price × activity (a power diagram when there is one measure). The prices
maximise the concave dual of the balanced transport problem, whose tolerance band enters as a price of size; the
temperature falls until nearly every unit is whole in one territory. See docs/algorithms/design.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from terrier.engine.design.instance import Floats, Instance, Ints
from terrier.engine.design.kernels.bisect import bisect
from terrier.engine.design.kernels.transport import nearest, pull_centres, spread
from terrier.engine.design.newton import curvature, direction, mixing, rough_curvature
from terrier.engine.design.params import Params
from terrier.engine.design.stop import BEFORE_ROUNDS, Stop, never
from terrier.engine.design.sums import at_least_a_little, sums
from terrier.engine.design.threads import in_parts

NO_POOL = np.empty((0, 0), dtype=np.int32)

AT_ONCE = 16_384
"""Units whose lists of territories to look at are written out at a time: those of a million would take half a gigabyte."""


@dataclass(slots=True)
class Market:
    """Where the territories are and what they charge. centres (k, 3), prices (k, M), scale (k,) mean cost per weight.

    power : of distance, 1 or 2. damping : of the next Newton step, see `ascend`.
    """

    centres: Floats
    prices: Floats
    scale: Floats
    power: int
    damping: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Offers:
    """Each unit's cheapest territories. candidates, cost, energy (= cost with prices): (N, K), cheapest first."""

    candidates: Ints
    cost: Floats
    energy: Floats


def offers(instance: Instance, market: Market, width: int, pool: Ints = NO_POOL) -> Offers:
    """List the ``width`` cheapest territories of each unit, among its pool of them or all, that may serve it; locked units get theirs."""
    width = min(width, instance.n_territories)

    def part(at: slice) -> tuple[Ints, Floats, Floats]:
        return _cheapest(instance, market, width, pool[at] if pool.size else pool, at)

    parts = in_parts(instance.n_units, part)
    candidates, cost, energy = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    locked = np.flatnonzero(instance.fixed >= 0)
    if locked.size:
        candidates[locked], cost[locked], energy[locked] = -1, np.inf, np.inf
        candidates[locked, 0], cost[locked, 0], energy[locked, 0] = instance.fixed[locked], 0.0, 0.0
    return Offers(candidates, cost, energy)


def neighborhoods(instance: Instance, width: int) -> Ints:
    """(N,) about k sets of neighbors, or (0,) where territories are few or not every unit may go everywhere.

    They look for their ``width`` near territories together: a pass over all pairs would take a time that grows with the
    square of the size.
    """
    k = instance.n_territories
    if k <= 8 * width or len(instance.eligible):
        return np.empty(0, dtype=np.int32)
    return bisect(instance.points, instance.activity.mean(axis=1), np.ones(k))  # type: ignore[no-any-return]


def near_territories(instance: Instance, market: Market, width: int, blocks: Ints) -> Ints:
    """(N, width) the cheapest territories of each unit, out of those nearest to its block, or of all."""
    if not blocks.size:
        return offers(instance, market, width).candidates
    k = instance.n_territories
    weights = at_least_a_little(sums(blocks, instance.weights, k))
    size = np.maximum(np.bincount(blocks, minlength=k), 1)
    nobody = np.full(k, -1, dtype=np.int32)
    together = nearest(
        sums(blocks, instance.weights[:, None] * instance.points, k) / weights[:, None], weights / size,
        sums(blocks, instance.activity, k) / size[:, None], nobody, np.zeros(k), nobody, instance.eligible,
        NO_POOL, market.centres, instance.seats, instance.pull, market.prices, instance.power, 4 * width,
    )[0]  # fmt: skip

    width = min(width, k)

    def part(at: slice) -> Ints:
        steps = [slice(low, min(low + AT_ONCE, at.stop)) for low in range(at.start, at.stop, AT_ONCE)]
        return np.concatenate(
            [_cheapest(instance, market, width, together[blocks[step]], step)[0] for step in steps]
        )

    near: Ints = np.concatenate(in_parts(instance.n_units, part))
    locked = np.flatnonzero(instance.fixed >= 0)
    near[locked] = -1
    near[locked, 0] = instance.fixed[locked]
    return near


def _cheapest(
    instance: Instance, market: Market, width: int, pool: Ints, at: slice
) -> tuple[Ints, Floats, Floats]:
    return nearest(  # type: ignore[no-any-return]
        instance.points[at], instance.weights[at], instance.activity[at], instance.home[at], instance.stay[at],
        instance.kinds[at], instance.eligible, pool, market.centres, instance.seats, instance.pull, market.prices,
        instance.power, width,
    )  # fmt: skip


def cool(
    instance: Instance, market: Market, params: Params, hot: float, cold: float, stop: Stop = never
) -> Ints:  # fmt: skip
    """Lower the temperature from ``hot`` to ``cold``, moving the centres once at each; changes ``market``.

    Temperatures are relative to the local mean cost, so that a dense city is not melted by what a prairie needs.
    Returns (N, pool) the near territories of each unit at the end, all that the rest of the search looks at.
    """
    heat, waited = hot, 0
    blocks = neighborhoods(instance, params.pool)
    while heat > cold and not stop(BEFORE_ROUNDS, 0):
        near = near_territories(instance, market, params.pool, blocks)
        found, fractions, worst = ascend(
            instance, market, params, heat, params.newton_steps, params.enough, near, stop
        )
        # Colder before it is balanced, it would never be: the fewer units waver, the less prices can do.
        waited = waited + 1 if worst > params.enough else 0
        if waited not in (0, params.waits):
            continue
        if waited and worst > params.lost:
            break
        waited = 0
        centres, scale, weight = pull_centres(
            instance.points, instance.weights, found.candidates, fractions, market.centres, instance.power
        )
        market.centres = np.where(weight[:, None] > 0, centres, market.centres)
        market.scale = at_least_a_little(scale)
        heat *= params.cooling
    return near_territories(instance, market, params.pool, blocks)


def ascend(
    instance: Instance, market: Market, params: Params, heat: float, steps: int, enough: float, pool: Ints,
    stop: Stop = never,
) -> tuple[Offers, Floats, float]:  # fmt: skip
    """Raise the dual by at most ``steps`` damped Newton steps at one temperature; changes ``market.prices``.

    Stops early when no load is off its target by more than its tolerance and ``enough``, as ratios of the target.
    Returns the offers at the last prices, the fractions (N, K) of each unit that go to them, and what the worst load is off.
    """
    a, targets, band = instance.activity, instance.targets, instance.bands
    heavy = np.maximum(1.0, (a / instance.weights[:, None]).max(axis=1))
    soft = np.maximum(1e-12, heat * market.scale[:, None])
    first = offers(instance, market, 1, pool).candidates[:, 0]
    warmth = heat * instance.weights * heavy * market.scale[first]

    def dual(prices: Floats) -> _Point:
        # Asked anew at each price: what a unit did not consider before may be its only way out now.
        found = offers(instance, replace(market, prices=prices), params.candidates, pool)

        def part(at: slice) -> tuple[float, Floats, Floats, Floats]:
            return spread(  # type: ignore[no-any-return]
                found.candidates[at], found.cost[at], a[at], warmth[at], prices, instance.n_territories
            )

        values, fractions, loads, blocks = zip(*in_parts(instance.n_units, part), strict=True)
        price_of_band = float((prices * targets + band * _length(prices, soft)).sum())
        return _Point(
            sum(values) - price_of_band, prices, found, np.concatenate(fractions), sum(loads), sum(blocks)
        )

    here = dual(market.prices)
    rough = rough_curvature(market.centres, market.power, mixing(a, instance.weights, heavy))
    for _ in range(steps):
        if _worst(here, targets, band) <= enough or stop(BEFORE_ROUNDS, 0):
            break
        length = _length(here.prices, soft)
        slope = here.loads - targets - band * here.prices / length
        # Not the curvature of |price| where it is, next to none, but that of the parabola above it that touches it there: else
        # a step takes prices far past 0, where they turn, and it fails however much it is damped.
        curve = band / length + 1e-9 * targets / market.scale[:, None]
        curved = curvature(here.found.candidates, here.fractions, here.blocks, a, warmth)
        step = direction(curved + market.damping * rough, curve, slope)
        rise = float((slope * step).sum())
        for reach in (1.0, 0.5, 0.25):
            there = dual(here.prices + reach * step)
            if there.value >= here.value + 0.25 * reach * rise:
                here = there
                market.damping = max(params.least_damping, market.damping * (0.3 if reach == 1.0 else 1.0))
                break
        else:
            market.damping *= 10.0
    market.prices = here.prices
    return here.found, here.fractions, _worst(here, targets, band)


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """The dual at some prices: its value, the offers, fractions (N, K), loads (k, M) and curvature blocks (k, M, M)."""

    value: float
    prices: Floats
    found: Offers
    fractions: Floats
    loads: Floats
    blocks: Floats


def _worst(here: _Point, targets: Floats, band: Floats) -> float:
    return float(((np.abs(here.loads - targets) - band) / targets).max())


def _length(prices: Floats, soft: Floats) -> Floats:
    return np.sqrt(prices**2 + soft**2)
