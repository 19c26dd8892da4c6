"""How far from the best possible a plan can be: a lower bound on the objective. See docs/algorithms/bounds.md."""

from __future__ import annotations

import numpy as np

from terrier.engine.design.ascent import MANY, best_prices
from terrier.engine.design.median import median_bound, sites_of, steps_for
from terrier.engine.design.plan import Bound, Plan
from terrier.engine.design.problem import Problem
from terrier.engine.design.relaxation import Floats, relax

LARGEST = 500_000_000
"""Units × territories up to which a bound takes seconds, not minutes: each price step looks at every pair."""
MISLED, MISLED_OF_MANY = 0.95, 0.8
"""A bound below so much of the score may be the fault of the prices it started from: it is sought again without.
Beyond `ascent.MANY` units that takes long, and plans are farther from their bounds."""
TELLING = 0.1
"""A bound on plans with any centers that leaves a wider gap than this tells less than one on plans with these centers."""
SHARP, HOPELESS = 0.01, 0.5
"""One that leaves a gap between these is sought again from no prices: now one start is better, now the other."""
HOT, WARM, COLD = 0.5, 0.1, 0.002
"""First temperatures without and with prices to start from, and the last, as ratios of the local mean cost."""


def bound(problem: Problem, plan: Plan, prices: Floats | None = None) -> Bound | None:
    """A lower bound on the objective of every plan that meets what is asked and has this plan's centers.

    Where all the travel is to home bases it holds for every plan whatever its centers; so it does where centers are units
    and few enough to try each, if it comes within `TELLING` of the plan.

    Units may be divided in it, and contiguity and pairs to keep apart are left out, so the best plan of whole accounts can
    be some tenths of a percent above. Sharp to about 0.01 % of that relaxation, beyond 20,000 units to some
    tenths of a percent.

    Parameters
    ----------
    plan : Plan
        As `evaluate` gives it.
    prices : (k, m) float, optional
        Prices of each measure, scaled to sum to k, in units of the objective: a good start makes it several times faster.

    Returns
    -------
    Bound, or None where the plan has shortfalls (then it may well score better than any plan without), more than
    `LARGEST` pairs of unit and territory, or an objective that is not a sum of distances.
    """
    if plan.shortfalls or problem.objective not in {"distance", "squared_distance"}:
        return None
    if problem.n_territories == 1:
        return Bound(value=plan.score.total, scope="all")  # there is no other plan
    if problem.n_units * problem.n_territories > LARGEST:
        return None
    relaxation = relax(problem, plan)
    found = best_prices(relaxation, prices, HOT if prices is None else WARM, COLD)
    misled = MISLED_OF_MANY if len(relaxation.fixed) > MANY else MISLED
    if prices is not None and found.value < misled * plan.score.total:
        again = best_prices(relaxation, None, HOT, COLD)
        found = max(found, again, key=lambda found: found.value)
    if _only_seats(problem):
        return Bound(value=max(0.0, found.value), scope="all")
    if plan.sites is not None and (steps := steps_for(problem)):
        sites = sites_of(problem)
        share = sites.activity.T * (problem.n_territories / problem.measures.sum(axis=0))
        paid = (sites.cost[plan.sites] + found.prices @ share.T).min(axis=0)
        value = median_bound(sites, paid, plan.score.total, steps)
        if (1 + SHARP) * value < plan.score.total < (1 + HOPELESS) * value:
            value = max(value, median_bound(sites, np.zeros(problem.n_units), plan.score.total, steps))
        if plan.score.total <= (1 + TELLING) * value:
            return Bound(value=value, scope="all")
    # Costs are never negative; prices may fail to prove even that.
    return Bound(value=max(0.0, found.value), scope="centers")


def _only_seats(problem: Problem) -> bool:
    """Whether no travel to centers counts, so that it does not matter where they are."""
    return problem.seats is not None and problem.seat_pull == 1.0 and not bool(np.isnan(problem.seats).any())
