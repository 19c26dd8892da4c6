"""What the holder of a site sees of the chain above it."""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse
from django.utils import timezone

from terrier.office.accounts.models import Account, Category, Purchase
from terrier.office.accounts.selectors import worth_of
from terrier.office.audit.models import Act
from tests.office.accounts.test_pages import text_of
from tests.office.conftest import Company


def words_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text_of(answer)).split())


def test_the_holder_of_a_site_reads_the_name_of_its_chain_and_nothing_more(company: Company) -> None:
    head, site = company.accounts["chain"], company.accounts["chain ohio"]
    Account.objects.filter(pk=head.pk).update(name="Golden Paws", annual_sales="987654")
    address = reverse("accounts:account", args=[head.pk])
    tess = company.client("tess")
    for page in (tess.get(reverse("accounts:account", args=[site.pk])), tess.get("/accounts/")):
        assert "Golden Paws" in text_of(page)
        assert f'href="{address}"' not in text_of(page)
        assert "987,654" not in text_of(page)
    assert tess.get(address).status_code == 404


def test_a_chain_in_the_filter_is_named_for_those_who_hold_any_of_it(company: Company) -> None:
    head = company.accounts["chain"]
    assert "Chain Chain" in text_of(company.client("tess").get(f"/accounts/?chain={head.pk}"))
    assert f"Chain #{head.pk}" in text_of(company.client("tim").get(f"/accounts/?chain={head.pk}"))


def test_the_card_of_the_chain_says_that_others_hold_its_head(company: Company) -> None:
    address = reverse("accounts:account", args=[company.accounts["chain ohio"].pk])
    assert "which others hold" in text_of(company.client("tess").get(address))
    assert "which others hold" not in text_of(company.client("kate").get(address))


def test_the_page_of_a_head_office_tells_what_its_chain_sells_and_could(company: Company) -> None:
    head, ohio, utah = (company.accounts[name] for name in ("chain", "chain ohio", "chain utah"))
    Account.objects.filter(pk=ohio.pk).update(annual_sales="1000", potential="4000")
    Account.objects.filter(pk=utah.pk).update(annual_sales="300", potential="100")
    food = Category.objects.create(name="Dog food")
    Purchase.objects.create(account=ohio, category=food, last_year="1000", year_before="800")
    Purchase.objects.create(account=utah, category=food, last_year="300", year_before="200")
    page = words_of(company.client("kate").get(reverse("accounts:account", args=[head.pk])))
    assert "Sales of the chain, 12 months $1,300" in page
    bought = words_of(company.client("kate").get(reverse("sales:bought", args=[head.pk])))
    assert "Sales of the chain, 12 months $1,300 30.0% more than the year before" in bought
    assert "Dog food 1,300 1,000 +30%" in bought
    assert "Potential of the chain a year $4,100 $3,000 of it is white space" in page
    site = words_of(company.client("kate").get(reverse("accounts:account", args=[ohio.pk])))
    assert "Sales, 12 months $1,000" in site
    assert "of the chain" not in site


def test_a_deleted_site_counts_for_its_chain_no_more(company: Company) -> None:
    head, ohio = company.accounts["chain"], company.accounts["chain ohio"]
    Account.objects.filter(pk=ohio.pk).update(annual_sales="1000", deleted_at=timezone.now())
    assert worth_of(company.people["kate"], head).annual_sales == 0


def test_a_site_sent_back_where_it_is_stays_there(company: Company) -> None:
    site = company.accounts["chain ohio"]
    answer = company.client("tess").post(
        reverse("accounts:move", args=[site.pk]), {"parent": company.accounts["chain"].pk}
    )
    assert answer.headers["Location"] == reverse("accounts:account", args=[site.pk])
    assert not Act.objects.exists()
