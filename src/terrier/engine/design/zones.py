"""Zones: a few neighbouring territories whose common borders are searched again, and kept only when that helps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.border import Borders, Heat, State, inside, run
from terrier.engine.design.connected import anneal_zone, balances_several
from terrier.engine.design.instance import Floats, Instance, Ints
from terrier.engine.design.params import Params
from terrier.engine.design.sums import distinct
from terrier.engine.design.transport import Market

SMALLEST_RESCUE = 3
LARGEST_ZONE = 8 * SMALLEST_RESCUE
"""Territories around one out of tolerance: doubled with each failure, and small again after the largest."""

GENTLE_TRIES = 2
"""Rounds that first try to bring a territory into tolerance almost cold, where units are many."""


@dataclass(frozen=True, slots=True)
class Zone:
    """Territories to search among themselves; ``tries`` counts the earlier rounds that left one out of tolerance.

    on_springs : whether with multipliers, as all borders were at first.
    """

    territories: Ints
    is_rescue: bool
    tries: int
    on_springs: bool = False


def out_of_tolerance(instance: Instance, state: State) -> NDArray[np.bool_]:
    """(k, M) where a load is outside its band."""
    beyond: NDArray[np.bool_] = np.abs(state.loads - instance.targets) - instance.bands > 1e-9
    return beyond


def follows(instance: Instance) -> bool:
    """Whether the search begins with multipliers: not in one piece, for which territories cannot follow them."""
    return not instance.contiguous


def from_micro_units(instance: Instance, params: Params) -> bool:
    """Whether units are so many that prices were found on micro-units."""
    return instance.n_units > params.coarse_above


def has_regions(instance: Instance, params: Params) -> bool:
    """Whether units are so many that regions are searched side by side, and free to be."""
    return from_micro_units(instance, params) and not instance.contiguous and instance.max_moved == np.inf


def n_regions(instance: Instance, params: Params) -> int:
    """How many regions all borders are annealed in, side by side."""
    return params.many_regions if has_regions(instance, params) else params.regions


def aside(instance: Instance, params: Params) -> float:
    """How much of each band is left aside, for a search to end within it."""
    return params.close if follows(instance) else params.margin


def zones_of_round(
    instance: Instance, state: State, at: Borders, stubborn: NDArray[np.int64], params: Params, rng: np.random.Generator
) -> list[Zone]:  # fmt: skip
    """The zones of one round: one around each territory out of tolerance, then random ones that cover all about twice."""
    beside = _neighbours(at, instance.n_territories)
    out = out_of_tolerance(instance, state).any(axis=1)
    zones = []
    for j in np.flatnonzero(out):
        size = min(SMALLEST_RESCUE * 2 ** int(stubborn[j] % 4), instance.n_territories)
        zones.append(Zone(grow(int(j), size, beside, rng), True, int(stubborn[j])))
    n_random = max(1, 2 * instance.n_territories // 3)
    springs = params.zone_springs if follows(instance) and instance.n_measures > 1 else 0.0
    for j in rng.integers(0, instance.n_territories, n_random):
        on_springs = springs > 0 and rng.random() < springs
        size = int(rng.integers(3, 9) if on_springs else rng.integers(2, 6))
        zones.append(Zone(grow(int(j), min(size, instance.n_territories), beside, rng), False, 0, on_springs))
    return zones


def waves(zones: list[Zone]) -> list[list[Zone]]:
    """The zones one after the other, but those at once that share no territory: each in the first wave after all that it shares one with."""
    free_from: dict[int, int] = {}
    found: list[list[Zone]] = []
    for zone in zones:
        territories = zone.territories.tolist()
        wave = max(free_from.get(j, 0) for j in territories)
        free_from.update(dict.fromkeys(territories, wave + 1))
        if wave == len(found):
            found.append([])
        found[wave].append(zone)
    return found


def work(
    instance: Instance, market: Market, state: State, at: Borders, prices: Floats, zone: Zone, params: Params,
    rng: np.random.Generator, over: Callable[[], bool] = lambda: False,
) -> None:  # fmt: skip
    """Anneal one zone of ``state``; put everything back unless it helped. prices : (k, M) of imbalance. A long one asks whether time is ``over``."""
    scale = market.scale
    at = inside(at, state.assignment, zone.territories, instance.n_territories)
    if not len(at.entries):
        return
    rows = zone.territories
    by_springs = zone.is_rescue and balances_several(instance) and zone.tries % 2 == 0
    units = held_by(state, rows) if by_springs else distinct(at.entries)
    before = (
        state.assignment[units], state.loads[rows], state.mass[rows], state.centres[rows], state.counts[rows],
        state.moved.copy(),
    )  # fmt: skip
    was = _violation(instance, state, rows)
    sweep = params.zone_sweep * len(at.entries)
    if by_springs:
        anneal_zone(
            instance, market, state, rows, params, params.roam_hot / 4 ** (zone.tries // 2 % 3), rng, over
        )
        if _violation(instance, state, rows) < was - 1e-12:
            return
    elif zone.is_rescue:
        dear = prices.copy()
        hot = params.connected_hot if instance.contiguous else params.rescue_hot
        # Nearly balanced by multipliers, a zone hotter than need be would only undo what they found.
        many = follows(instance) and from_micro_units(instance, params)
        gentle = (many or balances_several(instance)) and zone.tries <= GENTLE_TRIES
        for attempt in range(params.rescues if not balances_several(instance) else params.rescues // 3):
            warmth = params.tepid * 4.0 ** (attempt % 4) if gentle else hot * (1 + attempt % 3)
            margin = 1.0 - aside(instance, params) * (1 + (attempt + zone.tries) % 4)
            run(
                instance,
                state,
                at,
                scale,
                dear,
                Heat(sweep, warmth, params.frozen, 1.0, 4.0),
                margin,
                rng,
            )
            if _violation(instance, state, rows) < was - 1e-12:
                return
            dear = np.where(
                out_of_tolerance(instance, state), dear * params.grow, np.maximum(dear * 0.9, prices)
            )
    else:
        if zone.on_springs:
            gained = _on_springs(instance, market, state, at, prices, rows, len(units), params, rng)
        else:
            warmth = params.mild * 10.0 ** rng.uniform(-1.0, 0.5)
            heat = Heat(sweep, warmth, params.frozen, 1.0, 4.0)
            gained = run(instance, state, at, scale, prices, heat, 1.0 - aside(instance, params) / 4, rng)
        now = _violation(instance, state, rows)
        if now < was - 1e-12 or (now <= was and gained < 0):
            return
    state.assignment[units], state.loads[rows], state.mass[rows], state.centres[rows], state.counts[rows] = (
        before[:5]
    )
    if instance.max_moved < np.inf:
        state.moved[:] = before[5]


def held_by(state: State, territories: Ints) -> Ints:
    """The units of some territories. Others may be changing hands meanwhile, so each is looked at once: `np.isin` looks twice."""
    among = np.zeros(len(state.loads), dtype=np.bool_)
    among[territories] = True
    return np.flatnonzero(among[state.assignment]).astype(np.int32)


def _on_springs(
    instance: Instance, market: Market, state: State, at: Borders, prices: Floats, rows: Ints, n_units: int, params: Params,
    rng: np.random.Generator,
) -> float:  # fmt: skip
    """Anneal a zone with multipliers of its own, which begin at the market's, then almost cold until it is balanced; what the objective gained.

    Prices of imbalance freeze what is balanced wherever bands are tight. On springs two territories may first part with what each of them needs.
    """
    duals = market.prices.copy()
    hot = params.zone_hot * 10.0 ** rng.uniform(-0.5, 0.5)
    heat = Heat(
        params.zone_spring_sweep * n_units, hot, params.spring_cold, soft_from=params.soft, soft_to=params.hard,
        updates=params.zone_updates,
    )  # fmt: skip
    gained = run(instance, state, at, market.scale, np.zeros_like(duals), heat, 1.0, rng, duals)
    dear = np.maximum(prices, params.price_over_dual * np.abs(duals))
    for attempt in range(params.zone_rescues):
        if _violation(instance, state, rows) == 0:
            break
        heat = Heat(params.sweep * n_units, params.tepid, params.frozen, 1.0, 4.0)
        gained += run(instance, state, at, market.scale, dear, heat, 1.0 - aside(instance, params) * (1 + attempt), rng)  # fmt: skip
        dear = dear * params.grow
    return gained


def _violation(instance: Instance, state: State, rows: Ints) -> float:
    targets = instance.targets[rows]
    beyond = np.maximum(0.0, np.abs(state.loads[rows] - targets) - instance.bands[rows])
    beyond[beyond < 1e-9] = 0.0
    over_cap = max(0.0, float(state.moved[0]) - instance.max_moved)
    return float((beyond / targets).sum()) + over_cap * instance.n_territories


def _neighbours(at: Borders, k: int) -> list[list[tuple[int, int]]]:
    """For each territory the (neighbour, entries at their border) pairs."""
    sizes = np.diff(at.face_start)
    beside: list[list[tuple[int, int]]] = [[] for _ in range(k)]
    for (a, b), size in zip(at.face_pair.tolist(), sizes.tolist(), strict=True):
        beside[a].append((b, size))
        beside[b].append((a, size))
    return beside


def grow(start: int, size: int, beside: list[list[tuple[int, int]]], rng: np.random.Generator) -> Ints:
    """A connected set of ``size`` territories around ``start``, neighbours drawn by the length of their border."""
    chosen = [start]
    reach: dict[int, float] = {}
    while True:
        for other, length in beside[chosen[-1]]:
            reach[other] = reach.get(other, 0.0) + length
        for known in chosen:
            reach.pop(known, None)
        if len(chosen) >= size or not reach:
            return np.array(sorted(chosen), dtype=np.int32)
        names = list(reach)
        odds = np.cumsum([reach[name] for name in names])
        chosen.append(names[int(np.searchsorted(odds, rng.random() * odds[-1], side="right"))])
