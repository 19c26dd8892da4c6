"""Each bad input gets one message with file, row, column and value, exit code 2, and no output."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from terrier.cli.main import main

GOOD = "id,name,latitude,longitude,sales\nA,Ann,40,-100,1\nB,Bob,41,-101,2\nC,Cy,42,-102,3\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def design(*words: str) -> Result:
    return CliRunner().invoke(main, ["design", *words, "--out", "plan"])


def refused(folder: Path, *words: str) -> str:
    """The one message of a refused run, which wrote nothing."""
    before = sorted(folder.iterdir())
    result = design(*words)
    assert result.exit_code == 2, result.output
    assert sorted(folder.iterdir()) == before
    assert result.stdout == ""
    *told, message = result.stderr.strip().splitlines()
    assert told == []
    return message


FILES = {
    "an empty file": (
        "",
        "accounts.csv: is empty. A header row and one row for each account are needed.",
    ),
    "blank lines only": (
        "\n\n,,\n",
        "accounts.csv: is empty. A header row and one row for each account are needed.",
    ),
    "a header only": (
        "id,latitude,longitude\n",
        "accounts.csv: has a header and no rows below it.",
    ),
    "no header": (
        "A,40,-100,7\nB,41,-101,7\n",
        "accounts.csv, row 1: has no header: the first row looks like data (found “40”). "
        "Add a first row that names the columns.",
    ),
    "two columns of a name": (
        "id,latitude,longitude,sales,Sales\nA,40,-100,1,1\n",
        "accounts.csv, row 1, column “Sales”: two columns have the same name: D and E. Rename or delete one of them.",
    ),
    "a title above the header": (
        "Accounts of 2026\nid,latitude,longitude\nA,40,-100\n",
        "accounts.csv, row 1: has a title where the header should be (found “Accounts of 2026”). "
        "Pass --header-row 2, if that row names the columns.",
    ),
    "no id column": (
        "city,latitude,longitude\nBoise,40,-100\n",
        "accounts.csv: has no column that looks like an account id. Pass --id-column. "
        "Its columns: city, latitude, longitude.",
    ),
    "a missing id": (
        "id,latitude,longitude\nA,40,-100\n ,41,-101\n",
        "accounts.csv, row 3, column “id”: has no id.",
    ),
    "a repeated id": (
        "id,latitude,longitude\nA,40,-100\n\nB,41,-101\nA,42,-102\nB,43,-103\n",
        "accounts.csv, row 5, column “id”: has the id of row 2 again (found “A”). The same in 1 more row: 6.",
    ),
    "text for a number": (
        "id,latitude,longitude,sales\nA,40,-100,1\nB,41,-101,many\nC,42,-102,n/a\n",
        "accounts.csv, row 3, column “sales”: is not a number (found “many”). The same in 1 more row: 4.",
    ),
    "a comma that could mean two things": (
        "id;latitude;longitude;sales\nA;40;-100;1,234\n",
        "accounts.csv, row 2, column “sales”: has a comma that may be a decimal sign or may separate thousands "
        "(found “1,234”). Pass --decimal , or --decimal . to say which sign the file uses.",
    ),
    "a negative measure": (
        "id,latitude,longitude,sales\nA,40,-100,1\nB,41,-101,-5\n",
        "accounts.csv, row 3, column “sales”: is negative; it must be 0 or more (found “-5”).",
    ),
    "a negative measure as accountants write it": (
        'id,latitude,longitude,sales\nA,40,-100,1\nB,41,-101,"(1,200.50)"\n',
        "accounts.csv, row 3, column “sales”: is negative; it must be 0 or more (found “(1,200.50)”).",
    ),
    "a measure that is not a number": (
        "id,latitude,longitude,sales\nA,40,-100,1\nB,41,-101,NaN\n",
        "accounts.csv, row 3, column “sales”: is not a number (found “NaN”).",
    ),
    "a measure beyond reckoning": (
        "id,latitude,longitude,sales\nA,40,-100,1e15\nB,41,-101,1e308\nC,42,-102,1e308\n",
        "accounts.csv, row 3, column “sales”: is larger than any amount Terrier reckons with, 1e15 (found “1e308”). "
        "The same in 1 more row: 4.",
    ),
    "a measure beyond any number": (
        "id,latitude,longitude,sales\nA,40,-100,1\nB,41,-101,1e999\n",
        "accounts.csv, row 3, column “sales”: is larger than any amount Terrier reckons with, 1e15 (found “1e999”).",
    ),
    "a missing measure": (
        "id,latitude,longitude,sales\nA,40,-100,1\nB,41,-101,\n",
        "accounts.csv, row 3, column “sales”: is missing a number. "
        "Fill it in, or pass --blanks-as-zero where a blank means none.",
    ),
    "a measure of nothing": (
        "id,latitude,longitude,sales\nA,40,-100,0\nB,41,-101,0\n",
        "accounts.csv, column “sales”: is 0 in every row; there is nothing to balance.",
    ),
    "a latitude out of range": (
        "id,latitude,longitude\nA,40,-100\nB,141,-101\n",
        "accounts.csv, row 3, column “latitude”: is no latitude: it must be between -90 and 90 (found “141”).",
    ),
    "a longitude out of range": (
        "id,latitude,longitude\nA,40,-100\nB,41,-1010\n",
        "accounts.csv, row 3, column “longitude”: is no longitude: it must be between -180 and 180 (found “-1010”).",
    ),
    "coordinates swapped in the west": (
        "id,latitude,longitude\nA,-100,40\nB,-101,41\n",
        "accounts.csv, row 2, column “latitude”: latitude and longitude look swapped: “longitude” there is 40 "
        "(found “-100”). The same in 1 more row: 3. "
        "If the whole file is so, pass --lat-column longitude --lon-column latitude.",
    ),
    "coordinates swapped in the east": (
        "id,latitude,longitude\nA,-71.1,42.3\nB,-73.9,40.7\n",
        "accounts.csv, row 2, column “latitude”: latitude and longitude look swapped: “longitude” there is 42.3 "
        "(found “-71.1”). The same in 1 more row: 3. "
        "If the whole file is so, pass --lat-column longitude --lon-column latitude.",
    ),
    "a latitude without a longitude": (
        "id,latitude\nA,40\n",
        "accounts.csv: has a latitude column (“latitude”) but no longitude. Pass --lon-column. "
        "Its columns: id, latitude.",
    ),
    "no place at all": (
        "id,city\nA,Boise\n",
        "accounts.csv: has no latitude and longitude columns, and no ZIP code column. "
        "Pass --lat-column and --lon-column, or --zip-column. Its columns: id, city.",
    ),
    "an unknown ZIP code": (
        "id,zip\nA,80202\nB,99999\nC,\nD,K1A 0B1\n",
        "accounts.csv, row 3, column “zip”: B cannot be placed: it has the unknown ZIP code (found “99999”). "
        "2 more cannot be placed: row 4 (C) has no ZIP code; row 5 (D) has the unknown ZIP code “K1A 0B1”. "
        "Pass --skip-unplaced to leave such rows out and list them in unplaced.csv.",
    ),
    "a place in the ocean": (
        "id,latitude,longitude\nA,40,-100\nB,0,0\n",
        "accounts.csv, row 3, column “latitude”: B cannot be placed: it is at 0, 0 in the ocean (found “0”). "
        "Pass --skip-unplaced to leave such rows out and list them in unplaced.csv.",
    ),
    "too many cells": (
        "id,latitude,longitude\nA,40,-100\nB,41,-101,Boise, ID\n",
        "accounts.csv, row 3: has 5 cells where the header has 3 (found “Boise”). "
        "Put quotes around a cell that holds the delimiter.",
    ),
    "a quotation mark that never closes": (
        'id,latitude,longitude\nA,40,-100\n"B,41,-101\n',
        "accounts.csv, row 3: a quotation mark opens and never closes, or closes too early. "
        'Double each quotation mark inside a cell: "".',
    ),
}


@pytest.mark.parametrize(("content", "message"), FILES.values(), ids=FILES.keys())
def test_a_bad_file_is_refused_by_row_column_and_value(folder: Path, content: str, message: str) -> None:
    (folder / "accounts.csv").write_text(content)
    assert refused(folder, "accounts.csv", "-k", "1") == message


def test_text_in_another_encoding_is_refused_and_read_as_the_message_says(folder: Path) -> None:
    (folder / "a.csv").write_bytes(
        "id,city,latitude,longitude\nA,Boise,40,-100\nB,Montréal,41,-101\n".encode("cp1252")
    )
    assert refused(folder, "a.csv", "-k", "1") == (
        "a.csv, row 3, column “city”: is not UTF-8 text (found “Montr\\xe9al”). As Windows-1252 it reads “Montréal”: "
        "pass --encoding cp1252, or save the file as “CSV UTF-8”."
    )
    assert design("a.csv", "-k", "1", "--encoding", "cp1252").exit_code == 0
    assert "Montréal" in (folder / "plan" / "placements.csv").read_text()


def test_utf_16_is_recognized(folder: Path) -> None:
    (folder / "a.csv").write_bytes(GOOD.encode("utf-16"))
    assert refused(folder, "a.csv", "-k", "1") == (
        "a.csv: is UTF-16 text, not UTF-8. Pass --encoding utf-16, or save it as “CSV UTF-8”."
    )
    assert design("a.csv", "-k", "1", "--encoding", "utf-16").exit_code == 0


def test_a_nul_character_is_refused_with_its_row(folder: Path) -> None:
    (folder / "a.csv").write_bytes(GOOD.encode().replace(b"Bob", b"B\0b"))
    assert refused(folder, "a.csv", "-k", "1") == (
        "a.csv, row 3: holds a NUL character: it is damaged or not a text file."
    )


def test_a_file_of_two_gigabytes_is_refused_unread(folder: Path) -> None:
    (folder / "a.csv").touch()
    os.truncate(folder / "a.csv", 2 * 2**30)
    assert refused(folder, "a.csv", "-k", "1") == (
        "a.csv: is 2.1 GB; at most 512 MB are read. "
        "Keep only the columns that matter, or save it as Parquet: a million accounts fit."
    )


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unread(folder: Path) -> None:
    with zipfile.ZipFile(folder / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(1025):
                sheet.write(bytes(2**20))
    assert (folder / "a.xlsx").stat().st_size < 2 * 2**20
    assert refused(folder, "a.xlsx", "-k", "1") == (
        "a.xlsx: unpacks to 1.1 GB; at most 1 GB is read. Save the sheet as CSV."
    )


def test_a_workbook_that_hides_its_size_is_refused(folder: Path) -> None:
    with zipfile.ZipFile(folder / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(2**20))
    lying = (
        (folder / "a.xlsx").read_bytes().replace((2**20).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    )
    (folder / "a.xlsx").write_bytes(lying)
    assert refused(folder, "a.xlsx", "-k", "1") == "a.xlsx: is a damaged workbook. Open it and save it again."


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "is an old .xls workbook or is protected by a password",
        ),
        ("a.xlsx", b"id,latitude\n", "is not a .xlsx file, whatever its name says"),
        ("a.csv", bytes(range(256)) * 3, "is not a text file, whatever its name says"),
        ("b.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not a text file, whatever its name says"),
        ("a.parquet", b"PAR1 and nothing more", "is not a Parquet file that can be read"),
    ],
)
def test_a_file_of_another_kind_is_refused(folder: Path, name: str, content: bytes, message: str) -> None:
    (folder / name).write_bytes(content)
    assert refused(folder, name, "-k", "1").startswith(f"{name}: {message}")


def test_an_error_in_a_workbook_names_the_row_of_the_sheet(folder: Path) -> None:
    book = xlsxwriter.Workbook(folder / "a.xlsx")
    sheet = book.add_worksheet("Accounts")
    book.add_worksheet("Notes")
    for row, cells in {0: ("id", "zip", "sales"), 1: (1, "80202", 5), 4: (2, "80203", "x")}.items():
        sheet.write_row(row, 0, cells)
    book.close()
    assert refused(folder, "a.xlsx", "-k", "1") == (
        "a.xlsx [Accounts], row 5, column “sales”: is not a number (found “x”)."
    )
    assert refused(folder, "a.xlsx", "-k", "1", "--sheet", "Note") == (
        "a.xlsx: has no sheet “Note”. Its sheets: Accounts, Notes."
    )


OPTIONS = {
    "a missing file": (("b.csv", "-k", "2"), "b.csv: does not exist."),
    "a folder": ((".", "-k", "2"), ".: is a folder; a file is needed."),
    "no number of territories": (
        ("a.csv",),
        "--territories: is needed: nothing else says how many. Or pass --current or --seats.",
    ),
    "more territories than accounts": (
        ("a.csv", "-k", "4"),
        "a.csv: has 3 accounts, too few for 4 territories.",
    ),
    "a lock to no territory": (
        ("a.csv", "-k", "2", "--lock", "A=Boise"),
        "--lock: locks to a territory that does not exist (found “Boise”). The territories: Territory 1, Territory 2.",
    ),
    "a lock to a territory that is being closed": (
        ("a.csv", "--current", "name", "--close", "Bob", "--lock", "A=bob"),
        "--lock: locks to a territory that is being closed (found “bob”). The territories: Ann, Cy.",
    ),
    "a header row below the file": (
        ("a.csv", "-k", "2", "--header-row", "99"),
        "--header-row: is beyond the last row of a.csv, 4 (found “99”).",
    ),
    "a lock of no account": (
        ("a.csv", "-k", "2", "--lock", "Z=Territory 1"),
        "--lock: is not an account of a.csv (found “Z”).",
    ),
    "a lock file with a wrong territory": (
        ("a.csv", "-k", "2", "--lock", "locks.csv"),
        "locks.csv, row 3, column “territory”: locks to a territory that does not exist (found “Teritory 2”). "
        "Did you mean “Territory 2”? The territories: Territory 1, Territory 2.",
    ),
    "two locks on one account": (
        ("a.csv", "-k", "2", "--lock", "A=Territory 1", "--lock", "A=Territory 2"),
        "--lock: is already locked to Territory 1 (found “A=Territory 2”).",
    ),
    "fewer territories than today": (
        ("a.csv", "-k", "1", "--current", "name"),
        "a.csv, column “name”: has 3 territories today, more than the 1 asked for. Say which to close, such as "
        "--close Ann --close Bob. Smallest first, with accounts: Ann (1), Bob (1), Cy (1).",
    ),
    "an unknown column": (
        ("a.csv", "-k", "2", "--balance", "sale"),
        "a.csv: has no column “sale”, which --balance names. Did you mean “sales”? "
        "Its columns: id, name, latitude, longitude, sales.",
    ),
    "a tolerance of no measure": (
        ("a.csv", "-k", "2", "--balance", "sales", "--tolerance", "calls=5%"),
        "--tolerance: is not a measure to balance (found “calls”). Balanced are: sales.",
    ),
    "pairs in pieces": (
        ("a.csv", "-k", "1", "--contiguous", "--adjacency", "edges.csv"),
        "edges.csv: the adjacency is in 2 pieces, and --contiguous needs one: besides the largest (2 accounts), "
        "1 with C. Pass --join-islands to tie each piece to the nearest one.",
    ),
    "a pair of no account": (
        ("a.csv", "-k", "1", "--apart", "locks.csv"),
        "locks.csv, row 2, column “territory”: is not an account of a.csv (found “Territory 1”). "
        "The same in 1 more row: 3.",
    ),
    "polygons that are none": (
        ("a.csv", "-k", "1", "--adjacency", "points.geojson"),
        "points.geojson: feature 1 is not a polygon (found “Point”).",
    ),
    "a share that may move without a present plan": (
        ("a.csv", "-k", "2", "--max-moved", "10%"),
        "--max-moved: needs --current: without it nothing has a territory to leave.",
    ),
    "more regions than territories": (
        ("a.csv", "-k", "2", "--group-by", "name"),
        "a.csv, column “name”: has 3 values for 2 territories. "
        "Each needs a territory of its own: ask for 3 or more, or group by something larger.",
    ),
}


@pytest.mark.parametrize(("words", "message"), OPTIONS.values(), ids=OPTIONS.keys())
def test_a_bad_option_is_refused_by_name_and_value(
    folder: Path, words: tuple[str, ...], message: str
) -> None:
    (folder / "a.csv").write_text(GOOD)
    (folder / "locks.csv").write_text("id,territory\nA,Territory 1\nB,Teritory 2\n")
    (folder / "edges.csv").write_text("from,to\nA,B\n")
    (folder / "points.geojson").write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "A", "properties": {}, '
        '"geometry": {"type": "Point", "coordinates": [1, 2]}}]}'
    )
    assert refused(folder, *words) == message


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--time", "0"), "--time: must be a number above 0 (found “0”)."),
        (("--time", "nan"), "--time: must be a number above 0 (found “nan”)."),
        (("--time", "1e9999"), "--time: must be a number above 0 (found “1e9999”)."),
        (("--stay", "inf"), "--stay: must be a number of 0 or more (found “inf”)."),
        (("--stay", "-1"), "--stay: must be a number of 0 or more (found “-1”)."),
        (("--seat-pull", "nan"), "--seat-pull: must be a number between 0 and 1 (found “nan”)."),
        (("-k", "0"), "--territories: must be a whole number of 1 or more (found “0”)."),
        (("-k", "2.5"), "--territories: must be a whole number of 1 or more (found “2.5”)."),
        (("--seed", "-1"), "--seed: must be a whole number between 0 and 2,147,483,647 (found “-1”)."),
        (("-t", "-5%"), "--tolerance: “-5%” is not a share: write 5% or 0.05."),
        (("--max-moved", "nan"), "--max-moved: “nan” is not a share: write 5% or 0.05."),
    ],
)
def test_a_number_that_is_no_setting_is_refused_in_one_line(
    folder: Path, words: tuple[str, ...], message: str
) -> None:
    (folder / "a.csv").write_text(GOOD)
    assert refused(folder, "a.csv", *words) == message


@pytest.mark.parametrize("words", [("a.csv", "--bogus"), (), ("a.csv", "b.csv")])
def test_a_command_that_cannot_be_read_is_refused_in_one_line(folder: Path, words: tuple[str, ...]) -> None:
    assert refused(folder, *words).endswith(". See --help.")


@pytest.mark.parametrize("text", ["5", "abc", "0%", "-5%", "sales=", "NaN%", ""])
def test_a_tolerance_that_is_none_is_refused(folder: Path, text: str) -> None:
    (folder / "a.csv").write_text(GOOD)
    result = design("a.csv", "-k", "2", "--tolerance", text)
    assert result.exit_code == 2
    assert "--tolerance" in result.stderr
    assert not (folder / "plan").exists()


def test_an_existing_folder_is_not_touched_without_force(folder: Path) -> None:
    (folder / "a.csv").write_text(GOOD)
    (folder / "plan").mkdir()
    assert refused(folder, "a.csv", "-k", "1") == (
        "plan: exists already. Name another one, or pass --force to replace it."
    )


def test_force_replaces_a_plan_but_nothing_else(folder: Path) -> None:
    (folder / "a.csv").write_text(GOOD)
    assert design("a.csv", "-k", "1").exit_code == 0
    assert design("a.csv", "-k", "2", "--force").exit_code == 0
    assert len((folder / "plan" / "territories.csv").read_text().splitlines()) == 1 + 2
    (folder / "plan" / "thesis.doc").write_text("mine")
    assert refused(folder, "a.csv", "-k", "1", "--force") == (
        "--out: the folder holds something that Terrier did not write: thesis.doc (found “plan”). "
        "It is not replaced; name another one."
    )
    assert (folder / "plan" / "thesis.doc").read_text() == "mine"


def test_an_account_larger_than_a_territory_is_a_warning_with_its_name(folder: Path) -> None:
    rows = "\n".join(f"S{i},4{i}.5,-100,1" for i in range(5))
    (folder / "a.csv").write_text(f"id,latitude,longitude,sales\nBIG,40,-100,95\n{rows}\n")
    result = design("a.csv", "-k", "2")
    assert result.exit_code == 0, result.stderr
    warning = (
        "Warning: Account BIG alone is 190% of a territory's share of sales, so its territory will be over. "
        "To balance the rest, take it out of the file, or ask for fewer territories."
    )
    assert warning in result.stderr
    assert "is 90.0% over its share of sales: account BIG alone is 190% of that share." in result.stdout
    assert (
        "is 90.0% under its share of sales: account BIG is so large that too little is left for the others."
        in result.stdout
    )
