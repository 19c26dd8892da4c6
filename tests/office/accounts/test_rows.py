"""The rows of the account list, which no template writes: what others typed is text there, in every column."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone, translation

from terrier.office.accounts.flat import Held
from terrier.office.accounts.listing import COLUMNS
from terrier.office.accounts.models import Account
from terrier.office.accounts.rows import CELLS, rows_of

HOSTILE = """<script>"x" & 'y'</script>"""
TODAY = dt.date(2026, 11, 23)


def account(text: str, **values: Any) -> Account:
    told: dict[str, Any] = dict.fromkeys(
        ("name", "external_id", "city", "state", "postal_code", "payment_terms", "phone", "account_class"),
        text,
    )
    told |= {"updated_at": timezone.now(), "annual_sales": Decimal(1), "service_hours": Decimal(1)}
    row: Any = Account(pk=1234, **{**told, **values})
    row.chain = Account(pk=7, name=text)
    row.held = Held(text, text)
    row.next_task = SimpleNamespace(title=text, due_on=TODAY)
    return row


def written(row: Account, *keys: str, **how: Any) -> str:
    columns = [COLUMNS[key] for key in ("name", *keys)]
    return rows_of([row], columns, **{"today": TODAY, "state_apart": False, "ticks": True, **how})


def test_every_column_but_the_name_has_a_cell() -> None:
    assert {"name", *CELLS} == set(COLUMNS)


@pytest.mark.parametrize("key", COLUMNS)
def test_what_others_typed_is_text(key: str) -> None:
    found = written(account(HOSTILE), *([key] if key != "name" else []))
    assert "<script" not in found
    assert "&lt;script" in found
    assert '"x"' not in found


def test_a_vacant_position_is_text_too() -> None:
    row: Any = account("Shop")
    row.held = Held(HOSTILE, None)
    assert "<script" not in written(row, "holder")


def test_amounts_are_grouped_as_the_language_does() -> None:
    row = account("Shop", annual_sales=Decimal("1234567.50"), potential=Decimal("-0.40"))
    assert "$1,234,568<" in written(row, "annual_sales")
    assert "$0<" in written(row, "potential")
    with translation.override("it"):
        assert "$1.234.568<" in written(row, "annual_sales")


def test_a_state_stands_with_its_city_unless_it_has_a_column() -> None:
    row = account("Shop", city="Akron", state="OH")
    assert ">Akron, OH<" in written(row, "city")
    assert ">Akron<" in written(row, "city", state_apart=True)


def test_a_row_leads_to_its_account_and_can_be_ticked() -> None:
    row = account("Shop")
    assert 'href="/accounts/1234/"' in written(row)
    assert 'value="1234"' in written(row)
    assert "checkbox" not in written(row, ticks=False)
