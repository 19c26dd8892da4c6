"""Rows put into a workbook: what a reader finds in them is what the table held."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from terrier.report.sheet_rows import MOST_LETTERS, add_rows, rows

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("_x0041&<> \t\n\r\x07"))


def read(xml: str) -> list[dict[str, str | float]]:
    """The cells of each row by their reference, as Excel understands them."""
    found = []
    for row in ElementTree.fromstring(f'<data xmlns="{MAIN[1:-1]}">{xml}</data>'):
        cells: dict[str, str | float] = {}
        for cell in row:
            text = cell.findtext(f"{MAIN}is/{MAIN}t")
            if text is None:
                cells[cell.attrib["r"]] = float(cell.findtext(f"{MAIN}v") or "")
            else:
                cells[cell.attrib["r"]] = re.sub(
                    r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text
                )
        found.append(cells)
    return found


@example(["_x0041_x0042_", "_x0007_", "under_xyz"])
@given(st.lists(TEXTS, min_size=1))
def test_any_text_comes_back(texts: list[str]) -> None:
    found = read(rows(pl.DataFrame({"text": texts}), 1, [""]))
    assert [cells.get(f"A{at}", "") for at, cells in enumerate(found, start=1)] == texts


@given(st.lists(st.none() | st.floats(), min_size=1))
def test_numbers_come_back_and_what_is_none_leaves_its_cell_empty(numbers: list[float | None]) -> None:
    table = pl.DataFrame({"a": numbers, "b": range(len(numbers))}, schema_overrides={"a": pl.Float64})
    found = read(rows(table, 7, ["", ""]))
    for at, (value, cells) in enumerate(zip(numbers, found, strict=True)):
        shown = value is not None and abs(value) < float("inf")
        assert cells == {**({f"A{at + 7}": value} if shown else {}), f"B{at + 7}": at}


def test_blanks_at_the_ends_are_kept() -> None:
    assert 'xml:space="preserve"> a</t>' in rows(pl.DataFrame({"text": [" a", "b"]}), 1, [""])


def test_a_text_too_long_for_a_cell_is_cut() -> None:
    (cells,) = read(rows(pl.DataFrame({"text": ["a" * 40_000]}), 1, [""]))
    assert cells == {"A1": "a" * MOST_LETTERS}


@pytest.mark.parametrize("n", [0, 1, 5])
def test_rows_go_below_the_header_and_look_as_their_columns(
    tmp_path: Path, n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("terrier.report.sheet_rows.CHUNK", 2)
    book = BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as laid_out:
        laid_out.add_worksheet("Other").write_string(0, 0, "untouched")
        sheet = laid_out.add_worksheet("Long")
        sheet.set_column(1, 1, 12, laid_out.add_format({"num_format": "0.0%"}))
        sheet.write_row(0, 0, ["name", "share"])
    table = pl.DataFrame({"name": [f"no. {i}" for i in range(n)], "share": [i / 8 for i in range(n)]})
    add_rows(book, {2: table}, tmp_path / "book.xlsx")
    with zipfile.ZipFile(tmp_path / "book.xlsx") as whole:
        other, long = (whole.read(f"xl/worksheets/sheet{i}.xml").decode() for i in (1, 2))
    assert other.count("<row ") == 1
    assert f'<dimension ref="A1:B{n + 1}"/>' in long
    assert re.findall(r'<row r="(\d+)"', long) == [str(i + 1) for i in range(n + 1)]
    assert re.findall(r'<c r="[AB]\d+"( s="\d+")?', long)[2:] == ["", ' s="1"'] * n
    back = pl.read_excel(tmp_path / "book.xlsx", sheet_name="Long", engine="calamine")
    assert back.rows() == table.rows()
