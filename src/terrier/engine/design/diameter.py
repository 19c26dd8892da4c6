"""Least largest diameter: pairs farther apart than a falling limit are annealed out of their territories.

Gliesch, Ritt & Moreira (2018), A multistart alternating tabu search for commercial districting, move the ends of the longest
diameters and mend balance in turn. Here one limit holds for all pairs, a little below the best diameter known; every pair
beyond it costs in proportion to how far, so that also moves that shorten no diameter yet are seen to help.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from terrier.engine.design.champion import Champion, excess_of
from terrier.engine.design.packed import Anneal, Ground, beyond, pack, run_flips, widest
from terrier.engine.design.params import Params
from terrier.engine.design.stop import Stop


def search_diameter(
    ground: Ground, champion: Champion, params: Params, stop: Stop, rng: np.random.Generator, report: Callable[[int], None]
) -> None:
    """Improve the champion round by round until ``stop`` says so.

    Each round anneals all borders under a limit that lies ``gap`` below the best diameter. The gap grows while that succeeds
    and shrinks while it fails; the round after a failure begins at the champion again.
    """
    instance = ground.instance
    floor = smallest_limit(ground)
    k, m = ground.lower.shape
    prices = np.full((k, m), params.far_price)
    free = np.flatnonzero(instance.fixed < 0).astype(np.int32)
    state = pack(ground, champion.assignment)
    best = champion.assignment.copy()
    gap = params.far_shrink
    rounds = stale = 0
    report(0)
    while not stop(rounds, stale):
        rounds += 1
        before = (champion.excess, champion.value)
        known = champion.value if champion.is_balanced else np.inf
        record = np.array([known, max(floor, champion.value * (1 - gap) ** 2)])
        hot = params.far_mild * (params.far_hot / params.far_mild) ** float(rng.random())
        heat = Anneal(params.far_sweep * len(free), hot, min(hot, params.far_cold), shrink=(1 - params.far_step) ** 2)
        if run_flips(ground, state, prices, heat, best, record, rng, free):
            champion.assignment[:], champion.excess, champion.value = best, 0.0, float(record[0])
        champion.offer(ground, state, widest(state))
        better = (champion.excess, champion.value) < before
        if better:
            gap = min(params.far_shrink, gap * 1.2)
            report(rounds)
        else:
            gap = max(params.far_step, gap * 0.8)
            if rng.random() < 0.5:
                state = pack(ground, champion.assignment)
        stale = 0 if better else stale + 1
        if excess_of(ground, state) > 0:
            out = beyond(ground, state) > 0
            prices = np.where(out, np.minimum(prices * 2, 1e4 * params.far_price), np.maximum(prices * 0.9, params.far_price))


def smallest_limit(ground: Ground) -> float:
    """The squared diameter that no plan can undercut: that of the widest group which must stay together."""
    limit = 0.0
    for i in np.flatnonzero(np.diff(ground.place_ptr) > 1):
        places = ground.places[ground.place_ptr[i] : ground.place_ptr[i + 1]]
        for place in places:
            limit = max(limit, float(((places - place) ** 2).sum(axis=1).max()))
    return limit
