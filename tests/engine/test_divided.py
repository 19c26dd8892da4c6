"""Divisible units: what the linear program promises, what its prices say, and exact assignments."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design import Graph
from terrier.engine.design import divided as module
from terrier.engine.design.divided import assign_exactly, divide, round_off
from terrier.engine.design.instance import Ints
from terrier.engine.design.patch import Patch
from terrier.engine.design.sums import sums
from tests.engine import naive
from tests.engine.test_exchange import parts

SEEDS = st.integers(0, 10**6)


def small(seed: int) -> tuple[Patch, np.ndarray, Ints]:
    """A patch of 7 units on a sparse graph in 2 or 3 territories, its costs and its anchors."""
    random = np.random.default_rng(seed)
    n, p = 7, int(random.integers(2, 4))
    graph = Graph.from_edges(
        n, [(i, int(random.integers(0, i))) for i in range(1, n)] + [(0, n - 1), (1, n - 2)]
    )
    where = parts(graph, p, random)
    activity = random.random((n, 2)) + 0.5
    goal = activity.sum(axis=0) / p * np.ones((p, 2))
    nobody = np.full(n, -1, dtype=np.int32)
    patch = Patch(
        units=np.arange(n, dtype=np.int32), territories=np.arange(p, dtype=np.int32), activity=activity, lower=0.6 * goal,
        upper=1.4 * goal, fixed=nobody, home=nobody, move_weights=np.ones(n), spare=np.inf, graph=graph,
        foes=Graph.from_edges(n, []),
    )  # fmt: skip
    return patch, random.random((n, p)), np.unique(where, return_index=True)[1].astype(np.int32)


def every_assignment(patch: Patch, anchors: Ints) -> list[Ints]:
    """All that are balanced and connected, with each anchor in its territory."""
    p = patch.n_territories
    found = []
    for labels in itertools.product(range(p), repeat=patch.n_units):
        where = np.array(labels, dtype=np.int32)
        loads = sums(where, patch.activity, p)
        fits = (loads >= patch.lower).all() and (loads <= patch.upper).all()
        if (
            fits
            and (where[anchors] == np.arange(p)).all()
            and all(naive.n_pieces(patch.graph, np.flatnonzero(where == j).tolist()) == 1 for j in range(p))
        ):
            found.append(where)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_an_exact_assignment_is_the_cheapest_there_is(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEW_OPEN", 1.0)
    patch, cost, anchors = small(seed)
    units = np.arange(patch.n_units)
    values = [float(cost[units, where].sum()) for where in every_assignment(patch, anchors)]
    division = divide(patch, cost)
    assert division is not None or not values
    if division is None:
        return
    found = assign_exactly(patch, cost, division, anchors, 100.0, 1_000)
    assert (found is None) == (not values)
    if found is not None:
        assert cost[units, found].sum() == pytest.approx(min(values))
        assert division.value <= min(values) + 1e-9
        assert assign_exactly(patch, cost, division, anchors, min(values) - 1e-6, 1_000) is None
        assert assign_exactly(patch, cost, division, anchors, 100.0, 1_000, left=lambda: 0.0) is None
        # With fewer choices to look at the answer may be missed or dearer, but never wrong.
        hasty = assign_exactly(patch, cost, division, anchors, 100.0, 4)
        assert hasty is None or any((hasty == where).all() for where in every_assignment(patch, anchors))


@settings(max_examples=40)
@given(seed=SEEDS)
def test_a_division_is_balanced_and_its_prices_prove_it_cheapest(seed: int) -> None:
    patch, cost, _ = small(seed)
    division = divide(patch, cost)
    if division is None:
        return
    np.testing.assert_allclose(division.shares.sum(axis=1), 1)
    loads = division.shares.T @ patch.activity
    assert (loads >= patch.lower - 1e-6).all()
    assert (loads <= patch.upper + 1e-6).all()
    assert (division.shares * cost).sum() == pytest.approx(division.value)
    paid = np.maximum(division.prices * patch.lower, division.prices * patch.upper).sum()
    assert division.energy.min(axis=1).sum() - paid == pytest.approx(division.value, abs=1e-6)


@settings(max_examples=40)
@given(seed=SEEDS)
def test_rounding_off_leaves_every_territory_whole_around_its_anchor(seed: int) -> None:
    patch, cost, anchors = small(seed)
    division = divide(patch, cost)
    if division is None:
        return
    where = round_off(patch, division, anchors)
    np.testing.assert_array_equal(where[anchors], np.arange(patch.n_territories))
    for j in range(patch.n_territories):
        assert naive.n_pieces(patch.graph, np.flatnonzero(where == j).tolist()) == 1
