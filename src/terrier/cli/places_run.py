"""Where the files of `terrier places` come from: the atlas, as tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from terrier.atlas.outlines import MAINLAND, STATES, Outlines, counties
from terrier.atlas.zips import zip_table, zips_of_state
from terrier.errors import InputError


def write_zips(state: str, out: Path, *, force: bool) -> None:
    """Write every ZIP code of a state that delivers to street addresses."""
    if state.upper() not in STATES:
        raise InputError(
            "--state", "is not the postal code of a state", value=state, hint="Such as OH or NY."
        )
    _refuse_existing([out], force)
    table = zips_of_state(state)
    table.write_csv(out)
    click.echo(f"{out}: {table.height:,} ZIP codes of {state.upper()}")


def write_counties(out: Path, edges: Path | None, shapes: Path | None, *, force: bool) -> None:
    """Write the counties of the lower 48 states and DC, and if asked which of them touch, and their outlines."""
    _refuse_existing([file for file in (out, edges, shapes) if file], force)
    mainland = counties().of(MAINLAND)
    table = county_table(mainland)
    table.write_csv(out)
    click.echo(f"{out}: {table.height:,} counties, {table['zips'].sum():,} ZIP codes")
    if edges is not None:
        pairs = np.array(mainland.fips)[mainland.edges]
        pl.DataFrame({"fips": pairs[:, 0], "neighbor": pairs[:, 1]}).write_csv(edges)
        click.echo(f"{edges}: {len(pairs):,} pairs that touch")
    if shapes is not None:
        shapes.write_text(json.dumps(_geojson(mainland), separators=(",", ":")), encoding="utf-8")
        click.echo(f"{shapes}: {len(mainland):,} outlines")


def county_table(areas: Outlines) -> pl.DataFrame:
    """One row for each area: ``fips``, ``county``, ``state``, ``latitude``, ``longitude``, ``zips``, ``area_km2``."""
    return pl.DataFrame(
        {
            "fips": list(areas.fips),
            "county": list(areas.names),
            "state": list(areas.states),
            "latitude": areas.coordinates[:, 1].round(5),
            "longitude": areas.coordinates[:, 0].round(5),
            "zips": _zips_in(areas),
            "area_km2": areas.area_km2.round(1),
        }
    )


def _zips_in(areas: Outlines) -> NDArray[np.int64]:
    """How many ZIP codes lie in each area. One just off a simplified coast counts for the nearest area."""
    known = zip_table().filter(pl.col("state").is_in(sorted(set(areas.states))))
    points = known.select("longitude", "latitude").to_numpy()
    area = areas.containing(points)
    off = area < 0
    area[off] = shapely.STRtree(areas.polygons).nearest(shapely.points(points[off]))
    return np.bincount(area, minlength=len(areas))


def _geojson(areas: Outlines) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": fips,
                "properties": {"fips": fips, "county": name},
                "geometry": json.loads(shapely.to_geojson(polygon)),
            }
            for fips, name, polygon in zip(areas.fips, areas.names, areas.polygons, strict=True)
        ],
    }


def _refuse_existing(files: list[Path], force: bool) -> None:
    for file in files:
        if not file.parent.is_dir():
            raise InputError(str(file), "cannot be written: its folder does not exist")
        if file.exists() and not force:
            raise InputError(str(file), "exists already", hint="Pass --force to overwrite it.")
