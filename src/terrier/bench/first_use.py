"""What the first use on a fresh machine costs: every kind of search compiled into an empty cache, then loaded from it.

Run as a module it does all kinds of searches once and prints the seconds they took.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from terrier.bench.methods.engine import small_like
from terrier.bench.runs import environment
from terrier.engine.design import Graph, MaxRounds, Problem, solve


@dataclass(frozen=True, slots=True)
class FirstUse:
    """Seconds for all kinds of searches on tiny problems, from an empty cache and from a full one."""

    empty_cache: float
    full_cache: float

    def sentence(self) -> str:
        return (
            f"Terrier compiles its kernels when they are first called and keeps them on disk. Every kind of search once, on "
            f"tiny problems: {self.empty_cache:.1f} s from an empty cache, {self.full_cache:.1f} s afterwards."
        )


def first_use() -> FirstUse:
    """Two processes, the first of which finds nothing compiled."""
    with tempfile.TemporaryDirectory() as cache:
        empty, full = (
            all_kinds(environment() | {"NUMBA_CACHE_DIR": str(Path(cache) / "numba")}) for _ in range(2)
        )
    return FirstUse(empty, full)


def all_kinds(variables: dict[str, str]) -> float:
    """Seconds for every kind of search once, in a process with these environment variables."""
    command = [sys.executable, "-m", "terrier.bench.first_use"]
    return float(subprocess.run(command, env=variables, capture_output=True, text=True, check=True).stdout)


def kinds() -> list[Problem]:
    """Small problems, between them every kind of search: free and unit centers, distances, diameters, cut edges."""
    n = 16
    graph = Graph.from_edges(n, np.column_stack([np.arange(n - 1), np.arange(1, n)]))
    path = Problem(
        coordinates=np.column_stack([np.arange(n), np.zeros(n)]).astype(np.float64),
        measures=np.ones((n, 2)),
        tolerances=np.array([0.5, 0.5]),
        n_territories=4,
        metric="plane",
        adjacency=graph,
    )
    return [
        small_like(replace(path, **kind))
        for kind in (
            {"contiguous": False},
            {"contiguous": True},
            {"objective": "distance"},
            {"objective": "distance", "centers": "unit"},
            {"contiguous": True, "centers": "unit"},
            {"contiguous": True, "objective": "diameter"},
            {"contiguous": True, "objective": "cut_edges"},
        )
    ]


def main() -> None:
    problems = kinds()
    started = time.perf_counter()
    for problem in problems:
        solve(problem, stop=MaxRounds(2))
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main()
