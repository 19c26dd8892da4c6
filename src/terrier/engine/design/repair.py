"""Make an assignment legal before it is searched: no empty territory, apart pairs apart, one piece each, all with those who may serve them."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from terrier.engine.design.graph import components_within
from terrier.engine.design.instance import Floats, Instance, Ints, may_serve
from terrier.engine.design.kernels.anneal import rest_is_whole
from terrier.engine.design.sums import sums
from terrier.engine.design.transport import Market, offers

LOOK = 500
"""Units around an empty territory that are looked at, and its own: of a million units, all of them for each of many would take minutes."""


def repair(instance: Instance, market: Market, assignment: Ints) -> Ints:
    """Return a legal assignment close to the given one, as far as locks and the graph allow."""
    assignment = np.where(instance.fixed >= 0, instance.fixed, assignment).astype(np.int32)
    assignment = admit(instance, market, assignment)
    assignment = separate(instance, market, assignment)
    if instance.contiguous:
        assignment = join(instance, market, assignment)
    return fill(instance, market, assignment)


def energy(instance: Instance, market: Market, units: Ints, territories: Ints) -> Floats:
    """Cost with prices of each unit in the territory beside it, per weight; both arrays of one length."""
    gap = instance.points[units] - market.centres[territories]
    far = np.einsum("ij,ij->i", gap, gap)
    prices = np.einsum("im,im->i", instance.activity[units], market.prices[territories])
    leaves = (instance.home[units] >= 0) & (instance.home[units] != territories)
    place = far if instance.power == 2 else np.sqrt(far)
    result: Floats = place + (prices + instance.stay[units] * leaves) / instance.weights[units]
    return result


def admit(instance: Instance, market: Market, assignment: Ints) -> Ints:
    """Send each unit that its territory may not serve to the cheapest that may."""
    if not len(instance.eligible):
        return assignment
    everyone = np.arange(instance.n_units, dtype=np.int32)
    stays = (instance.fixed >= 0) | may_serve(instance, everyone, assignment)
    if stays.all():
        return assignment
    return np.where(stays, assignment, offers(instance, market, 1).candidates[:, 0])


def return_home(instance: Instance, market: Market, assignment: Ints) -> Ints:
    """Send moved units home, those that gain least by moving first, until no more than the cap has moved."""
    left = np.flatnonzero((instance.home >= 0) & (assignment != instance.home)).astype(np.int32)
    excess = float(instance.move_weights[left].sum()) - instance.max_moved
    if excess <= 0:
        return assignment
    free = left[instance.fixed[left] < 0]
    gain = energy(instance, market, free, instance.home[free]) - energy(
        instance, market, free, assignment[free]
    )
    order = free[np.argsort(gain * instance.weights[free] / np.maximum(instance.move_weights[free], 1e-300))]
    returned = np.cumsum(instance.move_weights[order])
    back = order[: int(np.searchsorted(returned, excess)) + 1]
    assignment = assignment.copy()
    assignment[back] = instance.home[back]
    return assignment


def separate(instance: Instance, market: Market, assignment: Ints) -> Ints:
    """Send one of each quarrelling pair to the cheapest territory in which it has no quarrel."""
    edges = instance.conflicts.edges()
    if not edges.size:
        return assignment
    assignment = assignment.copy()
    everywhere = np.arange(instance.n_territories, dtype=np.int32)
    for a, b in edges[assignment[edges[:, 0]] == assignment[edges[:, 1]]]:
        if assignment[a] != assignment[b]:
            continue
        goes = b if instance.fixed[b] < 0 else a
        if instance.fixed[goes] >= 0:
            continue
        foes = instance.conflicts.indices[
            instance.conflicts.indptr[goes] : instance.conflicts.indptr[goes + 1]
        ]
        same = np.full(instance.n_territories, goes, dtype=np.int32)
        cost = energy(instance, market, same, everywhere)
        cost[~may_serve(instance, same, everywhere)] = np.inf
        cost[assignment[foes]] = np.inf
        if np.isfinite(cost).any():
            assignment[goes] = np.argmin(cost)
    return assignment


def join(instance: Instance, market: Market, assignment: Ints) -> Ints:
    """Keep the heaviest piece of each territory (a locked one before all) and attach the rest, cheapest first."""
    k = instance.n_territories
    piece = components_within(instance.neighbours, assignment)
    n_pieces = int(piece.max()) + 1
    activity = instance.activity.sum(axis=1) + 1e-9 + np.where(instance.fixed >= 0, 1e6, 0.0)
    heaviness = sums(piece, activity, n_pieces)
    owner = np.zeros(n_pieces, dtype=np.int32)
    owner[piece] = assignment
    order = np.lexsort((-heaviness, owner))
    kept = np.zeros(n_pieces, dtype=bool)
    kept[order[np.unique(owner[order], return_index=True)[1]]] = True
    result = np.where(kept[piece] | (instance.fixed >= 0), assignment, -1).astype(np.int32)
    graph = instance.neighbours

    queue: list[tuple[float, int, int]] = []

    def offer(units: Ints, territories: Ints) -> None:
        may = may_serve(instance, units, territories)
        units, territories = units[may], territories[may]
        for cost, unit, territory in zip(
            energy(instance, market, units, territories).tolist(),
            units.tolist(),
            territories.tolist(),
            strict=True,
        ):
            heapq.heappush(queue, (cost, unit, territory))

    edges = graph.edges()
    both = np.concatenate([edges, edges[:, ::-1]])
    frontier = both[(result[both[:, 0]] < 0) & (result[both[:, 1]] >= 0)]
    offer(frontier[:, 0], result[frontier[:, 1]])
    while queue:
        _, unit, territory = heapq.heappop(queue)
        if result[unit] >= 0:
            continue
        result[unit] = territory
        around = graph.indices[graph.indptr[unit] : graph.indptr[unit + 1]]
        waiting = around[result[around] < 0]
        if waiting.size:
            offer(waiting, np.full(len(waiting), territory, dtype=np.int32))
    # Pieces of the graph that no territory reaches stay where they were; the plan reports them.
    lost = result < 0
    result[lost] = np.clip(assignment[lost], 0, k - 1)
    return result


def fill(instance: Instance, market: Market, assignment: Ints) -> Ints:
    """Give each empty territory the unit it can have cheapest from one that can spare it, its own before others'."""
    counts = np.bincount(assignment, minlength=instance.n_territories)
    empty = np.flatnonzero(counts == 0)
    if not empty.size:
        return assignment
    assignment = assignment.copy()
    graph = instance.neighbours
    everyone = np.arange(instance.n_units, dtype=np.int32)
    seen, queue = np.zeros(instance.n_units, dtype=np.int64), np.zeros(instance.n_units, dtype=np.int32)
    tick = 0
    held = bool((instance.home >= 0).any())
    nearby = KDTree(instance.points) if instance.n_units > LOOK else None
    for territory in empty:
        spare = everyone[:0]
        if nearby is not None:
            own = np.flatnonzero(instance.home == territory) if held else everyone[:0]
            around = np.union1d(own, nearby.query(market.centres[territory], LOOK)[1]).astype(np.int32)
            spare = _spare(instance, assignment, counts, around, int(territory))
        if not spare.size:
            spare = _spare(instance, assignment, counts, everyone, int(territory))
        here = np.full(len(spare), territory, dtype=np.int32)
        loss = energy(instance, market, spare, here) - energy(instance, market, spare, assignment[spare])
        # Its own units first: they spend nothing of the cap on moves.
        for unit in spare[np.lexsort((loss, instance.home[spare] != territory))]:
            tick += 1
            if not instance.contiguous or rest_is_whole(
                unit, assignment, graph.indptr, graph.indices, seen, tick, queue
            ):
                counts[assignment[unit]] -= 1
                counts[territory] += 1
                assignment[unit] = territory
                break
    return assignment


def _spare(
    instance: Instance, assignment: Ints, counts: NDArray[np.int64], looked: Ints, territory: int
) -> Ints:
    """Those of the units looked at that their territory can spare and the given one may serve."""
    looked = looked[(counts[assignment[looked]] > 1) & (instance.fixed[looked] < 0)]
    return looked[may_serve(instance, looked, np.full(len(looked), territory, dtype=np.int32))]
