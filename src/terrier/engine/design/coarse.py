"""A smaller instance that asks the same question: units that are alike merged into micro-units.

Alike in place and in mix. What balances several measures is which unit of a city goes where: the one with high sales here, the one
with many hours there. Merged with all its neighbors each would be like any other, and balance twice as dear as it is. To a territory
whose prices are λ a unit costs w · (|x − c|² + λ · a/w): it is a point in the space of x and a/w, and in that space units are merged.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.graph import Graph
from terrier.engine.design.instance import Floats, Instance, Ints
from terrier.engine.design.kernels.bisect import bisect
from terrier.engine.design.sums import sums
from terrier.engine.design.threads import each_of

MIX = 2.0
"""How far apart units are whose activity per weight differs by a factor e, in radii of a territory."""
LEAST_MIX = 0.05
"""Of the usual activity per weight: below, units no longer differ by it."""


def coarsen(instance: Instance, per_territory: int) -> tuple[Instance, Ints]:
    """Merge units into about ``per_territory`` micro-units a territory, by bisection of their places and mixes.

    Units of different homes, locks or kinds never merge. Returns the smaller instance and the micro-unit of each unit.
    """
    n = instance.n_units
    ties = np.where(instance.fixed >= 0, instance.fixed + instance.n_territories, instance.home).astype(
        np.int64
    )
    if len(instance.eligible):
        ties += (2 * instance.n_territories + 1) * instance.kinds.astype(np.int64)
    activity = instance.activity.mean(axis=1)
    load = activity * (instance.n_territories / activity.sum())
    member = np.empty(n, dtype=np.int32)
    n_micro = 0
    blocks = []
    for tied in _groups(ties):
        if instance.fixed[tied[0]] >= 0:
            member[tied] = n_micro
            n_micro += 1
            continue
        # As large as a territory, so that how far apart its units are tells what distance means there.
        n_blocks = max(1, min(len(tied), round(load[tied].sum())))
        found = _groups(bisect(instance.points[tied], load[tied], np.ones(n_blocks)))
        blocks += [tied[block] for block in found]

    def pieces(units: NDArray[np.intp]) -> Ints:
        n_pieces = int(np.clip(round(load[units].sum() * per_territory), 1, len(units)))
        # Halving by half activity, half number keeps a giant from being a piece's only measure.
        blend = load[units] / max(load[units].mean(), 1e-300) + 1.0
        return bisect(_lifted(instance, units), blend, np.ones(n_pieces))  # type: ignore[no-any-return]

    for units, piece in zip(blocks, each_of(blocks, pieces), strict=True):
        member[units] = n_micro + piece
        n_micro += int(piece.max()) + 1
    weights = sums(member, instance.weights, n_micro)
    first = np.empty(n_micro, dtype=np.int64)
    first[member[::-1]] = np.arange(n)[::-1]
    nothing = Graph.from_edges(n_micro, [])
    small = replace(
        instance,
        member=np.arange(n_micro, dtype=np.int32),
        points=sums(member, instance.weights[:, None] * instance.points, n_micro) / weights[:, None],
        weights=weights,
        activity=sums(member, instance.activity, n_micro),
        home=instance.home[first],
        stay=sums(member, instance.stay, n_micro),
        move_weights=sums(member, instance.move_weights, n_micro),
        fixed=instance.fixed[first],
        contiguous=False,
        neighbours=nothing,
        conflicts=nothing,
        kinds=instance.kinds[first] if len(instance.eligible) else instance.kinds,
    )
    return small, member


def _groups(names: Ints | NDArray[np.int64]) -> list[NDArray[np.intp]]:
    """The positions of each name, in the order of names."""
    order = np.argsort(names, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(names[order])) + 1)


def _lifted(instance: Instance, units: NDArray[np.intp]) -> Floats:
    """(n, 3 + M) the units' places, in radii of all of them, beside their mix, on a scale on which factors are lengths."""
    places = instance.points[units] - instance.points[units].mean(axis=0)
    radius = float(np.sqrt((places**2).sum(axis=1).mean()))
    mix = instance.activity[units] / instance.weights[units, None]
    return np.hstack([places / max(radius, 1e-300), MIX * np.log(mix + LEAST_MIX)])
