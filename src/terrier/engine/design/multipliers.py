"""All borders annealed with a multiplier for every band: whole units find a plan at prices that make room for them.

A price on what lies outside a band, steep enough to be kept to, freezes the search wherever bands are tight, for all it sees is
the edge. A spring with a multiplier (an augmented Lagrangian: Hestenes 1969; Powell 1969; Rockafellar 1974 for ranges) asks for
the same balance, but near it a unit costs what it costs plus price × activity, and room left in a dear band is worth having.
The multipliers follow while all cools and the springs stiffen, as prices for divisible units are not those for whole ones.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from terrier.engine.design.border import Heat, State, borders, recentre, run, spreads
from terrier.engine.design.instance import Instance, Ints
from terrier.engine.design.params import Params
from terrier.engine.design.side_by_side import run_side_by_side
from terrier.engine.design.stop import Stop
from terrier.engine.design.transport import Market, offers
from terrier.engine.design.zones import from_micro_units, n_regions


def anneal_with_multipliers(
    instance: Instance, market: Market, state: State, pool: Ints, params: Params, stop: Stop,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Anneal all borders of ``state`` in place, from what the market charges; its prices become the last multipliers.

    Ends early when ``stop`` says so. Some loads may end a little outside their bands: the temperature ends above zero and the springs give.
    """
    parts = params.spring_parts
    # Units that all count the same have no packing to find: what is left is where borders run, which settles sooner.
    sweep = params.count_sweep if instance.counts.all() else params.spring_sweep
    proposals = max(params.sweep * instance.n_units, min(sweep * instance.n_units, params.spring_most))
    # Melted anew, many territories would lose what goes a long way through them, and springs bring it back too slowly.
    hot = params.spring_warm if from_micro_units(instance, params) else params.spring_hot
    cooling, hardening = (
        (last / first) ** (1 / parts)
        for first, last in ((hot, params.spring_cold), (params.soft, params.hard))
    )
    margin = params.spring_margin if from_micro_units(instance, params) else 1.0
    regions = n_regions(instance, params)
    anneal = partial(run_side_by_side, n_regions=regions) if regions > 1 else run
    duals = market.prices.copy()
    heat = Heat(
        proposals // parts,
        hot,
        hot * cooling,
        soft_from=params.soft,
        soft_to=params.soft * hardening,
        updates=_updates(instance, params, proposals // parts),
    )
    for _ in range(parts):
        if stop(1, 0):
            break
        market.centres, market.scale, market.prices = (
            state.centres.copy(),
            spreads(instance, state),
            duals.copy(),
        )
        at = borders(instance, state, market, offers(instance, market, params.candidates, pool), params.reach)
        anneal(instance, state, at, market.scale, np.zeros_like(duals), heat, margin, rng, duals=duals)
        recentre(instance, state)
        heat = replace(
            heat,
            hot=heat.cold,
            cold=heat.cold * cooling,
            soft_from=heat.soft_to,
            soft_to=heat.soft_to * hardening,
        )
    market.prices = duals


def slower(params: Params, times: float) -> Params:
    """The same with so many times the proposals."""
    return replace(
        params,
        spring_sweep=int(params.spring_sweep * times),
        count_sweep=int(params.count_sweep * times),
        spring_most=int(params.spring_most * times),
    )


def _updates(instance: Instance, params: Params, proposals: int) -> int:
    """Of the multipliers in so many proposals: prices of micro-units are those of units only roughly, and hurried they run away."""
    if not from_micro_units(instance, params):
        return params.spring_updates
    return min(params.spring_updates, max(1, proposals // (params.spring_calm * instance.n_units)))
