"""Numbers as people write them, and the ones nobody should guess at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrier.intake.numbers import parse, ratio


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.5", 1234.5),
        ("$1,234.50", 1234.5),
        ("1,234,567", 1234567),
        ("1 234 567.8", 1234567.8),
        ("1'234.5", 1234.5),
        ("\u202f1\u00a0234 €", 1234),
        ("USD 12", 12),
        ("(123)", -123),
        ("($1,200)", -1200),
        ("-$5", -5),
        ("$-5", -5),
        ("−7", -7),
        ("5-", -5),
        ("+5", 5),
        ("007", 7),
    ],
)
def test_a_number_is_read_as_its_writer_meant_it(text: str, value: float) -> None:
    assert parse(text, ".") == value


@pytest.mark.parametrize(
    "text",
    [
        "1,23",
        "1,2345",
        "12,34,567",
        "1.2.3",
        "5%",
        "NaN",
        "inf",
        "1e",
        "0x10",
        "(-5)",
        "--5",
        "five",
        "$",
        "",
    ],
)
def test_what_is_surely_no_number_or_could_be_two_is_refused(text: str) -> None:
    assert parse(text, ".") is None


def test_a_decimal_comma_is_read_where_it_was_declared() -> None:
    assert parse("1.234,50", ",") == 1234.5
    assert parse("1 234,5", ",") == 1234.5
    assert parse("1,234.50", ",") is None


def test_a_comma_is_never_guessed_at_in_a_file_of_semicolons() -> None:
    assert parse("1,234", None) is None
    assert parse("1234.5", None) == 1234.5


@given(st.floats(0, 1e12).map(lambda value: round(value, 2)))
def test_grouping_and_decimal_signs_change_nothing(value: float) -> None:
    american = f"{value:,.2f}"
    european = american.translate(str.maketrans(",.", ".,"))
    assert parse(american, ".") == parse(f"${american}", ".") == parse(european, ",") == value
    assert parse(f"({american})", ".") == -value


@pytest.mark.parametrize(
    ("text", "value"),
    [("5%", 0.05), ("0.05", 0.05), (" 12.5 % ", 0.125), ("100%", 1.0), ("1", 1.0), ("250%", 2.5)],
)
def test_a_ratio_is_a_percentage_or_a_fraction(text: str, value: float) -> None:
    assert ratio(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["5", "1.5", "-5%", "five", "", "5%%"])
def test_a_bare_number_above_one_is_no_ratio(text: str) -> None:
    assert ratio(text) is None
