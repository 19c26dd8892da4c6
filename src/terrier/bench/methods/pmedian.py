"""spopt's capacitated p-median, an integer program solved by HiGHS through PuLP."""

from __future__ import annotations

import numpy as np
import pulp
from spopt.locate import PMedian

from terrier.bench.methods.answer import Answer, Watch
from terrier.engine.design import Problem
from terrier.engine.design.geometry import distance


def solve(problem: Problem, seed: int, seconds: float) -> Answer:
    """The best plan within the time. spopt weighs costs by demand, so they are divided by it before."""
    n = problem.n_units
    here, there = np.divmod(np.arange(n * n), n)
    places = problem.coordinates
    far = distance(places[here], places[there], problem.metric).reshape(n, n)
    if problem.travel is not None:
        far = np.asarray(problem.travel, dtype=np.float64)
    assert problem.site_capacities is not None
    demand = problem.measures[:, 0]
    watch = Watch()
    model = PMedian.from_cost_matrix(
        far / demand[:, None],
        demand,
        problem.n_territories,
        facility_capacities=np.asarray(problem.site_capacities[:, 0]),
    )
    for share in np.asarray(model.cli_assgn_vars).flat:
        share.cat = pulp.LpInteger  # within 0 and 1: a customer belongs wholly to one median
    model = model.solve(pulp.HiGHS(msg=False, timeLimit=seconds, mip_rel_gap=0.0), results=False)
    shares = np.array([[model.cli_assgn_vars[i, j].value() or 0.0 for j in range(n)] for i in range(n)])
    sites = np.flatnonzero([model.fac_vars[j].value() > 0.5 for j in range(n)])
    place = np.full(n, -1, dtype=np.int32)
    place[sites] = np.arange(len(sites))
    return watch.stop(Answer(place[shares.argmax(axis=1)]))
