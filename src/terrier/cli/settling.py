"""The search with travel as seen from a terminal: designed again and again until plan and travel agree."""

from __future__ import annotations

import threading
from dataclasses import replace

from rich.console import Console

from terrier.cli.delivery import Delivery
from terrier.cli.findings import cap_is_used_up
from terrier.cli.solving import STALE_ROUNDS, Patience, Watch, limits, run_beside, solve_job
from terrier.engine.design import AnyOf, Cancelled, NoImprovement, Plan, Problem, Stop
from terrier.engine.travel import Settled, Workday, settle_travel
from terrier.intake.job import DesignJob

WARM_ROUNDS = 2
"""Without a better plan, of a search that starts near its answer."""
FIRST_SHARE, WARM_SHARE = 0.5, 0.0625
"""Of the time, what the first search may take, and each of the up to eight that follow."""


def search_with_travel(
    job: DesignJob, workday: Workday, delivery: Delivery, aside: Console
) -> tuple[DesignJob, Settled, str]:
    """Search as `solving.search` does, for a plan whose workload counts its own travel.

    Returns the job with that workload, the plan with its travel, and a sentence on an early end, "" if none.
    """
    assert job.calls is not None
    assert job.roads is not None
    assert job.travel_measure is not None
    calls, roads, measure = job.calls, job.roads, job.travel_measure
    cancel, watch = threading.Event(), Watch(realigned=job.before is not None)
    done = 0

    def design(problem: Problem, warm: bool) -> Plan:
        nonlocal done
        done += 1
        watch.step = f"round {done}"
        watch.latest = None  # what is balanced is another workload each time
        stale, part = (WARM_ROUNDS, WARM_SHARE) if warm else (STALE_ROUNDS, FIRST_SHARE)

        def rule(share: float) -> Stop:
            usual = (NoImprovement(stale), Patience(share, watch, part))
            return AnyOf((*(limits(delivery, share * part) or usual), Cancelled(cancel)))

        return solve_job(replace(job, problem=problem), rule, delivery.seed, watch)

    def task() -> Settled:
        return settle_travel(
            job.problem,
            measure,
            calls,
            roads,
            design,
            workday,
            ended=cancel.is_set,
            mended=job.groups is None,  # that no territory crosses a region's border is not in the problem
        )

    settled = run_beside(task, watch, cancel, aside)
    job = replace(job, problem=settled.problem)
    if cancel.is_set():
        return (
            job,
            settled,
            f"Stopped by hand after {watch.seconds:.0f} s: this is the best plan found by then.",
        )
    if watch.impatient and not cap_is_used_up(job, settled.plan):
        note = f"The search still paid after {watch.seconds:.0f} s; a longer --time may find a better plan."
        return job, settled, note
    return job, settled, ""
