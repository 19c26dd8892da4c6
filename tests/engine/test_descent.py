"""Which units the centers should be: descents, and starting anew near the best sites known."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from terrier.engine.design import Params, Problem
from terrier.engine.design.costs import Costs
from terrier.engine.design.descent import Descent, descend
from terrier.engine.design.divided import divide
from terrier.engine.design.instance import contract
from terrier.engine.design.patch import Patch, patch_of
from tests.engine.test_patchwork import tiny


def whole(problem: Problem) -> tuple[Costs, Patch]:
    """The costs, and all of the problem as one patch."""
    instance, k = contract(problem), problem.n_territories
    everyone = np.arange(k, dtype=np.int32)
    low, high = instance.targets - instance.bands, instance.targets + instance.bands
    anyhow = (np.arange(problem.n_units) % k).astype(np.int32)
    return Costs(problem, instance), patch_of(instance, anyhow, everyone, low, high)


@pytest.mark.parametrize("seed", range(8))
def test_a_descent_ends_where_no_single_site_would_be_better(seed: int) -> None:
    problem = replace(tiny(seed, tree=False), tolerances=np.full(tiny(seed, tree=False).n_measures, 0.4))
    costs, patch = whole(problem)
    k, everyone = problem.n_territories, patch.territories
    sites = np.arange(k, dtype=np.int32)
    first = divide(patch, costs.table(sites, everyone))
    assert first is not None
    ended, best = descend(costs, patch, sites, first, 200)
    assert best.value <= first.value + 1e-9
    held = best.shares.argmax(axis=1)
    for j in range(k):
        for site in np.flatnonzero(held == j):
            other = ended.copy()
            other[j] = site
            there = divide(patch, costs.table(other, everyone))
            assert there is None or there.value >= best.value * (1 - 1e-6)


def counted(seed: int, n: int = 12, k: int = 3) -> Problem:
    """Units on a plane, as many in each territory but for one or two."""
    return Problem(
        coordinates=np.random.default_rng(seed).random((n, 2)),
        metric="plane",
        objective="distance",
        centers="unit",
        measures=np.ones((n, 1)),
        tolerances=np.array([0.3]),
        n_territories=k,
    )


@pytest.mark.parametrize("seed", range(6))
def test_looking_around_finds_the_sites_that_divide_cheapest(seed: int) -> None:
    problem = counted(seed)
    costs, patch = whole(problem)
    search = Descent(costs, patch, Params(), np.random.default_rng(seed))
    sites = np.arange(3, dtype=np.int32)
    assert search.look(sites, lambda: False)
    for _ in range(3):
        search.look(sites, lambda: False)
    assert search.best is not None
    every = (
        divide(patch, costs.table(np.array(those, dtype=np.int32), patch.territories))
        for those in itertools.combinations(range(problem.n_units), 3)
    )
    assert search.best[1].value == pytest.approx(min(found.value for found in every if found is not None))


def test_looking_around_ends_when_it_is_told_to() -> None:
    costs, patch = whole(counted(1, 60, 6))
    search = Descent(costs, patch, Params(), np.random.default_rng(1))
    asked = []
    search.look(np.arange(6, dtype=np.int32), lambda: bool(asked.append(1)) or True)
    assert len(asked) <= 2
    assert search.best is not None


def test_costs_at_sites_are_the_same_whether_remembered_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = replace(counted(2), together=np.repeat(np.arange(6, dtype=np.int32), 2))
    rng = np.random.default_rng(2)
    remembering = Costs(problem, contract(problem))
    monkeypatch.setattr("terrier.engine.design.costs.REMEMBERED", 0)
    plain = Costs(problem, contract(problem))
    everyone = np.arange(3, dtype=np.int32)
    for units in (None, np.array([4, 1]), None):
        sites = rng.choice(12, 3, replace=False).astype(np.int32)
        table = remembering.table(sites, everyone, units)
        np.testing.assert_allclose(table, plain.table(sites, everyone, units))
        assert table.flags.c_contiguous
