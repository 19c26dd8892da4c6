"""The estimate of a territory's tours against tours that PyVRP found.

A case is a territory: accounts strewn evenly or crowded in towns, a base in the middle or at the edge, so many visits a day. PyVRP
plans the days (a capacitated vehicle routing problem, every visit of weight 1); three estimates of the same length are fitted
by two factors each, on one half of the cases, and judged on the other.

- **tree** the shortest tree that joins the accounts: what `terrier.engine.travel.tours` uses.
- **area** √(accounts · area of their convex hull), after Beardwood, Halton & Hammersley (1959) and Figliozzi (2008).
- **spread** the distribution-free estimate of Çavdar & Sokol (2015).
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull

from terrier.engine.design.geometry import Floats
from terrier.engine.design.neighbours import spanning_tree

METERS = 1000
"""PyVRP counts in whole numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Accounts (n, 2) and the base (2,) on a plane in km; at most ``visits`` a day."""

    name: str
    accounts: Floats
    base: Floats
    visits: int

    @property
    def haul(self) -> float:
        """Ways out and home if every day were full, in km."""
        return float(2 * np.linalg.norm(self.accounts - self.base, axis=1).sum() / self.visits)

    @property
    def local_share(self) -> float:
        """Of the legs between neighbors, those that lie within a day."""
        return 1 - 1 / self.visits


@dataclass(frozen=True, slots=True)
class Fit:
    """``local`` and ``haul`` : factors, fitted on the even cases. The rest : relative errors on the odd ones."""

    estimate: str
    local: float
    haul: float
    r_squared: float
    median_error: float
    worst_error: float


def cases(seed: int = 1) -> list[Case]:
    """A case for each size, layout, base and number of visits a day."""
    random = np.random.default_rng(seed)
    found = []
    for n in (25, 50, 100, 200):
        for layout in ("even", "towns", "one city"):
            for place in ("middle", "edge"):
                visits = int(random.choice([4, 6, 8, 12, 16]))
                accounts = _accounts(layout, n, random)
                base = accounts.mean(axis=0) if place == "middle" else accounts.min(axis=0)
                found.append(Case(f"{n} {layout}, base {place}, {visits} a day", accounts, base, visits))
    return found


def _accounts(layout: str, n: int, random: np.random.Generator) -> Floats:
    size = random.uniform(40, 240) * np.array([1.0, random.uniform(0.4, 1.0)])
    if layout == "even":
        return np.asarray(random.random((n, 2)) * size)
    towns = random.random((max(3, n // 12), 2)) * size
    people = random.pareto(1.1, len(towns)) + 0.2
    people[0] += people.sum() if layout == "one city" else 0.0
    at = random.choice(len(towns), n, p=people / people.sum())
    return np.asarray(towns[at] + random.normal(0, size.mean() * 0.03, (n, 2)))


def local_length(estimate: str, accounts: Floats) -> float:
    """Length of one tour of the accounts, but for a factor, in km."""
    match estimate:
        case "tree":
            a, b = spanning_tree(accounts, "plane").T
            return float(np.linalg.norm(accounts[a] - accounts[b], axis=1).sum())
        case "area":
            return float(np.sqrt(len(accounts) * ConvexHull(accounts).volume))
        case _:
            away = np.abs(accounts - accounts.mean(axis=0))
            first = 2.791 * np.sqrt(len(accounts) * away.std(axis=0).prod())
            area = ConvexHull(accounts).volume
            deviation = accounts.std(axis=0).prod() * area / away.mean(axis=0).prod()
            return float(first + 0.2669 * np.sqrt(len(accounts) * deviation))


def planned_length(case: Case, seconds: float, seed: int = 1) -> float:
    """Length of all day tours that PyVRP finds in so much CPU time, in km."""
    from pyvrp import Model  # noqa: PLC0415  of the bench group

    model = Model()
    places = np.vstack([case.base, case.accounts])
    locations = [model.add_location(round(x * METERS), round(y * METERS)) for x, y in places.tolist()]
    depot = model.add_depot(locations[0])
    for location in locations[1:]:
        model.add_client(location, delivery=1)
    days = -(-len(case.accounts) // case.visits) + 1  # one to spare, or PyVRP may find none
    model.add_vehicle_type(days, capacity=case.visits, start_depot=depot, end_depot=depot)
    metres = np.linalg.norm(places[:, None] - places[None, :], axis=2) * METERS
    for i, a in enumerate(locations):
        for j, b in enumerate(locations):
            if i != j:
                model.add_edge(a, b, distance=round(metres[i, j]))
    end = time.process_time() + seconds
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # the first solutions break the limit of visits; the last one does not
        result = model.solve(stop=lambda _: time.process_time() > end, seed=seed, display=False)
    return float(result.cost()) / METERS


def fit(estimate: str, known: list[Case], lengths: Floats) -> Fit:
    """Fit the two factors to the even cases by least relative squares, and judge them on the odd ones."""
    parts = np.array(
        [[local_length(estimate, case.accounts) * case.local_share, case.haul] for case in known]
    )
    relative = parts / lengths[:, None]
    factors = np.linalg.lstsq(relative[::2], np.ones(len(relative[::2])), rcond=None)[0]
    guessed, true = parts[1::2] @ factors, lengths[1::2]
    error = np.abs(guessed / true - 1)
    unexplained = float(((guessed - true) ** 2).sum() / ((true - true.mean()) ** 2).sum())
    return Fit(
        estimate,
        float(factors[0]),
        float(factors[1]),
        1 - unexplained,
        float(np.median(error)),
        float(error.max()),
    )


def run(
    seconds: float = 1.5, seeds: tuple[int, ...] = (1, 2, 3), tell: Callable[[str], None] = print
) -> list[Fit]:
    """Plan every case, fit the estimates, and tell what each is worth."""
    known = [case for seed in seeds for case in cases(seed)]
    order = np.random.default_rng(0).permutation(len(known))
    known = [known[i] for i in order]
    lengths = np.array([planned_length(case, seconds) for case in known])
    fits = [fit(estimate, known, lengths) for estimate in ("tree", "area", "spread")]
    tell(f"{len(known)} territories, PyVRP {seconds:g} s each")
    tell("| estimate | local | haul | R² | median error | worst error |")
    tell("|---|---|---|---|---|---|")
    for found in fits:
        tell(
            f"| {found.estimate} | {found.local:.3f} | {found.haul:.3f} | {found.r_squared:.3f} "
            f"| {found.median_error:.1%} | {found.worst_error:.1%} |"
        )
    return fits


if __name__ == "__main__":
    run()
