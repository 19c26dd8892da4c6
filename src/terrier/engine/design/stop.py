"""When to stop. A rule is asked while prices settle and between rounds of the search, and answers yes or no."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from terrier.engine.design.clock import searching

BEFORE_ROUNDS = -1
"""The rounds done while prices still settle."""


class Stop(Protocol):
    """Called with the rounds done and the rounds since the plan last improved; True ends the search.

    Before the first round, while prices settle, `BEFORE_ROUNDS` are done.
    """

    def __call__(self, rounds: int, stale: int) -> bool: ...


@dataclass(frozen=True)
class MaxRounds:
    """Stop after a number of rounds: the same seed then gives the same plan anywhere."""

    rounds: int

    def __call__(self, rounds: int, stale: int) -> bool:
        return rounds >= self.rounds


never = MaxRounds(2**62)
"""The rule of whoever waits to the end."""


@dataclass(frozen=True)
class NoImprovement:
    """Stop after a number of rounds in a row without a better plan. Also the same everywhere."""

    rounds: int

    def __call__(self, rounds: int, stale: int) -> bool:
        return stale >= self.rounds


class MaxSeconds:
    """Stop when the clock has run for so many seconds since the first question; it stands still while kernels are compiled.

    The only rule whose answer depends on the machine: with it, the same seed can give another plan elsewhere.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = searching) -> None:
        self.seconds = seconds
        self._clock = clock
        self._start: float | None = None

    def __call__(self, rounds: int, stale: int) -> bool:
        return self.left() <= 0

    def left(self) -> float:
        """Seconds until it says stop."""
        now = self._clock()
        if self._start is None:
            self._start = now
        return self._start + self.seconds - now


@dataclass(frozen=True)
class Cancelled:
    """Stop when somebody sets the event: Ctrl-C, a cancel button."""

    event: threading.Event

    def __call__(self, rounds: int, stale: int) -> bool:
        return self.event.is_set()


def _unknown() -> float:
    return float("inf")


@dataclass(frozen=True)
class WithinGap:
    """Stop when the best plan so far is proved to be within ``ratio`` of the best possible (see `bound.bound`).

    ``gap`` tells how near that is known to be; `solve` fills it in. Depends on nothing but the seed.
    """

    ratio: float
    gap: Callable[[], float] = _unknown

    def __call__(self, rounds: int, stale: int) -> bool:
        return self.gap() <= self.ratio


@dataclass(frozen=True)
class AnyOf:
    """Stop as soon as one of the rules says so."""

    rules: tuple[Stop, ...]

    def __call__(self, rounds: int, stale: int) -> bool:
        return any(rule(rounds, stale) for rule in self.rules)


def told(stop: Stop, gap: Callable[[], float]) -> Stop:
    """The same rule, with every `WithinGap` in it told where to ask for the gap."""
    if isinstance(stop, WithinGap):
        return replace(stop, gap=gap)
    if isinstance(stop, AnyOf):
        return AnyOf(tuple(told(rule, gap) for rule in stop.rules))
    return stop


def asks_for_gap(stop: Stop) -> bool:
    """Whether there is a `WithinGap` in the rule: a gap takes a while to prove."""
    if isinstance(stop, AnyOf):
        return any(asks_for_gap(rule) for rule in stop.rules)
    return isinstance(stop, WithinGap)


def seconds_left(stop: Stop) -> float:
    """Seconds until a clock in the rule says stop, for work that cannot ask on its way; inf without a clock."""
    if isinstance(stop, AnyOf):
        return min((seconds_left(rule) for rule in stop.rules), default=float("inf"))
    return stop.left() if isinstance(stop, MaxSeconds) else float("inf")
