"""`terrier ledger`: files in, told row by row, and out again."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from terrier.cli.main import main

LINES = """Invoice No,Date,Customer,SKU,Amount,Type
A-1,1/31/2026,wags,leash,"$1,250.00",Invoice
A-2,2/1/2026,wags,ball,40,Credit
A-3,soon,wags,ball,40,Invoice
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("TERRIER_HOME", str(tmp_path))
    (tmp_path / "june.csv").write_text(LINES)

    def run(*words: object) -> Result:
        return CliRunner().invoke(main, ["ledger", *(str(word) for word in words)])

    return run


def test_a_file_is_taken_in_listed_and_withdrawn(run: object, tmp_path: Path) -> None:
    assert callable(run)
    loaded = run("load", tmp_path / "june.csv", "--refused", tmp_path / "refused.csv")
    assert loaded.exit_code == 0, loaded.output
    assert "Took in 2 lines, 1,210.00 USD" in loaded.output
    assert "row 4, column “Date”: is not a day (found “soon”)" in loaded.output
    assert "4,Date,soon,is not a day" in (tmp_path / "refused.csv").read_text()
    listed = run("show").output
    assert "june.csv" in listed
    number = listed.split()[0]
    assert "Nothing in it is new" in run("load", tmp_path / "june.csv").output
    assert "Withdrew 2 lines" in run("withdraw", number).output
    assert "Nothing was taken in yet" in run("show").output
    wrong = run("withdraw", number)
    assert wrong.exit_code == 2
    assert f"no load “{number}”" in wrong.output


def test_products_are_taken_in(run: object, tmp_path: Path) -> None:
    assert callable(run)
    products = tmp_path / "products.csv"
    products.write_text("Code of ours,Category\nleash,Walk\n")
    assert "Pass --column product=" in run("products", products).output
    mistyped = run("products", products, "--column", "prodct=Code of ours").output
    assert "is not read for “prodct”. Columns that are: product, name, category, brand." in mistyped
    told = run("products", products, "--column", "product=Code of ours").output
    assert "New or changed: 1 product." in told


def test_decimal_commas_are_named_with_what_reads_them(run: object, tmp_path: Path) -> None:
    assert callable(run)
    file = tmp_path / "comma.csv"
    file.write_text('Invoice,Date,Customer,Amount\nA-1,2026-06-01,wags,"10,00"\n')
    alone = run("load", file)
    assert alone.exit_code == 2
    assert "has a decimal comma" in alone.output
    assert "Pass --decimal , if it is." in alone.output
    file.write_text('Invoice,Date,Customer,Amount\nA-1,2026-06-01,wags,"10,00"\nA-2,2026-06-01,wags,40\n')
    mixed = run("load", file)
    assert "Took in 1 line" in mixed.output
    assert "has a decimal comma" in mixed.output
    number = run("show").output.split()[0]
    assert f"`terrier ledger withdraw {number}`, and then load it with --decimal ," in mixed.output
    run("withdraw", number)
    assert "Took in 2 lines, 50.00 USD" in run("load", file, "--decimal", ",").output
