"""US ZIP codes and where they are, from the package `zipcodes`: no network.

The package's own look-ups filter 42,789 dicts at each call. Here its list is read once (about a second) into arrays
with one row for each possible five-digit number, so that a million codes are located in a fraction of a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import polars as pl
import zipcodes
from numpy.typing import NDArray

# 5 digits; ZIP+4 with its dash; ZIP+4 run together; each perhaps short of the zeros that a spreadsheet ate.
_PLAIN = r"^(\d{3,5})(?:\.0*|\s*-)?$"
_PLUS_FOUR = r"^(\d{3,5})\s*-\s*\d{4}$"
_RUN_TOGETHER = r"^(\d{7,9})(?:\.0*)?$"


def locate(codes: Sequence[str | None] | pl.Series) -> NDArray[np.float64]:
    """Longitude and latitude of each ZIP code, in degrees; NaN where the code or its place is unknown.

    Reads "02134", "2134", "2134.0", " 02134-1234 " and "021341234" alike. Military and a few other codes have no place.

    Returns
    -------
    (n, 2) float64, longitude first.
    """
    known: NDArray[np.float64] = _places()[_numbers(codes)]
    return known


def standard_codes(codes: Sequence[str | None] | pl.Series) -> list[str | None]:
    """The five-digit form of each code that `locate` can read; None where it is no ZIP code at all."""
    numbers = _numbers(codes)
    return [None if number < 0 else f"{number:05d}" for number in numbers.tolist()]


def zip_table() -> pl.DataFrame:
    """Every ZIP code that is in use, delivers to street addresses and has a known place.

    Columns ``zip``, ``city``, ``county``, ``state`` (postal), ``latitude``, ``longitude``; sorted by ``zip``.
    """
    rows = _rows()
    standard = (pl.col("type") == "STANDARD") & pl.col("active") & pl.col("latitude").is_not_null()
    return rows.filter(standard).drop("type", "active")


def zips_of_state(state: str) -> pl.DataFrame:
    """The rows of `zip_table` in one state, named by its postal code: "MA"."""
    return zip_table().filter(pl.col("state") == state.upper())


def _numbers(codes: Sequence[str | None] | pl.Series) -> NDArray[np.int64]:
    """The five digits of each code as a number, -1 (the last row of `_places`) where it is none."""
    text = codes.cast(pl.String) if isinstance(codes, pl.Series) else pl.Series(codes, dtype=pl.String)
    column = pl.col("code").str.strip_chars()
    long = column.str.extract(_RUN_TOGETHER).str.zfill(9).str.head(5)
    short = pl.coalesce(column.str.extract(_PLAIN), column.str.extract(_PLUS_FOUR))
    number = pl.coalesce(short, long).cast(pl.Int64).fill_null(-1)
    found: NDArray[np.int64] = pl.DataFrame({"code": text}).select(number).to_series().to_numpy()
    return found


@cache
def _places() -> NDArray[np.float64]:
    """Row i is the place of ZIP code i; the last row, NaN, stands for whatever is no code."""
    rows = _rows().drop_nulls(["latitude", "longitude"])
    places = np.full((100_001, 2), np.nan)
    places[rows["zip"].cast(pl.Int64).to_numpy()] = rows.select("longitude", "latitude").to_numpy()
    places.flags.writeable = False
    return places


@cache
def _rows() -> pl.DataFrame:
    fields = {
        "zip_code": "zip",
        "city": "city",
        "county": "county",
        "state": "state",
        "lat": "latitude",
        "long": "longitude",
        "zip_code_type": "type",
        "active": "active",
    }
    # Straight from the compiled part: `zipcodes.list_all` would keep its 42,789 dicts, 60 MB, for ever.
    listed = zipcodes._zipcodes.list_all()
    rows = pl.DataFrame({new: [entry[old] for entry in listed] for old, new in fields.items()})
    degrees = pl.col("latitude", "longitude").cast(pl.Float64)
    rows = rows.with_columns(degrees).sort("zip")
    nowhere = (pl.col("latitude") == 0) & (pl.col("longitude") == 0)  # how the package writes "unknown"
    return rows.with_columns(pl.when(~nowhere).then(pl.col("latitude", "longitude")))
