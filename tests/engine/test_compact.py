"""The objectives without centers: plans that hold, are as good as the best of all on tiny problems, and repeat."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from terrier.engine.design import Graph, MaxRounds, Problem, Progress, check, evaluate, solve
from terrier.engine.design.neighbours import point_adjacency
from terrier.errors import ProblemError
from tests.engine.problems import problems
from tests.engine.test_solve import best_of_all, county, tiny

OBJECTIVES = ["diameter", "cut_edges"]


def bordered(seed: int, objective: str, **demands: object) -> Problem:
    asked = county(seed)
    graph = point_adjacency(asked.coordinates, "sphere")
    return replace(asked, adjacency=graph, contiguous=True, objective=objective, **demands)  # type: ignore[arg-type]


@settings(max_examples=25)
@given(problem=problems(at_most=30, objectives=("diameter", "cut_edges")))
def test_every_plan_holds_and_every_promise_is_kept(problem: Problem) -> None:
    plan = solve(problem, stop=MaxRounds(1))
    assert check(problem, plan) == []
    if problem.locks is None and problem.together is None:
        assert (plan.counts > 0).all()
        if problem.contiguous:
            assert plan.pieces is not None
            assert (plan.pieces == 1).all()


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_best_of_all_is_found_where_all_can_be_tried(objective: str) -> None:
    found = 0
    for seed in range(20):
        asked = replace(tiny(seed, True), objective=objective, present=None)  # type: ignore[arg-type]
        best = best_of_all(asked)
        plan = solve(asked, stop=MaxRounds(4))
        assert check(asked, plan) == []
        if best is not None:
            assert plan.is_feasible, f"seed {seed}: {plan.shortfalls}, but {best.assignment} is feasible"
            assert plan.score.total >= best.score.total - 1e-9
            found += plan.score.total <= best.score.total + 1e-9
        else:
            found += 1
    assert found >= 19


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("seed", range(3))
def test_it_does_better_by_its_own_measure_than_the_plan_it_starts_from(objective: str, seed: int) -> None:
    asked = bordered(seed, objective)
    plan = solve(asked, stop=MaxRounds(6))
    start = evaluate(asked, solve(replace(asked, objective="squared_distance")).assignment)
    assert plan.is_feasible
    assert check(asked, plan) == []
    assert plan.score.total < start.score.total


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_same_seed_and_rounds_give_the_same_plan(objective: str) -> None:
    plans = [solve(bordered(1, objective), stop=MaxRounds(8), seed=3) for _ in range(2)]
    np.testing.assert_array_equal(plans[0].assignment, plans[1].assignment)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_progress_tells_ever_better_figures_in_the_plans_own_units(objective: str) -> None:
    told: list[Progress] = []
    plan = solve(bordered(2, objective), stop=MaxRounds(5), on_progress=told.append)
    totals = [progress.total for progress in told if progress.excess <= 0]
    assert totals == sorted(totals, reverse=True)
    assert plan.score.total == pytest.approx(totals[-1], rel=1e-6)


def test_the_diameter_can_be_asked_for_without_borders() -> None:
    asked = replace(county(0), objective="diameter")
    plan = solve(asked, stop=MaxRounds(5))
    assert plan.is_feasible
    assert check(asked, plan) == []
    assert plan.score.total < evaluate(asked, solve(county(0)).assignment).score.total


def test_groups_locks_and_the_cap_on_moves_hold() -> None:
    random = np.random.default_rng(4)
    start = solve(county(4)).assignment
    for objective in OBJECTIVES:
        asked = bordered(
            4, objective, present=start, max_moved=0.2, locks=np.where(random.random(120) < 0.1, start, -1)
        )
        plan = solve(asked, stop=MaxRounds(4))
        assert check(asked, plan) == []
        assert plan.moved is not None
        assert plan.moved <= 0.2
    pairs = np.full(120, -1)
    pairs[:6] = [0, 0, 1, 1, 2, 2]
    grouped = replace(county(4), objective="diameter", together=pairs)
    plan = solve(grouped, stop=MaxRounds(4))
    assert check(grouped, plan) == []


def test_a_heavy_edge_is_left_whole() -> None:
    """On a ring of eight cut in two, the two cheap edges opposite each other are the ones to cut."""
    ring = Graph.from_edges(8, [(i, (i + 1) % 8) for i in range(8)])
    turn = np.arange(8) * np.pi / 4
    weights = np.full(8, 5.0)
    cheap = [(1, 2), (5, 6)]
    for e, edge in enumerate(ring.edges().tolist()):
        if tuple(edge) in cheap:
            weights[e] = 1.0
    asked = Problem(
        coordinates=np.column_stack([np.cos(turn), np.sin(turn)]), measures=np.ones((8, 1)), tolerances=[0.01],
        n_territories=2, metric="plane", adjacency=ring, contiguous=True, objective="cut_edges", edge_weights=weights,
    )  # fmt: skip
    plan = solve(asked, stop=MaxRounds(2))
    assert plan.score.total == 2.0
    assert plan.is_feasible


@pytest.mark.parametrize(
    ("demands", "words"),
    [
        ({"objective": "cut_edges"}, "needs an adjacency"),
        ({"edge_weights": [1.0]}, "only with objective 'cut_edges'"),
        ({"objective": "diameter", "centers": "unit"}, "knows no centers"),
        (
            {"objective": "cut_edges", "adjacency": Graph.from_edges(2, [(0, 1)]), "edge_weights": [-1.0]},
            r"edge_weights\[0\]: -1.0; must be at least 0",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(demands: dict[str, object], words: str) -> None:
    with pytest.raises(ProblemError, match=words):
        Problem(
            coordinates=[[0.0, 0.0], [1.0, 1.0]],
            measures=np.ones((2, 1)),
            tolerances=[0.5],
            n_territories=1,
            **demands,  # type: ignore[arg-type]
        )


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_one_territory_is_left_as_it_is(objective: str) -> None:
    asked = bordered(0, objective, n_territories=1, shares=None)
    plan = solve(asked, stop=MaxRounds(2))
    assert check(asked, plan) == []
    assert plan.is_feasible
