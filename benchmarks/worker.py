"""One contestant on one instance, in a process of its own: `python -m benchmarks.worker NAME INSTANCE.pickle SEED`.

Prints one line of JSON. The time is that of the call alone; the memory is the whole process's peak.
"""

from __future__ import annotations

import json
import pickle
import resource
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.contestants import CONTESTANTS
from terrier.engine.design import Problem, check, evaluate


def main(name: str, instance: str, seed: int) -> None:
    problem: Problem = pickle.loads(Path(instance).read_bytes())
    started = time.perf_counter()
    assignment = CONTESTANTS[name](problem, seed)
    seconds = time.perf_counter() - started
    memory = peak_mb()
    plan = evaluate(problem, assignment)
    findings = check(problem, plan)
    if findings:
        raise AssertionError(findings[0])
    print(
        json.dumps(
            {
                "seconds": seconds,
                "peak_mb": memory,
                "deviation": np.abs(plan.deviations).max(axis=0).tolist(),
                "feasible": not plan.shortfalls,
                "travel": plan.score.travel,
                "mean_km": float(np.average(plan.mean_distance, weights=plan.counts)),
            }
        )
    )


def peak_mb() -> float:
    """Largest resident memory so far. Linux's own figure, as the portable one is inherited from the parent process."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
