"""Passes over many units or pieces, shared among threads: the kernels let other threads run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

PARALLEL_FROM, N_PARTS = 4_000, 4
"""Units from which a pass over them is shared among threads, and among how many."""

_threads = ThreadPoolExecutor(N_PARTS, thread_name_prefix="terrier-transport")
"""Parts are always as many, and added up in order: the same plan on any machine."""

_Part = TypeVar("_Part")
_Piece = TypeVar("_Piece")


def in_parts(n: int, work: Callable[[slice], _Part]) -> list[_Part]:
    """Do the work on all of n units, shared among threads where there are many."""
    if n < PARALLEL_FROM:
        return [work(slice(0, n))]
    edges = [n * part // N_PARTS for part in range(N_PARTS + 1)]
    return list(_threads.map(work, map(slice, edges[:-1], edges[1:])))


def each_of(pieces: Sequence[_Piece], work: Callable[[_Piece], _Part]) -> list[_Part]:
    """Do the work on each piece, several at a time; what comes of it is in their order."""
    return list(_threads.map(work, pieces))


def long_for_each(pieces: Iterable[_Piece], work: Callable[[_Piece], _Part]) -> list[_Part]:
    """The same for work that makes such passes itself, on two threads of its own; the answers are the same on any machine."""
    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(work, pieces))
