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
