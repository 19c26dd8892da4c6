"""Where a search for centers at units stands: who is where, each territory's center, and how good that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from terrier.engine.design.instance import Floats, Ints
from terrier.engine.design.site_instance import SiteInstance, travel_of
from terrier.engine.design.sums import sums


@dataclass(frozen=True, slots=True, order=True)
class SiteMerit:
    """What is outside the limits, in usual loads, then the objective: less is better in this order."""

    beyond: float
    total: float


@dataclass(slots=True, eq=False)
class SiteState:
    """A plan and its centers. assignment : (N,). sites : (k,), -1 where empty. loads : (k, M). counts : (k,).

    head : (k,), after, before : (N,) the units of each territory as linked lists, -1 at their ends. moved : (1,).
    """

    assignment: Ints
    sites: Ints
    loads: Floats
    counts: Ints
    head: Ints
    after: Ints
    before: Ints
    moved: Floats


def site_state(instance: SiteInstance, assignment: Ints, sites: Ints) -> SiteState:
    """Everything that follows from who is where; O(N log N). Copies what it is given."""
    base = instance.base
    k, n = base.n_territories, base.n_units
    head = np.full(k, -1, dtype=np.int32)
    after, before = np.full(n, -1, dtype=np.int32), np.full(n, -1, dtype=np.int32)
    order = np.argsort(assignment, kind="stable").astype(np.int32)
    same = assignment[order[1:]] == assignment[order[:-1]]
    after[order[:-1][same]] = order[1:][same]
    before[order[1:][same]] = order[:-1][same]
    head[assignment[order[::-1]]] = order[::-1]
    left = (base.home >= 0) & (assignment != base.home)
    return SiteState(
        assignment=assignment.copy(),
        sites=sites.copy(),
        loads=np.ascontiguousarray(sums(assignment, base.activity, k)),
        counts=np.bincount(assignment, minlength=k).astype(np.int32),
        head=head,
        after=after,
        before=before,
        moved=np.array([base.move_weights[left].sum()]),
    )


def site_merit(instance: SiteInstance, state: SiteState) -> SiteMerit:
    """How good a state is, from its definition."""
    base = instance.base
    beyond = outside_limits(instance, state)
    group = state.assignment[instance.owner]
    pull = base.pull[group]
    paid = (1 - pull) * travel_of(instance, state.sites[group])
    if pull.any():
        gap = np.linalg.norm(instance.points - base.seats[group], axis=1)
        paid += pull * instance.weights * instance.arc(gap) ** base.power
    left = (base.home >= 0) & (state.assignment != base.home)
    return SiteMerit(float(beyond[beyond > 1e-9].sum()), float(paid.sum()) + float(base.stay[left].sum()))


def outside_limits(instance: SiteInstance, state: SiteState) -> Floats:
    """(k, M) by how much each load is above what its center may hold or its tolerance allows, or below the latter."""
    high = np.minimum(instance.high, instance.room[state.sites])
    beyond: Floats = np.maximum(0, state.loads - high) + np.maximum(0, instance.low - state.loads)
    return beyond
