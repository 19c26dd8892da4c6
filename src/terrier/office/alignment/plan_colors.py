"""Colors of territories on paper and in other maps: each its own where neighbors differ, another where they would be the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from terrier.office.alignment.planning import COLORS

BESIDE_DEGREES = 0.05
"""Land that is so near is seen as touching: outlines keep a little apart where a river or nobody's land lies between."""


def colors_of(outlines: Mapping[int, BaseGeometry], wanted: Mapping[int, str]) -> dict[int, str]:
    """A color for each territory. wanted : the ones they have; those with most neighbors choose first."""
    beside = _beside(outlines)
    chosen: dict[int, str] = {}
    used: Counter[str] = Counter()
    for number in sorted(wanted, key=lambda one: (-len(beside.get(one, ())), one)):
        around = Counter(chosen[other] for other in beside.get(number, ()) if other in chosen)
        own = wanted[number]
        if own in around or not own:
            own = min(COLORS, key=lambda color: (around[color], used[color], COLORS.index(color)))
        chosen[number] = own
        used[own] += 1
    return chosen


def _beside(outlines: Mapping[int, BaseGeometry]) -> dict[int, set[int]]:
    numbers = list(outlines)
    if not numbers:
        return {}
    shapes = np.array([outlines[number] for number in numbers], dtype=object)
    tree = shapely.STRtree(shapes)
    found: dict[int, set[int]] = {number: set() for number in numbers}
    for one, other in tree.query(shapes, predicate="dwithin", distance=BESIDE_DEGREES).T.tolist():
        if one != other:
            found[numbers[one]].add(numbers[other])
    return found
