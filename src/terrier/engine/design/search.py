"""The anytime search: anneal the borders until balanced, then until no better."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from terrier.engine.design.border import Borders, Heat, Merit, State, borders, merit, recentre, run, spreads
from terrier.engine.design.branches import is_sparse, shift_branches
from terrier.engine.design.connected import (
    anneal_in_one_piece,
    balances_several,
    reaching_far,
    roams_side_by_side,
)
from terrier.engine.design.graph import components_within
from terrier.engine.design.instance import Floats, Instance, Ints
from terrier.engine.design.multipliers import anneal_with_multipliers
from terrier.engine.design.params import Params
from terrier.engine.design.side_by_side import each, run_side_by_side
from terrier.engine.design.stop import Stop
from terrier.engine.design.transport import Market, Offers, offers
from terrier.engine.design.zones import (
    LARGEST_ZONE,
    Zone,
    aside,
    follows,
    from_micro_units,
    has_regions,
    n_regions,
    out_of_tolerance,
    waves,
    work,
    zones_of_round,
)

Report = Callable[[int, State, Merit], None]

LONGEST_RUN = 2_000_000
"""Proposals between two questions whether to stop: some tenths of a second."""


def search(
    instance: Instance,
    market: Market,
    state: State,
    pool: Ints,
    params: Params,
    stop: Stop,
    seed: int,
    report: Report,
    annealed: bool = False,
) -> State:
    """Improve ``state`` round by round until ``stop`` says so, and return the best state met.

    annealed : whether its borders were annealed with multipliers already.

    The first round is a global rescue: all borders annealed at once, again and again, dearer where a load is out of
    tolerance. Every later round anneals zones, a few neighbouring territories each. A zone around a territory out of tolerance is
    kept when less is out of tolerance; any other when it is cheaper and nothing is further out than before.
    """
    params = reaching_far(instance, params)
    rng = np.random.default_rng(seed)
    best = judge(instance, state)
    report(0, state, best)
    rounds = stale = 0
    stubborn = np.zeros(instance.n_territories, dtype=np.int64)
    sparse = is_sparse(instance)
    while not stop(rounds, stale):
        rounds += 1
        if rounds == 1:
            state, now = rescue(instance, market, state, best, pool, params, stop, rng, report, annealed)
            base = _base_prices(instance, market, state, pool, params)
        else:
            found = _refresh(instance, market, state, pool, params)
            at = borders(instance, state, market, found, params.reach * _reaches(state, stubborn))
            zones = zones_of_round(instance, state, at, stubborn, params, rng)
            over = partial(stop, rounds - 1, stale)
            if has_regions(instance, params) or (roams_side_by_side(instance, params) and not sparse):
                _side_by_side(instance, market, state, at, base, zones, params, rng, over)
                zones = []
            for zone in zones:
                if over():
                    break
                work(instance, market, state, at, base, zone, params, rng, over)
                still_out = zone.is_rescue and bool(out_of_tolerance(instance, state)[zone.territories].any())
                if instance.contiguous and (sparse or (still_out and not balances_several(instance))):
                    shift_branches(instance, state, zone.territories, base, params, rng)
            recentre(instance, state)
            now = merit(instance, state, best.pieces)
        stubborn = np.where(out_of_tolerance(instance, state).any(axis=1), stubborn + 1, 0)
        stale = 0 if now.is_worth(best, params.worthwhile) else stale + 1
        best = now
        report(rounds, state, now)
    return state


def _side_by_side(
    instance: Instance, market: Market, state: State, at: Borders, base: Floats, zones: list[Zone], params: Params,
    rng: np.random.Generator, over: Callable[[], bool],
) -> None:  # fmt: skip
    """Work on the zones, those that share no territory at the same time."""

    def alone(job: tuple[Zone, np.random.Generator]) -> None:
        zone, chance = job
        if not over():
            work(instance, market, state, at, base, zone, params, chance, over)

    for wave in waves(zones):
        each(alone, list(zip(wave, rng.spawn(len(wave)), strict=True)))


def rescue(
    instance: Instance, market: Market, state: State, best: Merit, pool: Ints, params: Params, stop: Stop,
    rng: np.random.Generator, report: Report, annealed: bool,
) -> tuple[State, Merit]:  # fmt: skip
    """Anneal all borders again and again from ``state``, without going back, and return the best state met.

    First, unless they are ``annealed`` already, with multipliers, which is where a good plan comes from; but where `follows` says no they run away. Then with
    prices of what is still outside, which grow by ``params.grow`` where a load is out of tolerance and fade elsewhere. Ends when all
    is within, or after ``params.global_rescues`` annealings without a better state; where units are many, as soon as so few
    territories are out that zones around them take less time.
    """
    current, misses = state.copy(), 0
    by_multipliers = follows(instance) or balances_several(instance)
    if follows(instance) and not annealed:
        anneal_with_multipliers(instance, market, current, pool, params, stop, rng)
    elif balances_several(instance) and not annealed:
        anneal_in_one_piece(instance, market, current, params, stop, rng)
    annealed = annealed or by_multipliers
    hot = params.connected_hot if instance.contiguous else params.rescue_hot
    hot = params.tepid if annealed else hot
    base = prices = _base_prices(instance, market, current, pool, params)
    regions = n_regions(instance, params)
    anneal = partial(run_side_by_side, n_regions=regions) if regions > 1 else run
    while True:
        if annealed:
            now, misses = judge(instance, current), misses + 1
            if now < best:
                if now.violation < best.violation:
                    misses = 0
                state, best = current.copy(), now
                report(1, state, best)
            out = out_of_tolerance(instance, current)
            few = from_micro_units(instance, params) and out.any(axis=1).mean() <= params.few_out
            if now.violation == 0 or few or misses >= params.global_rescues or stop(1, 0):
                return state, best
            prices = np.where(out, prices * params.grow, np.maximum(prices * 0.9, base))
        found = _refresh(instance, market, current, pool, params)
        at = borders(instance, current, market, found, params.reach * (1 + misses % 3))
        heat = Heat(params.sweep * instance.n_units, hot, params.frozen, 1.0, 4.0)
        margin = 1.0 - aside(instance, params) * (1 + misses % 4)
        for part in heat.parts(LONGEST_RUN):
            anneal(instance, current, at, market.scale, prices, part, margin, rng)
            if stop(1, 0):
                break
        recentre(instance, current)
        annealed = True


def _reaches(state: State, stubborn: NDArray[np.int64]) -> Floats:
    """(k,) how much farther than usual units are sought: the longer a territory stays out of tolerance, the farther
    away, in it and in those around it."""
    reaches = np.ones(len(stubborn))
    waiting = np.flatnonzero(stubborn)
    if waiting.size:
        around = KDTree(state.centres).query(state.centres[waiting], min(LARGEST_ZONE, len(stubborn)))[1]
        far = 2.0 ** np.minimum(12, stubborn[waiting])
        np.maximum.at(reaches, np.reshape(around, (len(waiting), -1)), far[:, None])
    return reaches


def _refresh(instance: Instance, market: Market, state: State, pool: Ints, params: Params) -> Offers:
    """Move the market to where the state's territories are, and ask for offers there."""
    market.centres, market.scale = state.centres.copy(), spreads(instance, state)
    return offers(instance, market, params.candidates, pool)


def judge(instance: Instance, state: State) -> Merit:
    """A state's merit, its pieces counted."""
    return merit(instance, state, surplus_pieces(instance, state))


def surplus_pieces(instance: Instance, state: State) -> int:
    """Connected pieces beyond one for each territory that holds anything; 0 where contiguity is not asked."""
    if not instance.contiguous:
        return 0
    pieces = int(components_within(instance.neighbours, state.assignment).max()) + 1
    return max(0, pieces - int((state.counts > 0).sum()))


def _base_prices(instance: Instance, market: Market, state: State, pool: Ints, params: Params) -> Floats:
    """A price of imbalance just above what the dual asks in the neighbourhood: below it balance is never reached,
    far above it the search freezes (an exact penalty, Fletcher 1987, section 12.3)."""
    found = offers(instance, market, min(3, instance.n_territories), pool)
    asked = np.abs(market.prices)
    near = asked.copy()
    second = found.candidates[:, 1:2].ravel() if found.candidates.shape[1] > 1 else found.candidates[:, 0]
    pairs = np.unique(np.column_stack([found.candidates[:, 0], second]), axis=0)
    pairs = pairs[(pairs >= 0).all(axis=1)]
    np.maximum.at(near, pairs[:, 0], asked[pairs[:, 1]])
    np.maximum.at(near, pairs[:, 1], asked[pairs[:, 0]])
    return params.price_over_dual * near + params.price_floor * spreads(instance, state)[:, None]
