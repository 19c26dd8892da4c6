"""The travel that a plan implies, by continuous approximation of its tours.

A person visits the accounts of a territory a few a day, those of a day near one another, and goes home in between. The year's
way is then (Daganzo 1984; Figliozzi 2008)

    haul · 2 · Σ (way from the base) / (visits a day)   +   local · (1 - 1 / visits a day) · Σ (way between neighbors)

Beardwood, Halton & Hammersley (1959) give the second sum as 0.7124 √(n · area) for places strewn evenly. Accounts crowd in
towns, and what area they cover is anyone's guess; so here the shortest tree that joins them stands in for √(n · area): it needs
no area, follows every crowd and gap, and falls to each account in parts (half of each leg at either end).

Accounts are visited unequally often. Those visited f times a year or more are toured together, for each f: the sum over the
tours of such a year is the integral over f of one tour of them.

`TOURS` holds the two factors as fitted to tours that PyVRP found; docs/algorithms/travel.md tells how well they fit.

References
----------
Beardwood, Halton & Hammersley (1959), The shortest path through many points. · Daganzo (1984), The distance traveled to
visit N points with a maximum of C stops per vehicle. · Figliozzi (2008), Planning approximations to the average length
of vehicle routing problems with varying customer demands and routing constraints. · Çavdar & Sokol (2015), A distribution-free
TSP tour length estimation model for random graphs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.geometry import Floats, from_xyz, to_xyz
from terrier.engine.design.instance import Ints
from terrier.engine.design.problem import Problem
from terrier.engine.design.sums import sums
from terrier.engine.travel.roads import Indices, Roads

PASSES = 6
"""Frequencies of visits told apart within a territory."""


@dataclass(frozen=True, slots=True)
class TourModel:
    """``local`` : tour over tree, for the legs between accounts. ``haul`` : of the ways out and home."""

    local: float
    haul: float


TOURS = TourModel(local=1.05, haul=0.96)


@dataclass(frozen=True, slots=True, eq=False)
class Calls:
    """What each of n accounts asks for: ``visits`` (n,) a year, and ``hours`` (n,) of one visit.

    whole : (n,) hours a year, travel included, of those whose work is known as a whole; NaN for the others. None: for none.
    """

    visits: Floats
    hours: Floats
    whole: Floats | None = None

    @property
    def total(self) -> Floats:
        """(n,) hours a year with each account, without travel."""
        return self.visits * self.hours

    def of(self, members: Indices | NDArray[np.bool_]) -> Calls:
        """The calls of some accounts."""
        whole = None if self.whole is None else self.whole[members]
        return Calls(self.visits[members], self.hours[members], whole)

    def work(self, travel_hours: Floats | float = 0.0) -> Floats:
        """(n,) hours a year of each account, calls and travel: what is known as a whole wins over what calls and travel add up to."""
        added: Floats = self.total + travel_hours
        return added if self.whole is None else np.where(np.isnan(self.whole), added, self.whole)


@dataclass(frozen=True, slots=True)
class Workday:
    """``hours`` of a day, travel included. Accounts farther than ``out_after`` hours from the base are visited on trips of
    several days: the farther, the longer, up to ``most_days`` days between two ways home."""

    hours: float = 8.0
    out_after: float = 2.0
    most_days: float = 4.0

    def __post_init__(self) -> None:
        if not (0 < self.hours <= 24 and self.out_after > 0 and self.most_days >= 1):
            raise ValueError(f"{self}: must have 0 < hours ≤ 24, out_after > 0 and most_days ≥ 1")


@dataclass(frozen=True, slots=True, eq=False)
class Travel:
    """Travel of a plan in a year. hours, km : (n,) by account. visits_a_day, days : (k,) by territory."""

    hours: Floats
    km: Floats
    visits_a_day: Floats
    days: Floats


def bases_of(problem: Problem, assignment: Ints) -> Floats:
    """(k, 2) where each territory's person starts from: the home base, else the weighted mean of the territory's units."""
    points, k = to_xyz(problem.coordinates, problem.metric), problem.n_territories
    mass = np.bincount(assignment, problem.weights, k)
    moment = sums(assignment, problem.weights[:, None] * points, k)
    moment[mass == 0] = points.mean(axis=0)
    bases = from_xyz(moment / np.where(mass > 0, mass, 1.0)[:, None], problem.metric)
    if problem.seats is not None:
        seated = ~np.isnan(problem.seats).any(axis=1)
        bases[seated] = problem.seats[seated]
    return bases


def travel_of(
    assignment: Ints,
    bases: Floats,
    calls: Calls,
    roads: Roads,
    workday: Workday | None = None,
    model: TourModel = TOURS,
) -> Travel:
    """Travel hours and kilometers that follow from who holds which account.

    Parameters
    ----------
    assignment : (n,) territory of each account. bases : (k, 2) where the person of each starts from.
    """
    workday = workday or Workday()
    n, k = len(assignment), len(bases)
    hours, km = np.zeros(n), np.zeros(n)
    visits_a_day, days = np.zeros(k), np.zeros(k)
    order = np.argsort(assignment, kind="stable")
    ends = np.searchsorted(assignment[order], np.arange(k + 1))
    for j in range(k):
        members = order[ends[j] : ends[j + 1]]
        members = members[calls.visits[members] > 0]
        if not len(members):
            continue
        own, rate = territory_travel(members, bases[j], calls, roads, workday, model)
        hours[members], km[members] = own
        visits_a_day[j] = rate
        days[j] = float((own[0] + calls.total[members]).sum()) / workday.hours
    return Travel(hours, km, visits_a_day, days)


def territory_travel(
    members: Indices, base: Floats, calls: Calls, roads: Roads, workday: Workday, model: TourModel
) -> tuple[Floats, float]:
    """(2, q) hours and km a year of each member, and visits a day."""
    visits = calls.visits[members]
    local = model.local * _between(members, visits, roads)
    out = np.stack(roads.hauls(base, members))
    days_out = np.clip(out[0] / workday.out_after, 1.0, workday.most_days)
    ways = model.haul * 2 * out * visits / days_out
    total = visits.sum()
    work, leg, way = calls.total[members].sum() / total, local[0].sum() / total, ways[0].sum() / total
    # A day is one way out and home, n visits and n - 1 legs between them.
    rate = max(1.0, float((workday.hours - way + leg) / max(work + leg, 1e-9)))
    trip = rate * float(np.average(days_out, weights=visits))
    return ways / rate + local * (1 - 1 / trip), rate


def _between(members: Indices, visits: Floats, roads: Roads) -> Floats:
    """(2, q) hours and km a year of the tree's legs that fall to each member, half of a leg to either end."""
    levels, level = _levels(visits)
    found = np.zeros((2, len(members)))
    below = 0.0
    for number, visits_there in enumerate(levels):
        toured = np.flatnonzero(level >= number)
        if len(toured) > 1:
            a, b = roads.tree(members[toured]).T
            legs = np.stack(roads.legs(members[toured[a]], members[toured[b]])) * (visits_there - below) / 2
            for end in (a, b):
                for quantity in range(2):
                    found[quantity] += np.bincount(toured[end], legs[quantity], len(members))
        below = visits_there
    return found * (visits / levels[level])


def _levels(visits: Floats) -> tuple[Floats, Indices]:
    """The different frequencies, rising, and which of them each account has; if many, `PASSES` of about equal work."""
    levels, level = np.unique(visits, return_inverse=True)
    if len(levels) <= PASSES:
        return levels, level.reshape(-1)
    work = np.bincount(level.reshape(-1), visits)
    # Nudged, so that rounding does not decide where a frequency on a boundary belongs.
    middle = (np.cumsum(work) - work / 2) / work.sum() * PASSES + 1e-9
    part = np.minimum(middle, PASSES - 1).astype(np.intp)
    part = np.unique(part, return_inverse=True)[1].reshape(-1)
    group = part[level.reshape(-1)]
    return np.bincount(group, visits) / np.bincount(group), group
