"""Headings as exports have them, and what they are taken for."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from terrier.errors import InputError
from terrier.intake.columns import guess, named
from terrier.intake.table import Table


def table(*headings: str) -> Table:
    return Table("a.csv", pl.DataFrame({heading: ["x"] for heading in headings}), np.array([2]))


@pytest.mark.parametrize(
    ("role", "heading"),
    [
        ("id", "Account #"),
        ("id", "CUSTOMER NO."),
        ("id", "cust_id"),
        ("id", "Ship-To ID"),
        ("name", "Account Name"),
        ("latitude", "Lat"),
        ("latitude", "LATITUDE"),
        ("latitude", "y"),
        ("longitude", "Lng"),
        ("longitude", "Geo_Lon"),
        ("zip", "ZIP Code"),
        ("zip", "Postal Code"),
        ("zip", "Zip/Postal Code"),
        ("owner", "Rep"),
        ("owner", "Sales Person"),
        ("owner", "Current Territory"),
        ("sales", "Annual Revenue"),
        ("workload", "Service Hours"),
    ],
)
def test_a_heading_is_recognized(role: str, heading: str) -> None:
    assert guess(table("Remarks", heading, "Phone"), role) == heading


def test_the_likelier_of_two_headings_wins() -> None:
    assert guess(table("y", "Latitude"), "latitude") == "Latitude"
    assert guess(table("Customer", "Account ID"), "id") == "Account ID"


def test_nothing_is_guessed_from_headings_that_say_nothing() -> None:
    assert all(
        guess(table("Phone", "Remarks", "Platform"), role) is None for role in ("id", "latitude", "zip")
    )


def test_a_named_column_is_found_whatever_its_case_and_punctuation() -> None:
    assert named(table("Sales ($)", "Net_Sales"), "net sales", "--balance") == "Net_Sales"


def test_a_misspelled_column_is_answered_with_the_likeliest() -> None:
    with pytest.raises(
        InputError, match=r"has no column “workloda”, which --balance names. Did you mean “Workload”\?"
    ):
        named(table("Sales", "Workload"), "workloda", "--balance")


@pytest.mark.parametrize("heading", ["workload_hours", "Workload (hours)", "workloadHours", "WORKLOAD HOURS"])
def test_the_first_words_of_a_heading_are_enough(heading: str) -> None:
    assert named(table("Sales", heading), "workload", "--balance") == heading


def test_half_a_word_is_not_enough() -> None:
    with pytest.raises(InputError, match="has no column “work”"):
        named(table("Sales", "workload_hours"), "work", "--balance")


def test_the_whole_heading_wins_over_a_longer_one() -> None:
    assert named(table("Sales plan", "SALES"), "sales", "--balance") == "SALES"


def test_first_words_of_several_headings_are_refused_with_all_of_them() -> None:
    with pytest.raises(InputError) as refused:
        named(table("workload_hours", "Sales", "workload cost"), "workload", "--balance")
    assert str(refused.value) == (
        "a.csv: has 2 columns that “workload”, which --balance names, could mean. "
        "Say which: workload_hours, workload cost."
    )


@pytest.mark.parametrize(
    "heading",
    ["FY25 Net Sales", "Sales 2025", "Net Sales '25", "Sales LTM", "2025_sales", "Sales last 12 months"],
)
def test_a_period_in_a_heading_does_not_hide_what_it_is(heading: str) -> None:
    assert guess(table("Phone", heading, "Sales Rep"), "sales") == heading


def test_of_two_years_neither_is_guessed() -> None:
    assert guess(table("FY24 Sales", "FY25 Sales"), "sales") is None
