"""Spans laid over one another, against counting day by day."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from terrier.office.people.timeline import Span, circle_in, first_circle, first_overlap, laid_over

FIRST = dt.date(2026, 1, 1)
DAYS = [FIRST + dt.timedelta(day) for day in range(14)]


@st.composite
def timelines(draw: st.DrawFn) -> list[Span]:
    """Spans that do not overlap, with gaps; the last may have no end."""
    cuts = sorted(draw(st.sets(st.sampled_from(DAYS[:12]), max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    spans = [Span(start, end, draw(st.integers(1, 4)), row) for row, (start, end) in enumerate(pairs)]
    if spans and draw(st.booleans()):
        last = spans[-1]
        spans[-1] = Span(last.starts_on, None, last.value, last.row)
    return spans


def on(spans: list[Span], day: dt.date) -> int | None:
    found = [span.value for span in spans if span.counts_on(day)]
    assert len(found) < 2
    return found[0] if found else None


@given(
    timelines(),
    st.sampled_from(DAYS),
    st.one_of(st.none(), st.integers(1, 6)),
    st.one_of(st.none(), st.just(9)),
)
def test_what_is_laid_over_counts_on_its_days_and_nothing_else_changes(
    spans: list[Span], starts_on: dt.date, length: int | None, value: int | None
) -> None:
    ends_on = None if length is None else starts_on + dt.timedelta(length)
    after = laid_over(spans, starts_on, ends_on, value)
    for day in [*DAYS, dt.date(2030, 1, 1)]:
        within = starts_on <= day and (ends_on is None or day < ends_on)
        assert on(after, day) == (value if within else on(spans, day))
    assert first_overlap(after) is None
    rows = [span.row for span in after if span.row is not None]
    assert len(rows) == len(set(rows)), "no row stands for two spans"
    kept = {span.row for span in spans if span in after}
    assert kept <= set(rows)


@given(st.dictionaries(st.integers(0, 7), st.integers(0, 7)))
def test_a_circle_is_found_if_and_only_if_there_is_one(above: dict[int, int]) -> None:
    circle = circle_in(above)
    assert bool(circle) == any(_comes_back(above, start) for start in above)
    for at, position in enumerate(circle):
        assert above[position] == circle[(at + 1) % len(circle)]


def _comes_back(above: dict[int, int], start: int) -> bool:
    at: int | None = above.get(start)
    for _ in range(len(above) + 1):
        if at is None or at == start:
            return at == start
        at = above.get(at)
    return False


def test_the_first_day_of_a_circle_is_told() -> None:
    lines = [(1, Span(DAYS[0], DAYS[5], 2)), (2, Span(DAYS[3], None, 1)), (3, Span(DAYS[0], None, 1))]
    assert first_circle(lines) == (DAYS[3], [1, 2])
    assert first_circle(lines[:1]) is None
