"""Better and better prices for the bound: the smoothed dual of the relaxation, ascended while it cools.

Unlike in `transport.cool` the centers stay where they are, so costs are computed once for a pool of near territories, and the
temperature falls until smoothing costs next to nothing. Whatever comes out, `relaxation.dual` makes a true bound of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from terrier.engine.design.kernels.transport import spread
from terrier.engine.design.newton import curvature, direction
from terrier.engine.design.relaxation import Choices, Floats, Relaxation, choices, dual, share_moved
from terrier.engine.design.sums import at_least_a_little, sums
from terrier.engine.design.threads import in_parts

POOL = 16
COOLING = 0.4
STEPS = 8
WARM = 0.05
TOLLS = 12
RETREATS, RETRIES = 5, 8
"""How often a step that lost is shortened, and how often a temperature is begun again while that pays."""
SETBACK, WORTHWHILE = 0.003, 0.001
"""A loss so small, as a ratio of the bound, is forgiven, for the smoothed dual is not the true one; a gain so large pays."""
MANY, MANY_POOL, MANY_STEPS = 20_000, 12, 5
"""Blocks beyond which the pool is smaller and steps are fewer, a temperature is begun again for ten times such a gain only,
and the first below `WARM` that gains nothing so large is the last."""
LONGEST = 1.0
"""No price moves farther in one step than this many mean costs."""
ENOUGH = 1e-3
"""Loads this near to their bands, in territories' worth, end the steps at a temperature."""
WAVERING, NEAR = 12.0, 0.6
"""Blocks whose second choice is dearer by more temperatures than this are left where they are,
and so are those for which it is dearer by this many local mean costs."""


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """The smoothed dual at some prices: its value, fractions (N, K), loads (k, M), curvature blocks (k, M, M)."""

    value: float
    prices: Floats
    fractions: Floats
    loads: Floats
    blocks: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Prices (k, M) and a toll on moves, the true value of the dual at them, and the share moved there."""

    value: float
    prices: Floats
    toll: float
    moved: float


def best_prices(relaxation: Relaxation, start: Floats | None, hot: float, cold: float) -> Prices:
    """The best prices found from ``start`` (none by default), with a toll where more than the cap would move."""
    best = ascend(relaxation, np.zeros(relaxation.low.shape) if start is None else start, 0.0, hot, cold)
    if best.moved <= relaxation.cap:
        return best
    # The dual is concave in the toll, and rises as long as more than the cap moves: double, then halve the interval.
    low, high = 0.0, 0.0
    toll = 0.1 * max(abs(best.value), 1e-12)
    at = best
    for _ in range(TOLLS):
        at = ascend(relaxation, at.prices, toll, WARM, cold)
        best = max(best, at, key=lambda found: found.value)
        low, high = (toll, high) if at.moved > relaxation.cap else (low, toll)
        toll = 4.0 * low if high == 0.0 else 0.5 * (low + high)
    return best


def ascend(relaxation: Relaxation, prices: Floats, toll: float, hot: float, cold: float) -> Prices:
    """Prices nearer to the best at this toll, by steps from ``hot`` to ``cold``, temperatures in local mean costs."""
    many = len(relaxation.fixed) > MANY
    width, steps = (MANY_POOL, MANY_STEPS) if many else (POOL, STEPS)
    found = choices(relaxation, prices, toll, width)
    best = here = _judged(relaxation, prices, toll, found)
    heat, tries, known = hot, 0, -np.inf
    while True:
        size, scale = block_sizes(relaxation, found)
        prices = _newton(relaxation, found, here.prices, heat, size, scale, steps)
        before = here
        # The steps knew a pool of territories only. Where that was too few, prices ran away: go back, and look anew from there.
        for _ in range(RETREATS):
            found = choices(relaxation, prices, toll, width)
            here = _judged(relaxation, prices, toll, found)
            if here.value >= before.value - SETBACK * abs(before.value):
                break
            prices = before.prices + 0.25 * (prices - before.prices)
        else:
            here, found = before, choices(relaxation, before.prices, toll, width)
        best = max(best, here, key=lambda met: met.value)
        if (
            here.value > before.value + (10 if many else 1) * WORTHWHILE * abs(before.value)
            and tries < RETRIES
        ):
            tries += 1
        elif heat <= cold or (many and heat < WARM and best.value <= known + WORTHWHILE * abs(known)):
            return best
        else:
            heat, tries, known = max(cold, heat * COOLING), 0, best.value


def _judged(relaxation: Relaxation, prices: Floats, toll: float, found: Choices) -> Prices:
    return Prices(
        dual(relaxation, prices, toll, found), prices, toll, share_moved(relaxation, found.candidates[:, 0])
    )


def block_sizes(relaxation: Relaxation, found: Choices) -> tuple[Floats, Floats]:
    """What a temperature of 1 is worth: (N,) to each block, its local mean cost, more for a heavy one; (k,) locally."""
    k = len(relaxation.centres)
    weight = np.add.reduceat(relaxation.weights, relaxation.start[:-1]) * (k / relaxation.weights.sum())
    first = found.candidates[:, 0]
    scale = sums(first, found.cost[:, 0], k) / np.maximum(sums(first, weight, k), 1e-12)
    # Where nobody goes yet there is no local cost; half the usual is as good as any.
    scale = at_least_a_little(np.where(scale > 0, scale, 0.5 * float(scale.mean())))
    return np.maximum(weight, relaxation.activity.max(axis=1)) * scale[first], scale


def _newton(
    relaxation: Relaxation,
    found: Choices,
    prices: Floats,
    heat: float,
    size: Floats,
    scale: Floats,
    steps: int,
) -> Floats:
    """At most ``steps`` damped Newton steps at one temperature, with the blocks that waver; the rest stay put."""
    r, k = relaxation, len(relaxation.centres)
    middle, half = (r.low + r.high) / 2, (r.high - r.low) / 2
    local = np.maximum(scale, 1e-300)[:, None]
    softness, warmth = heat * local, heat * size
    wavering = np.zeros(len(warmth), dtype=bool)
    if found.energy.shape[1] > 1:
        wavering = found.energy[:, 1] - found.energy[:, 0] < np.maximum(WAVERING * heat, NEAR) * size
    firm = sums(found.candidates[~wavering, 0], r.activity[~wavering], k)
    middle = middle - firm
    candidates, cost = found.candidates[wavering], found.cost[wavering]
    activity, warmth = r.activity[wavering], np.maximum(warmth[wavering], 1e-300)

    def at(prices: Floats) -> _Point:
        def part(at: slice) -> tuple[float, Floats, Floats, Floats]:
            return spread(candidates[at], cost[at], activity[at], warmth[at], prices, k)  # type: ignore[no-any-return]

        values, fractions, loads, blocks = zip(*in_parts(len(warmth), part), strict=True)
        bands = prices * middle + half * np.hypot(prices, softness)
        return _Point(
            sum(values) - float(bands.sum()), prices, np.concatenate(fractions), sum(loads), sum(blocks)
        )

    here, damping = at(prices), 1e-3
    for _ in range(steps):
        length = np.hypot(here.prices, softness)
        slope = here.loads - middle - half * here.prices / length
        if float(np.abs(slope).max()) < ENOUGH:
            break
        curve = half * softness**2 / length**3
        damped = curve + damping * np.einsum("jmm->jm", here.blocks) + 1e-9 / softness
        curved = curvature(candidates, here.fractions, here.blocks, activity, warmth)
        step = direction(curved, damped, slope)
        step *= min(1.0, LONGEST * float(scale.mean()) / float(np.abs(step).max()))
        rise = float((slope * step).sum())
        for part in (1.0, 0.5, 0.25):
            there = at(here.prices + part * step)
            if there.value >= here.value + 0.1 * part * rise:
                here, damping = there, max(1e-6, damping * 0.2)
                break
        else:
            damping *= 20.0
    return here.prices
