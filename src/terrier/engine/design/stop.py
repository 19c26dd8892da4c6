"""When to stop. A rule is asked between rounds of the search and answers yes or no."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Stop(Protocol):
    """Called with the rounds done and the rounds since the plan last improved; True ends the search."""

    def __call__(self, rounds: int, stale: int) -> bool: ...


@dataclass(frozen=True)
class MaxRounds:
    """Stop after a number of rounds: the same seed then gives the same plan anywhere."""

    rounds: int

    def __call__(self, rounds: int, stale: int) -> bool:
        return rounds >= self.rounds


@dataclass(frozen=True)
class NoImprovement:
    """Stop after a number of rounds in a row without a better plan. Also the same everywhere."""

    rounds: int

    def __call__(self, rounds: int, stale: int) -> bool:
        return stale >= self.rounds


class MaxSeconds:
    """Stop when the clock has run for so many seconds since the first question.

    The only rule whose answer depends on the machine: with it, the same seed can give another plan elsewhere.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._start: float | None = None

    def __call__(self, rounds: int, stale: int) -> bool:
        now = self._clock()
        if self._start is None:
            self._start = now
        return now - self._start >= self.seconds


@dataclass(frozen=True)
class Cancelled:
    """Stop when somebody sets the event: Ctrl-C, a cancel button."""

    event: threading.Event

    def __call__(self, rounds: int, stale: int) -> bool:
        return self.event.is_set()


@dataclass(frozen=True)
class AnyOf:
    """Stop as soon as one of the rules says so."""

    rules: tuple[Stop, ...]

    def __call__(self, rounds: int, stale: int) -> bool:
        return any(rule(rounds, stale) for rule in self.rules)
