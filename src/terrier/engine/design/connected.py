"""Territories in one piece that balance several measures: all borders annealed on springs, from a start balanced by the measures' mean.

Prices that balance several measures at once tear territories apart, and joining the parts loses the balance again. So the search begins in one
piece, balanced by the mean of the measures, and stays in one piece: units move with the branches that only they join to their territory
(`kernels.roam`), every load hangs on a spring, and each price takes on the tension of its spring while all cools (an augmented Lagrangian,
as in `multipliers`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from terrier.engine.design.border import State, merit, moved_of, recentre, spreads
from terrier.engine.design.instance import Booleans, Floats, Instance, Ints
from terrier.engine.design.kernels.roam import roam
from terrier.engine.design.params import Params
from terrier.engine.design.side_by_side import compact_regions, each
from terrier.engine.design.stop import Stop
from terrier.engine.design.transport import Market

NO_LIMITS = np.empty((0, 0))

N_REGIONS = 2
"""That roam side by side: what a city lacks comes from far away, and waits at the border of each."""


def balances_several(instance: Instance) -> bool:
    """Whether territories are to be in one piece and balanced by more than one measure."""
    return instance.contiguous and instance.n_measures > 1


def mean_measure(instance: Instance) -> Instance:
    """The same with one measure, the mean of all."""
    return replace(
        instance,
        activity=np.ascontiguousarray(instance.activity.mean(axis=1, keepdims=True)),
        targets=np.ascontiguousarray(instance.targets.mean(axis=1, keepdims=True)),
        bands=np.ascontiguousarray(instance.bands.mean(axis=1, keepdims=True)),
        counts=np.zeros(1, dtype=np.bool_),
    )


def spread_over(market: Market, n_measures: int) -> None:
    """Let a market of the measures' mean charge for each of them: the same for every unit."""
    market.prices = np.repeat(market.prices / n_measures, n_measures, axis=1)


def roams_side_by_side(instance: Instance, params: Params) -> bool:
    """Whether territories in one piece have so many units that regions roam and zones are searched side by side, and there is no cap on moves, which all would have to share."""
    many = instance.n_units > params.coarse_above
    return balances_several(instance) and many and instance.max_moved == np.inf


def reaching_far(instance: Instance, params: Params) -> Params:
    """The same, of many units with springs that know of more than their neighbors, and more time to follow them.

    There a city has many territories. Averaged with its neighbors alone the spring of one in the middle is still as soft as
    the city is small, and what all of them lack comes from beyond. Of very many, whose cities need all of their bands, springs leave nothing aside.
    """
    if not balances_several(instance) or instance.n_units <= params.far_from:
        return params
    far = replace(
        params,
        spring_reach=params.far_spring_reach,
        roam_parts=params.far_roam_parts,
        roam_most=params.far_roam_most,
    )
    if instance.n_units <= params.hurried_from:
        return far
    return replace(
        far,
        roam_parts=params.hurried_roam_parts,
        roam_most=params.hurried_roam_most,
        roam_updates=params.hurried_updates,
        roam_margin=params.hurried_margin,
        roam_spare=params.hurried_spare,
    )


def anneal_in_one_piece(
    instance: Instance, market: Market, state: State, params: Params, stop: Stop, rng: np.random.Generator
) -> None:
    """Anneal all borders of ``state`` in place, from what the market charges; its prices become the last multipliers.

    Ends early when ``stop`` says so. Some loads may end a little outside their bands.
    """
    market.prices = market.prices.copy()  # `roam` writes into them
    course = _Course(params, params.roam_hot)
    for part in range(params.roam_parts):
        if stop(1, 0):
            break
        _roam_everywhere(instance, market, state, course, part, rng)
    _stay_lukewarm(instance, market, state, params, stop, rng)
    market.centres, market.scale = state.centres.copy(), spreads(instance, state)


def _stay_lukewarm(
    instance: Instance, market: Market, state: State, params: Params, stop: Stop, rng: np.random.Generator
) -> None:
    """Go on at a temperature at which units still move, on hard springs that aim farther inside, until all is within its band.

    Cold, whole units keep a load where it is, a hair outside, whatever its price. What does not help is undone,
    and where much is outside it is not tried.
    """
    was = now = merit(instance, state).violation
    if was > params.lukewarm_up_to * instance.n_territories:
        return
    before = state.copy()
    course = _Course(
        replace(
            params, roam_parts=params.lukewarm_parts, roam_sweep=params.lukewarm_sweep, roam_margin=params.lukewarm_margin,
            roam_soft=params.lukewarm_hard, roam_hard=params.lukewarm_hard, roam_cold=params.lukewarm_cold,
        ),
        params.lukewarm,
    )  # fmt: skip
    for part in range(params.lukewarm_parts):
        if now == 0 or stop(1, 0):
            break
        _roam_everywhere(instance, market, state, course, part, rng, instance.bands)
        now = merit(instance, state).violation
    if now > was:
        state.put_back(before)


def _roam_everywhere(
    instance: Instance, market: Market, state: State, course: _Course, part: int, rng: np.random.Generator, limits: Floats = NO_LIMITS
) -> None:  # fmt: skip
    """One part of a course for all territories, from where they are."""
    market.centres, market.scale = state.centres.copy(), spreads(instance, state)
    everywhere = np.ones(instance.n_territories, dtype=np.bool_)
    side_by_side = roams_side_by_side(instance, course.params)
    _roam(instance, market, state, everywhere, course, part, rng, limits, side_by_side)
    recentre(instance, state)


def anneal_zone(
    instance: Instance, market: Market, state: State, territories: Ints, params: Params, hot: float,
    rng: np.random.Generator, over: Callable[[], bool] = lambda: False,
) -> None:  # fmt: skip
    """The same for some territories among themselves, beginning at the temperature ``hot``; the market's prices and places stay.

    Ends early when time is ``over``. Whole units balance by chance, in few of the states that are met, so it ends at the first in which all of them are within their bands.
    """
    inside = np.zeros(instance.n_territories, dtype=np.bool_)
    inside[territories] = True
    own = replace(market, prices=market.prices.copy())
    course = _Course(params, hot)
    for part in range(params.roam_parts):
        if over():
            break
        _roam(instance, own, state, inside, course, part, rng, instance.bands)


@dataclass(frozen=True, slots=True)
class _Course:
    """How an annealing runs: geometrically from hot to cold, and from soft to hard."""

    params: Params
    hot: float

    def heat(self, part: int) -> float:
        return float(self.hot * (self.params.roam_cold / self.hot) ** (part / self.params.roam_parts))

    def softness(self, part: int) -> float:
        params = self.params
        return float(params.roam_soft * (params.roam_hard / params.roam_soft) ** (part / params.roam_parts))


def _roam(
    instance: Instance, market: Market, state: State, inside: Booleans, course: _Course, part: int, rng: np.random.Generator,
    limits: Floats = NO_LIMITS, side_by_side: bool = False,
) -> None:  # fmt: skip
    """One part of a course; the market's prices take on the tensions of the springs.

    side_by_side : in regions, each in a thread of its own, that are drawn anew each time: what lies between two waits for another time.
    """
    params = course.params
    springs = among_neighbors(instance, state, market.scale, params.spring_reach) / course.softness(part)
    bands = free_bands(instance, params)

    def alone(job: tuple[Booleans, Ints, np.random.Generator]) -> None:
        among, units, chance = job
        proposals = max(params.sweep * len(units), min(params.roam_sweep * len(units), params.roam_most * len(units) // n_all))  # fmt: skip
        roam(
            instance.points, instance.weights, instance.activity, instance.home, instance.stay, instance.move_weights,
            instance.max_moved, bands, instance.seats, instance.pull, instance.power, instance.fixed, instance.kinds,
            instance.eligible, instance.neighbours.indptr, instance.neighbours.indices,
            instance.conflicts.indptr, instance.conflicts.indices, units, among,
            state.assignment, state.loads, state.mass, state.centres, state.counts, state.moved, market.scale, springs,
            instance.targets, market.prices, proposals // params.roam_parts, params.roam_updates,
            course.heat(part), course.heat(part + 1), params.branch_limit, limits,
            chance.integers(1, 2**64, size=1, dtype=np.uint64),  # xorshift needs a state other than 0
        )  # fmt: skip

    n_all = int(inside[state.assignment].sum())
    if side_by_side:
        region = compact_regions(state.centres, state.counts + 1.0, N_REGIONS, rng)
        among = [region == r for r in range(int(region.max()) + 1)]
        units = [np.flatnonzero(some[state.assignment]).astype(np.int32) for some in among]
        each(alone, list(zip(among, units, rng.spawn(len(among)), strict=True)))
        state.moved[0] = moved_of(instance, state.assignment)  # all have counted at once
    else:
        alone((inside, np.flatnonzero(inside[state.assignment]).astype(np.int32), rng))


def free_bands(instance: Instance, params: Params) -> Floats:
    """(k, M) the part of each band that springs leave alone.

    A load rests at the edge of it, half of the time beyond: one of whole units aims at some fewer than are allowed.
    """
    one = np.where(instance.activity > 0, instance.activity, np.inf).min(axis=0)
    spare = np.where(instance.counts, params.roam_spare * one, params.roam_margin * instance.bands)
    return np.where(spare < instance.bands, instance.bands - spare, instance.bands)


def among_neighbors(instance: Instance, state: State, scale: Floats, times: int) -> Floats:
    """(k,) the mean of each territory's scale and of those that it touches, so many times over.

    What a city lacks comes through the territories around it. On a spring as soft as the city is small it would wait for ever.
    """
    k = instance.n_territories
    edges = instance.neighbours.edges()
    a, b = (state.assignment[edges[:, side]].astype(np.int64) for side in (0, 1))
    pairs = np.unique((np.minimum(a, b) * k + np.maximum(a, b))[a != b])
    a, b = pairs // k, pairs % k
    touched = 1 + np.bincount(a, minlength=k) + np.bincount(b, minlength=k)
    for _ in range(times):
        scale = (scale + np.bincount(a, scale[b], k) + np.bincount(b, scale[a], k)) / touched
    return scale
