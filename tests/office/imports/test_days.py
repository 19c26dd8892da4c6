"""Days are read as people write them, and never guessed where they could be two."""

from __future__ import annotations

import pytest

from terrier.office.imports.days import DayError, day, order_of
from tests.office.conftest import Company
from tests.office.imports.bringing import bring


@pytest.mark.parametrize(
    ("text", "order", "read"),
    [
        ("2026-01-31", "iso", "2026-01-31"),
        ("2026/1/31", "dmy", "2026-01-31"),
        ("2026-01-31 00:00:00", "mdy", "2026-01-31"),
        ("01/31/2026", "mdy", "2026-01-31"),
        ("31.01.2026", "dmy", "2026-01-31"),
        ("02/03/2026", "mdy", "2026-02-03"),
        ("02/03/2026", "dmy", "2026-03-02"),
        ("04/04/2026", "iso", "2026-04-04"),
        ("3-Feb-26", "iso", "2026-02-03"),
        ("Sept. 3, 2026", "mdy", "2026-09-03"),
        ("31 gennaio 2026", "iso", "2026-01-31"),
    ],
)
def test_a_day_is_read(text: str, order: str, read: str) -> None:
    assert day(text, order) == read


@pytest.mark.parametrize(
    ("text", "order", "said"),
    [
        ("02/03/2026", "iso", "Could be two days"),
        ("31/01/2026", "mdy", "this file writes the month first"),
        ("01/31/2026", "dmy", "this file writes the day first"),
        ("2026-02-30", "iso", "There is no such day."),
        ("30 Feb 2026", "iso", "There is no such day."),
        ("13/13/2026", "mdy", "There is no such day."),
        ("soon", "iso", "Is not a day"),
        ("3 Frimaire 26", "iso", "Is not a day"),
        ("46053", "iso", "Is not a day"),
    ],
)
def test_what_is_no_day_or_could_be_two_is_refused(text: str, order: str, said: str) -> None:
    with pytest.raises(DayError, match=said):
        day(text, order)


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["01/31/2026", "02/03/2026"], "mdy"),
        (["31/01/2026", "02/03/2026"], "dmy"),
        (["02/03/2026", "2026-01-31"], None),
        (["01/31/2026", "31/01/2026"], None),
    ],
)
def test_the_order_of_a_file_is_told_by_days_that_fit_one_only(texts: list[str], order: str | None) -> None:
    assert order_of(texts) == order


def test_a_file_that_tells_is_taken_so_before_its_columns_are_matched(company: Company) -> None:
    import_ = bring(
        company.people["ada"],
        "account,position,from\nAMES,Ohio,01/31/2026\nPROVO,Ohio,02/03/2026\n",
        "coverage",
        dates="",
    )
    assert import_.options["dates"] == "mdy"
