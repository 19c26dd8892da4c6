"""CSV files: what they say, that they add up, that they load back, that no cell runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrier.report.delimited import RISKY, read_csv, write_csv
from terrier.report.figures import figures
from terrier.report.reasons import Reason, reasons
from terrier.report.tables import moves_table, placements_table, territories_table
from tests.report.factory import make_document


def test_every_unit_is_listed_once_with_its_holder_and_cause() -> None:
    document = make_document()
    known = figures(document)
    table = placements_table(document, known, reasons(document, known))
    assert table["unit"].to_list() == list(document.unit_ids)
    assert table["territory"].to_list() == [document.territory_names[j] for j in document.plan.assignment]
    assert set(table["cause"][:3]) == {"lock"}
    assert set(table["cause"][5:9]) == {"rule"}
    assert set(table["cause"][9:]) == {"engine"}


def test_without_a_plan_today_no_territory_is_called_kept_or_new() -> None:
    document = make_document(present=False)
    table = territories_table(document, figures(document))
    assert "status" not in table.columns
    assert table.columns[:3] == ["territory", "person", "units"]


def test_moved_means_another_holder_and_new_means_none_before() -> None:
    document = make_document()
    known = figures(document)
    table = placements_table(document, known, reasons(document, known))
    for row in table.iter_rows(named=True):
        wanted = "new" if not row["previous"] else "no" if row["previous"] == row["territory"] else "yes"
        assert row["moved"] == wanted


def test_every_move_is_explained_and_nothing_else_but_locks_and_groups() -> None:
    document = make_document()
    known = figures(document)
    table = placements_table(document, known, reasons(document, known))
    for row in table.iter_rows(named=True):
        assert (row["why"] != "") == (row["moved"] != "no" or row["cause"] != "engine")


def test_reasons_name_the_figures_they_rest_on() -> None:
    document = make_document()
    known = figures(document)
    assert known.before is not None
    why = reasons(document, known)
    table = placements_table(document, known, why)
    unit = int(np.flatnonzero((why.codes & Reason.BALANCE) > 0)[0])
    source = int(known.before.held_by[unit])
    ratio = known.before.deviations[source, why.measure[unit]]
    side = "over" if ratio > 0 else "under"
    assert f"{known.before.names[source]} was {abs(ratio) * 100:.1f}% {side} its share" in table["why"][unit]
    closed = int(np.flatnonzero((why.codes & Reason.CLOSED) > 0)[0])
    assert "Eugene is closed" in table["why"][closed]


def test_territories_add_up_to_the_whole_before_and_after() -> None:
    document = make_document()
    table = territories_table(document, figures(document))
    total = document.problem.measures[:, 0].sum()
    assert table["sales"].sum() == pytest.approx(total)
    held = document.before >= 0  # type: ignore[operator]
    assert table["sales before"].sum() == pytest.approx(document.problem.measures[held, 0].sum())
    assert table["units_in"].sum() == table["units_out"].sum() + int((~held).sum())
    assert table.filter(pl.col("status") == "closed")["territory"].to_list() == ["Eugene"]


def test_without_a_present_plan_nothing_is_said_of_before() -> None:
    document = make_document(present=False)
    known = figures(document)
    table = placements_table(document, known, reasons(document, known))
    assert "previous" not in table.columns
    assert moves_table(table, document).is_empty()
    assert "sales before" not in territories_table(document, known).columns


def test_a_column_of_the_file_may_be_called_like_one_of_ours() -> None:
    document = make_document(measure_names=["name", "why"], details={"territory": ["x"] * 240})
    known = figures(document)
    table = placements_table(document, known, reasons(document, known))
    assert {"name (file)", "why (file)", "territory (file)"} <= set(table.columns)
    assert territories_table(document, known)["name"].sum() == pytest.approx(
        document.problem.measures[:, 0].sum()
    )


def test_the_written_files_load_back(tmp_path: Path) -> None:
    document = make_document(unit_ids=[f"{i:05d}" for i in range(240)])
    known = figures(document)
    table = placements_table(document, known, reasons(document, known))
    write_csv(table, tmp_path / "placements.csv")
    assert read_csv(tmp_path / "placements.csv").equals(table)


@given(st.lists(st.text(alphabet="=+-@'\t\r\n\"a1, ", max_size=6), min_size=1, max_size=8))
def test_no_text_runs_and_every_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "texts.csv"
    table = pl.DataFrame({"unit": texts, "-risky": list(range(len(texts)))})
    write_csv(table, path)
    written = pl.read_csv(path, schema_overrides={"unit": pl.String})
    assert not written["unit"].fill_null("").str.contains(f"^{RISKY}").any()
    assert written.columns == ["unit", "'-risky"]
    assert read_csv(path).equals(table)
