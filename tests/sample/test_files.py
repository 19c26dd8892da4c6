import polars as pl
import pytest
from polars.testing import assert_frame_equal

from terrier.errors import TerrierError
from terrier.sample import generate, write

READ = {
    "csv": lambda file: pl.read_csv(file, schema_overrides={"zip": pl.String}, try_parse_dates=True),
    "xlsx": pl.read_excel,
    "parquet": pl.read_parquet,
}


@pytest.fixture(scope="module")
def sample():
    return generate(200, 6, seed=5)


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
def test_what_is_written_reads_back_the_same(sample, tmp_path, format):
    files = write(sample, tmp_path / "new" / "folder", format)
    assert [file.name for file in files] == [f"accounts.{format}", f"reps.{format}", f"chains.{format}"]
    for file, table in zip(files, (sample.accounts, sample.people, sample.chains), strict=True):
        assert_frame_equal(READ[format](file), table, check_dtypes=False)


def test_a_zip_code_keeps_its_leading_zero_in_a_workbook(sample, tmp_path):
    accounts = pl.read_excel(write(sample, tmp_path, "xlsx")[0])
    assert accounts["zip"].dtype == pl.String
    assert accounts["zip"].str.starts_with("0").any()


def test_files_are_not_overwritten_unless_asked(sample, tmp_path):
    kept = tmp_path / "reps.csv"
    kept.write_text("mine")
    with pytest.raises(TerrierError, match=r"reps\.csv exists"):
        write(sample, tmp_path)
    assert kept.read_text() == "mine"
    assert not (tmp_path / "accounts.csv").exists()
    write(sample, tmp_path, force=True)
    assert kept.read_text() != "mine"
