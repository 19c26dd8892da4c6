"""The same table comes out of every format, with the rows as a spreadsheet shows them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from terrier.errors import InputError
from terrier.intake.read import read_table

HEADER = ("id", "name", "sales")
ROWS = {2: ("A", 'Ann "the" Lee', "1.5"), 4: ("B", "two\nlines", "2"), 7: ("C", "Zoë", "3")}


def write_text(path: Path, delimiter: str, end: str = "\n", bom: str = "") -> None:
    lines = [delimiter.join(HEADER)]
    for row in range(2, 8):
        cells = ROWS.get(row, ("", "", ""))
        lines.append(
            delimiter.join(f'"{cell}"' if cell else "" for cell in (c.replace('"', '""') for c in cells))
        )
    path.write_bytes((bom + end.join(lines) + end).encode())


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_text_files_are_read_whatever_their_delimiter_line_end_and_mark(
    tmp_path: Path, delimiter: str, end: str, bom: str
) -> None:
    write_text(tmp_path / "a.csv", delimiter, end, bom)
    assert_read(tmp_path / "a.csv")


def test_a_workbook_is_read_with_the_rows_it_shows(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    for row, cells in ROWS.items():
        sheet.write_row(row - 1, 0, (*cells[:2], float(cells[2])))
    book.close()
    assert_read(tmp_path / "a.xlsx")


def test_parquet_is_read_with_the_header_as_row_one(tmp_path: Path) -> None:
    rows = [ROWS.get(row, (None, None, None)) for row in range(2, 8)]
    frame = pl.DataFrame(rows, schema=list(HEADER), orient="row").with_columns(
        pl.col("sales").cast(pl.Float64)
    )
    frame.write_parquet(tmp_path / "a.parquet")
    assert_read(tmp_path / "a.parquet")


def assert_read(path: Path) -> None:
    table = read_table(path)
    assert table.columns == list(HEADER)
    assert table.rows.tolist() == list(ROWS)
    assert table.texts("id") == ["A", "B", "C"]
    assert table.texts("name") == [cells[1] for cells in ROWS.values()]
    assert [float(text or "") for text in table.texts("sales")] == [1.5, 2, 3]


def test_a_header_further_down_keeps_the_rows_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("\nAccounts of 2026\n\nid,sales\nA,1\n")
    table = read_table(tmp_path / "a.csv", header_row=4)
    assert (table.columns, table.rows.tolist()) == (["id", "sales"], [5])


def test_columns_without_heading_go_by_letter_and_vanish_when_blank(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,,sales,\nA,x,1,\nB,,2,\n")
    assert read_table(tmp_path / "a.csv").columns == ["id", "column B", "sales"]


def test_cells_are_trimmed_of_every_kind_of_space(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("\u00a0id ,sales\n A\u00a0,\u202f1\n")
    table = read_table(tmp_path / "a.csv")
    assert table.columns == ["id", "sales"]
    assert (table.texts("id"), table.texts("sales")) == (["A"], ["1"])


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return path


def test_a_cover_sheet_is_refused_with_the_other_sheets(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"READ ME": [["Prepared by Ops"]], "Accounts": [["id"], ["A"]]})
    with pytest.raises(
        InputError, match=r"This is the first sheet; pass --sheet to read another: “Accounts”\."
    ):
        read_table(path)
    assert read_table(path, sheet="accounts").columns == ["id"]


def test_a_title_is_refused_with_the_row_that_looks_like_the_header(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Accounts FY25"],
        [],
        ["id", "ZIP", "Sales"],
        ["A", 80202, 5],
        ["B", 80203, 6],
    ]
    path = workbook(tmp_path / "a.xlsx", {"Accounts": rows})
    with pytest.raises(InputError, match=r"Pass --header-row 3, if that row names the columns\."):
        read_table(path)
    assert read_table(path, header_row=3).columns == ["id", "ZIP", "Sales"]


@pytest.mark.parametrize(
    "title",
    [
        "Customers",
        "Customers, November 2026",
        '"Customers, all of them"',
        'Customers 5" list',
        "Customers,,,",
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_title_above_the_headings_is_called_one_and_the_headings_are_found(
    tmp_path: Path, title: str, delimiter: str
) -> None:
    rows = [["id", "name", "city", "sales"], *([f"A{n}", "Shop", "Akron", str(n)] for n in range(5))]
    path = tmp_path / "titled.csv"
    path.write_text("\n".join([title, "", *(delimiter.join(row) for row in rows)]) + "\n")
    with pytest.raises(InputError, match="has a title where the header should be") as refused:
        read_table(path)
    assert (refused.value.row, refused.value.hint) == (
        1,
        "Pass --header-row 3, if that row names the columns.",
    )
    assert read_table(path, header_row=3).columns == ["id", "name", "city", "sales"]


def test_headings_parted_by_semicolons_are_no_title_where_rows_have_decimal_commas(tmp_path: Path) -> None:
    path = tmp_path / "righe.csv"
    path.write_text(
        "Invoice;Date;Account;Net;Cost\nA-1;3.11.2026;10023;10,00;8,00\nA-2;4.11.2026;10024;1.210,50;8,10\n"
    )
    table = read_table(path)
    assert table.columns == ["Invoice", "Date", "Account", "Net", "Cost"]
    assert table.frame["Net"].to_list() == ["10,00", "1.210,50"]


def test_headings_over_two_lines_are_no_title(tmp_path: Path) -> None:
    path = tmp_path / "tall.csv"
    path.write_text('"id\nnumber",name,city\nA1,Shop,Akron\nA2,Store,Dayton\n')
    assert read_table(path).n_rows == 2
