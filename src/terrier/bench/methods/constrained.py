"""k-means-constrained: clusters of bounded size, by minimum cost flow."""

from __future__ import annotations

import numpy as np
from k_means_constrained import KMeansConstrained

from terrier.bench.methods.answer import Answer, Watch
from terrier.engine.design import Problem
from terrier.engine.design.geometry import to_xyz


def solve(problem: Problem, seed: int, seconds: float) -> Answer:
    """Balance the number of units within the first tolerance; runs until it has converged."""
    n, k = problem.n_units, problem.n_territories
    slack = float(problem.tolerances[0])
    points = to_xyz(problem.coordinates, problem.metric)
    model = KMeansConstrained(
        k,
        size_min=int(np.ceil(n / k * (1 - slack))),
        size_max=int(np.floor(n / k * (1 + slack))),
        n_init=1,
        random_state=seed,
        n_jobs=1,
    )
    watch = Watch()
    labels = model.fit_predict(points)
    return watch.stop(Answer(np.asarray(labels, dtype=np.int32)))
