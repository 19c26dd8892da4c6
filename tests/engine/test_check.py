"""The checker believes every true plan and finds every lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.engine.design import Bound, Graph, Plan, Problem, Shortfall, check, evaluate
from terrier.engine.design.problem import Objective
from tests.engine.problems import problems


@settings(max_examples=200)
@given(problem=problems(objectives=get_args(Objective)), seed=st.integers(0, 10**6))
def test_it_believes_what_evaluate_says_of_any_assignment(problem: Problem, seed: int) -> None:
    assignment = (
        np.random.default_rng(seed).integers(0, problem.n_territories, problem.n_units).astype(np.int32)
    )
    promises = [  # the promises that no plan can break and still be one
        (problem.locks is not None, "is locked to territory"),
        (problem.together is not None, "must go together but do not"),
        (problem.kinds is not None, "may not serve its kind"),
        (problem.frozen is not None, "which is frozen"),
    ]
    broken = [words for asked, words in promises if asked]
    found = check(problem, evaluate(problem, assignment))
    assert [f for f in found if not any(words in f for words in broken)] == []


def everything() -> tuple[Problem, Plan]:
    """Six units on a line in three territories, with every demand made and every kind of shortfall but one."""
    problem = Problem(
        coordinates=[[0, 0], [1, 0], [2, 0], [3, 0], [4, 0], [5, 1]],
        measures=[[1.0, 1.0], [1.0, 1.0], [9.0, 1.0], [1.0, 1.0], [1.0, 1.0], [1.0, 2.0]],
        tolerances=[0.2, 0.6],
        n_territories=3,
        metric="plane",
        adjacency=Graph.from_edges(6, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]),
        contiguous=True,
        seats=[[0.0, 0.0], [np.nan, np.nan], [5.0, 5.0]],
        present=[0, 0, 1, 1, 2, 2],
        stay_weight=0.5,
        max_moved=0.1,
        locks=[0, -1, -1, -1, -1, -1],
        together=[-1, -1, -1, -1, 3, 3],
        apart=[[0, 1], [0, 5]],
    )
    return problem, evaluate(problem, np.array([0, 0, 1, 0, 2, 2], dtype=np.int32))


def test_a_true_plan_with_shortfalls_is_believed() -> None:
    problem, plan = everything()
    assert check(problem, plan) == []
    assert not plan.is_feasible
    assert {s.kind for s in plan.shortfalls} == {
        "tolerance",
        "unit_too_large",
        "contiguity",
        "max_moved",
        "apart",
    }


def bent(field: str, by: float) -> Callable[[Plan], Plan]:
    """The plan with one figure of an array, the second of its first axis, off by something."""

    def lie(plan: Plan) -> Plan:
        array = np.array(getattr(plan, field))
        array.flat[len(array.flat) // len(array)] += by  # type: ignore[call-overload]
        return replace(plan, **{field: array})

    return lie


def scored(part: str) -> Callable[[Plan], Plan]:
    return lambda plan: replace(
        plan, score=replace(plan.score, **{part: getattr(plan.score, part) * 1.001 + 0.01})
    )


def without(kind: str) -> Callable[[Plan], Plan]:
    return lambda plan: replace(plan, shortfalls=tuple(s for s in plan.shortfalls if s.kind != kind))


def misquoted(kind: str, **figures: Any) -> Callable[[Plan], Plan]:
    def lie(plan: Plan) -> Plan:
        return replace(
            plan, shortfalls=tuple(replace(s, **figures) if s.kind == kind else s for s in plan.shortfalls)
        )

    return lie


KINDS = {  # and the words that tell that one is missing
    "tolerance": "and its shortfall disagree",
    "unit_too_large": "too large for their territories",
    "contiguity": "broken territories",
    "max_moved": "moved, at most",
    "apart": "share a territory",
}

LIES: list[tuple[str, Callable[[Plan], Plan], str]] = [
    ("assignment", lambda p: replace(p, assignment=p.assignment[:-1]), "5 placements for 6 units"),
    ("assignment", lambda p: replace(p, assignment=np.array([0, 0, 1, 0, 2, 3])), "unit 5 is in territory 3"),
    ("assignment", lambda p: replace(p, assignment=np.array([0, 0, 1, 0, 2, -1])), "unit 5 is in territory -1"),
    ("assignment", lambda p: replace(p, assignment=np.array([1, 0, 1, 0, 2, 2])), "unit 0 is locked to territory 0"),
    ("assignment", lambda p: replace(p, assignment=np.array([0, 0, 1, 0, 2, 1])), "units 4 and 5 must go together"),
    ("centres", bent("centres", 1.0), "its centre is not the best place"),
    ("sites", lambda p: replace(p, sites=np.array([0, 2, 4])), "sites reported, but centers are free"),
    ("loads", bent("loads", 0.1), "load"),
    ("loads", bent("loads", np.nan), "load"),
    ("deviations", bent("deviations", 0.01), "deviation"),
    ("counts", bent("counts", 1), "units reported"),
    ("mean_distance", bent("mean_distance", 0.01), "mean distance"),
    ("pieces", bent("pieces", 1), "pieces reported"),
    ("pieces", lambda p: replace(p, pieces=None), "pieces not reported"),
    ("moved", lambda p: replace(p, moved=0.0), "moved reported"),
    ("moved", lambda p: replace(p, moved=None), "the share moved is not reported"),
    *[("score", scored(part), f"score: {part}") for part in ("total", "travel", "seat", "stay")],
    ("score", lambda p: replace(p, score=replace(p.score, cut_edges=2.5)), "score: cut edges"),
    ("score", lambda p: replace(p, score=replace(p.score, cut_edges=None)), "score: cut edges"),
    ("score", lambda p: replace(p, score=replace(p.score, diameter=1.0)), "score: diameter"),
    *[("shortfalls", without(kind), words) for kind, words in KINDS.items()],
    *[("shortfalls", misquoted(kind, bound=0.77), "reported, value") for kind in KINDS],
    *[("shortfalls", misquoted(kind, value=77.0), "reported") for kind in KINDS],
    ("shortfalls", misquoted("unit_too_large", unit=1), "too large"),
    ("shortfalls", misquoted("apart", unit=2), "share a territory"),
    ("shortfalls", misquoted("contiguity", territory=1), "broken territories"),
    ("shortfalls", lambda p: replace(p, shortfalls=(*p.shortfalls, Shortfall("empty", 0, 1, 1))), "emptiness"),
    (
        "shortfalls",
        lambda p: replace(p, shortfalls=(*p.shortfalls, Shortfall("tolerance", 0.5, 0.6, 1, 1))),
        "shortfall disagree",
    ),
    ("bound", lambda p: replace(p, bound=Bound(1.0, "all")), "a bound is reported for a plan"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "lie", "words"), LIES)
def test_it_finds_each_lie(field: str, lie: Callable[[Plan], Plan], words: str) -> None:
    problem, plan = everything()
    found = check(problem, lie(plan))
    assert any(words in sentence for sentence in found), found


@pytest.mark.parametrize("objective", ["diameter", "cut_edges"])
@pytest.mark.parametrize("part", ["total", "objective"])
def test_it_measures_the_objectives_without_centers(objective: str, part: str) -> None:
    problem, plan = everything()
    problem = replace(problem, objective=objective)  # type: ignore[arg-type]
    plan = evaluate(problem, plan.assignment)
    assert check(problem, plan) == []
    lie = {"total" if part == "total" else objective: plan.score.total + 0.01}
    assert check(problem, replace(plan, score=replace(plan.score, **lie)))


def test_there_is_a_lie_for_every_field_of_a_plan() -> None:
    assert {field for field, _, _ in LIES} == {field.name for field in fields(Plan)}


@pytest.mark.parametrize(
    "lie",
    [
        lambda p: replace(p, pieces=np.array([1, 1])),
        lambda p: replace(p, moved=0.2),
        lambda p: replace(p, shortfalls=(Shortfall("max_moved", 0.2, 0.1),)),
        lambda p: replace(p, shortfalls=(Shortfall("contiguity", 2, 1, 0),)),
        lambda p: replace(p, shortfalls=(Shortfall("apart", 1, 0, 0, unit=0),)),
    ],
)
def test_nothing_is_reported_that_was_not_asked(lie: Callable[[Plan], Plan]) -> None:
    problem = Problem(
        coordinates=[[0, 0], [0, 1], [0, 2], [0, 3]],
        measures=np.ones((4, 1)),
        tolerances=[0.1],
        n_territories=2,
    )
    plan = evaluate(problem, np.array([0, 0, 1, 1], dtype=np.int32))
    assert check(problem, plan) == []
    assert check(problem, lie(plan))


def test_an_empty_territory_must_be_admitted() -> None:
    problem = Problem(
        coordinates=[[0, 0], [0, 1], [0, 2]], measures=np.ones((3, 1)), tolerances=[9.0], n_territories=2
    )
    plan = evaluate(problem, np.zeros(3, dtype=np.int32))
    assert [s.kind for s in plan.shortfalls] == ["empty"]
    assert check(problem, plan) == []
    assert check(problem, replace(plan, shortfalls=()))
