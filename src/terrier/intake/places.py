"""Where each row is: its own coordinates, else its ZIP code, else its polygon; and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from terrier.atlas import zips
from terrier.engine.design.geometry import distance
from terrier.errors import InputError
from terrier.intake.columns import guess, listed, named, quoted
from terrier.intake.numbers import numbers
from terrier.intake.table import Table

Floats = NDArray[np.float64]
FAR_FROM_ZIP_KM = 500.0
FEW = 20
"""Of so few rows there is no saying which lie far from the bulk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceColumns:
    latitude: str | None
    longitude: str | None
    zip: str | None

    @property
    def said(self) -> list[tuple[str, str]]:
        pairs = (("latitude", self.latitude), ("longitude", self.longitude), ("ZIP code", self.zip))
        return [(role, column) for role, column in pairs if column]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """``coordinates`` (n, 2), NaN where unplaced. ``reasons``: why, by position. ``by_zip`` (n,) placed by its ZIP code."""

    coordinates: Floats
    reasons: dict[int, str]
    by_zip: NDArray[np.bool_]


def place_columns(
    table: Table, latitude: str | None, longitude: str | None, zip_code: str | None, prefix: str = ""
) -> PlaceColumns:
    """The columns that say where a row is, as named or as guessed; all None when there are none.

    Raises
    ------
    InputError
        A latitude without a longitude, or the reverse.
    """
    found: dict[str, str | None] = {}
    for role, given in (("latitude", latitude), ("longitude", longitude), ("zip", zip_code)):
        option = f"--{prefix}{role[:3] if role != 'longitude' else 'lon'}-column"
        found[role] = named(table, given, option) if given else guess(table, role)
    lat, lon = found["latitude"], found["longitude"]
    if bool(lat) != bool(lon):
        have, lack = ("latitude", "longitude") if lat else ("longitude", "latitude")
        if found["zip"] is None or latitude or longitude:
            raise InputError(
                table.file,
                f"has a {have} column (“{lat or lon}”) but no {lack}",
                hint=f"Pass --{prefix}{'lon' if lat else 'lat'}-column. Its columns: {listed(table.columns)}.",
            )
        lat = lon = None
    return PlaceColumns(latitude=lat, longitude=lon, zip=found["zip"])


def locate(
    table: Table, columns: PlaceColumns, metric: Literal["sphere", "plane"], areas: Floats | None = None
) -> Places:
    """Place each row. ``areas`` (n, 2): the middle of its polygon, the last resort.

    Raises
    ------
    InputError
        A coordinate is no number, out of range, or latitude and longitude are swapped.
    """
    n = table.n_rows
    coordinates = np.full((n, 2), np.nan)
    reasons = dict.fromkeys(range(n), "has no coordinates" if columns.latitude else "has no place")
    by_zip = np.zeros(n, dtype=bool)
    zip_places: Floats | None = None
    if columns.latitude and columns.longitude:
        own = np.column_stack([numbers(table, columns.longitude), numbers(table, columns.latitude)])
        half = np.isnan(own).any(axis=1)
        own[half] = np.nan
        if metric == "sphere":
            null_island = (own == 0).all(axis=1)
            own[null_island] = np.nan
            reasons |= {int(i): "is at 0, 0 in the ocean" for i in np.flatnonzero(null_island)}
        coordinates = own
    if columns.zip and metric == "sphere" and _needs_zip_codes(coordinates):
        zip_places = _zip_places(table, columns, reasons)
    if columns.latitude and metric == "sphere":
        _refuse_wrong_places(table, columns, coordinates, zip_places)
    for fallback in (zip_places, areas):
        if fallback is not None:
            fill = np.isnan(coordinates).any(axis=1) & ~np.isnan(fallback).any(axis=1)
            coordinates[fill] = fallback[fill]
            if fallback is zip_places:
                by_zip = fill
    placed = ~np.isnan(coordinates).any(axis=1)
    return Places(coordinates, {i: why for i, why in reasons.items() if not placed[i]}, by_zip)


def _needs_zip_codes(own: Floats) -> bool:
    """Whether any row lacks coordinates, or lies so that its ZIP code should have a say. Reading the codes takes a second."""
    if np.isnan(own).any() or len(own) < FEW:
        return True
    return not bool(_in_bulk(own, own).all())


def _zip_places(table: Table, columns: PlaceColumns, reasons: dict[int, str]) -> Floats:
    assert columns.zip is not None
    codes = table.frame[columns.zip]
    found = zips.locate(codes)
    for i in np.flatnonzero(np.isnan(found).any(axis=1)).tolist():
        lacking = "has no coordinates and " if columns.latitude else "has "
        code = codes[i]
        reasons[i] = f"{lacking}no ZIP code" if code is None else f"has the unknown ZIP code “{code}”"
    return found


def _refuse_wrong_places(table: Table, columns: PlaceColumns, own: Floats, zip_places: Floats | None) -> None:
    lat_column, lon_column = str(columns.latitude), str(columns.longitude)
    with np.errstate(invalid="ignore"):
        bad_lat, bad_lon = np.abs(own[:, 1]) > 90, np.abs(own[:, 0]) > 180
        fits_swapped = (np.abs(own[:, 1]) <= 180) & (np.abs(own[:, 0]) <= 90)
    swapped = _swapped(own, zip_places) & fits_swapped
    table.refuse(
        swapped,
        f"latitude and longitude look swapped: “{lon_column}” there is {_first(table, swapped, lon_column)}",
        column=lat_column,
        hint=f"If the whole file is so, pass --lat-column {quoted(lon_column)} --lon-column {quoted(lat_column)}.",
    )
    table.refuse(bad_lat, "is no latitude: it must be between -90 and 90", column=lat_column)
    table.refuse(bad_lon, "is no longitude: it must be between -180 and 180", column=lon_column)


def _swapped(own: Floats, zip_places: Floats | None) -> NDArray[np.bool_]:
    """(n,) rows whose two coordinates make sense only the other way round.

    A row is swapped when its latitude is out of range, or near a pole, or far from the bulk of the rows or from its own
    ZIP code, while exchanged it is none of these.
    """
    turned = own[:, ::-1]
    known = ~np.isnan(own).any(axis=1)
    with np.errstate(invalid="ignore"):
        impossible = (np.abs(own[:, 1]) > 90) & (np.abs(own[:, 0]) <= 90)
        polar = _polar(own[:, 1]) & ~_polar(turned[:, 1]) & (np.abs(turned[:, 1]) <= 90)
    if known.sum() and polar[known].mean() > 0.5:  # nobody sells mostly at the poles
        return impossible | polar
    swapped = impossible
    sane = known & (np.abs(np.nan_to_num(own[:, 1])) <= 90)
    if sane.sum() >= FEW:
        swapped = swapped | (known & ~_in_bulk(own, own[sane]) & _in_bulk(turned, own[sane]))
    if zip_places is not None:
        both = sane & ~np.isnan(zip_places).any(axis=1) & (np.abs(np.nan_to_num(turned[:, 1])) <= 90)
        off, turned_off = np.zeros(len(own)), np.full(len(own), np.inf)
        off[both] = distance(own[both], zip_places[both], "sphere")
        turned_off[both] = distance(turned[both], zip_places[both], "sphere")
        swapped = swapped | ((off > FAR_FROM_ZIP_KM) & (turned_off < FAR_FROM_ZIP_KM / 2))
    return swapped


def _polar(latitude: Floats) -> NDArray[np.bool_]:
    polar: NDArray[np.bool_] = (latitude < -60) | (latitude > 75)
    return polar


def _in_bulk(points: Floats, sane: Floats) -> NDArray[np.bool_]:
    """Within the box of the middle 90 % of the rows, widened by half its size on each side."""
    low, high = np.percentile(sane, [5, 95], axis=0)
    margin = np.maximum((high - low) / 2, 1.0)
    with np.errstate(invalid="ignore"):
        inside: NDArray[np.bool_] = ((points >= low - margin) & (points <= high + margin)).all(axis=1)
    return inside


def _first(table: Table, mask: NDArray[np.bool_], column: str) -> str | None:
    where = np.flatnonzero(mask)
    return table.frame[column][int(where[0])] if len(where) else None
