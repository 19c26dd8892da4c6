"""A fair peer: k-means, then greedy repair until every measure is within tolerance.

This is what a capable analyst writes in an afternoon. k-means++ with the accounts' weights finds compact clusters; then,
one account at a time, the most unbalanced territory hands over (or takes in) the account that restores most balance for
the least extra distance. At the end the centers follow their accounts, and accounts that are nearer to another centre go
there where balance allows.
"""

from __future__ import annotations

import numpy as np
from sklearn.cluster import KMeans

from terrier.bench.case import Floats, Ints
from terrier.bench.methods.answer import Answer, Watch
from terrier.engine.design import Problem
from terrier.engine.design.geometry import to_xyz

N_NEAREST = 5
BATCHES = 100
PATIENCE = 30
LEAST_GAIN = 1e-3
POLISH_ROUNDS = 20


def solve(problem: Problem, seed: int, seconds: float) -> Answer:
    """Every measure within tolerance, if moves of single units can; runs until it is done."""
    points = to_xyz(problem.coordinates, problem.metric)
    watch = Watch()
    assignment = kmeans_repair(
        points, problem.measures, problem.weights, problem.tolerances, problem.n_territories, seed
    )
    return watch.stop(Answer(assignment))


def kmeans_repair(
    points: Floats, measures: Floats, weights: Floats, tolerances: Floats, k: int, seed: int
) -> Ints:
    """Assign each point to one of k clusters: (n,) int32. points : (n, 3) km. measures : (n, m). tolerances : (m,)."""
    model = KMeans(k, n_init=4, random_state=seed).fit(points, sample_weight=weights)
    # Deviations in units of their tolerance, so that ±1 is the bound of every measure.
    share = measures / (measures.sum(axis=0) / k) / tolerances
    start = model.labels_.astype(np.int32)
    balanced = repair(points, share, weights, tolerances, start, k)
    return polish(points, share, weights, tolerances, balanced, k)


def repair(
    points: Floats, share: Floats, weights: Floats, tolerances: Floats, assignment: Ints, k: int
) -> Ints:
    """Move one unit at a time until all is within tolerance; the centers follow after each batch of moves."""
    assignment = assignment.copy()
    deviations = _deviations(share, tolerances, assignment, k)
    best, stale = np.inf, 0
    while np.abs(deviations).max() > 1 and stale < PATIENCE:
        centers = _centers(points, weights, assignment, k)
        nearest, cost = _nearest(points, weights, centers)
        own_cost = weights * ((points - centers[assignment]) ** 2).sum(axis=1)
        for _ in range(max(1, len(points) // BATCHES)):
            moved = _best_move(share, deviations, assignment, nearest, cost, own_cost)
            if moved is None:
                break
            unit, slot = moved
            target = nearest[unit, slot]
            deviations[assignment[unit]] -= share[unit]
            deviations[target] += share[unit]
            assignment[unit], own_cost[unit] = target, cost[unit, slot]
        excess = float(np.maximum(np.abs(deviations) - 1, 0).sum())
        stale = 0 if excess < 0.99 * best else stale + 1
        best = min(best, excess)
    return assignment


def polish(
    points: Floats, share: Floats, weights: Floats, tolerances: Floats, assignment: Ints, k: int
) -> Ints:
    """Move and swap units to shorten distances, where no territory leaves its tolerance for it."""
    assignment = assignment.copy()
    deviations = _deviations(share, tolerances, assignment, k)
    for _ in range(POLISH_ROUNDS):
        centers = _centers(points, weights, assignment, k)
        nearest, cost = _nearest(points, weights, centers)
        saving = (weights * ((points - centers[assignment]) ** 2).sum(axis=1))[:, None] - cost
        n_changed = _relocate(share, deviations, assignment, nearest[:, 0], saving[:, 0])
        n_changed += _swap(share, deviations, assignment, nearest, saving)
        if n_changed == 0:
            break
    return assignment


def _relocate(share: Floats, deviations: Floats, assignment: Ints, target: Ints, saving: Floats) -> int:
    """Send units to their nearest center, largest saving first; returns how many went."""
    n_moved = 0
    for unit in np.argsort(-saving)[: int((saving > 1e-9).sum())]:
        pair = [assignment[unit], target[unit]]
        after = deviations[pair] + np.stack([-share[unit], share[unit]])
        if (np.abs(after) <= np.maximum(1, np.abs(deviations[pair]))).all():
            deviations[pair] = after
            assignment[unit] = target[unit]
            n_moved += 1
    return n_moved


def _swap(share: Floats, deviations: Floats, assignment: Ints, nearest: Ints, saving: Floats) -> int:
    """Exchange units between two territories, those that save most first; returns how many went."""
    lists: dict[tuple[int, int], list[tuple[float, int]]] = {}
    for unit, slot in np.argwhere(nearest != assignment[:, None]):
        key = (int(assignment[unit]), int(nearest[unit, slot]))
        lists.setdefault(key, []).append((float(saving[unit, slot]), int(unit)))
    n_moved = 0
    gone: set[int] = set()
    for (a, b), ours in lists.items():
        theirs = lists.get((b, a), []) if a < b else []
        for (mine, u), (yours, v) in zip(
            sorted(ours, reverse=True), sorted(theirs, reverse=True), strict=False
        ):
            if mine + yours <= 1e-9:
                break
            after = deviations[[a, b]] + np.stack([share[v] - share[u], share[u] - share[v]])
            fits = (np.abs(after) <= np.maximum(1, np.abs(deviations[[a, b]]))).all()
            if fits and u not in gone and v not in gone:
                deviations[[a, b]] = after
                assignment[u], assignment[v] = b, a
                gone |= {u, v}
                n_moved += 2
    return n_moved


def _deviations(share: Floats, tolerances: Floats, assignment: Ints, k: int) -> Floats:
    return np.column_stack([np.bincount(assignment, column, k) for column in share.T]) - 1 / tolerances


def _centers(points: Floats, weights: Floats, assignment: Ints, k: int) -> Floats:
    total = np.maximum(np.bincount(assignment, weights, k), 1e-300)
    return np.column_stack([np.bincount(assignment, weights * axis, k) for axis in points.T]) / total[:, None]


def _nearest(points: Floats, weights: Floats, centers: Floats) -> tuple[Ints, Floats]:
    """The nearest centers of each unit and what it would cost there: (n, c) both."""
    count = min(N_NEAREST, len(centers))
    nearest = np.empty((len(points), count), dtype=np.int32)
    cost = np.empty((len(points), count))
    for start in range(0, len(points), 10_000):
        block = slice(start, start + 10_000)
        squared = ((points[block, None, :] - centers[None, :, :]) ** 2).sum(axis=2)
        nearest[block] = np.argsort(squared, axis=1)[:, :count]
        cost[block] = weights[block, None] * np.take_along_axis(squared, nearest[block], axis=1)
    return nearest, cost


def _best_move(
    share: Floats, deviations: Floats, assignment: Ints, nearest: Ints, cost: Floats, own_cost: Floats
) -> tuple[int, int] | None:
    """The unit and the slot in its list of centers, from the worst territory that any move can help.

    A territory within tolerance has its turn too: it may have to make room for its neighbors first.
    """
    excess = np.abs(deviations).max(axis=1)
    if excess.max() <= 1:
        return None
    for territory in np.argsort(-excess):
        leaving = np.flatnonzero(assignment == territory)
        joining = np.flatnonzero((nearest == territory).any(axis=1) & (assignment != territory))
        units = np.concatenate([leaving, joining])
        to = nearest[units]
        allowed = to != assignment[units][:, None]
        allowed[len(leaving) :] &= to[len(leaving) :] == territory
        gain = _gain(share[units], deviations[assignment[units]], deviations[to])
        gain[~allowed] = -np.inf
        extra = np.maximum(cost[units] - own_cost[units][:, None], 0) + 1.0
        score = np.where(gain > LEAST_GAIN, gain / extra, 0.0)
        best = int(score.argmax())
        if score.flat[best] > 0:
            row, slot = divmod(best, nearest.shape[1])
            return int(units[row]), slot
    return None


def _gain(share: Floats, source: Floats, target: Floats) -> Floats:
    """How much Σ deviation² falls when units with ``share`` leave ``source`` (u, m) for each ``target`` (u, c, m)."""
    leave = (source**2 - (source - share) ** 2).sum(axis=1)
    join = (target**2 - (target + share[:, None, :]) ** 2).sum(axis=2)
    fallen: Floats = leave[:, None] + join
    return fallen
