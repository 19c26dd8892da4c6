"""What the sample company invoiced: it agrees with its accounts, and tells of seasons, prices and customers won and lost."""

import datetime as dt

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from terrier.errors import TerrierError
from terrier.ledger import Ledger, load_lines, load_products
from terrier.sample import draw_sales, generate, write
from terrier.sample import files as sample_files

UNTIL = dt.date(2026, 7, 15)
YEAR_AGO = dt.date(2025, 7, 15)
LAST = pl.col("date") >= YEAR_AGO


@pytest.fixture(scope="module")
def sample():
    return generate(700, 8, seed=4)


@pytest.fixture(scope="module")
def sales(sample):
    return draw_sales(sample.accounts, UNTIL, seed=4)


def test_what_each_account_bought_in_the_last_year_comes_to_its_sales_to_the_cent(sample, sales):
    bought = sales.lines.filter(LAST).group_by("account").agg(pl.col("net_amount").sum().round(2))
    told = sample.accounts.join(bought, left_on="account_id", right_on="account", how="left")
    assert (told["net_amount"].fill_null(0) == told["sales"]).all()


def test_three_years_are_told_of_and_nothing_beyond(sales):
    days = sales.lines["date"]
    assert dt.date(2023, 7, 15) <= days.min() < dt.date(2023, 8, 1)
    assert dt.date(2026, 7, 10) < days.max() < UNTIL


def test_prospects_never_bought_and_lapsed_accounts_not_in_the_last_year(sample, sales):
    told = sales.lines.join(sample.accounts, left_on="account", right_on="account_id")
    assert set(told["status"]) == {"active", "lapsed"}
    assert set(told.filter(LAST)["status"]) == {"active"}


def test_customers_are_won_and_lost_and_some_come_back(sales):
    of = {
        name: set(sales.lines.filter(pl.col("date").is_between(since, until, closed="left"))["account"])
        for name, since, until in (
            ("now", YEAR_AGO, UNTIL),
            ("before", dt.date(2024, 7, 15), YEAR_AGO),
            ("first", dt.date(2023, 7, 15), dt.date(2024, 7, 15)),
        )
    }
    assert of["now"] - of["before"] - of["first"]
    assert of["before"] - of["now"]
    assert (of["now"] & of["first"]) - of["before"]


def test_toys_sell_in_december_and_flea_drops_in_may(sales):
    told = sales.lines.join(sales.products, on="product")
    sold = told.group_by("category", month=pl.col("date").dt.month()).agg(pl.col("quantity").sum())
    at = {(row["category"], row["month"]): row["quantity"] for row in sold.iter_rows(named=True)}
    assert at["Toys", 12] > 1.2 * at["Toys", 6]
    assert at["Health and grooming", 5] > 1.2 * at["Health and grooming", 11]


def test_prices_rise_in_february(sales):
    told = sales.lines.join(sales.products, on="product").filter(
        ~pl.col("date").dt.month().is_in([3, 4, 9, 11, 12]), pl.col("kind") == "invoice"
    )
    priced = told.with_columns(price=pl.col("net_amount") / pl.col("quantity"))
    january, later = (
        priced.filter(pl.col("date").is_between(*days))
        .group_by("account", "product")
        .agg(pl.col("price").median())
        for days in (
            (dt.date(2025, 10, 1), dt.date(2026, 1, 31)),
            (dt.date(2026, 2, 1), dt.date(2026, 6, 30)),
        )
    )
    both = january.join(later, on=["account", "product"])
    rise = (both["price_right"] / both["price"]).median()
    assert 1.02 < rise < 1.08


def test_returns_are_credit_notes_below_zero_and_nothing_else_is(sales):
    kinds = sales.lines.select("kind", below=pl.col("net_amount") < 0).unique().sort("kind").rows()
    assert kinds == [("credit note", True), ("invoice", False)]


def test_every_category_earns_its_margin(sales):
    told = (
        sales.lines.join(sales.products, on="product")
        .group_by("category")
        .agg(pl.col("net_amount").sum(), pl.col("cost").sum())
    )
    margins = (1 - told["cost"] / told["net_amount"]).to_list()
    assert len(margins) == 8
    assert all(0.1 < margin < 0.6 for margin in margins)


def test_the_same_arguments_give_the_same_invoices(sample, sales):
    assert_frame_equal(draw_sales(sample.accounts, UNTIL, seed=4).lines, sales.lines)


def test_the_ledger_takes_every_line(sample, sales, tmp_path):
    write(sample, tmp_path, "parquet", sales=sales)
    ledger = Ledger(tmp_path / "ledger")
    load_products(ledger, tmp_path / "products.parquet")
    loaded = load_lines(ledger, tmp_path / "lines.parquet", accounts=sample.accounts["account_id"])
    assert loaded.load.n_lines == len(sales.lines)
    assert (len(loaded.refused), loaded.parked) == (0, {})
    assert loaded.load.net_cents["USD"] == round(sales.lines["net_amount"].sum() * 100)


def test_more_lines_than_a_worksheet_holds_are_refused_before_anything_is_written(
    sample, sales, tmp_path, monkeypatch
):
    monkeypatch.setattr(sample_files, "MOST_ROWS", 10)
    with pytest.raises(TerrierError, match="a worksheet holds 10"):
        write(sample, tmp_path / "new", "xlsx", sales=sales)
    assert not (tmp_path / "new").exists()
