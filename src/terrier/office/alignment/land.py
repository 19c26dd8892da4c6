"""Which accounts lie beside which, and how many parts of a territory its other accounts do not reach."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.graph import Graph, components_within
from terrier.engine.design.neighbours import point_adjacency
from terrier.office.alignment.workload import Floats, Ints


def land_of(coordinates: Floats, groups: Ints | None = None) -> Graph:
    """Each account with those around it.

    Where groups are given, those of each group alone: what lies between two of its places and can never be its own
    cuts nothing off that anybody could mend.
    """
    if groups is None:
        return point_adjacency(coordinates, "sphere")
    edges = [np.empty((0, 2), dtype=np.int64)]
    for group in np.unique(groups):
        members = np.flatnonzero(groups == group)
        edges.append(members[point_adjacency(coordinates[members], "sphere").edges()])
    return Graph.from_edges(len(coordinates), np.concatenate(edges))


def islands_of(land: Graph, assignment: Ints, n_territories: int) -> NDArray[np.int64]:
    """(k,) parts of each territory that are cut off from its largest."""
    first = np.unique(components_within(land, assignment), return_index=True)[1]
    return np.maximum(np.bincount(assignment[first], minlength=n_territories) - 1, 0)
