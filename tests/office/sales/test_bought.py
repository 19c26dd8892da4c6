"""What an account buys, on its own page: categories year by year, its last order, its rhythm, and its lines a click away."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.urls import reverse

from tests.office.conftest import Company
from tests.office.sales.sold import LAST, half_years, sell


def page(company: Company, who: str, account: str) -> str:
    answer = company.client(who).get(reverse("sales:bought", args=[company.accounts[account].pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_categories_year_by_year_with_the_last_order_and_the_rhythm(company: Company, tmp_path: Path) -> None:
    weekly = [LAST - dt.timedelta(days=7 * week) for week in range(3, 80)]
    rows = [
        (day.isoformat(), "COLUMBUS", "leash" if at % 2 else "ball", 100.0) for at, day in enumerate(weekly)
    ]
    sell(tmp_path / "brought", [*rows, (LAST.isoformat(), "PROVO", "ball", 5.0)])
    text = page(company, "tess", "columbus")
    assert "every 7 days" in text
    assert "21 days ago" in text
    assert "No order for 21 days; it usually orders every 7." in text
    assert "$2,500" in text  # of the 50 weeks of the last year, half
    assert reverse("sales:lines") in text


def test_a_chain_is_told_with_the_sites_one_sees(company: Company, tmp_path: Path) -> None:
    sell(tmp_path / "brought", half_years())
    assert "$2,400" in page(company, "kate", "chain")
    assert "$2,000" in page(company, "tess", "chain ohio")


def test_without_a_line_the_page_keeps_what_was_recorded(company: Company, tmp_path: Path) -> None:
    client, address = company.client("tess"), reverse("sales:bought", args=[company.accounts["columbus"].pk])
    assert client.get(address).status_code == 204
    sell(tmp_path / "brought", [(LAST.isoformat(), "PROVO", "ball", 5.0)])
    assert client.get(address).status_code == 204
