"""Placing every row of the accounts, or saying which cannot be placed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terrier.errors import InputError
from terrier.intake.adjacency import Areas, Metric
from terrier.intake.columns import counted, listed
from terrier.intake.places import Places, locate, place_columns
from terrier.intake.request import DesignRequest
from terrier.intake.said import Said
from terrier.intake.table import LISTED, Table
from terrier.intake.units import Labels


def placed(
    request: DesignRequest, table: Table, known: Labels, areas: Areas | None, metric: Metric, said: Said
) -> tuple[Table, Labels, NDArray[np.float64], list[tuple[int, str, str]]]:
    """Place every row; leave out those that cannot be placed where that is asked, refuse them otherwise."""
    columns = place_columns(table, request.lat_column, request.lon_column, request.zip_column)
    if columns.latitude is None and columns.zip is None and areas is None:
        wanted = (
            "x and y columns"
            if metric == "plane"
            else "latitude and longitude columns, and no ZIP code column"
        )
        raise table.error(
            f"has no {wanted}",
            hint=f"Pass --lat-column and --lon-column, or --zip-column. Its columns: {listed(table.columns)}.",
        )
    for role, column in columns.said:
        said.column(role, column)
    if columns.zip and columns.zip != known.id_column:
        said.used.discard(
            columns.zip
        )  # the output shows latitude and longitude by itself, but not the ZIP code
    places = locate(table, columns, metric, areas.centres(known.ids) if areas else None)
    if places.by_zip.any() and columns.latitude:
        said.notes.append(
            f"{counted(int(places.by_zip.sum()), 'account is', 'accounts are')} placed by ZIP code, for want of coordinates."
        )
    if not places.reasons:
        return table, known, places.coordinates, []
    unplaced = [(int(table.rows[i]), known.ids[i], why) for i, why in sorted(places.reasons.items())]
    if not request.skip_unplaced:
        blamed = columns.zip if columns.zip and "ZIP" in unplaced[0][2] else columns.latitude
        raise _unplaceable(table, places, unplaced, blamed)
    kept = ~np.asarray(np.isnan(places.coordinates).any(axis=1))
    if not kept.any():
        raise table.error("has no row that can be placed")
    left_out = (
        "1 account is left out: it"
        if len(unplaced) == 1
        else f"{len(unplaced):,} accounts are left out: they"
    )
    said.warnings.append(f"{left_out} cannot be placed (see unplaced.csv).")
    order = np.flatnonzero(kept).tolist()
    ids, names = [known.ids[i] for i in order], [known.names[i] for i in order]
    return (
        table.kept(kept),
        Labels(known.id_column, known.name_column, ids, names),
        places.coordinates[kept],
        unplaced,
    )


def _unplaceable(
    table: Table, places: Places, unplaced: list[tuple[int, str, str]], column: str | None
) -> InputError:
    first = min(places.reasons)
    more = unplaced[1:]
    listing = "; ".join(f"row {row:,} ({unit}) {why}" for row, unit, why in more[:LISTED])
    tail = (
        f"{len(more):,} more cannot be placed: {listing}{' …' if len(more) > LISTED else ''}. "
        if more
        else ""
    )
    value = table.frame[column][first] if column else None
    why = unplaced[0][2].replace(f" “{value}”", "")  # the message ends with it
    return table.error(
        f"{unplaced[0][1]} cannot be placed: it {why}",
        at=first,
        column=column,
        hint=f"{tail}Pass --skip-unplaced to leave such rows out and list them in unplaced.csv.",
    )
