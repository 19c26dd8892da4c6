"""Boundaries that no territory is to cross: of regions, of states, of areas drawn by hand. What they leave to the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree
from shapely.geometry import shape

from terrier.engine.design.geometry import to_xyz
from terrier.office.alignment.choices import Border, Choices
from terrier.office.alignment.models import Area, AreaKind, Level, Territory
from terrier.office.alignment.reach import reach_of
from terrier.office.alignment.units import Units
from terrier.office.alignment.workload import Floats, Ints

Table = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Borders:
    """groups : (q,) region of each account that takes part, and territory_groups : (k,) of each territory; None where regions
    do not stay apart, or there is but one. kinds : (q,) and eligible : (c, k) which territories may serve which kind of account;
    None where every one may.
    """

    groups: Ints | None
    territory_groups: Ints | None
    kinds: Ints | None
    eligible: Table | None


def region_of(territory: Territory) -> int | None:
    """The region that a territory lies in, by its number; None where it lies in none."""
    parent = territory.parent
    return parent.pk if parent is not None and parent.level == Level.REGION else None


def borders_of(
    units: Units,
    choices: Choices,
    taking: NDArray[np.intp],
    coordinates: Floats,
    territories: Sequence[Territory],
    current: Ints,
    present: Ints,
    seats: Floats,
    serving: Ints,
) -> Borders:
    """What the settings of a plan forbid. A state or an area may be served by those who serve it today, or, where none does, by
    anybody; accounts that nobody holds belong to the region of the nearest one that somebody does. Sites of chains that stay
    together are served from however far.

    serving : (q,) who goes on although it is far from home: those who hold an account at first or, for a repair, in the plan as it is.
    """
    k = len(territories)
    axes: list[tuple[Ints, Table]] = []
    groups = territory_groups = None
    names = [region_of(one) for one in territories]
    if Border.REGION in choices.borders and len(set(names)) > 1:
        numbers = {name: at for at, name in enumerate(dict.fromkeys(names))}
        territory_groups = np.array([numbers[name] for name in names], dtype=np.int32)
        groups = _regions(coordinates, territory_groups, current, present)
        axes.append((groups, np.arange(len(numbers))[:, None] == territory_groups[None, :]))
    if Border.STATE in choices.borders:
        states = np.array(units.states, dtype=object)[taking].astype(str)
        codes = np.unique(states, return_inverse=True)[1].reshape(-1).astype(np.int32)
        axes.append((codes, _served(codes, k, current, present)))
    if Border.AREA in choices.borders:
        codes = _areas(coordinates)
        axes.append((codes, _served(codes, k, current, present)))
    if choices.reach_km is not None and not np.isnan(seats).all():
        codes, may = reach_of(coordinates, seats, choices.reach_km, territory_groups, serving)
        if choices.chains_together:
            codes = np.where(units.chain[taking] > 0, len(may), codes).astype(np.int32)
            may = np.vstack([may, np.ones(k, dtype=np.bool_)])
        axes.append((codes, may))
    if not axes:
        return Borders(groups, territory_groups, None, None)
    return Borders(
        groups,
        territory_groups,
        *_joined(axes, np.where(units.locked[taking] | ~units.placed[taking], current, -1)),
    )


def _regions(coordinates: Floats, territory_groups: Ints, current: Ints, present: Ints) -> Ints:
    """(q,) the region of whoever holds an account or, where nobody does, did at first; else of the nearest account."""
    held = np.where(current >= 0, current, present)
    found = np.where(held >= 0, territory_groups[held], -1).astype(np.int32)
    loose = np.flatnonzero(found < 0)
    if len(loose):
        known = np.flatnonzero(found >= 0)
        points = to_xyz(coordinates, "sphere")
        found[loose] = found[known[KDTree(points[known]).query(points[loose])[1]]] if len(known) else 0
    return found


def _served(codes: Ints, k: int, *held: Ints) -> Table:
    table = np.zeros((int(codes.max(initial=0)) + 1, k), dtype=np.bool_)
    for territory in held:
        inside = territory >= 0
        table[codes[inside], territory[inside]] = True
    table[~table.any(axis=1)] = True
    return table


def _areas(coordinates: Floats) -> Ints:
    """(q,) the first of the company's own areas that an account lies in, from 1 on; 0 outside of all."""
    areas = Area.objects.filter(kind=AreaKind.POLYGON).order_by("pk")
    drawn = [shape(one.geometry) for one in areas if one.geometry]
    found = np.zeros(len(coordinates), dtype=np.int32)
    if drawn:
        points: Any = shapely.points(coordinates)
        area, point = shapely.STRtree(points).query(drawn, predicate="intersects")
        order = np.argsort(-area, kind="stable")  # the first area is written last
        found[point[order]] = area[order] + 1
    return found


def _joined(axes: Sequence[tuple[Ints, Table]], locked: Ints) -> tuple[Ints, Table]:
    """One table of all borders. Where they leave nobody, the first of them alone counts; whoever holds a locked account may serve it."""
    combined, kinds = np.unique(np.column_stack([of for of, _table in axes]), axis=0, return_inverse=True)
    codes: Ints = kinds.reshape(-1).astype(np.int32)
    eligible: Table = np.logical_and.reduce([table[combined[:, at]] for at, (_of, table) in enumerate(axes)])
    nobody = ~eligible.any(axis=1)
    eligible[nobody] = axes[0][1][combined[nobody, 0]]
    eligible[~eligible.any(axis=1)] = True
    held = locked >= 0
    eligible[codes[held], locked[held]] = True
    return codes, eligible
