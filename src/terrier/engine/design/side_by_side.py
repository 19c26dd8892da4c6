"""Many territories annealed side by side: in regions that share no territory, so that each has its own thread and the plan is the same on any machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.border import NO_DUALS, Borders, Heat, State, inside, run
from terrier.engine.design.instance import Floats, Instance, Ints
from terrier.engine.design.kernels.bisect import bisect

N_THREADS = 4

_threads = ThreadPoolExecutor(N_THREADS, thread_name_prefix="terrier-regions")

_Piece = TypeVar("_Piece")


def each(work: Callable[[_Piece], None], pieces: Sequence[_Piece]) -> None:
    """Do the work on all pieces, on as many threads as there are cores for."""
    list(_threads.map(work, pieces))


def run_side_by_side(
    instance: Instance, state: State, at: Borders, scale: Floats, prices: Floats, heat: Heat, margin: float,
    rng: np.random.Generator, duals: Floats = NO_DUALS, n_regions: int = N_THREADS,
) -> None:  # fmt: skip
    """`border.run` in regions that are drawn anew each time: what lies between two waits for another time.

    Only where there is no cap on moves, which all would have to share.
    """
    parts = [
        inside(at, state.assignment, region, instance.n_territories)
        for region in _regions(state, at, n_regions, rng)
    ]
    n_entries = sum(len(part.entries) for part in parts)

    def alone(work: tuple[Borders, np.random.Generator]) -> None:
        part, chance = work
        if len(part.entries):
            proposals = heat.proposals * len(part.entries) // n_entries
            run(
                instance,
                state,
                part,
                scale,
                prices,
                replace(heat, proposals=proposals),
                margin,
                chance,
                duals,
            )

    each(alone, list(zip(parts, rng.spawn(len(parts)), strict=True)))


def _regions(state: State, at: Borders, n: int, rng: np.random.Generator) -> list[Ints]:
    """Sets of territories with about as much at their borders each."""
    busy = np.bincount(at.face_pair.ravel(), np.repeat(np.diff(at.face_start), 2), len(state.centres)) + 1.0
    region = compact_regions(state.centres, busy, n, rng)
    return [np.flatnonzero(region == r).astype(np.int32) for r in range(int(region.max()) + 1)]


def compact_regions(
    centres: Floats, busy: NDArray[np.floating[Any]], n: int, rng: np.random.Generator
) -> Ints:
    """(k,) the region of each territory, of up to n compact ones that are about as busy, cut another way each time."""
    turned = centres @ rng.normal(size=(3, 3))
    region: Ints = bisect(turned, busy, rng.uniform(0.7, 1.3, min(n, len(centres))))
    return region
