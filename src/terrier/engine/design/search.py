"""The anytime search: anneal the borders until balanced, then until no better."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from terrier.engine.design.border import Heat, Merit, State, borders, merit, recentre, run, spreads
from terrier.engine.design.graph import components_within
from terrier.engine.design.instance import Floats, Instance, Ints
from terrier.engine.design.params import Params
from terrier.engine.design.stop import Stop
from terrier.engine.design.transport import Market, offers

Report = Callable[[int, State, Merit], None]


def search(
    instance: Instance, market: Market, state: State, pool: Ints, params: Params, stop: Stop, seed: int, report: Report
) -> State:
    """Improve ``state`` round by round until ``stop`` says so, and return the best state met.

    While something is out of tolerance a round is a rescue: hot, wide borders, dearer where it hurts, aiming a little
    inside the tolerance. Once balanced, a round is a mild annealing of the best state at full prices; it is kept when
    it is better.
    """
    best, best_merit = state, merit(instance, state, _surplus_pieces(instance, state))
    report(0, best, best_merit)
    base = _base_prices(instance, market, best, pool, params)
    prices = base
    current = best.copy()
    rounds = stale = failures = 0
    while not stop(rounds, stale):
        rounds += 1
        balanced = best_merit.violation == 0
        if balanced:
            current = best.copy()
            prices = base
        else:
            prices = np.where(
                _violated(instance, current), prices * params.grow, np.maximum(prices * 0.9, base)
            )
        market.centres, market.scale = current.centres.copy(), spreads(instance, current)
        found = offers(instance, market, params.candidates, pool)
        reach = params.reach if balanced else params.rescue_reach * (1 + failures % 3)
        at = borders(instance, current, market, found, reach)
        heat = Heat(
            proposals=params.sweep * instance.n_units,
            hot=params.mild if balanced else params.rescue_hot,
            cold=params.frozen,
            ramp_from=4.0 if balanced else 1.0,
            ramp_to=4.0,
        )
        margin = 1.0 if balanced else 1.0 - params.margin * (1 + failures % 5)
        run(instance, current, at, market.scale, prices, heat, margin, _seed(seed, rounds))
        recentre(instance, current)
        now = merit(instance, current, best_merit.pieces)
        if now < best_merit:
            if now.violation < best_merit.violation or now.total < best_merit.total * (1 - params.worthwhile):
                stale = 0
            else:
                stale += 1
            best, best_merit = current.copy(), now
            report(rounds, best, best_merit)
            failures = 0
        else:
            stale += 1
            failures += 1
    return best


def _seed(seed: int, rounds: int) -> int:
    return int(np.random.SeedSequence([seed, rounds]).generate_state(1, np.uint64)[0])


def _surplus_pieces(instance: Instance, state: State) -> int:
    if not instance.contiguous:
        return 0
    pieces = int(components_within(instance.neighbours, state.assignment).max()) + 1
    return max(0, pieces - int((state.counts > 0).sum()))


def _violated(instance: Instance, state: State) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    targets = instance.targets[:, None]
    beyond: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = (
        np.abs(state.loads - targets) - instance.tolerances * targets > 1e-9
    )
    return beyond


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
