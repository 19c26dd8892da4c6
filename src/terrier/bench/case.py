"""What is measured: one case is one instance under one objective, and how its plans are scored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design import Problem

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scored:
    """A plan's value in the benchmark's own definition, and every way in which it breaks the benchmark's rules."""

    value: float
    flaws: tuple[str, ...] = ()

    @property
    def is_feasible(self) -> bool:
        return not self.flaws


EQUAL = 1e-6
"""Relative: published values are rounded to so many digits."""

Scorer = Callable[[Ints], Scored]
"""Takes (n,) the territory of each unit."""


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """The problem as the engine takes it, and the benchmark's own scorer.

    unit : what the engine's objective is multiplied by to be in the benchmark's unit.
    """

    problem: Problem
    score: Scorer
    unit: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """One instance under one objective. ``load`` reads or makes it, in the process that works on it.

    best_known : the value to compare with, None where there is none. source : whose it is. proved : whether nothing is better.
    rounding : half a unit of its last digit. in_pieces : whether it is of a plan that is not in one piece here, as this one must be.
    ours : the method of Terrier's that answers it.
    seconds : time budgets by default; quick : those of the quick profile, empty where the case is not in it.
    peers : the methods that can answer it beside Terrier; quick_peers : those that the quick profile runs.
    quick_seeds, quick_peer_seeds : how many seeds at most the quick profile gives to Terrier and to a peer.
    contents : what identifies the instance: the files that it is read from are hashed, so that a changed file runs anew.
    """

    family: str
    name: str
    n: int
    k: int
    load: Callable[[], Loaded]
    best_known: float | None = None
    source: str = ""
    proved: bool = False
    rounding: float = 0.0
    in_pieces: bool = False
    ours: str = "terrier"
    seconds: tuple[float, ...] = (10.0,)
    quick: tuple[float, ...] = ()
    peers: tuple[str, ...] = ()
    quick_peers: tuple[str, ...] = ()
    quick_seeds: int = 3
    quick_peer_seeds: int = 1
    contents: str = ""

    @property
    def good_enough(self) -> float | None:
        """The worst value that is still as good as the best known one: what is published is rounded."""
        if self.best_known is None:
            return None
        return self.best_known + max(EQUAL * abs(self.best_known), self.rounding)

    @property
    def title(self) -> str:
        return f"{self.family}/{self.name}"
