"""Run one contestant on one instance in a process of its own, and stop it when its time is up."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.instances import Instance

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one contestant did. ``seconds`` is None when it was stopped; ``failure`` says why."""

    case: str
    contestant: str
    measure_names: tuple[str, ...]
    seconds: float | None = None
    peak_mb: float | None = None
    deviation: tuple[float, ...] = ()
    feasible: bool = False
    travel: float | None = None
    mean_km: float | None = None
    failure: str = ""

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def run(case: Instance, name: str, folder: Path, seed: int, limit: float) -> Outcome:
    """One contestant's figures. Compiled code is kept in ``folder``, so only the first run of all compiles."""
    file = folder / f"{case.name}.pickle"
    if not file.exists():
        file.write_bytes(pickle.dumps(case.problem))
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder / "numba")}
    command = [sys.executable, "-m", "benchmarks.worker", name, str(file), str(seed)]
    about = {"case": case.title, "contestant": name, "measure_names": case.measure_names}
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Outcome(**about, failure=f"stopped after {limit:.0f} s")
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        return Outcome(**about, failure=reason[-1])
    found = json.loads(done.stdout.splitlines()[-1])
    return Outcome(**about, **(found | {"deviation": tuple(found["deviation"])}))
