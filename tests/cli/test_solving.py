"""The line that shows how the search goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrier.cli.delivery import Delivery
from terrier.cli.solving import LEAST_PATIENCE_SECONDS, PATIENCE_SECONDS, Patience, Watch, figure_of, limits
from terrier.engine.design import AnyOf, Graph, Problem, Progress
from terrier.engine.design.geometry import Metric
from terrier.engine.design.problem import Objective


def progress(total: float, excess: float, moved: float | None = None) -> Progress:
    return Progress(rounds=1, total=total, excess=excess, moved=moved)


def test_out_of_tolerance_it_balances_and_the_score_may_rise() -> None:
    watch = Watch()
    watch(progress(1000, 0.2))
    watch(progress(1500, 0.031, 0.124))
    assert watch.line(stopping=False).endswith(
        "balancing  ·  up to 3.1% beyond tolerance  ·  score 1,500  ·  12.4% moved"
    )


@pytest.mark.parametrize(
    ("objective", "metric", "said"),
    [
        ("diameter", "sphere", "up to 1,234.5 km across"),
        ("diameter", "plane", "up to 1,234.5 across"),
        ("cut_edges", "sphere", "1,234 neighbors parted"),
        ("distance", "sphere", "score 1,234"),
    ],
)
def test_the_line_names_what_is_minimized(objective: Objective, metric: Metric, said: str) -> None:
    problem = Problem(
        coordinates=[[0.0, 0.0], [1.0, 1.0]], measures=[[1.0], [1.0]], tolerances=[0.1], n_territories=1,
        adjacency=Graph.from_edges(2, [(0, 1)]), objective=objective, metric=metric,
    )  # fmt: skip
    watch = Watch(figure_of(problem))
    watch(progress(1234.46, 0.0))
    assert watch.line(stopping=False).endswith(said)


def test_without_a_plan_today_nothing_is_said_to_move() -> None:
    watch = Watch(realigned=False)
    watch(progress(1500, 0.031, 0.124))
    assert watch.line(stopping=False).endswith("score 1,500")


def test_within_tolerance_it_improves() -> None:
    watch = Watch()
    watch(progress(1500, 0.01))
    watch(progress(1800, 0.0))
    assert watch.line(stopping=True).endswith(
        "improving  ·  all within tolerance  ·  score 1,800  ·  stopping"
    )


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from([0.0, 1e-12, 0.01, 0.02])), min_size=1))
def test_what_is_shown_never_gets_worse(reports: list[tuple[int, float]]) -> None:
    watch, shown = Watch(), []
    for total, excess in reports:
        watch(progress(total, excess))
        assert watch.latest is not None
        shown.append((round(watch.latest.excess, 9), watch.latest.total))
    assert shown == sorted(shown, reverse=True)
    assert shown[-1] == min((round(excess, 9), total) for total, excess in reports)


@pytest.mark.parametrize(
    ("share", "part", "seconds"),
    [
        (1.0, 1.0, PATIENCE_SECONDS),
        (0.5, 1.0, PATIENCE_SECONDS / 2),
        (0.001, 1.0, LEAST_PATIENCE_SECONDS),
        (1.0, 0.5, PATIENCE_SECONDS / 2),
        (0.001, 0.5, LEAST_PATIENCE_SECONDS / 2),
    ],
)
def test_a_small_region_has_time_to_end_by_itself(
    monkeypatch: pytest.MonkeyPatch, share: float, part: float, seconds: float
) -> None:
    now = [100.0]
    monkeypatch.setattr("terrier.engine.design.stop.MaxSeconds.__init__.__defaults__", (lambda: now[0],))
    watch = Watch()
    patience = Patience(share, watch, part)
    assert not patience(0, 0)
    now[0] += 0.99 * seconds
    assert not patience(1, 0)
    assert not watch.impatient
    now[0] += 0.02 * seconds
    assert patience(2, 0)
    assert watch.impatient


@pytest.mark.parametrize(
    ("seconds", "rounds", "ends"),
    [
        (None, None, []),
        (None, 3, [False, False, True]),
        (1000.0, 3, [False, False, True]),
        (1000.0, None, [False, False, False]),
    ],
)
def test_what_was_asked_for_ends_the_search(
    seconds: float | None, rounds: int | None, ends: list[bool]
) -> None:
    delivery = Delivery(
        out="", force=False, title=None, miles=False, seconds=seconds, rounds=rounds, seed=1, command=()
    )
    rules = limits(delivery)
    assert [AnyOf(rules)(done, 0) for done in (1, 2, 3) if rules] == ends
