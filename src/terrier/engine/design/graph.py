"""Which units touch which: an undirected graph in compressed rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from terrier.errors import ProblemError


@dataclass(frozen=True, slots=True)
class Graph:
    """Symmetric adjacency without loops. The neighbours of unit ``i`` are ``indices[indptr[i]:indptr[i+1]]``, sorted."""

    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]

    @classmethod
    def from_edges(cls, n_units: int, edges: ArrayLike) -> Graph:
        """Build from an (e, 2) list of unit pairs; direction, repeats and loops do not matter.

        Raises
        ------
        ProblemError
            An edge names a unit outside ``0 … n_units - 1``.
        """
        pairs = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
        if pairs.size and (pairs.min() < 0 or pairs.max() >= n_units):
            stranger = pairs[(pairs < 0) | (pairs >= n_units)][0]
            raise ProblemError(f"adjacency: an edge names unit {stranger}; units are 0 to {n_units - 1}")
        pairs = pairs[pairs[:, 0] != pairs[:, 1]]
        both = np.concatenate([pairs, pairs[:, ::-1]])
        ones = np.ones(len(both), dtype=np.int8)
        matrix = coo_array((ones, (both[:, 0], both[:, 1])), shape=(n_units, n_units)).tocsr()
        matrix.sum_duplicates()
        matrix.sort_indices()
        return cls(matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32))

    @property
    def n_units(self) -> int:
        return len(self.indptr) - 1

    def edges(self) -> NDArray[np.int32]:
        """Each edge once, as an (e, 2) array with the smaller unit first."""
        rows = np.repeat(np.arange(self.n_units, dtype=np.int32), np.diff(self.indptr))
        upper = rows < self.indices
        return np.column_stack([rows[upper], self.indices[upper]])

    def components(self) -> NDArray[np.int32]:
        """The connected component of each unit, numbered from 0 in order of first appearance."""
        return components_within(self, np.zeros(self.n_units, dtype=np.int32))


def components_within(graph: Graph, assignment: NDArray[np.int32]) -> NDArray[np.int32]:
    """Label connected components of the graph after cutting every edge between different territories."""
    edges = graph.edges()
    kept = edges[assignment[edges[:, 0]] == assignment[edges[:, 1]]]
    matrix = csr_array(
        (np.ones(len(kept), dtype=np.int8), (kept[:, 0], kept[:, 1])), shape=(graph.n_units, graph.n_units)
    )
    return connected_components(matrix, directed=False)[1].astype(np.int32)
