"""Who takes part. Each gets the same `Problem` and a seed, and answers with an assignment."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design import Problem, solve
from terrier.engine.design.geometry import to_xyz

Contestant = Callable[[Problem, int], NDArray[np.int32]]


def terrier(problem: Problem, seed: int) -> NDArray[np.int32]:
    """Terrier as the command line runs it by default."""
    return solve(problem, seed=seed).assignment


def kmeans_repair(problem: Problem, seed: int) -> NDArray[np.int32]:
    """k-means followed by greedy repair of every measure."""
    from benchmarks.greedy import kmeans_repair as run  # noqa: PLC0415  (scikit-learn counts only for those who use it)

    points = to_xyz(problem.coordinates, problem.metric)
    return run(points, problem.measures, problem.weights, problem.tolerances, problem.n_territories, seed)


def k_means_constrained(problem: Problem, seed: int) -> NDArray[np.int32]:
    """The package k-means-constrained: balances the number of accounts and nothing else, by minimum cost flow."""
    from k_means_constrained import KMeansConstrained  # noqa: PLC0415

    n, k = problem.n_units, problem.n_territories
    slack = float(problem.tolerances[0])
    model = KMeansConstrained(
        k,
        size_min=int(np.ceil(n / k * (1 - slack))),
        size_max=int(np.floor(n / k * (1 + slack))),
        n_init=1,
        random_state=seed,
        n_jobs=1,
    )
    return np.asarray(model.fit_predict(to_xyz(problem.coordinates, problem.metric)), dtype=np.int32)


CONTESTANTS: dict[str, Contestant] = {
    "Terrier": terrier,
    "k-means + repair": kmeans_repair,
    "k-means-constrained": k_means_constrained,
}
