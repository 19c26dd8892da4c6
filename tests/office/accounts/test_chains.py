"""What the holder of a site sees of the chain above it."""

from __future__ import annotations

from django.urls import reverse

from terrier.office.accounts.models import Account
from terrier.office.audit.models import Act
from tests.office.accounts.test_pages import text_of
from tests.office.conftest import Company


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


def test_a_site_sent_back_where_it_is_stays_there(company: Company) -> None:
    site = company.accounts["chain ohio"]
    answer = company.client("tess").post(
        reverse("accounts:move", args=[site.pk]), {"parent": company.accounts["chain"].pk}
    )
    assert answer.headers["Location"] == reverse("accounts:account", args=[site.pk])
    assert not Act.objects.exists()
