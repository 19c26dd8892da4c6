"""Small problems with unit centers, solved to proven optimality by HiGHS: for comparison, and where the best is wanted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, kron

from terrier.engine.design.eligibility import held_in
from terrier.engine.design.median import Sites, sites_of
from terrier.engine.design.plan import Bound, Plan, evaluate
from terrier.engine.design.problem import Problem
from terrier.errors import ProblemError

MOST_UNITS = 200
"""40,000 choices of 0 or 1; HiGHS proves some of them in seconds, and not all in minutes."""


def solve_exactly(problem: Problem, seconds: float = 60.0) -> tuple[Plan | None, Bound | None]:
    """The best plan with unit centers and a bound on every plan, by branch and cut; equal when it was proved in time.

    The model has costs, bands, capacities and pairs to keep apart. What it leaves out (contiguity, home bases, locks, groups, the
    present plan and whatever else differs between territories) leaves its bound valid, but its plan may then miss something.

    Parameters
    ----------
    seconds : float
        How long HiGHS may take. The only thing here that depends on the machine.

    Returns
    -------
    The plan with its bound, None where none was found that meets all that is asked; and the bound, None without one.

    Raises
    ------
    ProblemError
        For free centers, or more than `MOST_UNITS` units.
    """
    n = problem.n_units
    if problem.centers != "unit":
        raise ProblemError(f'centers: {problem.centers!r}; must be "unit" to be solved exactly')
    if problem.objective not in {"distance", "squared_distance"}:
        raise ProblemError(
            f"objective: {problem.objective!r}; must be a sum of distances to be solved exactly"
        )
    if n > MOST_UNITS:
        raise ProblemError(f"coordinates: {n} units; must be at most {MOST_UNITS} to be solved exactly")
    sites = sites_of(problem)
    scale = float(sites.cost.mean()) or 1.0
    found = milp(
        (sites.cost / scale).ravel(),
        constraints=_constraints(problem, sites),
        integrality=np.ones(n * n, dtype=np.int64),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    proved = None if found.mip_dual_bound is None else float(found.mip_dual_bound) * scale
    # HiGHS works to a feasibility of 1e-6, so its bound is good to about as much.
    bound = None if proved is None or not np.isfinite(proved) else Bound(max(0.0, proved * (1 - 1e-6)), "all")
    if found.x is None:
        return None, bound
    center = found.x.reshape(n, n).argmax(axis=0)
    assignment = np.unique(center, return_inverse=True)[1].astype(np.int32)
    if assignment.max() >= problem.n_territories:
        return None, bound
    plan = evaluate(problem, assignment)
    return (
        None if plan.shortfalls or not _lawful(problem, assignment) else replace(plan, bound=bound)
    ), bound


def _constraints(problem: Problem, sites: Sites) -> list[LinearConstraint]:
    """Over x (n, n) of site (row) and unit (column), flat; a site is open when it takes itself."""
    n, k = problem.n_units, problem.n_territories
    opened = np.arange(n) * (n + 1)
    row = np.repeat(np.arange(n), n)
    found = [
        LinearConstraint(kron(np.ones((1, n)), eye_array(n), format="csr"), 1, 1),
        LinearConstraint(csr_array((np.ones(n), (np.zeros(n, int), opened)), shape=(1, n * n)), k, k),
    ]
    # A unit only goes where there is a center: one row each, which makes the relaxation strong.
    link = eye_array(n * n, format="csr") - csr_array(
        (np.ones(n * n), (np.arange(n * n), opened[row])), shape=(n * n, n * n)
    )
    found.append(LinearConstraint(link, -np.inf, 0))
    for m, measure in enumerate(sites.activity):
        loads = csr_array((np.tile(measure, n), (row, np.arange(n * n))), shape=(n, n * n))
        most = csr_array((sites.high[:, m], (np.arange(n), opened)), shape=(n, n * n))
        least = csr_array((np.full(n, sites.low[m]), (np.arange(n), opened)), shape=(n, n * n))
        found += [LinearConstraint(loads - most, -np.inf, 0), LinearConstraint(loads - least, 0, np.inf)]
    for a, b in () if problem.apart is None else problem.apart:
        if a != b:
            both = np.concatenate([np.arange(n) * n + a, np.arange(n) * n + b])
            pair = csr_array((np.ones(2 * n), (np.tile(np.arange(n), 2), both)), shape=(n, n * n))
            found.append(LinearConstraint(pair, -np.inf, 1))
    return found


def _lawful(problem: Problem, assignment: np.ndarray[tuple[int], np.dtype[np.int32]]) -> bool:
    """Whether locks, groups, frozen territories and who may serve whom hold, which no shortfall speaks of."""
    fixed, kept = held_in(problem.locks, problem.present, problem.frozen, problem.n_units)
    if (assignment[fixed >= 0] != fixed[fixed >= 0]).any():
        return False
    if problem.frozen is not None and problem.frozen[assignment[~kept]].any():
        return False
    if problem.eligible is not None and problem.kinds is not None:
        free = fixed < 0
        if not problem.eligible[problem.kinds[free], assignment[free]].all():
            return False
    groups = problem.together
    return groups is None or all(
        len(np.unique(assignment[groups == group])) == 1 for group in np.unique(groups[groups >= 0])
    )
