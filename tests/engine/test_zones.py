"""Zones on springs: no plan gets worse by one, its books hold, and what the market charges stays."""

from __future__ import annotations

import sys
from threading import Event, Thread

import numpy as np
import pytest

from terrier.engine.design import MaxRounds, Params, Problem, solve
from terrier.engine.design.border import borders, merit, spreads, state_of
from terrier.engine.design.instance import contract
from terrier.engine.design.start import first_assignment, first_market
from terrier.engine.design.transport import offers
from terrier.engine.design.zones import Zone, held_by, work, zones_of_round

K = 8


def square(n_measures: int = 2) -> Problem:
    random = np.random.default_rng(5)
    return Problem(
        coordinates=1000 * random.random((800, 2)), measures=random.lognormal(0, 0.8, (800, n_measures)),
        tolerances=np.full(n_measures, 0.05), n_territories=K, metric="plane",
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_a_zone_on_springs_is_kept_only_when_it_helps(seed: int) -> None:
    problem, params, rng = square(), Params(), np.random.default_rng(seed)
    instance = contract(problem)
    market = first_market(instance)
    state = state_of(instance, first_assignment(instance, market))
    market.centres, market.scale = state.centres.copy(), spreads(instance, state)
    charged = market.prices.copy()
    dear = np.repeat(3.0 * market.scale[:, None], 2, axis=1)
    helped = 0
    for _ in range(12):
        before = merit(instance, state)
        at = borders(instance, state, market, offers(instance, market, K), params.reach)
        rows = np.sort(rng.choice(K, 4, replace=False)).astype(np.int32)
        work(instance, market, state, at, dear, Zone(rows, False, 0, on_springs=True), params, rng)
        now = merit(instance, state)
        assert now.violation <= before.violation + 1e-9
        assert now.violation < before.violation or now.total <= before.total * (1 + 1e-9)
        helped += now < before
    assert helped
    again = state_of(instance, state.assignment)
    np.testing.assert_allclose(state.loads, again.loads, atol=1e-9)
    np.testing.assert_allclose(state.centres, again.centres, atol=1e-6)
    np.testing.assert_array_equal(market.prices, charged)


@pytest.mark.parametrize(("n_measures", "expected"), [(1, False), (2, True)])
def test_springs_are_for_zones_that_balance_several_measures(n_measures: int, expected: bool) -> None:
    problem, params, rng = square(n_measures), Params(), np.random.default_rng(1)
    instance = contract(problem)
    plan = solve(problem, Params(bound=False), MaxRounds(1))
    state = state_of(instance, plan.assignment)
    market = first_market(instance)
    at = borders(instance, state, market, offers(instance, market, K), params.reach)
    calm = np.zeros(K, dtype=np.int64)
    zones = [zone for _ in range(20) for zone in zones_of_round(instance, state, at, calm, params, rng)]
    assert any(zone.on_springs for zone in zones) == expected
    assert not any(zone.on_springs and zone.is_rescue for zone in zones)


def test_who_a_zone_holds_can_be_asked_while_others_change_hands() -> None:
    """Zones are searched side by side. What lies in others may be anywhere else at the next look."""
    problem = square()
    instance = contract(problem)
    state = state_of(instance, np.arange(800, dtype=np.int32) % K)
    others, done = np.flatnonzero(np.isin(state.assignment, [2, 7])), Event()

    def trade() -> None:
        while not done.is_set():
            state.assignment[others] = 9 - state.assignment[others]

    mine = np.flatnonzero(np.isin(state.assignment, [1, 3]))
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread = Thread(target=trade)
    thread.start()
    try:
        for _ in range(3000):
            np.testing.assert_array_equal(held_by(state, np.array([1, 3])), mine)
    finally:
        done.set()
        thread.join()
        sys.setswitchinterval(usual)
