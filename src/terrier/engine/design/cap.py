"""Keeping the cap on moves: what the relaxation says is possible within it, and where to start from.

Where the tolerances ask for more moves than the cap allows, the relaxation finds by how much they must be missed when the
misses are spread as evenly as can be: the search then aims at bands that are wider by that much, all alike, instead of
keeping most territories inside at the price of a few far out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from terrier.engine.design.border import state_of
from terrier.engine.design.flow import Costs, Flow, relax
from terrier.engine.design.instance import Instance, Ints
from terrier.engine.design.repair import return_home
from terrier.engine.design.transport import Market, offers

PENALTY = 10.0
"""Of widening all bands by their half-width, in mean territories' travel."""
SLACK = 1.03
"""Whole units do not fit as well as split ones."""


def within_cap(
    instance: Instance,
    market: Market,
    pool: Ints,
    assignment: Ints,
    between: Callable[[], object] = lambda: None,
) -> tuple[Instance, Ints]:
    """The instance to search, and an assignment within the cap; as given where the cap does not press.

    Changes ``market``. ``between`` is called again and again, and may raise to end it. In the new instance leaving home costs what the cap's multiplier asks, and bands that cannot be kept
    within the cap are as much wider as the relaxation needs.
    """
    cheapest = offers(instance, market, 1, pool).candidates[:, 0]
    if _moved(instance, cheapest) <= instance.max_moved:
        return instance, assignment
    flow: Flow | None = None
    for _ in range(2):
        penalty = PENALTY * float(market.scale.mean()) * instance.n_territories
        costs = Costs(instance, market.centres, 1.0, 0.0, _at_home(instance))
        columns = None if flow is None else flow.columns
        flow = relax(costs, market.prices, penalty, instance.max_moved, columns, between=between)
        market.prices = flow.prices
        assignment = return_home(instance, market, flow.rounded())
        market.centres = state_of(instance, assignment, market.centres).centres
    assert flow is not None
    wider = 1.0 + SLACK * flow.widening if flow.widening > 1e-6 else 1.0
    toll = flow.cap_price * instance.move_weights
    return replace(instance, bands=instance.bands * wider, stay=instance.stay + toll), assignment


def _moved(instance: Instance, assignment: Ints) -> float:
    left = (instance.home >= 0) & (assignment != instance.home)
    return float(instance.move_weights[left].sum())


def _at_home(instance: Instance) -> csr_array:
    """(N, k) the move weight that each unit leaves behind when it leaves home."""
    units = np.flatnonzero(instance.home >= 0)
    shape = (instance.n_units, instance.n_territories)
    return csr_array((instance.move_weights[units], (units, instance.home[units])), shape=shape)
