"""The bridge from last year's revenue to this year's: its parts add up, and say what they should."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terrier.ledger import COVERAGE, Credit, Ledger, Period, Sales, Tables, load_lines, scorecard
from terrier.ledger.bridge import PARTS, bridge

YEAR = Period(dt.date(2026, 1, 1), dt.date(2027, 1, 1))
NOBODY = Credit(pl.DataFrame(schema=COVERAGE))


def opened(folder: Path, rows: list[tuple[str, str, str, float, float]]) -> Tables:
    """A ledger of lines: day, account, product, quantity, net."""
    lines = pl.DataFrame(
        [(f"{at}", "1", *row) for at, row in enumerate(rows)],
        schema=["invoice", "line", "date", "account", "product", "quantity", "net"],
        orient="row",
    )
    folder.mkdir(parents=True, exist_ok=True)
    lines.write_csv(folder / "lines.csv")
    ledger = Ledger(folder / "ledger")
    load_lines(ledger, folder / "lines.csv")
    return ledger.open()


def sums(found: pl.DataFrame) -> dict[str, float]:
    told = found.select(pl.col(*PARTS, "was", "net").sum().round(2)).row(0, named=True)
    return {name: value for name, value in told.items() if value}


def test_price_volume_and_mix_of_an_account_that_stayed(tmp_path: Path) -> None:
    tables = opened(
        tmp_path,
        [
            ("2025-03-01", "wags", "leash", 10, 100.0),
            ("2026-03-01", "wags", "leash", 10, 110.0),  # a tenth dearer
            ("2026-04-01", "wags", "bed", 10, 300.0),  # twice the units, the new ones dearer
        ],
    )
    found = sums(bridge(tables, NOBODY, YEAR))
    assert found == {"price": 10.0, "volume": 100.0, "mix": 200.0, "was": 100.0, "net": 410.0}


def test_new_lapsed_and_returned_accounts_stand_for_themselves(tmp_path: Path) -> None:
    tables = opened(
        tmp_path,
        [
            ("2026-03-01", "hops", "leash", 1, 10.0),
            ("2025-03-01", "chirps", "leash", 1, 20.0),
            ("2023-03-01", "fins", "leash", 1, 5.0),
            ("2026-03-01", "fins", "leash", 1, 40.0),
        ],
    )
    found = sums(bridge(tables, NOBODY, YEAR))
    assert found == {"new": 10.0, "lapsed": -20.0, "reactivated": 40.0, "was": 20.0, "net": 50.0}


def test_an_account_that_changes_hands_is_neither_won_nor_lost(tmp_path: Path) -> None:
    tables = opened(
        tmp_path, [("2025-03-01", "wags", "leash", 10, 100.0), ("2026-03-01", "wags", "leash", 12, 120.0)]
    )
    handed = dt.date(2026, 1, 1)
    coverage = pl.DataFrame(
        [("wags", "old", dt.date(2020, 1, 1), handed, 10_000), ("wags", "new", handed, None, 10_000)],
        schema=COVERAGE,
        orient="row",
    )
    credit = Credit(coverage)
    assert sums(bridge(tables, credit, YEAR, holders=["new"])) == {"taken_over": 120.0, "net": 120.0}
    given_away = sums(bridge(tables, credit, YEAR, holders=["old"]))
    assert given_away == {"taken_over": -120.0, "volume": 20.0, "was": 100.0}
    both = sums(bridge(tables, credit, YEAR, holders=["old", "new"]))
    assert both == {"volume": 20.0, "was": 100.0, "net": 120.0}


days = st.dates(dt.date(2024, 6, 1), dt.date(2026, 12, 31)).map(str)
rows = st.lists(
    st.tuples(
        days,
        st.sampled_from(["wags", "purrs", "fins"]),
        st.sampled_from(["leash", "ball", "bed"]),
        st.integers(-3, 9).map(float),
        st.integers(-5_000, 90_000).map(lambda cents: cents / 100),
    ),
    min_size=1,
    max_size=25,
)
spells = st.lists(
    st.tuples(
        st.sampled_from(["wags", "purrs", "fins"]),
        st.sampled_from(["tess", "tim"]),
        st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 1)),
        st.integers(1, 900),
        st.sampled_from([2_500, 5_000]),
    ),
    max_size=5,
    unique_by=lambda spell: spell[:2],
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows, spells=spells, holders=st.sampled_from([None, ["tess"], ["tess", "tim"]]))
def test_the_parts_always_lead_from_one_year_s_revenue_to_the_other_s(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, str, float, float]],
    spells: list[tuple[str, str, dt.date, int, int]],
    holders: list[str] | None,
) -> None:
    tables = opened(tmp_path_factory.mktemp("bridge"), rows)
    coverage = [
        (account, holder, since, since + dt.timedelta(days=n), share)
        for account, holder, since, n, share in spells
    ]
    credit = Credit(pl.DataFrame(coverage, schema=COVERAGE, orient="row"))
    found = bridge(tables, credit, YEAR, holders=holders)
    for row in found.iter_rows(named=True):
        assert row["was"] + sum(row[name] for name in PARTS) == pytest.approx(row["net"], abs=1e-6)
    only = {} if holders is None else {"holder": holders}
    card = scorecard(Sales(tables, credit, YEAR, only=only), ["revenue", "revenue_before"])
    assert found["net"].sum() == pytest.approx(card["revenue"].item() or 0, abs=1e-6)
    assert found["was"].sum() == pytest.approx(card["revenue_before"].item() or 0, abs=1e-6)
