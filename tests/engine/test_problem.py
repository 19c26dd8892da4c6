"""A problem that cannot be stated is refused by field, index, value and bound; one that can never changes."""

from __future__ import annotations

import dataclasses
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from terrier.engine.design import Graph, MaxRounds, Problem, check, solve
from terrier.errors import ProblemError, TerrierError
from tests.engine.problems import problems

GOOD: dict[str, Any] = {
    "coordinates": [[-100.0, 40.0], [-101.0, 41.0], [-102.0, 42.0]],
    "measures": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],
    "tolerances": [0.05, 0.1],
    "n_territories": 2,
}
TWO_TOWNS = [[0.0, 0.0], [0.0, 1.0], [0.0, 91.0]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"coordinates": np.empty((0, 2))}, "coordinates: there are no units to place"),
        ({"coordinates": [[1.0], [2.0], [3.0]]}, "coordinates: shape (3, 1); must be (3, 2)"),
        ({"coordinates": [[0, 0], [0, np.nan], [0, 1]]}, "coordinates[1, 1]: nan; must be finite"),
        ({"coordinates": [[0, 0], [np.inf, 0], [0, 1]]}, "coordinates[1, 0]: inf; must be finite"),
        ({"coordinates": TWO_TOWNS}, "coordinates (latitude)[2]: 91.0; must be between -90 and 90"),
        ({"coordinates": [[-181, 0], [0, 0], [0, 1]]}, "coordinates (longitude)[0]: -181.0; must be between -180 and 180"),
        ({"measures": [1.0, 2.0, 3.0]}, "measures: shape (3,); must be (n, m) with m ≥ 1"),
        ({"measures": np.empty((3, 0))}, "measures: shape (3, 0); must be (n, m) with m ≥ 1"),
        ({"measures": [[1.0, 2.0]]}, "measures: shape (1, 2); must be (3, 2)"),
        ({"measures": [[1, 2], [3, -4], [5, 6]]}, "measures[1, 1]: -4.0; must be at least 0"),
        ({"measures": [[1, 2], [np.nan, 4], [5, 6]]}, "measures[1, 0]: nan; must be finite"),
        ({"measures": [[1, 0], [3, 0], [5, 0]]}, "measures: measure 1 sums to 0; there is nothing to balance"),
        ({"tolerances": [0.05]}, "tolerances: shape (1,); must be (2,)"),
        ({"tolerances": [0.05, 0.0]}, "tolerances[1]: 0.0; must be above 0"),
        ({"n_territories": 0}, "n_territories: 0 territories for 3 units; must be between 1 and 3"),
        ({"n_territories": 4}, "n_territories: 4 territories for 3 units; must be between 1 and 3"),
        ({"n_territories": 1.5}, "n_territories: 1.5; must be a whole number"),
        ({"n_territories": "2"}, "n_territories: '2'; must be a whole number"),
        ({"adjacency": [(0, 1)]}, "adjacency: list; must be a Graph, such as Graph.from_edges(3, pairs)"),
        ({"metric": "globe"}, "metric: 'globe'; must be one of sphere, plane"),
        ({"objective": "area"}, "objective: 'area'; must be one of distance, squared_distance, diameter, cut_edges"),
        ({"shares": [1.0]}, "shares: shape (1,); must be (2,)"),
        ({"shares": [1.0, -1.0]}, "shares[1]: -1.0; must be above 0"),
        ({"weights": [1.0, 0.0, 1.0]}, "weights[1]: 0.0; must be above 0"),
        ({"move_weights": [1.0, 1.0, -0.5]}, "move_weights[2]: -0.5; must be at least 0"),
        ({"contiguous": True}, "contiguous: asked for, but adjacency is missing"),
        ({"adjacency": Graph.from_edges(2, [(0, 1)])}, "adjacency: 2 units; must be 3"),
        ({"seats": [[0.0, 0.0]]}, "seats: shape (1, 2); must be (2, 2)"),
        ({"seats": [[0.0, 0.0], [np.inf, 0.0]]}, "seats[1, 0]: inf; must be finite"),
        ({"seat_pull": 1.5}, "seat_pull[0]: 1.5; must be between 0 and 1"),
        ({"seat_pull": np.nan}, "seat_pull[0]: nan; must be between 0 and 1"),
        ({"stay_weight": -1.0}, "stay_weight[0]: -1.0; must be between 0 and inf"),
        ({"max_moved": 1.1, "present": [0, 0, 1]}, "max_moved[0]: 1.1; must be between 0 and 1"),
        ({"max_moved": 0.1}, "max_moved: asked for, but there is no present plan to move from"),
        ({"present": [0, 1, 2]}, "present[2]: 2; must be between -1 and 1"),
        ({"present": [0, 1, 2**32]}, "present[2]: 4294967296; must be between -1 and 1"),
        ({"present": [0, 1]}, "present: shape (2,); must be (3,)"),
        ({"present": [0.0, 1.0, 0.0]}, "present: must be whole numbers, not float64"),
        ({"locks": [0, -2, 1]}, "locks[1]: -2; must be between -1 and 1"),
        ({"together": [0, 0, -3]}, "together[2]: -3; must be between -1 and 2147483647"),
        ({"together": [7, -1, 7], "locks": [1, 0, 0]}, "locks[2]: 0; must be 1, where unit 0 of the same group is locked"),
        ({"apart": [[0, 3]]}, "apart[0, 1]: 3; must be between 0 and 2"),
        ({"apart": [[0, 1, 2]]}, "apart: shape (1, 3); must be (1, 2)"),
        ({"kinds": [0, 0, 0]}, "eligible: missing; each needs the other"),
        ({"eligible": [[True, True]]}, "kinds: missing; each needs the other"),
        ({"kinds": [0, 0, 0], "eligible": [[1, 1]]}, "eligible: must be true or false, not int64"),
        ({"kinds": [0, 0, 0], "eligible": [[True]]}, "eligible: shape (1, 1); must be (c, 2) with c ≥ 1"),
        ({"kinds": [0, 0, 1], "eligible": [[True, True]]}, "kinds[2]: 1; must be between 0 and 0"),
        ({"kinds": [0, 0, 1], "eligible": [[True, True], [False, False]]},
         "kinds[2]: 1; must be a kind that a territory open to unit 2 may serve"),
        ({"kinds": [0, 0, 1], "eligible": [[True, True], [True, False]], "locks": [-1, 0, 1]},
         "locks[2]: unit 2 must be in territory 1, which may not serve its kind"),
        ({"kinds": [0, 0, 1], "eligible": [[True, True], [True, False]], "locks": [1, -1, -1], "together": [4, -1, 4]},
         "together[2]: unit 2 must be in territory 1, which may not serve its kind"),
        ({"kinds": [0, 0, 1], "eligible": [[False, True], [True, False]], "together": [-1, 4, 4]},
         "together[1]: 4; no territory may serve all units of the group"),
        ({"frozen": [True, False]}, "frozen: asked for, but there is no present plan to keep"),
        ({"frozen": [True], "present": [0, 0, 1]}, "frozen: shape (1,); must be (2,)"),
        ({"frozen": [1, 0], "present": [0, 0, 1]}, "frozen: must be true or false, not int64"),
        ({"frozen": [True, True], "present": [0, 1, -1]},
         "kinds[2]: 0; must be a kind that a territory open to unit 2 may serve"),
        ({"frozen": [True, False], "present": [0, 1, 1], "locks": [1, -1, -1]},
         "locks[0]: 1; must be 0, which is frozen and holds it"),
        ({"frozen": [True, False], "present": [0, 1, 1], "locks": [-1, 0, -1]},
         "locks[1]: unit 1 must be in territory 0, which is frozen and does not hold it"),
        ({"frozen": [True, False], "present": [0, 1, 1], "together": [3, -1, 3]},
         "together[2]: unit 2 must be in territory 0, which is frozen and does not hold it"),
        ({"frozen": [True, True], "present": [0, 1, 1], "together": [3, -1, 3]},
         "together[0]: its unit is held in territory 0, another of its group in 1"),
        ({"capacities": [[1.0, 2.0]]}, "capacities: shape (1, 2); must be (2, 2)"),
        ({"capacities": [[1.0, 2.0], [-1.0, np.nan]]}, "capacities[1, 0]: -1.0; must be at least 0"),
        ({"tolerances": [np.inf, np.inf]}, "tolerances[0]: inf; must be finite"),
    ],
)  # fmt: skip
def test_an_error_names_the_field_the_index_the_value_and_the_bound(
    change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ProblemError) as refused:
        Problem(**(GOOD | change))
    assert str(refused.value) == message


def test_refusals_are_terrier_s_and_value_errors_too() -> None:
    assert issubclass(ProblemError, TerrierError)
    assert issubclass(ProblemError, ValueError)


def test_a_plane_has_no_bounds() -> None:
    assert (
        Problem(**(GOOD | {"metric": "plane", "coordinates": [[1e6, 1e6], [0, 0], [-1e6, 0]]})).n_units == 3
    )


def test_what_is_left_out_is_equal_for_all() -> None:
    problem = Problem(**GOOD)
    np.testing.assert_array_equal(problem.shares, [0.5, 0.5])
    np.testing.assert_array_equal(problem.weights, np.ones(3))
    np.testing.assert_array_equal(problem.move_weights, np.ones(3))
    np.testing.assert_array_equal(problem.targets, [[4.5, 6.0], [4.5, 6.0]])
    assert problem.n_measures == 2


def test_shares_are_scaled_to_one() -> None:
    problem = Problem(**(GOOD | {"shares": [3, 1]}))
    np.testing.assert_array_equal(problem.shares, [0.75, 0.25])
    np.testing.assert_array_equal(problem.targets, [[6.75, 9.0], [2.25, 3.0]])


def test_shares_may_differ_by_measure() -> None:
    problem = Problem(**(GOOD | {"shares": [[3, 1], [1, 1]]}))
    np.testing.assert_array_equal(problem.targets, [[6.75, 6.0], [2.25, 6.0]])


def test_no_pairs_to_keep_apart_is_no_error() -> None:
    problem = Problem(**(GOOD | {"apart": np.empty((0, 2), dtype=int)}))
    assert check(problem, solve(problem, stop=MaxRounds(1))) == []


def test_a_problem_keeps_its_own_copy_and_nobody_can_write_to_it() -> None:
    mine = np.array(GOOD["coordinates"])
    problem = Problem(**(GOOD | {"coordinates": mine, "present": [0, 1, 1]}))
    mine[0, 0] = 55.0
    assert problem.coordinates[0, 0] == -100.0
    for field in ("coordinates", "measures", "tolerances", "shares", "weights", "move_weights", "present"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(problem, field)[...] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        problem.n_territories = 3  # type: ignore[misc]


def same(one: object, other: object) -> bool:
    """Whether two dataclasses are alike to the last bit."""
    if isinstance(one, Graph) and isinstance(other, Graph):
        return np.array_equal(one.indptr, other.indptr) and np.array_equal(one.indices, other.indices)
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.dtype == other.dtype and one.tobytes() == other.tobytes()
    return one == other


@settings(max_examples=15)
@given(problem=problems(at_most=15))
def test_problems_and_plans_survive_pickling(problem: Problem) -> None:
    plan = solve(problem, stop=MaxRounds(1))
    again, its_plan = pickle.loads(pickle.dumps((problem, plan)))
    for one, other in ((problem, again), (plan, its_plan)):
        for field in dataclasses.fields(one):
            assert same(getattr(one, field.name), getattr(other, field.name)), field.name
    np.testing.assert_array_equal(solve(again, stop=MaxRounds(1)).assignment, plan.assignment)


def test_a_plan_s_assignment_cannot_be_written_to_and_the_caller_s_array_stays_its_own() -> None:
    from terrier.engine.design import evaluate

    mine = np.array([0, 1, 1], dtype=np.int32)
    plan = evaluate(Problem(**GOOD), mine)
    mine[0] = 1
    assert plan.assignment[0] == 0
    with pytest.raises(ValueError, match="read-only"):
        plan.assignment[0] = 1
