"""Regions and zones side by side: nothing gets lost between the threads, and the plan is the same again."""

from __future__ import annotations

import numpy as np

from terrier.engine.design import MaxRounds, Params, Problem, check, solve
from terrier.engine.design.border import Heat, State, borders, inside, merit, spreads, state_of
from terrier.engine.design.instance import Instance, contract
from terrier.engine.design.side_by_side import run_side_by_side
from terrier.engine.design.start import first_assignment, first_market
from terrier.engine.design.transport import offers
from terrier.engine.design.zones import Zone, waves


def square(n: int = 2000, k: int = 20) -> Problem:
    random = np.random.default_rng(5)
    return Problem(
        coordinates=1000 * random.random((n, 2)), measures=random.lognormal(0, 0.8, (n, 2)),
        tolerances=[0.05, 0.05], n_territories=k, metric="plane",
    )  # fmt: skip


def annealed(instance: Instance, seed: int) -> State:
    market = first_market(instance)
    state = state_of(instance, first_assignment(instance, market))
    at = borders(instance, state, market, offers(instance, market, 6), 1.0)
    rng = np.random.default_rng(seed)
    scale = spreads(instance, state)
    prices = 3.0 * np.repeat(scale[:, None], 2, axis=1)
    run_side_by_side(instance, state, at, scale, prices, Heat(200_000, 0.5, 0.01), 1.0, rng)
    return state


def test_regions_annealed_side_by_side_lower_the_cost_and_their_books_hold() -> None:
    instance = contract(square())
    state = annealed(instance, 1)
    again = state_of(instance, state.assignment)
    np.testing.assert_allclose(state.loads, again.loads, atol=1e-9)
    np.testing.assert_allclose(state.mass, again.mass, atol=1e-9)
    np.testing.assert_allclose(state.centres, again.centres, atol=1e-6)
    np.testing.assert_array_equal(state.counts, again.counts)
    begun = state_of(instance, first_assignment(instance, first_market(instance)))
    assert merit(instance, state).total < merit(instance, begun).total
    assert merit(instance, state).violation < merit(instance, begun).violation


def test_the_same_chances_give_the_same_regions_and_plan() -> None:
    instance = contract(square())
    first, again, other = (annealed(instance, seed).assignment for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_borders_inside_a_region_are_those_between_its_territories_and_of_its_units() -> None:
    instance = contract(square())
    market = first_market(instance)
    state = state_of(instance, first_assignment(instance, market))
    at = borders(instance, state, market, offers(instance, market, 6), 1.0)
    region = np.array([0, 1, 2, 5], dtype=np.int32)
    found = inside(at, state.assignment, region, 20)
    asked = {
        (*at.face_pair[face].tolist(), unit)
        for face, unit in zip(at.face_of.tolist(), at.entries.tolist(), strict=True)
        if np.isin(at.face_pair[face], region).all() and state.assignment[unit] in region
    }
    given = zip(found.face_pair[found.face_of].tolist(), found.entries.tolist(), strict=True)
    assert {(*pair, unit) for pair, unit in given} == asked
    assert len(found.entries) == len(asked)
    for face in range(len(found.face_pair)):
        assert (found.face_of[found.face_start[face] : found.face_start[face + 1]] == face).all()


def test_zones_of_one_wave_share_no_territory_and_those_that_do_keep_their_order() -> None:
    random = np.random.default_rng(3)
    zones = [Zone(random.choice(30, 4, replace=False).astype(np.int32), False, at) for at in range(40)]
    found = waves(zones)
    assert sorted(zone.tries for wave in found for zone in wave) == list(range(40))
    for wave in found:
        together = np.concatenate([zone.territories for zone in wave])
        assert len(np.unique(together)) == len(together)
    in_wave = {zone.tries: at for at, wave in enumerate(found) for zone in wave}
    for one in zones:
        for later in zones[one.tries + 1 :]:
            if np.intersect1d(one.territories, later.territories).size:
                assert in_wave[one.tries] < in_wave[later.tries]


def test_a_plan_found_side_by_side_is_the_same_again_and_passes_the_checker() -> None:
    asked = square()
    params = Params(bound=False, coarse_above=1000)
    first, again = (solve(asked, params, MaxRounds(3), 2) for _ in range(2))
    np.testing.assert_array_equal(first.assignment, again.assignment)
    assert first.is_feasible
    assert check(asked, first) == []
