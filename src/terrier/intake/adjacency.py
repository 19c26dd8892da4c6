"""Which units touch: from an edge list, from polygons, or computed for points; and whether that is one piece."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from terrier.engine.design import Graph
from terrier.engine.design.neighbours import join_components, point_adjacency
from terrier.errors import InputError
from terrier.intake.columns import counted, key, listed
from terrier.intake.files import refuse_unreadable
from terrier.intake.read import read_table
from terrier.intake.rules import UnitIndex

Metric = Literal["sphere", "plane"]
Shapes = list[shapely.geometry.base.BaseGeometry]


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """Polygons of a GeoJSON file by the id of their unit."""

    file: str
    by_id: dict[str, shapely.geometry.base.BaseGeometry]

    def centres(self, ids: list[str]) -> NDArray[np.float64]:
        """(n, 2) a point inside each unit's polygon, NaN where it has none."""
        points = [self.by_id[unit].representative_point() if unit in self.by_id else None for unit in ids]
        return np.array([(np.nan, np.nan) if p is None else (p.x, p.y) for p in points]).reshape(-1, 2)

    def shapes(self, ids: list[str]) -> Shapes:
        """The polygon of each unit.

        Raises
        ------
        InputError
            A unit has none.
        """
        lacking = [unit for unit in ids if unit not in self.by_id]
        if lacking:
            raise InputError(
                self.file,
                f"has no polygon for {len(lacking):,} of {counted(len(ids), 'account')}: {listed(lacking, 8)}",
                hint="A polygon's id is its “id”, or the property of the same name as the id column.",
            )
        return [self.by_id[unit] for unit in ids]


def is_polygons(path: str) -> bool:
    return Path(path).suffix.lower() in {".geojson", ".json"}


def read_areas(path: str, id_column: str) -> Areas:
    """Read polygons by id from GeoJSON.

    Raises
    ------
    InputError
        The file is no GeoJSON, a feature is no polygon or has no id, or two have the same.
    """
    features = _features(path)
    found: dict[str, Any] = {}
    for number, feature in enumerate(features, start=1):
        properties = {key(str(name)): value for name, value in (feature.get("properties") or {}).items()}
        unit = next(
            (
                str(value)
                for value in (
                    properties.get(key(id_column)),
                    feature.get("id"),
                    properties.get("id"),
                    properties.get("geoid"),
                )
                if value is not None
            ),
            None,
        )
        if unit is None:
            raise InputError(path, f"feature {number} has neither an “id” nor a property “{id_column}”")
        if unit in found:
            raise InputError(path, f"feature {number} has the id “{unit}” of another feature")
        found[unit] = _polygon(path, number, feature.get("geometry"))
    return Areas(path, found)


def _features(path: str) -> list[dict[str, Any]]:
    refuse_unreadable(path)
    try:
        content = json.loads(Path(path).read_bytes())
    except (ValueError, RecursionError) as error:
        raise InputError(path, f"is not JSON ({error})") from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise InputError(path, "is not a GeoJSON feature collection")
    if not features:
        raise InputError(path, "has no features")
    return features


def _polygon(path: str, number: int, geometry: Any) -> shapely.geometry.base.BaseGeometry:
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except shapely.errors.GEOSException:
        shape = None
    if shape is None or shape.is_empty or shape.geom_type not in {"Polygon", "MultiPolygon"}:
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        raise InputError(path, f"feature {number} is not a polygon", value=str(kind))
    return shape if shape.is_valid else shapely.make_valid(shape)


def edge_list(path: str, units: UnitIndex) -> NDArray[np.int64]:
    """(e, 2) pairs of positions from a table whose first two columns are ids; further columns do not matter."""
    table = read_table(path)
    if len(table.columns) < 2:
        raise table.error("needs two columns of ids, one pair of neighbors in each row")
    pairs = np.column_stack([units(table, column) for column in table.columns[:2]])
    return pairs[(pairs >= 0).all(axis=1)]


def computed(coordinates: NDArray[np.float64], metric: Metric, groups: NDArray[np.int32] | None) -> Graph:
    """Neighbours computed for points, within each region on its own where there are regions."""
    if groups is None:
        return point_adjacency(coordinates, metric)
    edges = []
    for g in range(int(groups.max()) + 1):
        members = np.flatnonzero(groups == g)
        edges.append(members[point_adjacency(coordinates[members], metric).edges()].reshape(-1, 2))
    return Graph.from_edges(len(coordinates), np.concatenate(edges))


def in_one_piece(
    graph: Graph,
    coordinates: NDArray[np.float64],
    metric: Metric,
    ids: list[str],
    groups: NDArray[np.int32] | None,
    group_names: list[str],
    *,
    source: str,
    join_islands: bool,
) -> tuple[Graph, list[str]]:
    """The graph with every region in one piece, and notes on the links that were added.

    Raises
    ------
    InputError
        A region is in several pieces and they are not to be joined; names them.
    """
    edges = graph.edges()
    regions = np.zeros(len(ids), dtype=np.int32) if groups is None else groups
    kept = [edges[regions[edges[:, 0]] == regions[edges[:, 1]]]]
    notes = []
    for g in range(int(regions.max()) + 1):
        members = np.flatnonzero(regions == g)
        local = _within(graph, members)
        pieces = local.components()
        where = f" in {group_names[g]}" if groups is not None else ""
        if pieces.max(initial=0) == 0:
            continue
        if not join_islands:
            raise _apart(source, pieces, [ids[i] for i in members], where)
        _, added = join_components(local, coordinates[members], metric)
        kept.append(members[added])
        notes.append(
            f"{counted(len(added), 'link was', 'links were')} added{where} to join {pieces.max() + 1:,} pieces of the adjacency."
        )
    return Graph.from_edges(len(ids), np.concatenate(kept)), notes


def _within(graph: Graph, members: NDArray[np.int64]) -> Graph:
    position = np.full(graph.n_units, -1)
    position[members] = np.arange(len(members))
    edges = position[graph.edges()]
    return Graph.from_edges(len(members), edges[(edges >= 0).all(axis=1)])


def _apart(source: str, pieces: NDArray[np.int32], ids: list[str], where: str) -> InputError:
    sizes = np.bincount(pieces)
    order = np.argsort(-sizes, kind="stable")
    shown = [
        f"{sizes[p]:,} with {listed([ids[i] for i in np.flatnonzero(pieces == p)[:3]])}" for p in order[1:6]
    ]
    more = f"; and {len(sizes) - 6:,} more" if len(sizes) > 6 else ""
    return InputError(
        source,
        f"the adjacency is in {len(sizes):,} pieces{where}, and --contiguous needs one: besides the largest "
        f"({counted(int(sizes[order[0]]), 'account')}), {'; '.join(shown)}{more}",
        hint="Pass --join-islands to tie each piece to the nearest one.",
    )
