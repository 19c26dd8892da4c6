"""A smaller instance that asks the same question: neighbouring units merged into micro-units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from terrier.engine.design.graph import Graph
from terrier.engine.design.instance import Instance, Ints
from terrier.engine.design.kernels.bisect import bisect
from terrier.engine.design.sums import sums


def coarsen(instance: Instance, per_territory: int) -> tuple[Instance, Ints]:
    """Merge units into about ``per_territory`` micro-units a territory, by bisection.

    Units of different homes, locks or kinds never merge. Returns the smaller instance and the micro-unit of each unit.
    """
    n = instance.n_units
    ties = np.where(instance.fixed >= 0, instance.fixed + instance.n_territories, instance.home).astype(
        np.int64
    )
    if len(instance.eligible):
        ties += (2 * instance.n_territories + 1) * instance.kinds.astype(np.int64)
    activity = instance.activity.mean(axis=1)
    wanted = per_territory * instance.n_territories / activity.sum()
    member = np.empty(n, dtype=np.int32)
    n_micro = 0
    order = np.argsort(ties, kind="stable")
    for units in np.split(order, np.flatnonzero(np.diff(ties[order])) + 1):
        pieces = int(np.clip(round(activity[units].sum() * wanted), 1, len(units)))
        if instance.fixed[units[0]] >= 0:
            pieces = 1
        # Halving by half activity, half number keeps a giant from being a piece's only measure.
        blend = activity[units] / max(activity[units].mean(), 1e-300) + 1.0
        member[units] = n_micro + bisect(instance.points[units], blend, np.ones(pieces))
        n_micro += pieces
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
