"""Sales handed out so that people's whole expected pay is even: their base stays with them."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrier.office.alignment.choices import Choices
from terrier.office.alignment.even_pay import LEAST, Paid, even_sales
from terrier.office.alignment.expected_pay import expected_pay
from terrier.office.alignment.models import Territory
from terrier.office.people.models import Position

Terms = tuple[int, str, int | None, str, str]

TERMS = st.tuples(
    st.integers(20_000, 60_000),
    st.sampled_from(["0.01", "0.02", "0.05"]),
    st.none() | st.integers(500_000, 3_000_000),
    st.sampled_from(["1", "1.5"]),
    st.sampled_from(["0.5", "1"]),
)


def territories(*rows: Terms) -> list[Territory]:
    return [
        Territory(
            name=str(at),
            share=Decimal(share),
            position=Position(
                base_pay=Decimal(base),
                commission_rate=Decimal(rate),
                quota=None if quota is None else Decimal(quota),
                accelerator=Decimal(accelerator),
                employment_share=Decimal(share),
            ),
        )
        for at, (base, rate, quota, accelerator, share) in enumerate(rows)
    ]


def paid_a_share(found: list[Territory], sales: np.ndarray) -> list[float]:
    told = []
    for one, sold in zip(found, sales, strict=True):
        assert one.position is not None
        pay = expected_pay(one.position, Decimal(str(round(float(sold), 2))))
        assert pay is not None
        told.append(float(pay) / float(one.share))
    return told


@given(st.lists(TERMS, min_size=2, max_size=6))
def test_pay_is_even_where_sales_can_make_it_so(rows: list[Terms]) -> None:
    found = territories(*rows)
    shares = np.array([float(one.share) for one in found])
    total = 10_000_000.0 * len(rows)
    sales = even_sales(Paid.of(found, Choices()), shares, total)
    assert sales.sum() == pytest.approx(total)
    least = LEAST * total * shares / shares.sum()
    pay = paid_a_share(found, sales)
    free = [one for one, sold, floor in zip(pay, sales, least, strict=True) if sold > floor * 1.001]
    assert max(free) == pytest.approx(min(free), rel=1e-5)
    assert all(sold >= floor * 0.999 for sold, floor in zip(sales, least, strict=True))


def test_whoever_has_less_base_needs_more_sales() -> None:
    found = territories((60_000, "0.02", None, "1", "1"), (40_000, "0.02", None, "1", "1"))
    sales = even_sales(Paid.of(found, Choices()), np.ones(2), 4_000_000.0)
    assert sales == pytest.approx([1_500_000, 2_500_000])
    assert paid_a_share(found, sales) == pytest.approx([90_000, 90_000])


def test_where_sales_pay_nothing_they_are_even() -> None:
    found = territories((60_000, "0", None, "1", "1"), (40_000, "0", None, "1", "0.5"))
    assert even_sales(Paid.of(found, Choices()), np.array([1, 0.5]), 300.0) == pytest.approx([200, 100])
