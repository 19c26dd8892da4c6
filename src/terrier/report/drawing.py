"""What the map shows: outlines before and after, and colors that tell neighbors apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terrier.report.document import PlanDocument
from terrier.report.figures import Figures
from terrier.report.outline import Outlines, area_outlines, neighbors, point_outlines, survey

N_COLORS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """after : k outlines. before : b outlines of today's plan, or None. color : (k + closed,) index of a palette of 8.

    The closed territories follow the new ones in today's order.
    """

    after: Outlines
    before: Outlines | None
    color: NDArray[np.int32]


def draw(document: PlanDocument, known: Figures) -> Drawing:
    """Outline every territory, new and old, and color them so that neighbors in either plan differ."""
    k = document.problem.n_territories
    after_labels = document.plan.assignment
    before = known.before
    if document.shapes is not None:
        after = area_outlines(document.shapes, after_labels, k)
        old = None if before is None else area_outlines(document.shapes, before.held_by, len(before.names))
    else:
        ground = survey(document.problem)
        after = point_outlines(ground, after_labels, k)
        old = None if before is None else point_outlines(ground, before.held_by, len(before.names))
    touching = neighbors(after)
    total = k
    if before is not None and old is not None:
        shown_as = before.continues.copy()
        closed = np.flatnonzero(shown_as < 0)
        shown_as[closed] = k + np.arange(len(closed))
        total += len(closed)
        touching |= {tuple(sorted((int(shown_as[a]), int(shown_as[b])))) for a, b in neighbors(old)}  # type: ignore[misc]
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
    for _ in range(n):
        left = np.flatnonzero(found < 0).tolist()
        pick = max(left, key=lambda j: (len({int(found[a]) for a in around[j]} - {-1}), len(around[j]), -j))
        seen = np.bincount([found[a] for a in around[pick] if found[a] >= 0], minlength=n_colors)
        best = int(np.lexsort((used, seen))[0])
        found[pick] = best
        used[best] += 1
    return found
