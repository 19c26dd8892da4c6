"""A question is its address: what is read from one is what was written into it, and what is not understood is told."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrier.ledger import MEASURES
from terrier.office.analysis.measures import GROUPS, MOST_MEASURES
from terrier.office.analysis.question import (
    CHANGES,
    CHARTS,
    COMPARE,
    FAMILIES,
    SINGLE,
    Question,
    Sort,
    parse,
)
from terrier.office.sales.periods import DAYS, EARLIEST, KINDS
from terrier.office.sales.whose import FILTERS, TESTED

DAY = st.dates(EARLIEST, dt.date(2200, 1, 1))
FREE_TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=40
).map(lambda text: text.strip())


def values_of(name: str) -> st.SearchStrategy[tuple[str, ...]]:
    if name in SINGLE:
        return st.tuples(st.integers(1, 10**17).map(str))
    one = st.sampled_from(sorted(TESTED[name])) if name in TESTED else FREE_TEXT.filter(bool)
    return st.lists(one, min_size=1, max_size=5, unique=True).map(tuple)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    measures = tuple(
        draw(st.lists(st.sampled_from(list(MEASURES)), min_size=1, max_size=MOST_MEASURES, unique=True))
    )
    rows = draw(st.sampled_from(list(FAMILIES)))
    others = [name for name, family in FAMILIES.items() if family != FAMILIES[rows]]
    period = draw(st.sampled_from([*KINDS, DAYS]))
    since = draw(DAY) if period == DAYS else None
    on = draw(st.none() | DAY)
    if since and on and since > on:
        since, on = on, since
    named = draw(st.lists(st.sampled_from(FILTERS), unique=True))
    column = draw(st.none() | FREE_TEXT)
    sort = Sort(
        draw(st.sampled_from(["label", *measures])),
        draw(st.booleans()),
        draw(st.booleans()),
        column,
    )
    return Question(
        measures=measures,
        rows=rows,
        columns=draw(st.sampled_from(["", *others])),
        period=period,
        since=since,
        on=on,
        compare=draw(st.sampled_from(COMPARE)),
        change=draw(st.sampled_from(CHANGES)),
        filters=tuple((name, draw(values_of(name))) for name in FILTERS if name in named),
        sort=draw(st.sampled_from(["", str(sort)])),
        shown=draw(st.sampled_from(CHARTS)),
    )


@given(questions())
def test_a_question_is_read_as_it_was_written(question: Question) -> None:
    assert parse(question.query) == (question, ())


@given(st.text(max_size=300))
def test_no_address_is_too_odd_to_be_read(query: str) -> None:
    question, _wrong = parse(query)
    assert parse(question.query) == (question, ())


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("measures=profit", "measures: “profit” is not known"),
        ("rows=shelf", "rows: “shelf” is not known"),
        ("rows=month&columns=year", "“year” does not go with these rows"),
        ("rows=account&columns=chain", "“chain” does not go with these rows"),
        ("on=yesterday", "it can be: a day such as 2026-06-30"),
        ("period=days", "say the first day"),
        ("period=days&since=2026-02-01&on=2026-01-01", "must not be after the last"),
        ("channel=moon", "channel: “moon” is not known; it can be: independent"),
        ("account=Columbus", "account: “Columbus” is not known"),
        ("sort=-profit", "“-profit” is not in the table"),
        ("compare=tomorrow", "it can be: year, previous"),
    ],
)
def test_what_is_not_understood_is_told_and_counts_as_not_asked(query: str, told: str) -> None:
    question, wrong = parse(query)
    assert told in " ".join(wrong)
    assert parse(question.query)[1] == ()


def test_every_measure_of_the_ledger_is_offered_once() -> None:
    named = [name for _group, names in GROUPS for name in names]
    assert sorted(named) == sorted(MEASURES)


def test_too_many_measures_are_cut_and_told() -> None:
    question, wrong = parse("&".join(f"measures={name}" for name in list(MEASURES)[: MOST_MEASURES + 1]))
    assert len(question.measures) == MOST_MEASURES
    assert wrong
