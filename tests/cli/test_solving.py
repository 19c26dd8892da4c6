"""The line that shows how the search goes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from terrier.cli.solving import Watch
from terrier.engine.design import Progress


def progress(total: float, excess: float, moved: float | None = None) -> Progress:
    return Progress(rounds=1, total=total, excess=excess, moved=moved)


def test_out_of_tolerance_it_balances_and_the_score_may_rise() -> None:
    watch = Watch()
    watch(progress(1000, 0.2))
    watch(progress(1500, 0.031, 0.124))
    assert watch.line(stopping=False).endswith(
        "balancing  ·  up to 3.1% beyond tolerance  ·  score 1,500  ·  12.4% moved"
    )


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
