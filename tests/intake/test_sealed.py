"""Files that a stranger made to do harm are refused quickly and in little memory, in a process of their own."""

from __future__ import annotations

import resource
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from terrier.errors import InputError
from terrier.intake.sealed import read_sealed

PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
}


def workbook(path: Path, **more: str | bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**PARTS, **more}.items():
            archive.writestr(name, content)


def lines(path: Path, *given: str | bytes) -> None:
    path.write_bytes(b"".join(line if isinstance(line, bytes) else line.encode() for line in given))


def sparse(path: Path, n_bytes: int) -> None:
    with path.open("wb") as file:
        file.truncate(n_bytes)


HOSTILE: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "2 GB": ("a.csv", lambda path: sparse(path, 2 * 2**30), "is 2.1 GB; at most 512 MB are read"),
    "bomb": ("a.xlsx", lambda path: workbook(path, **{"xl/a.xml": bytes(200 * 2**20)}), "times its size"),
    "macros": ("a.xlsx", lambda path: workbook(path, **{"xl/vbaProject.bin": "x"}), "holds macros"),
    "entities": (
        "a.xlsx",
        lambda path: workbook(path, **{"xl/sharedStrings.xml": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}),
        "declares a document type",
    ),
    "entities far down": (
        "a.xlsx",
        lambda path: workbook(path, **{"xl/a.xml": " " * 9000 + "<!DOCTYPE a>"}),
        "declares a document type",
    ),
    "a sheet of a million columns": (
        "a.xlsx",
        lambda path: workbook(path, **{"xl/worksheets/sheet1.xml": "<row>" + "<c><v>1</v></c>" * 10**6 + "</row>"}),
        "more than 16,384 columns",
    ),
    "a cell far to the right": (
        "a.xlsx",
        lambda path: workbook(path, **{"xl/worksheets/sheet1.xml": '<row><c r="ZZZZZ1"><v>1</v></c></row>'}),
        "more than 16,384 columns",
    ),
    "a line without end": ("a.csv", lambda path: lines(path, "a" * 2**25), "has a first row that does not end"),
    "blank lines without end": ("a.csv", lambda path: lines(path, "id,name\n" + "\n" * 10**7), "at most 1,048,575 are read"),
    "one long text a million times": (
        "a.parquet",
        lambda path: pl.select(id=pl.repeat("x" * 600, 10**6)).write_parquet(path),
        "MB of texts",
    ),
    "not a workbook": ("a.xlsx", lambda path: lines(path, "hello\n"), "is not a .xlsx file"),
    "NUL": ("a.csv", lambda path: lines(path, "id,name\n", "A,b\0c\n"), "holds a NUL character"),
    "half a character": ("a.csv", lambda path: lines(path, "id,name\n", b"A,\xed\xa0\x80\n"), "is not UTF-8 text"),
    "Windows-1252": ("a.csv", lambda path: lines(path, "id,name\n", b"A,Caf\xe9\n"), "is not UTF-8 text"),
    "a million columns": ("a.csv", lambda path: lines(path, "a," * 10**6, "\n", "1," * 10**6, "\n"), "at most 1,000 are read"),
    "a quote never closed": ("a.csv", lambda path: lines(path, 'id,name\nA,"b\n', "C,d\n" * 200_000), "opens and never closes"),
    "rows without end": ("a.parquet", lambda path: pl.select(id=pl.repeat(1, 2 * 10**7, dtype=pl.Int8)).write_parquet(path), "has 20,000,000 rows"),
}  # fmt: skip


@pytest.mark.parametrize("harm", HOSTILE)
def test_what_is_made_to_harm_is_refused(tmp_path: Path, harm: str) -> None:
    name, make, said = HOSTILE[harm]
    make(tmp_path / name)
    with pytest.raises(InputError) as refused:
        read_sealed(tmp_path / name, tmp_path / "out", file=name, max_rows=1_048_575)
    assert said in str(refused.value)
    assert str(refused.value).startswith(name)


def test_what_takes_too_much_memory_ends_its_own_process_only(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    lines(file, "id,name\n", "A,some name or other\n" * 2_000_000)
    with pytest.raises(InputError, match=r"takes more than 0\.2 GB of memory"):
        read_sealed(file, tmp_path / "out", file="a.csv", max_rows=10**7, memory_bytes=150 * 2**20)


def test_refusing_takes_little_time_of_the_processor_and_little_memory(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for harm in ("bomb", "a million columns", "a quote never closed"):
        name, make, _ = HOSTILE[harm]
        make(tmp_path / name)
        started = time.process_time()
        with pytest.raises(InputError) as refused:
            read_sealed(
                tmp_path / name, tmp_path / "out", file=name, max_rows=10**6, memory_bytes=600 * 2**20
            )
        assert "memory" not in str(refused.value)
        assert time.process_time() - started < 0.5
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 6, "2 seconds each"


def test_what_is_harmless_comes_back_with_its_rows(tmp_path: Path) -> None:
    lines(tmp_path / "a.csv", "id;name\n", "A;Ann\n", "\n", "B;Bo\n")
    sealed = read_sealed(tmp_path / "a.csv", tmp_path / "out", file="a.csv", max_rows=10)
    assert (sealed.columns, sealed.n_rows, sealed.delimiter) == (["id", "name"], 2, ";")
    assert pl.read_parquet(tmp_path / "out").rows() == [("A", "Ann", 2), ("B", "Bo", 4)]
    with pytest.raises(InputError, match="has 2 rows; at most 1 are read at once"):
        read_sealed(tmp_path / "a.csv", tmp_path / "out", file="a.csv", max_rows=1)
