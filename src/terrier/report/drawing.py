"""What the map shows: outlines before and after, and colors that tell neighbors apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terrier.report.document import PlanDocument
from terrier.report.figures import Figures
from terrier.report.outline import (
    Ground,
    Outlines,
    area_neighbors,
    area_outlines,
    point_neighbors,
    point_outlines,
)

N_COLORS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """after : k outlines. before : b outlines of today's plan, or None. color : (k + closed,) index of a palette of 8.

    The closed territories follow the new ones in today's order.
    """

    after: Outlines
    before: Outlines | None
    color: NDArray[np.int32]


def draw(document: PlanDocument, known: Figures, ground: Ground | None) -> Drawing:
    """Outline every territory, new and old, and color them so that neighbors in either plan differ.

    ground : what `survey` found, None where the document has shapes.
    """
    k = document.problem.n_territories
    after_labels = document.plan.assignment
    before = known.before
    labels, n_old = (None, 0) if before is None else (before.held_by, len(before.names))
    old: Outlines | None = None
    beside: set[tuple[int, int]] = set()
    if document.shapes is not None:
        after = area_outlines(document.shapes, after_labels, k)
        touching = area_neighbors(after)
        if labels is not None:
            old = area_outlines(document.shapes, labels, n_old)
            beside = area_neighbors(old)
    else:
        assert ground is not None
        # One after the other: both take geometries from the ground, which GEOS does not let two threads read at once.
        if labels is not None:
            old = point_outlines(ground, labels, n_old)
            beside = point_neighbors(ground, labels, n_old)
        after = point_outlines(ground, after_labels, k)
        touching = point_neighbors(ground, after_labels, k)
    total = k
    if before is not None:
        shown_as = before.continues.copy()
        closed = np.flatnonzero(shown_as < 0)
        shown_as[closed] = k + np.arange(len(closed))
        total += len(closed)
        touching |= {tuple(sorted((int(shown_as[a]), int(shown_as[b])))) for a, b in beside}  # type: ignore[misc]
    return Drawing(after, old, color(total, touching))


def color(n: int, touching: set[tuple[int, int]], n_colors: int = N_COLORS) -> NDArray[np.int32]:
    """Give touching territories different colors: the most hemmed-in first (DSATUR, Brélaz 1979), colors used evenly.

    Where more than ``n_colors`` meet, the color least seen around is repeated.
    """
    around: list[set[int]] = [set() for _ in range(n)]
    for a, b in touching:
        if a != b:
            around[a].add(b)
            around[b].add(a)
    found = np.full(n, -1, dtype=np.int32)
    used = np.zeros(n_colors, dtype=np.int64)
    seen = np.zeros((n, n_colors), dtype=np.int64)
    left = set(range(n))
    for _ in range(n):
        hemmed = (seen > 0).sum(axis=1).tolist()
        pick = max((hemmed[j], len(around[j]), -j) for j in left)[2] * -1
        left.remove(pick)
        best = int(np.lexsort((used, seen[pick]))[0])
        found[pick] = best
        used[best] += 1
        seen[list(around[pick]), best] += 1
    return found
