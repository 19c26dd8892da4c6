"""The textbook integer program for centers at units, solved by the HiGHS that SciPy carries.

x_ij = 1 when unit i belongs to the territory centered at unit j; x_jj opens it. Minimize Σ w_i d_ij^p x_ij where every
unit belongs somewhere, k territories are open, and the loads of an open territory are within its bounds.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, kron

from terrier.bench.case import Floats
from terrier.bench.methods.answer import Answer, Watch
from terrier.engine.design import Problem
from terrier.engine.design.geometry import distance


def solve(problem: Problem, seed: int, seconds: float) -> Answer:
    """The best plan that HiGHS finds in the time, and its lower bound. Contiguity is not in the program."""
    n, k = problem.n_units, problem.n_territories
    watch = Watch()
    cost = _cost(problem)
    low, high = _load_bounds(problem)
    one = csr_array(np.ones((1, n)))
    unit = eye_array(n, format="csr")
    own = csr_array((np.ones(n), (np.arange(n), np.arange(n) * (n + 1))), shape=(n, n * n))
    rules = [
        LinearConstraint(kron(unit, one, format="csr"), 1, 1),
        LinearConstraint(csr_array(own.sum(axis=0).reshape(1, -1)), k, k),
        LinearConstraint(
            eye_array(n * n, format="csr") - kron(csr_array(np.ones((n, 1))), own, format="csr"), -np.inf, 0
        ),
    ]
    for m in range(problem.n_measures):
        load = kron(csr_array(problem.measures[:, m][None, :]), unit, format="csr")
        if np.isfinite(high[:, m]).all():
            rules.append(LinearConstraint(load - _scaled(own, high[:, m]), -np.inf, 0))
        if (low[:, m] > 0).any():
            rules.append(LinearConstraint(load - _scaled(own, low[:, m]), 0, np.inf))
    scale = float(cost.max())
    found = milp(
        cost.ravel() / scale,
        constraints=rules,
        integrality=np.ones(n * n, dtype=np.int64),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise TimeoutError(f"no plan within {seconds:.0f} s")
    chosen = found.x.reshape(n, n)
    sites = np.flatnonzero(np.diag(chosen) > 0.5)
    place = np.full(n, -1, dtype=np.int32)
    place[sites] = np.arange(len(sites))
    bound = None if found.mip_dual_bound is None else float(found.mip_dual_bound) * scale
    return watch.stop(Answer(place[chosen.argmax(axis=1)], bound=bound))


def _cost(problem: Problem) -> Floats:
    n = problem.n_units
    if problem.travel is not None:
        far = np.asarray(problem.travel, dtype=np.float64)
    else:
        here, there = np.divmod(np.arange(n * n), n)
        places = problem.coordinates
        far = distance(places[here], places[there], problem.metric).reshape(n, n)
    power = 2 if problem.objective == "squared_distance" else 1
    found: Floats = problem.weights[:, None] * far**power
    return found


def _load_bounds(problem: Problem) -> tuple[Floats, Floats]:
    """(n, m) what a territory centered at each unit may hold, at least and at most."""
    target = problem.measures.sum(axis=0) / problem.n_territories
    shape = (problem.n_units, problem.n_measures)
    low = np.broadcast_to(np.maximum(target * (1 - np.minimum(problem.tolerances, 1.0)), 0.0), shape)
    high = np.broadcast_to(target * (1 + problem.tolerances), shape)
    if problem.site_capacities is not None:
        high = np.minimum(high, problem.site_capacities)
    return low, high


def _scaled(own: csr_array, by: Floats) -> csr_array:
    """Each row of ``own``, which picks one center's variable, times that center's bound."""
    scaled: csr_array = own.multiply(by[:, None]).tocsr()
    return scaled
