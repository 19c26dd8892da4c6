"""Names for the territories that nobody named: each after the city in which most of its accounts are."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from terrier.atlas.zips import zip_table
from terrier.engine.design import Plan
from terrier.engine.design.geometry import distance, to_xyz
from terrier.intake.job import City, DesignJob

NEAR_KM = 60.0
"""Farther than this from every ZIP code a place is in no US city."""


def named_by_place(job: DesignJob, plan: Plan) -> DesignJob:
    """The job with "Denver" instead of "Territory 07", and "New: Denver" beside today's; as it was where no city is near."""
    if not job.unnamed or job.problem.metric == "plane":
        return job
    largest = _largest_city(job, plan, job.cities or _nearest_cities(job.problem.coordinates))
    alike: dict[str, list[int]] = defaultdict(list)
    for j, name in _with_state({j: largest[j] for j in job.unnamed if j in largest}).items():
        alike[name].append(j)
    names = list(job.territory_names)
    taken = {name.casefold() for j, name in enumerate(names) if j not in set(job.unnamed)}
    for name, territories in sorted(alike.items()):
        for j, told_apart in _told_apart(name, territories, plan).items():
            free = wanted = f"New: {told_apart}" if job.before is not None else told_apart
            number = 1
            while free.casefold() in taken:
                number += 1
                free = f"{wanted} {number}"
            names[j] = free
            taken.add(free.casefold())
    return replace(job, territory_names=names)


def _largest_city(job: DesignJob, plan: Plan, cities: list[City]) -> dict[int, City]:
    """For each territory the city with most of its units; of equals the one nearest to its center."""
    keys = [(city.casefold(), state.casefold()) for city, state in cities]
    order = sorted({key for key in keys if key[0]})
    if not order:
        return {}
    position = {key: at for at, key in enumerate(order)}
    code = np.array([position.get(key, -1) for key in keys])
    known = (code >= 0) & (plan.assignment >= 0)
    pair, inverse, count = np.unique(
        plan.assignment[known] * np.int64(len(order)) + code[known], return_inverse=True, return_counts=True
    )
    middle = np.column_stack(
        [np.bincount(inverse, axis) / count for axis in job.problem.coordinates[known].T]
    )
    territory, city = pair // len(order), pair % len(order)
    far = distance(middle, plan.centres[territory], job.problem.metric)
    ranked = np.lexsort((city, far.round(3), -count, territory))
    first = ranked[np.unique(territory[ranked], return_index=True)[1]]
    spelled = _spellings(cities, keys)
    return {int(territory[at]): spelled[order[city[at]]] for at in first}


def _spellings(cities: list[City], keys: list[City]) -> dict[City, City]:
    """The commonest spelling of each city; shouted or whispered ones get capitals as names have them."""
    counts: dict[City, Counter[City]] = defaultdict(Counter)
    for key, city in zip(keys, cities, strict=True):
        counts[key][city] += 1
    found = {}
    for key, spellings in counts.items():
        name, state = min(spellings, key=lambda spelling: (-spellings[spelling], spelling))
        found[key] = (name.title() if name.isupper() or name.islower() else name, state)
    return found


def _with_state(cities: dict[int, City]) -> dict[int, str]:
    """ "Portland OR" and "Portland ME", but "Denver" where there is only one."""
    states = defaultdict(set)
    for name, state in cities.values():
        states[name.casefold()].add(state.casefold())
    return {
        j: f"{name} {state}".strip() if len(states[name.casefold()]) > 1 else name
        for j, (name, state) in cities.items()
    }


def _told_apart(name: str, territories: list[int], plan: Plan) -> dict[int, str]:
    """Two of a city by where they lie, more by number, those with most units first."""
    if len(territories) == 1:
        return {territories[0]: name}
    if len(territories) == 2:
        a, b = territories
        east, north = plan.centres[a] - plan.centres[b]
        east *= np.cos(np.radians(plan.centres[a][1]))
        first, second = ("North", "South") if abs(north) >= abs(east) else ("East", "West")
        if (north if abs(north) >= abs(east) else east) < 0:
            first, second = second, first
        return {a: f"{name} {first}", b: f"{name} {second}"}
    by_size = sorted(territories, key=lambda j: (-int(plan.counts[j]), j))
    return {j: name if number == 1 else f"{name} {number}" for number, j in enumerate(by_size, start=1)}


def _nearest_cities(coordinates: NDArray[np.float64]) -> list[City]:
    """The city of the nearest US ZIP code, nothing where none is near."""
    known = zip_table()
    tree = cKDTree(to_xyz(known.select("longitude", "latitude").to_numpy(), "sphere"))
    # What is farther than the bound from every one gets the position after the last.
    nearest = np.asarray(tree.query(to_xyz(coordinates, "sphere"), distance_upper_bound=NEAR_KM)[1])
    cities = [*known.select("city", "state").rows(), ("", "")]
    return [cities[at] for at in nearest]
