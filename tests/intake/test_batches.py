"""Files in batches: the same rows as at once, wherever the batches end."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.errors import InputError
from terrier.intake import batches
from terrier.intake.batches import read_batches
from terrier.intake.read import read_table

cells = st.text(st.sampled_from('ab1,"\n é'), max_size=6)
rows = st.lists(st.tuples(cells, cells), min_size=1, max_size=25)


def written(path: Path, header: str, table: list[tuple[str, str]]) -> Path:
    told = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in table)
    path.write_text(f"{header}\n{told}")
    return path


def told(path: Path) -> list[tuple[int, str | None, str | None]]:
    return [
        (int(row), *values)
        for table in read_batches(path)
        for row, values in zip(table.rows, table.frame.select("id", "note").iter_rows(), strict=True)
    ]


def at_once(path: Path) -> list[tuple[int, str | None, str | None]]:
    table = read_table(path)
    return [
        (int(row), *values)
        for row, values in zip(table.rows, table.frame.select("id", "note").iter_rows(), strict=True)
    ]


@given(table=rows, size=st.integers(20, 90), header=st.sampled_from(["id,note", '\n\n"id","note"']))
@settings(max_examples=150, deadline=None)
def test_a_text_in_batches_has_the_rows_that_it_has_at_once(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str]], size: int, header: str
) -> None:
    path = written(tmp_path_factory.mktemp("batches") / "a.csv", header, [("x", "y"), *table])
    whole = at_once(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "BATCH_BYTES", size)
        assert told(path) == whole


def test_a_parquet_file_in_batches_has_the_rows_that_it_has_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"id": range(10), "note": [None, "a", " ", "b", None, None, None, "c", "", "d"]}).select(
        pl.when(~pl.col("id").is_in([4, 5, 6])).then("id").alias("id"), "note"
    ).write_parquet(path)
    whole = at_once(path)
    monkeypatch.setattr(batches, "BATCH_ROWS", 3)
    assert told(path) == whole
    assert [table.n_rows for table in read_batches(path)] == [3, 1, 2, 1]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_some_columns_of_a_file_are_read_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    path = tmp_path / f"a.{ending}"
    frame = pl.DataFrame({"id": range(20), "the  note": "x", "more": range(100, 120)}, strict=False)
    frame.write_csv(path) if ending == "csv" else frame.write_parquet(path)
    monkeypatch.setattr(batches, "BATCH_BYTES", 40)
    monkeypatch.setattr(batches, "BATCH_ROWS", 7)
    read = read_batches(path)
    parts = list(read.of(["more", read.columns[1]]))
    assert len(parts) > 2
    assert {tuple(part.columns) for part in parts} >= {("the note", "more")}
    assert [one for part in parts for one in part.texts("more")] == [str(one) for one in range(100, 120)]


def test_what_is_wrong_with_a_later_batch_is_told_with_its_row_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,note\n" + "1,fine\n" * 20 + "2,one,too many\n" + "3,fine\n" * 5)
    monkeypatch.setattr(batches, "BATCH_BYTES", 40)
    with pytest.raises(InputError, match="row 22: has 3 cells where the header has 2"):
        list(read_batches(path))
    path.write_bytes(b"id,note\n" + b"1,fine\n" * 20 + b"2,caf\xe9\n")
    with pytest.raises(InputError, match="row 22, column “note”: is not UTF-8 text"):
        list(read_batches(path))


def test_a_file_that_is_larger_than_any_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"id": range(100)}).write_parquet(path)
    monkeypatch.setattr(batches, "MAX_ROWS", 99)
    with pytest.raises(InputError, match="has 100 rows; at most 99 are read at once"):
        read_batches(path)


def test_a_reader_who_stops_early_is_told_nothing_of_what_comes_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,note\n" + "1,a\n" * 20 + '2,"b\n')
    monkeypatch.setattr(batches, "BATCH_BYTES", 30)
    assert next(iter(read_batches(path))).n_rows
    with pytest.raises(InputError, match="never closes"):
        told(path)
