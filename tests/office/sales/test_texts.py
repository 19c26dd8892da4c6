"""Figures as people read them."""

from __future__ import annotations

import pytest

from terrier.office.sales.texts import money


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (999.4, "$999"),
        (999.6, "$1.00k"),
        (1_863, "$1.86k"),
        (1_866, "$1.87k"),
        (192_700, "$193k"),
        (999_600, "$1.00M"),
        (13_865_245.14, "$13.9M"),
        (-1_208_000, "−$1.21M"),
        (46_970_688, "$47.0M"),
    ],
)
def test_short_amounts_are_rounded_not_cut_off(value: float, told: str) -> None:
    assert money(value, "USD", short=True) == told
