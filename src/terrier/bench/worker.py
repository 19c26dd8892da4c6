"""One run in a process of its own: a `Task` as JSON on standard input, a `Result` as JSON in the file named.

A process of its own makes peak memory mean something, can be stopped when its time is up, and keeps apart libraries that
cannot share one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from terrier.bench.case import Loaded
from terrier.bench.families import case_of
from terrier.bench.methods import METHODS, OURS
from terrier.bench.methods.answer import Answer
from terrier.bench.result import Result, Task
from terrier.bench.scoring import wholeness
from terrier.engine.design import check, evaluate


def work(task: Task) -> Result:
    """Run the method, then score its plan twice: in the benchmark's definition and by the engine's checker."""
    folder = None if task.folder is None else Path(task.folder)
    loaded = case_of(folder, task.family, task.case).load()
    solver: Callable[..., Answer] = METHODS[task.method].solver()
    if task.target is not None:
        solver = partial(solver, target=task.target / loaded.unit)
    try:
        answer = solver(loaded.problem, task.seed, task.seconds)
    except Exception as error:  # a peer may raise anything; what it says is the result
        return Result(task=task, failure=f"{type(error).__name__}: {error}".splitlines()[0][:200])
    return scored(task, loaded, answer)


def scored(task: Task, loaded: Loaded, answer: Answer) -> Result:
    """The result of an answer."""
    run = Result(
        task=task,
        seconds=answer.seconds,
        cpu_seconds=answer.cpu_seconds,
        peak_mb=answer.peak_mb,
        warm_seconds=answer.warm_seconds,
    )
    problem = loaded.problem
    outside = [
        flaw
        for flaw in wholeness(answer.assignment, problem.n_units, problem.n_territories)
        if "empty" not in flaw
    ]
    if outside:
        return replace(run, failure=outside[0])
    if answer.stages:
        return _scored_stages(run, loaded, answer)
    found = loaded.score(answer.assignment)
    plan = evaluate(problem, answer.assignment)
    doubts = answer.checked if task.method in OURS else tuple(check(problem, plan))
    return replace(
        run,
        value=found.value,
        bound=None if answer.bound is None else answer.bound * loaded.unit,
        flaws=found.flaws,
        doubts=doubts[:3],
        trace=_trace(answer, found.value),
    )


def _scored_stages(run: Result, loaded: Loaded, answer: Answer) -> Result:
    """A frontier is worth what its worst plan is: the largest ratio of travel + toll · share moved to its bound."""
    problem = loaded.problem
    assert problem.present is not None
    held = problem.present >= 0
    stages = []
    flaws: tuple[str, ...] = ()
    for stage in answer.stages:
        found = loaded.score(stage.assignment)
        flaws += found.flaws
        left = held & (stage.assignment != problem.present)
        moved = float(problem.move_weights[left].sum() / problem.move_weights[held].sum())
        cost = found.value + stage.toll * moved
        stages.append((stage.toll, moved, found.value, cost / stage.bound - 1))
    worst = 1 + max(gap for *_, gap in stages)
    return replace(run, value=worst, flaws=flaws[:3], doubts=answer.checked[:3], stages=tuple(stages))


def _trace(answer: Answer, value: float) -> tuple[tuple[float, float, float], ...]:
    """The trace in the benchmark's unit. Searches measure by chords or scaled figures, so it is scaled to end at ``value``."""
    steps = answer.trace
    if not steps or steps[-1].value == 0:
        return ()
    scale = value / steps[-1].value
    return tuple((s.seconds, s.value * scale, s.excess) for s in steps)


def main() -> None:
    result = work(Task(**json.load(sys.stdin)))
    Path(sys.argv[1]).write_text(result.to_json())


if __name__ == "__main__":
    main()
