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
    """Seconds on tiny problems: the plain search, then all kinds, each from an empty cache and from a full one."""

    plain: tuple[float, float]
    all_kinds: tuple[float, float]

    def sentence(self) -> str:
        return (
            "Terrier compiles its kernels when they are first called and keeps them on disk. A tiny problem takes "
            f"{self.plain[0]:.1f} s from an empty cache and {self.plain[1]:.1f} s afterwards; every kind of search "
            f"(contiguous, centers at units, diameters, cut edges …) once, {self.all_kinds[0]:.1f} s and "
            f"{self.all_kinds[1]:.1f} s."
        )


def first_use() -> FirstUse:
    """Two processes, the first of which finds nothing compiled."""
    with tempfile.TemporaryDirectory() as cache:
        empty, full = (
            all_kinds(environment() | {"NUMBA_CACHE_DIR": str(Path(cache) / "numba")}) for _ in range(2)
        )
    return FirstUse((empty[0], full[0]), (empty[1], full[1]))


def all_kinds(variables: dict[str, str]) -> tuple[float, float]:
    """Seconds for the plain search, and for every kind once, in a process with these environment variables."""
    command = [sys.executable, "-m", "terrier.bench.first_use"]
    said = subprocess.run(command, env=variables, capture_output=True, text=True, check=True).stdout
    plain, every = map(float, said.split())
    return plain, every


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
    solve(problems[0], stop=MaxRounds(2))
    plain = time.perf_counter() - started
    for problem in problems[1:]:
        solve(problem, stop=MaxRounds(2))
    print(plain, time.perf_counter() - started)


if __name__ == "__main__":
    main()
