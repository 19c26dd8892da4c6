"""Many territories by several measures: provinces that balance among themselves first, then each divided on its own.

What a region lacks of one measure comes from as many kilometers away however many territories there are. So where they are many, each
would have to let several times its own load through, and prices that send it from one to the next run away. Provinces are large
enough to exchange it: balanced by all measures, with micro-units as their units, each holds what its territories need, and what is left is as
many small problems, solved side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.coarse import coarsen
from terrier.engine.design.graph import Graph
from terrier.engine.design.instance import Floats, Instance, Ints
from terrier.engine.design.params import Params

Design = Callable[[Instance, Params, int], tuple[Ints, Floats]]
"""Who goes where in an instance with these settings and this seed, and (k, M) what its territories charge."""

AT_ONCE = 4
"""Provinces divided side by side, each by chances of its own: the plan is the same on any machine."""


def has_provinces(instance: Instance, params: Params) -> bool:
    """Whether territories are so many, and all units and territories so free, that provinces come first."""
    return (
        instance.n_territories >= params.provinces_from
        and instance.n_units > params.coarse_above
        and instance.n_measures > 1
        and not instance.contiguous
        and not (instance.home >= 0).any()
        and not (instance.fixed >= 0).any()
        and not instance.pull.any()
        and not len(instance.eligible)
        and not len(instance.conflicts.indices)
    )


def by_provinces(instance: Instance, params: Params, design: Design, seed: int) -> tuple[Ints, Floats]:
    """(N,) the territory of each unit, (k, M) prices: all provinces balanced at once, then each divided alone by ``design``.

    Provinces that hold many territories are divided into smaller ones in the same way.
    """
    n = int(np.clip(instance.n_territories // params.province_size, 2, params.most_provinces))
    sweep, parts, updates = params.province_springs
    # A province ends when balanced; what more prices and springs cost there, zones of the whole make better use of.
    own = replace(
        params, spring_sweep=sweep, spring_parts=parts, spring_updates=updates, zone_springs=0.0, brief_micro_units=0,
        room=params.many_room,
    )  # fmt: skip
    outer, inner = params.nested_rooms

    def smaller(part: Instance, seed: int) -> tuple[Ints, Floats]:
        return _divided(
            part, own, part.n_territories // params.province_size, inner, design, whole, seed, side_by_side=1
        )

    def whole(part: Instance, seed: int) -> tuple[Ints, Floats]:
        return design(part, own, seed)

    if instance.n_territories // n < 2 * params.province_size:
        return _divided(instance, params, n, params.province_room, design, whole, seed, AT_ONCE)
    return _divided(instance, params, n, outer, design, smaller, seed, AT_ONCE)


def _divided(
    instance: Instance, params: Params, n: int, room: float, design: Design,
    divide: Callable[[Instance, int], tuple[Ints, Floats]], seed: int, side_by_side: int,
) -> tuple[Ints, Floats]:  # fmt: skip
    """The same by n provinces that use a part of the bands, each then given to ``divide``."""
    k = instance.n_territories
    first = np.arange(n + 1) * k // n
    small, member = coarsen(instance, max(1, round(params.province_micros * n / k)))
    province = design(_of_provinces(small, first, room), params, seed)[0][member]
    members = np.split(
        np.argsort(province, kind="stable"), np.cumsum(np.bincount(province, minlength=n))[:-1]
    )
    assignment = np.empty(instance.n_units, dtype=np.int32)
    prices = np.zeros((k, instance.n_measures))

    def fill(at: int) -> None:
        units, territories = members[at], np.arange(first[at], first[at + 1], dtype=np.int32)
        if len(units):
            where, asked = divide(_one_province(instance, units, territories), seed + 1 + at)
            assignment[units], prices[territories] = territories[where], asked

    with ThreadPoolExecutor(side_by_side, thread_name_prefix="terrier-provinces") as threads:
        list(threads.map(fill, range(n)))
    return assignment, prices


def _of_provinces(small: Instance, first: NDArray[np.intp], room: float) -> Instance:
    """The same units for provinces, which begin at the ``first`` of their territories, with a part of the bands."""
    n = len(first) - 1
    share = n / small.n_territories

    def together(of_territories: Floats) -> Floats:
        added: Floats = np.add.reduceat(of_territories, first[:-1], axis=0) * share
        return added

    return replace(
        small,
        weights=small.weights * share,
        activity=small.activity * share,
        stay=small.stay * share,
        targets=together(small.targets),
        bands=room * together(small.bands),
        counts=np.zeros(small.n_measures, dtype=np.bool_),  # micro-units count several
        seats=np.zeros((n, 3)),
        pull=np.zeros(n),
    )


def _one_province(instance: Instance, units: NDArray[np.intp], territories: Ints) -> Instance:
    """The units of one province and its territories, as a problem of their own."""
    n, weights = len(units), instance.weights[units]
    nothing = Graph.from_edges(n, [])
    return replace(
        instance,
        member=np.arange(n, dtype=np.int32),
        points=instance.points[units],
        weights=weights * (len(territories) / weights.sum()),
        activity=instance.activity[units],
        home=instance.home[units],
        stay=instance.stay[units],
        move_weights=instance.move_weights[units],
        fixed=instance.fixed[units],
        targets=instance.targets[territories],
        bands=instance.bands[territories],
        seats=instance.seats[territories],
        pull=instance.pull[territories],
        neighbours=nothing,
        conflicts=nothing,
    )
