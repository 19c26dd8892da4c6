"""The definition pages of measures, in the reader's language to their last edge case."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from terrier.ledger import MEASURES
from terrier.office.sales.edges import EDGES
from terrier.office.sales.explaining import FORMULAS
from tests.office.conftest import Company
from tests.office.sales.sold import half_years, sell


def test_every_edge_case_and_formula_of_the_ledger_is_there_to_be_translated() -> None:
    assert {edge for one in MEASURES.values() for edge in one.edges} == EDGES
    assert MEASURES.keys() == FORMULAS.keys() & MEASURES.keys()


@pytest.mark.django_db
def test_an_italian_reads_the_edge_cases_in_italian(company: Company, tmp_path: Path) -> None:
    sell(tmp_path, half_years())
    client = company.client("dora")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "it"
    text = client.get("/invoices/measures/net_revenue_retention").content.decode()
    assert "Vuoto dove un anno prima nessun cliente era attivo." in text
    assert "Empty where" not in text
