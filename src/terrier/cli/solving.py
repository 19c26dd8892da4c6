"""The search as seen from a terminal: a live line, Ctrl-C, and the one-time preparation of the engine."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Generic, TypeVar

import numpy as np
from rich.console import Console
from rich.live import Live
from rich.text import Text

from terrier.cli.delivery import SEARCH_THREAD, Delivery
from terrier.cli.findings import cap_is_used_up, percent
from terrier.engine.design import (
    AnyOf,
    Cancelled,
    Frontier,
    MaxRounds,
    MaxSeconds,
    NoImprovement,
    Plan,
    Problem,
    Progress,
    Stop,
    WithinGap,
    frontier,
    kernels,
    solve,
)
from terrier.engine.design.frontier import ROUNDS
from terrier.engine.design.regions import solve_by_group
from terrier.intake.job import DesignJob

Answer = TypeVar("Answer")

STALE_ROUNDS = 8
PATIENCE_SECONDS = 60.0
"""Without --time a search ends here at the latest: long enough for 6,000 accounts to end by themselves."""
LEAST_PATIENCE_SECONDS = 10.0
PLAIN_EVERY_SECONDS = 2.0
WITHIN = 1e-9
IN_EVERY_SEARCH = {"anneal", "bisect", "transport"}
"""Modules of kernels; others belong to objectives and bounds that are asked for."""
"""Beyond a tolerance by no more than this is rounding."""


class Watch:
    """What the search has reported so far; written by its thread, read by the terminal's."""

    def __init__(self, figure: str = "score {:,.0f}", *, realigned: bool = True) -> None:
        """realigned : whether there is a plan today; without, what a search moves from its own start is not told."""
        self.figure = figure
        self.realigned = realigned
        self.started = time.monotonic()
        self.latest: Progress | None = None
        self.impatient = False
        self.step = ""

    def __call__(self, progress: Progress) -> None:
        if self.latest is None or _visibly_better(progress, self.latest):
            self.latest = progress

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def line(self, *, stopping: bool) -> str:
        parts = [f"{self.seconds:5.1f} s", *filter(None, [self.step])]
        if self.latest is None:
            parts.append("looking for a first plan")
        else:
            excess = self.latest.excess
            if excess <= WITHIN:
                parts += ["improving", "all within tolerance"]
            else:
                parts += ["balancing", f"up to {percent(excess, 0.0)} beyond tolerance"]
            parts.append(self.figure.format(self.latest.total))
            if self.realigned and self.latest.moved is not None:
                parts.append(f"{self.latest.moved * 100:.1f}% moved")
        return "  ·  ".join(parts) + ("  ·  stopping" if stopping else "")


def limits(delivery: Delivery, share: float = 1.0) -> tuple[Stop, ...]:
    """The ends that were asked for, with this share of the time; empty where none was."""
    time_is_up = () if delivery.seconds is None else (MaxSeconds(delivery.seconds * share),)
    return (*time_is_up, *(() if delivery.rounds is None else (MaxRounds(delivery.rounds),)))


def search(job: DesignJob, delivery: Delivery, aside: Console) -> tuple[Plan, str]:
    """Search for a plan, showing progress on ``aside``. Returns it and a sentence on an early end, "" if none.

    The first Ctrl-C ends the search with the best plan found; the second raises KeyboardInterrupt.
    """
    cancel, watch = threading.Event(), Watch(figure_of(job.problem), realigned=job.before is not None)

    def rule(share: float) -> Stop:
        near = () if delivery.gap is None else (WithinGap(delivery.gap),)
        usual = (NoImprovement(STALE_ROUNDS), Patience(share, watch))
        return AnyOf((*(limits(delivery, share) or usual), Cancelled(cancel), *near))

    plan = run_beside(lambda: solve_job(job, rule, delivery.seed, watch), watch, cancel, aside)
    if cancel.is_set():
        return plan, f"Stopped by hand after {watch.seconds:.0f} s: this is the best plan found by then."
    if watch.impatient and not cap_is_used_up(job, plan):
        return (
            plan,
            f"The search still paid after {watch.seconds:.0f} s; a longer --time may find a better plan.",
        )
    return plan, ""


def search_frontier(job: DesignJob, delivery: Delivery, aside: Console) -> tuple[Frontier, str]:
    """Search for the family of plans, as `search` does for one; a time asked for is for all of them."""
    cancel, watch = threading.Event(), Watch()

    def rule(share: float) -> Stop:
        return AnyOf((*(limits(delivery, share) or (MaxRounds(ROUNDS),)), Cancelled(cancel)))

    def told(number: int, of: int, plan: Plan) -> None:
        watch.step = f"plan {number + 1} of {of}"
        excess = max(0.0, float((np.abs(plan.deviations) - job.problem.tolerances).max()))
        watch.latest = Progress(number + 1, plan.score.total, excess, plan.moved)

    def task() -> Frontier:
        return frontier(
            job.problem,
            stop_for=rule,
            seed=delivery.seed,
            pair_weight=delivery.pair_weight,
            groups=job.groups,
            territory_groups=job.territory_groups,
            on_point=told,
            is_cancelled=cancel.is_set,
        )

    found = run_beside(task, watch, cancel, aside)
    if cancel.is_set():
        return found, f"Stopped by hand after {watch.seconds:.0f} s: these are the plans found by then."
    return found, ""


def run_beside(task: Callable[[], Answer], watch: Watch, cancel: threading.Event, aside: Console) -> Answer:
    if not engine_is_prepared():
        aside.print("Preparing the engine, once; this takes up to a minute.")
    worker = _Worker(task)
    with ctrl_c(cancel, aside):
        worker.start()
        _watch(worker, watch, cancel, aside)
    return worker.result()


def figure_of(problem: Problem) -> str:
    """How the live line names what is minimized."""
    if problem.objective == "diameter":
        return "up to {:,.1f} km across" if problem.metric == "sphere" else "up to {:,.1f} across"
    return "{:,.0f} neighbors parted" if problem.objective == "cut_edges" else "score {:,.0f}"


def _visibly_better(new: Progress, old: Progress) -> bool:
    """Better in what is shown: nearer to tolerance, or as near and a lower score. The engine weighs more than that."""
    off, was_off = (0.0 if progress.excess <= WITHIN else progress.excess for progress in (new, old))
    return off < was_off or (off == was_off and new.total < old.total)


class Patience:
    """The end of a search that nobody set a time for and that still pays; remembers that it was the end."""

    def __init__(self, share: float, watch: Watch, part: float = 1.0) -> None:
        """share : of the time that all regions have; a small one gets `LEAST_PATIENCE_SECONDS` all the same, for it ends by itself.

        part : of that, what this search may take, where there are several.
        """
        self._limit = MaxSeconds(max(PATIENCE_SECONDS * share, LEAST_PATIENCE_SECONDS) * part)
        self._watch = watch

    def __call__(self, rounds: int, stale: int) -> bool:
        over = self._limit(rounds, stale)
        self._watch.impatient |= over
        return over


def solve_job(job: DesignJob, rule: Callable[[float], Stop], seed: int, watch: Watch) -> Plan:
    if job.groups is None or job.territory_groups is None:
        return solve(job.problem, stop=rule(1.0), seed=seed, on_progress=watch)
    return solve_by_group(
        job.problem, job.groups, job.territory_groups, stop_for=rule, seed=seed, on_progress=watch
    )


class _Worker(threading.Thread, Generic[Answer]):
    """Runs the search beside the main thread, which alone can hear Ctrl-C."""

    def __init__(self, task: Callable[[], Answer]) -> None:
        super().__init__(name=SEARCH_THREAD, daemon=True)
        self._task = task
        self._answer: Answer | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._answer = self._task()
        except BaseException as error:  # handed to the main thread by `result`
            self._error = error

    def result(self) -> Answer:
        if self._error is not None:
            raise self._error
        assert self._answer is not None
        return self._answer


@contextmanager
def ctrl_c(cancel: threading.Event, aside: Console) -> Iterator[None]:
    def heard(_number: int, _frame: FrameType | None) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()
        aside.print("Stopping with the best plan so far. Press Ctrl-C again to abort.")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, heard)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _watch(worker: threading.Thread, watch: Watch, cancel: threading.Event, aside: Console) -> None:
    shown: Progress | None = None
    if aside.is_terminal:
        with Live(console=aside, refresh_per_second=8, transient=True) as live:
            while worker.is_alive():
                live.update(Text(watch.line(stopping=cancel.is_set())))
                worker.join(0.12)
    else:
        told = -PLAIN_EVERY_SECONDS
        while worker.is_alive():
            worker.join(0.05)
            if watch.latest is not shown and watch.seconds - told >= PLAIN_EVERY_SECONDS:
                told, shown = watch.seconds, watch.latest
                aside.print(watch.line(stopping=False), soft_wrap=True)
    if watch.latest is not None and watch.latest is not shown:
        aside.print(watch.line(stopping=False), soft_wrap=True)


def engine_is_prepared() -> bool:
    """Whether the kernels of every search left their compiled code in numba's cache. A guess that only words depend on."""
    folder = Path(kernels.__path__[0])
    caches = [folder / "__pycache__"]
    if os.environ.get("NUMBA_CACHE_DIR"):
        caches.append(Path(os.environ["NUMBA_CACHE_DIR"]))
    else:
        caches.append(Path.home() / ".cache" / "numba")
    compiled = {path.name.split(".", 1)[0] for cache in caches for path in cache.rglob("*.nbi")}
    return compiled >= IN_EVERY_SEARCH
