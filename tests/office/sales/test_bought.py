"""What an account buys, on its own page: categories year by year, its last order, its rhythm, and its lines a click away."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.urls import reverse

from terrier.office.accounts.models import Account, Category, Purchase
from terrier.office.sales import bought
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


def test_without_a_line_the_page_tells_what_was_recorded(company: Company, tmp_path: Path) -> None:
    food = Category.objects.create(name="Dog food")
    account = company.accounts["columbus"]
    Purchase.objects.create(account=account, category=food, last_year="900", year_before="1000")
    assert "Dog food" in page(company, "tess", "columbus")
    sell(tmp_path / "brought", [(LAST.isoformat(), "PROVO", "ball", 5.0)])
    assert "Dog food" in page(company, "tess", "columbus")
    assert "10.0% less than the year before" in page(company, "tess", "columbus")


def test_the_sales_above_are_those_of_the_same_lines(company: Company, tmp_path: Path) -> None:
    """What was recorded otherwise stands on the page no more once there are lines."""
    food = Category.objects.create(name="Dog food")
    account = company.accounts["columbus"]
    Account.objects.filter(pk=account.pk).update(annual_sales="900")
    Purchase.objects.create(account=account, category=food, last_year="900", year_before="100")
    before = LAST - dt.timedelta(days=400)
    sell(
        tmp_path / "brought",
        [(LAST.isoformat(), "COLUMBUS", "ball", 750.0), (before.isoformat(), "COLUMBUS", "ball", 1000.0)],
    )
    text = page(company, "tess", "columbus")
    above = text[text.index('id="sold"') :]
    assert 'hx-swap-oob="true"' in above
    assert "$750" in above
    assert "25.0% less than the year before" in above
    whole = company.client("tess").get(reverse("accounts:account", args=[account.pk])).content.decode()
    assert 'id="sold"' in whole
    assert "than the year before" not in whole


def test_all_counts_the_categories_that_are_too_many_to_show(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bought, "MOST_CATEGORIES", 1)
    day = LAST.isoformat()
    sell(tmp_path / "brought", [(day, "COLUMBUS", "ball", 70.0), (day, "COLUMBUS", "leash", 50.0)])
    text = page(company, "tess", "columbus")
    assert "<tfoot>" in text
    assert "$120" in text[text.index("<tfoot>") :]
