"""Slow, obvious versions of the engine's kernels: one unit at a time, straight from the definitions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.graph import Graph
from terrier.engine.design.instance import Instance

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


def place_cost(instance: Instance, i: int, j: int, centre: Floats) -> float:
    """Unit i's weight times its distance to the centre and to j's seat, to the objective's power."""
    power, pull = instance.power, instance.pull[j]
    to_centre = np.linalg.norm(instance.points[i] - centre) ** power
    to_seat = np.linalg.norm(instance.points[i] - instance.seats[j]) ** power
    return float(instance.weights[i] * ((1 - pull) * to_centre + pull * to_seat))


def least_cost(instance: Instance, i: int, j: int, centre: Floats) -> float:
    """What unit i would pay at the best place of all, which is on the way between centre and seat."""
    pull, apart = instance.pull[j], np.linalg.norm(instance.seats[j] - centre)
    least = pull * (1 - pull) * apart**2 if instance.power == 2 else min(pull, 1 - pull) * apart
    return float(instance.weights[i] * least)


def energies(instance: Instance, i: int, centres: Floats, prices: Floats) -> tuple[Floats, Floats]:
    """(k,) cost and (k,) cost with prices of unit i in every territory."""
    cost = np.array(
        [place_cost(instance, i, j, c) - least_cost(instance, i, j, c) for j, c in enumerate(centres)]
    )
    if instance.home[i] >= 0:
        cost += np.where(np.arange(len(centres)) == instance.home[i], 0.0, instance.stay[i])
    return cost, cost + prices @ instance.activity[i]


def nearest(
    instance: Instance, i: int, pool: Sequence[int], centres: Floats, prices: Floats, width: int
) -> list[int]:
    """The territories unit i considers: the cheapest of its pool, with home in the last place if it is not among them."""
    home = int(instance.home[i])
    energy = energies(instance, i, centres, prices)[1]
    looked_at = set(pool) | ({home} if home >= 0 else set())
    if len(instance.eligible):
        looked_at = {j for j in looked_at if instance.eligible[instance.kinds[i], j]}
    best = sorted(looked_at, key=lambda j: energy[j])[:width]
    if home >= 0 and home not in best and width > 1:
        best[-1] = home
    return best


def spread(
    candidates: Ints, cost: Floats, activity: Floats, heat: Floats, prices: Floats, k: int
) -> tuple[float, Floats, Floats]:
    """The soft minimum of every unit's energies, summed; its fractions; the loads they make."""
    value, fractions, loads = 0.0, np.zeros(candidates.shape), np.zeros((k, activity.shape[1]))
    for i, row in enumerate(candidates):
        real = np.flatnonzero(row >= 0)
        energy = np.array([cost[i, a] + prices[row[a]] @ activity[i] for a in real])
        odds = np.exp(-(energy - energy.min()) / heat[i])
        value += energy.min() - heat[i] * np.log(odds.sum())
        fractions[i, real] = odds / odds.sum()
        for a in real:
            loads[row[a]] += fractions[i, a] * activity[i]
    return value, fractions, loads


def pull_centres(
    points: Floats, weights: Floats, candidates: Ints, fractions: Floats, centres: Floats, power: int
) -> tuple[Floats, Floats, Floats]:
    """Weighted mean of the fractions, or one step of Weiszfeld; mean cost per weight; weight."""
    moved, scale, weight = centres.copy(), np.zeros(len(centres)), np.zeros(len(centres))
    for j in range(len(centres)):
        share = np.where(candidates == j, fractions, 0.0).sum(axis=1) * weights
        far = np.linalg.norm(points - centres[j], axis=1)
        weight[j] = share.sum()
        if weight[j] > 0:
            scale[j] = (share * far**power).sum() / weight[j]
            mass = share if power == 2 else share / np.maximum(far, 1e-3)
            moved[j] = (mass[:, None] * points).sum(axis=0) / mass.sum()
    return moved, scale, weight


def bisect(points: Floats, activity: Floats, shares: Floats, axis_of: object) -> Ints:
    """Cut across the axis where both sides' activity is nearest to their shares, again and again."""
    piece = np.zeros(len(points), dtype=np.int32)

    def cut(units: Ints, low: int, high: int) -> None:
        if high - low == 1:
            piece[units] = low
            return
        middle = (low + high) // 2
        along = points[units] @ axis_of(points, units)  # type: ignore[operator]
        units = units[np.argsort(along, kind="stable")]
        wanted = activity[units].sum() * shares[low:middle].sum() / shares[low:high].sum()
        before = np.cumsum(activity[units]) - activity[units] / 2
        left = int((before < wanted).sum())
        left = max(0, min(max(left, middle - low), len(units) - (high - middle)))
        cut(units[:left], low, middle)
        cut(units[left:], middle, high)

    cut(np.arange(len(points)), 0, len(shares))
    return piece


def n_pieces(graph: Graph, members: Sequence[int]) -> int:
    """Connected components of the graph among some units, by flood fill."""
    left, pieces = set(members), 0
    while left:
        pieces += 1
        reached = [left.pop()]
        while reached:
            i = reached.pop()
            around = set(graph.indices[graph.indptr[i] : graph.indptr[i + 1]].tolist()) & left
            left -= around
            reached += around
    return pieces


def objective(instance: Instance, assignment: Ints, centres: Floats | None = None) -> float:
    """The objective at given centres, or at the means of the units."""
    total = 0.0
    for j in range(instance.n_territories):
        units = np.flatnonzero(assignment == j)
        if len(units):
            mean = np.average(instance.points[units], axis=0, weights=instance.weights[units])
            centre = mean if centres is None else centres[j]
            total += sum(place_cost(instance, i, j, centre) for i in units)
    left = (instance.home >= 0) & (assignment != instance.home)
    return total + float(instance.stay[left].sum())


def quarrels(instance: Instance, assignment: Ints) -> set[tuple[int, int]]:
    """Pairs that must be apart and are not."""
    return {(a, b) for a, b in instance.conflicts.edges().tolist() if assignment[a] == assignment[b]}
