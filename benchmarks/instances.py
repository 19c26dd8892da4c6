"""The inputs: accounts of the sample generator, as design problems."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from terrier.engine.design import Problem
from terrier.sample import generate

TOLERANCE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """One problem, what its measures are called, and who takes part."""

    name: str
    title: str
    problem: Problem
    measure_names: tuple[str, ...]
    contestants: tuple[str, ...]


def instances(sizes: Iterable[tuple[int, int]], seed: int) -> list[Instance]:
    """For each (accounts, territories): sales and workload balanced at once, then the number of accounts only."""
    return [case for n, k in sizes for case in _pair(n, k, seed)]


def _pair(n: int, k: int, seed: int) -> tuple[Instance, Instance]:
    accounts = generate(n, k, seed).accounts
    size = f"{n:,} accounts, {k} territories"
    both = accounts.select("sales", "workload_hours").to_numpy()
    coordinates = accounts.select("longitude", "latitude").to_numpy()

    def problem(measures: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> Problem:
        return Problem(
            coordinates=coordinates,
            measures=measures,
            tolerances=np.full(measures.shape[1], TOLERANCE),
            n_territories=k,
        )

    return (
        Instance(
            f"{n}-{k}-two",
            f"{size}: sales and workload within ±5 %",
            problem(both),
            ("sales", "workload"),
            ("Terrier", "k-means + repair"),
        ),
        Instance(
            f"{n}-{k}-count",
            f"{size}: number of accounts within ±5 %",
            problem(np.ones((n, 1))),
            ("accounts",),
            ("Terrier", "k-means + repair", "k-means-constrained"),
        ),
    )
