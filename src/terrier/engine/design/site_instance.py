"""The problem of centers at units as its search sees it, and where that search starts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial import KDTree

from terrier.engine.design.geometry import EARTH_RADIUS_KM, to_xyz
from terrier.engine.design.instance import Floats, Instance, Ints
from terrier.engine.design.problem import Problem
from terrier.engine.design.sums import sums

MATCHED = 5_000_000
"""Pairs of territory and unit among which sites are matched at most."""
LACKING, FORBIDDEN = 1e3, 1e9
"""What lacking room for a usual load counts, and being held elsewhere, in the largest distances."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteInstance:
    """What `Instance` says, and its problem units one by one: any of them can be a center, a *site*.

    Problem units are in the order of their search units: ``order`` (n,) their numbers, ``first`` (N + 1,) where each search
    unit's begin, ``owner`` (n,) the search unit of each. points : (n, 3) km. weights : (n,), scaled like the instance's.
    travel : (n, n), or (0, 0) where the points say it. room : (n, M) what a territory may hold at each site, inf where there is no
    limit. low, high : (k, M) limits from the tolerances. near : (n, K) the nearest sites to each, itself first.
    """

    base: Instance
    order: Ints
    first: Ints
    owner: Ints
    points: Floats
    weights: Floats
    travel: Floats
    curve: float
    room: Floats
    low: Floats
    high: Floats
    near: Ints

    def arc(self, chord: Floats) -> Floats:
        """Length along the ground of straight lines between points."""
        x = self.curve * chord**2
        along: Floats = chord * (1 + x * (1 / 6 + x * (3 / 40 + x * (5 / 112))))
        return along


def with_sites(problem: Problem, instance: Instance, n_near: int) -> SiteInstance:
    """Lay the problem's units out by search unit; O(n log n), or O(n²) with a travel matrix."""
    k = problem.n_territories
    order = np.argsort(instance.member, kind="stable").astype(np.int32)
    owner = instance.member[order]
    first = np.searchsorted(owner, np.arange(instance.n_units + 1)).astype(np.int32)
    points = np.ascontiguousarray(to_xyz(problem.coordinates[order], problem.metric))
    travel = np.zeros((0, 0)) if problem.travel is None else problem.travel[np.ix_(order, order)]
    scale = k / problem.measures.sum(axis=0)
    room = np.full((problem.n_units, problem.n_measures), np.inf)
    if problem.site_capacities is not None:
        room = np.where(np.isnan(problem.site_capacities), np.inf, problem.site_capacities * scale)[order]
    return SiteInstance(
        base=instance,
        order=order,
        first=first,
        owner=owner,
        points=points,
        weights=problem.weights[order] * (k / problem.weights.sum()),
        travel=travel,
        curve=0.25 / EARTH_RADIUS_KM**2 if problem.metric == "sphere" else 0.0,
        room=np.ascontiguousarray(room) + 1e-10,
        low=instance.targets - instance.bands,
        high=instance.targets + instance.bands,
        near=nearest(points, travel, np.arange(problem.n_units, dtype=np.int32), n_near),
    )


def nearest(points: Floats, travel: Floats, sites: Ints, width: int) -> Ints:
    """(s, width) the positions of the nearest sites to each site, itself first; -1 where there are not so many."""
    width_now = min(width, len(sites))
    if travel.size:
        apart = travel[np.ix_(sites, sites)].copy()
        np.fill_diagonal(apart, -1.0)
        near = np.argsort(apart, axis=1, kind="stable")[:, :width_now]
    else:
        near = KDTree(points[sites]).query(points[sites], width_now)[1].reshape(len(sites), width_now)
        itself = near == np.arange(len(sites))[:, None]
        at = np.where(itself.any(axis=1), itself.argmax(axis=1), width_now - 1)
        near[np.arange(len(sites)), at] = near[:, 0]
        near[:, 0] = np.arange(len(sites))
    found = np.full((len(sites), width), -1, dtype=np.int32)
    found[:, :width_now] = near
    return found


def travel_of(instance: SiteInstance, sites: Ints, units: Ints | None = None) -> Floats:
    """Weight · distance^power from each problem unit (or the given ones) to its own site."""
    at = np.arange(len(sites)) if units is None else units
    if instance.travel.size:
        far = instance.travel[at, sites]
    else:
        far = instance.arc(np.linalg.norm(instance.points[at] - instance.points[sites], axis=1))
    paid: Floats = instance.weights[at] * far**instance.base.power
    return paid


def roomy(instance: SiteInstance) -> Instance:
    """The instance with free centers whose bands keep loads below what most sites hold: where the search starts."""
    base = instance.base
    usual = np.minimum(np.median(instance.room, axis=0), base.n_territories)
    room = np.maximum(usual / base.targets - 1.0, 0.02) * base.targets
    return replace(base, bands=np.minimum(base.bands, room))


def with_room(instance: SiteInstance, assignment: Ints) -> tuple[Ints, Ints]:
    """The assignment and its first sites; where others have more room than a territory finds, all are matched anew.

    Of all units, each to one territory at most: what they lack counts before all, then how far they are from its mean (a linear
    assignment problem). A site from elsewhere comes over.
    """
    base = instance.base
    k = base.n_territories
    sites = first_sites(instance, assignment)
    loads = sums(assignment, base.activity, k)
    asked = np.minimum(loads, instance.room.max(axis=0))
    if (sites < 0).any() or (asked <= instance.room[sites] + 1e-9).all():
        return assignment, sites
    # One of each search unit, and no more than can be matched in a second.
    spare = np.minimum(instance.room, loads.max(axis=0)).sum(axis=1)
    ranked = np.lexsort((-spare, instance.owner))
    among = ranked[np.unique(instance.owner[ranked], return_index=True)[1]]
    among = among[np.argsort(-spare[among], kind="stable")[: max(k, MATCHED // k)]]
    far = ((instance.points[among] - means(instance, assignment)[:, None]) ** 2).sum(axis=2)
    lacking = np.maximum(loads[:, None] - instance.room[among], 0.0).sum(axis=2)
    owner = instance.owner[among]
    held = (base.fixed[owner] >= 0) & (base.fixed[owner] != np.arange(k)[:, None])
    if base.eligible.size:
        held |= ~base.eligible[base.kinds[owner]].T & (base.fixed[owner] < 0)
    matched = linear_sum_assignment(
        far / max(float(far.max()), 1e-300) + LACKING * lacking + FORBIDDEN * held
    )[1]
    kept = ~held[np.arange(k), matched]
    anew = np.where(kept, among[matched], sites).astype(np.int32)
    if len(np.unique(instance.owner[anew])) < k:
        return assignment, sites
    there = assignment.copy()
    there[instance.owner[anew]] = np.arange(k)
    return there, anew


def first_sites(instance: SiteInstance, assignment: Ints) -> Ints:
    """(k,) a different site for each territory: its unit nearest to its mean place of those that lack least room, or any where it is empty."""
    base = instance.base
    k = base.n_territories
    group = assignment[instance.owner]
    far = np.linalg.norm(instance.points - means(instance, assignment)[group], axis=1)
    lacking = np.maximum(sums(assignment, base.activity, k)[group] - instance.room, 0.0).sum(axis=1).round(9)
    ranked = np.lexsort((far, lacking, group))
    held, at = np.unique(group[ranked], return_index=True)
    sites = np.full(k, -1, dtype=np.int32)
    sites[held] = ranked[at]
    return sites


def means(instance: SiteInstance, assignment: Ints) -> Floats:
    """(k, 3) the mean place of each territory."""
    group, k = assignment[instance.owner], instance.base.n_territories
    mass = np.maximum(sums(group, instance.weights, k), 1e-300)
    found: Floats = sums(group, instance.weights[:, None] * instance.points, k) / mass[:, None]
    return found
