"""What a method answers, and the clock it runs by."""

from __future__ import annotations

import resource
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from terrier.bench.case import Ints


@dataclass(frozen=True, slots=True)
class Step:
    """A better plan: seconds since the start, its value in the problem's own unit, and what it is out of tolerance by."""

    seconds: float
    value: float
    excess: float


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One plan of a realignment's frontier: what moving everything costs, in today's travels; its bound in the same."""

    toll: float
    assignment: Ints
    bound: float


@dataclass(slots=True)
class Answer:
    """(n,) territories, and a proved lower bound in the problem's own unit where the method has one.

    seconds, cpu_seconds, peak_mb : of the call alone, without loading and compiling; the memory is the whole process's.
    warm_seconds : what loading compiled code took before. stages : the plans of a frontier; the assignment is the last of them.
    checked : findings of the engine's checker about its own plan.
    """

    assignment: Ints
    bound: float | None = None
    trace: list[Step] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0
    warm_seconds: float = 0.0
    checked: tuple[str, ...] = ()


class Watch:
    """Wall clock, processor time and peak memory since it was started."""

    def __init__(self) -> None:
        _forget_peak()
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def seconds(self) -> float:
        return time.perf_counter() - self._wall

    def stop(self, answer: Answer) -> Answer:
        """The answer with its time and memory filled in."""
        answer.seconds = time.perf_counter() - self._wall
        answer.cpu_seconds = time.process_time() - self._cpu
        answer.peak_mb = peak_mb()
        return answer


def _forget_peak() -> None:
    """Let the peak begin anew, where the system can (Linux 4.0): making the instance may have taken more."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_mb() -> float:
    """Largest resident memory since then. Linux's own figure, as the portable one is inherited from the parent process."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024
