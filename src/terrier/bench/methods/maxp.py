"""spopt's max-p regions: as many connected regions as can hold a threshold each."""

from __future__ import annotations

import geopandas
import libpysal
import numpy as np
import shapely
from spopt.region import MaxPHeuristic

from terrier.bench.methods.answer import Answer, Watch
from terrier.engine.design import Problem
from terrier.engine.design.geometry import to_xyz


def solve(problem: Problem, seed: int, seconds: float) -> Answer:
    """Regions that are alike in where they lie, each with at least the lower bound of the first measure."""
    np.random.seed(seed)  # noqa: NPY002  spopt draws from NumPy's global generator
    assert problem.adjacency is not None
    graph = problem.adjacency
    points = to_xyz(problem.coordinates, problem.metric)
    table = geopandas.GeoDataFrame(
        {"x": points[:, 0], "y": points[:, 1], "z": points[:, 2], "size": problem.measures[:, 0]},
        geometry=shapely.points(problem.coordinates),
    )
    neighbors = {
        i: graph.indices[graph.indptr[i] : graph.indptr[i + 1]].tolist() for i in range(graph.n_units)
    }
    weights = libpysal.weights.W(neighbors, silence_warnings=True)
    target = float(problem.measures[:, 0].sum()) / problem.n_territories
    watch = Watch()
    model = MaxPHeuristic(
        table, weights, ["x", "y", "z"], "size", (1 - float(problem.tolerances[0])) * target, top_n=2
    )
    model.solve()
    labels = np.unique(np.asarray(model.labels_), return_inverse=True)[1]
    return watch.stop(Answer(labels.astype(np.int32)))
