"""What a position is expected to earn follows from its own terms."""

from __future__ import annotations

from decimal import Decimal

from terrier.office.alignment.expected_pay import PayTerms, expected_pay
from terrier.office.people.models import Position


def position(share: str = "1", **terms: str) -> Position:
    return Position(
        name="Ohio",
        employment_share=Decimal(share),
        **{name: Decimal(value) for name, value in terms.items()},
    )


def test_up_to_the_quota_the_rate_counts_and_beyond_it_the_accelerator() -> None:
    ohio = position(base_pay="60000", commission_rate="0.01", quota="1000000", accelerator="1.5")
    assert expected_pay(ohio, Decimal(800_000)) == Decimal("68000.00")
    assert expected_pay(ohio, Decimal(1_200_000)) == Decimal("73000.00"), "10,000 and 3,000 on the base"


def test_without_a_quota_all_sales_are_paid_alike() -> None:
    assert expected_pay(position(commission_rate="0.02", accelerator="3"), Decimal(100_000)) == 2_000


def test_half_a_job_has_half_the_base_and_half_the_quota() -> None:
    half = position("0.5", base_pay="60000", commission_rate="0.01", quota="1000000", accelerator="2")
    assert expected_pay(half, Decimal(600_000)) == Decimal("37000.00"), "30,000, 5,000, and twice 1,000"


def test_returns_beyond_sales_cost_nobody_their_base() -> None:
    assert expected_pay(position(base_pay="50000", commission_rate="0.1"), Decimal(-5)) == 50_000


def test_without_terms_nobody_knows_unless_others_are_given() -> None:
    assert expected_pay(position(), Decimal(100)) is None
    assert expected_pay(position(), Decimal(100), otherwise=PayTerms(Decimal(10), Decimal("0.1"))) == 20
