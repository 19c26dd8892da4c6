"""`terrier ask`: a question from the command line, in the scope of a person."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from django.http import Http404

from terrier.cli.main import main
from terrier.office.analysis.command import written
from terrier.office.analysis.question import parse
from terrier.office.analysis.services import save_analysis
from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from tests.office.conftest import Company
from tests.office.sales.sold import half_years, sell


@pytest.fixture
def sold(company: Company, tmp_path: Path) -> Company:
    sell(tmp_path / "brought", half_years())
    return company


def test_an_address_is_answered_in_the_scope_of_a_person(sold: Company) -> None:
    header, rows = written("?measures=revenue&rows=account&compare=year", "Tess@example.com")
    assert header == [
        "Account",
        "More on it",
        "Revenue",
        "Revenue: before",
        "Revenue: change",
        "Revenue: change, %",
    ]
    assert list(rows) == [
        ["Chain Ohio", "OH", 1400.0, 700.0, 700.0, 100.0],
        ["Columbus", "OH", 150.0, 100.0, 50.0, 50.0],
        ["Dayton", "OH", 80.0, 0.0, 80.0, ""],
        ["All", "", 1630.0, 800.0, 830.0, 103.75],
    ]


def test_a_saved_analysis_is_asked_by_its_number(sold: Company) -> None:
    row, _act = save_analysis(
        author=Author(sold.people["dora"]), name="Mine", question=parse("measures=revenue&rows=category")[0]
    )
    _header, rows = written(str(row.pk), "dora@example.com")
    assert [one[0] for one in rows] == ["Walk", "Play", "All"]
    with pytest.raises(Http404):
        written(str(row.pk), "tess@example.com")


@pytest.mark.parametrize(
    ("question", "email", "told"),
    [
        ("rows=shelf", "dora@example.com", "shelf"),
        ("rows=category", "nobody@example.com", "nobody@example.com"),
    ],
)
def test_what_is_wrong_is_said(sold: Company, question: str, email: str, told: str) -> None:
    with pytest.raises(RefusedError, match=told):
        written(question, email)


def test_below_the_rows_stands_what_has_no_figure_and_why(sold: Company) -> None:
    _header, rows = written("measures=revenue&measures=account_profit&rows=category", "dora@example.com")
    *_told, total, why = rows
    assert total[0] == "All"
    assert why[0] == "Account profit"
    assert "TERRIER_HOUR_COST" in why[1]
    assert len(why) == len(total)


def test_the_command_says_what_is_wrong_in_a_sentence_that_ends_once(sold: Company) -> None:
    said = CliRunner().invoke(main, ["ask", "rows=category", "--as", "nobody@example.com"])
    assert said.exit_code == 2
    assert said.output.endswith("has the address nobody@example.com.\n")
