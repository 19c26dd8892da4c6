"""The clock of a search. It stands still while kernels are compiled, which happens once on a machine and is nobody's fault."""

from __future__ import annotations

import time
from collections.abc import Callable

from numba.core import event


class Clock(event.Listener):
    """Seconds of searching, told of what is compiled. All that is compiled holds one lock, so that one thread at a time tells."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._spent, self._since, self._depth = 0.0, 0.0, 0

    def on_start(self, event: object) -> None:
        if self._depth == 0:
            self._since = self._now()
        self._depth += 1

    def on_end(self, event: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._spent += self._now() - self._since

    def __call__(self) -> float:
        return (self._since if self._depth else self._now()) - self._spent


searching = Clock()
event.register("numba:compile", searching)  # type: ignore[no-untyped-call]
