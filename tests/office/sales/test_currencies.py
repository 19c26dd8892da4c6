"""Invoices in two currencies: each is told by itself, never added to the other, and the page says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from terrier.office.sales import gateway
from tests.office.conftest import Company
from tests.office.market.told import place, tell

pytestmark = pytest.mark.django_db

HEAD = "invoice,date,account,net,currency\n"
DOLLARS = "A,2026-03-02,COLUMBUS,700,USD\nB,2026-03-03,PROVO,100,USD\nC,2025-01-02,PROVO,400,USD\n"
EUROS = "D,2026-03-04,COLUMBUS,51,EUR\nE,2025-01-03,COLUMBUS,17,EUR\n"


def bring(folder: Path, lines: str) -> None:
    file = folder / "lines.csv"
    file.write_text(HEAD + lines)
    gateway.take("lines", file, {}, name="lines.csv")


def page(company: Company, address: str) -> str:
    answer = company.client("dora").get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_of_two_currencies_that_of_most_lines_is_told_and_the_other_a_click_away(
    company: Company, tmp_path: Path
) -> None:
    bring(tmp_path, DOLLARS + EUROS)
    text = page(company, "/invoices/?by=account")
    assert "$800" in text
    assert "851" not in text
    assert "never added up" in text
    assert "currency=EUR" in text
    other = page(company, "/invoices/?by=account&currency=EUR")
    assert "€51" in other
    assert "$" not in other.split("<main", 1)[1].split("</main", 1)[0]
    assert "currency=EUR" in other.split("by=category", 1)[0]


def test_every_part_of_a_desk_is_in_the_currency_that_was_asked_for(company: Company, tmp_path: Path) -> None:
    bring(tmp_path, DOLLARS + EUROS)
    for part in ("", "desk/trend", "desk/growth", "desk/team", "desk/categories"):
        text = page(company, f"/{part}?currency=EUR&period=year")
        figures = text.split("<main", 1)[-1].split("</main", 1)[0]
        assert "€51" in figures, part
        assert "$800" not in figures, part
    assert "$800" in page(company, "/?period=year")


def test_the_lines_of_a_currency_come_to_what_its_figures_say(company: Company, tmp_path: Path) -> None:
    bring(tmp_path, DOLLARS + EUROS)
    assert "€51" in page(company, "/invoices/lines?period=year&currency=EUR")
    assert "$800" in page(company, "/invoices/lines?period=year")
    assert "€51" in page(company, "/invoices/measures/revenue?period=year&currency=EUR")


def test_a_company_that_invoices_in_another_currency_alone_has_its_figures_in_that(
    company: Company, tmp_path: Path
) -> None:
    bring(tmp_path, EUROS)
    text = page(company, "/?period=year")
    assert "€51" in text
    assert "never added up" not in text


def test_a_currency_without_lines_is_not_told(company: Company, tmp_path: Path) -> None:
    bring(tmp_path, DOLLARS)
    assert "$800" in page(company, "/?period=year&currency=CHF")


@pytest.mark.parametrize("address", ["/analysis/?measures=revenue&rows=account", "/market/"])
def test_a_page_that_tells_of_one_currency_alone_says_so(
    company: Company, tmp_path: Path, address: str
) -> None:
    place(company)
    tell(company)
    bring(tmp_path, DOLLARS)
    assert "not added" not in page(company, address)
    bring(tmp_path, EUROS)
    text = page(company, address)
    assert "Of invoices in USD alone: those in EUR are not added to them." in text
    assert "currency=EUR" not in text
