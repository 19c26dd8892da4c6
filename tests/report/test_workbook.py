"""The workbook, read back and looked into."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

from terrier.report import PlanDocument, write_all
from tests.report.factory import make_document, with_limits

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def write(document: PlanDocument, folder: Path) -> Path:
    return write_all(document, folder)[3]


def sheet(path: Path, name: str) -> pl.DataFrame:
    return pl.read_excel(path, sheet_name=name, engine="calamine", infer_schema_length=None)


def xml(path: Path) -> str:
    with zipfile.ZipFile(path) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def test_the_sheets_hold_what_the_plan_holds(tmp_path: Path) -> None:
    document = make_document()
    path = write(document, tmp_path)
    placements = sheet(path, "Placements")
    assert placements["unit"].to_list() == list(document.unit_ids)
    assert placements["sales"].sum() == pytest.approx(document.problem.measures[:, 0].sum())
    moves = sheet(path, "Moves")
    assert moves.height == placements.filter(pl.col("moved") != "no").height
    balance = sheet(path, "Balance")
    assert balance["sales deviation"].drop_nulls().to_list() == pytest.approx(
        document.plan.deviations[:, 0].tolist(), abs=1e-5
    )


def test_the_summary_tells_what_was_not_met_and_how_to_repeat_it(tmp_path: Path) -> None:
    document = make_document()
    path = write(document, tmp_path)
    text = pl.read_excel(path, sheet_name="Summary", engine="calamine", has_header=False)
    words = " ".join(str(cell) for row in text.rows() for cell in row if cell is not None)
    assert document.command in words
    assert "over its share of sales; ±5% was asked." in words
    assert "ZIP 00000 is not known" in words


def test_no_text_is_a_formula_or_a_link(tmp_path: Path) -> None:
    attack = ["=1+1", "https://example.com", "@SUM(A1)", "-2+3", "{=A1}"] * 48
    path = write(make_document(unit_names=attack, title="=cmd|' /C calc'!A0 & more"), tmp_path)
    assert "<f>" not in re.sub(r"<c:f>.*?</c:f>", "", xml(path))
    assert "<hyperlink" not in xml(path)
    assert sheet(path, "Placements")["name"].to_list() == attack


def test_headers_stay_in_sight_and_filter(tmp_path: Path) -> None:
    found = xml(write(make_document(), tmp_path))
    assert found.count('state="frozen"') == 3
    assert found.count("<autoFilter ") == 3
    assert "<dataBar" in found
    assert found.count("<c:barChart>") == 2


def test_a_plan_from_scratch_and_one_without_moves_can_be_sent(tmp_path: Path) -> None:
    path = write(make_document(present=False), tmp_path)
    assert "Nothing moves" in str(pl.read_excel(path, sheet_name="Moves", engine="calamine").rows())


def test_moves_say_what_a_reader_of_moves_asks(tmp_path: Path) -> None:
    moves = sheet(write(make_document(), tmp_path), "Moves")
    assert moves.columns == [
        "unit", "name", "previous", "territory", "person", "why", "distance_km", "sales", "hours",
    ]  # fmt: skip


def cell_kinds(path: Path, heading: str) -> tuple[set[str], list[float]]:
    """How the sheet Placements stores a column: its cells' types in the XML ("n" by default), and its numbers."""
    with zipfile.ZipFile(path) as book:
        texts = ElementTree.fromstring(book.read("xl/sharedStrings.xml")).findall(f"{MAIN}si")
        rows = ElementTree.fromstring(book.read("xl/worksheets/sheet3.xml")).iter(f"{MAIN}row")
    cells = [list(row.iter(f"{MAIN}c")) for row in rows]
    said = ["".join(texts[int(cell.findtext(f"{MAIN}v") or 0)].itertext()) for cell in cells[0]]
    letters = re.sub(r"[0-9]", "", cells[0][said.index(heading)].get("r") or "")
    below = [
        cell for row in cells[1:] for cell in row if re.sub(r"[0-9]", "", cell.get("r") or "") == letters
    ]
    kinds = {cell.get("t", "n") for cell in below}
    return kinds, [float(cell.findtext(f"{MAIN}v") or 0) for cell in below if cell.get("t", "n") == "n"]


def test_further_columns_of_plain_numbers_are_numbers(tmp_path: Path) -> None:
    path = write(make_document(details={"potential": ["28600", "", "-3.5"] * 80}), tmp_path)
    assert cell_kinds(path, "potential") == ({"n"}, [28600.0, -3.5] * 80)


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("route", ["007", "12"]),
        ("barcode", ["1234567890123456", "12"]),
        ("zip", ["98109", "12345"]),
        ("chainID", ["17", "18"]),
        ("Main phone", ["2065550100", "2065550101"]),
        ("Store #", ["17", "18"]),
        ("stock", ["17", "n.a."]),
        ("spend", ["1e5", "17"]),
    ],
)
def test_digits_that_name_something_stay_texts(tmp_path: Path, heading: str, values: list[str]) -> None:
    path = write(make_document(details={heading: values * 120}), tmp_path)
    assert cell_kinds(path, heading) == ({"inlineStr"}, [])
    assert sheet(path, "Placements")[heading].to_list() == values * 120


def test_a_workbook_of_very_many_rows_leaves_the_files_own_columns_to_the_csv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = make_document()
    full, lean = tmp_path / "full", tmp_path / "lean"
    full.mkdir(), lean.mkdir()
    theirs = set(document.details)
    assert theirs
    assert theirs <= set(sheet(write(document, full), "Placements").columns)
    monkeypatch.setattr("terrier.report.workbook.MOST_DETAILED", 10)
    path = write(document, lean)
    assert not theirs & set(sheet(path, "Placements").columns)
    assert sheet(path, "Placements").height == len(document.unit_ids)
    assert "are in placements.csv, not in this workbook" in xml(path)
    assert theirs <= set(pl.read_csv(lean / "placements.csv").columns)


def test_limits_frozen_and_closed_territories_are_told(tmp_path: Path) -> None:
    path = write(with_limits(make_document()), tmp_path)
    balance = sheet(path, "Balance")
    status = dict(zip(balance["territory"], balance["status"], strict=True))
    assert status["Boise"] == "frozen"
    assert status["Eugene"] == "closed"
    assert balance["hours capacity"].to_list() == [100, None, None, None, None, None]
    text = xml(path)
    for words in ("Accounts shared out", "not balanced", "it may hold 100", "may not serve it"):
        assert words in text
