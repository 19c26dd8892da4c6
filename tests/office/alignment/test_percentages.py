from __future__ import annotations

import pytest

from terrier.office.alignment.templatetags.plans import deviation, percent


@pytest.mark.parametrize(
    ("ratio", "places", "told"),
    [(0.824, 0, "82%"), (0.8151, 0, "82%"), (0.0396, 1, "4.0%"), (0.0, 1, "0.0%"), (None, 0, "–")],
)
def test_percentages_are_rounded_not_cut(ratio: float | None, places: int, told: str) -> None:
    assert percent(ratio, places) == told


def test_the_headline_and_the_row_it_comes_from_say_the_same() -> None:
    for thousandths in range(1000):
        ratio = thousandths / 1000
        assert deviation(-ratio)[1:] == percent(ratio)
