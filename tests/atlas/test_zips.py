import numpy as np
import polars as pl
import pytest

from terrier.atlas.zips import locate, standard_codes, zip_table, zips_of_state

BOSTON_ALLSTON = (-71.13, 42.35)


@pytest.mark.parametrize(
    "spelling",
    ["02134", " 02134 ", "2134", "2134.0", "02134-1234", "2134-1234", "021341234", "21341234", "02134-"],
)
def test_a_zip_code_is_found_however_a_spreadsheet_spelled_it(spelling):
    assert locate([spelling])[0] == pytest.approx(BOSTON_ALLSTON, abs=0.05)
    assert standard_codes([spelling]) == ["02134"]


@pytest.mark.parametrize("spelling", ["501", "00501", "00501-0002", "5010002"])
def test_two_lost_zeros_are_put_back(spelling):
    assert standard_codes([spelling]) == ["00501"]


@pytest.mark.parametrize("spelling", ["", "x", "K1A 0B1", "1", "123456", "-2134", "2134.5", "1e4", None])
def test_what_is_no_zip_code_is_nowhere(spelling):
    assert np.isnan(locate([spelling])).all()
    assert standard_codes([spelling]) == [None]


def test_a_code_that_is_not_given_out_is_nowhere():
    assert np.isnan(locate(["00000", "99999"])).all()


def test_a_military_code_is_nowhere_rather_than_off_the_coast_of_africa():
    assert np.isnan(locate(["09001"])).all()


def test_places_come_back_in_the_order_asked():
    found = locate(["02134", "nowhere", "90210", "02134"])
    assert found[0].tolist() == found[3].tolist()
    assert found[2] == pytest.approx((-118.4, 34.1), abs=0.05)
    assert np.isnan(found[1]).all()
    assert locate(pl.Series(["02134", "nowhere"]))[0].tolist() == found[0].tolist()
    assert locate([]).shape == (0, 2)


def test_the_table_holds_codes_in_use_with_their_places():
    table = zip_table()
    assert table.columns == ["zip", "city", "county", "state", "latitude", "longitude"]
    assert table["zip"].is_sorted()
    assert table["zip"].is_unique().all()
    assert table.null_count().sum_horizontal().item() == 0
    assert table["latitude"].is_between(13, 72).all()
    assert 29_000 < len(table) < 31_000


def test_the_codes_of_a_state_are_those_of_the_state():
    vermont = zips_of_state("vt")
    assert 200 < len(vermont) < 300
    assert set(vermont["state"]) == {"VT"}
    assert vermont["latitude"].is_between(42.7, 45.1).all()
    assert zips_of_state("XX").is_empty()
