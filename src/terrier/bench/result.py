"""What one run of one method on one case gave."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One run: everything that it depends on but the code.

    folder : that of the instances. target : a value in the benchmark's unit at which the run ends before its time, if it is given.
    """

    family: str
    case: str
    method: str
    seed: int
    seconds: float
    limit: float
    folder: str | None
    target: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The figures of one run, scored again.

    failure : why there is no plan, empty when there is one. flaws : what breaks the benchmark's rules; doubts : what the
    engine's independent checker found. trace : (seconds, value, excess) of each better plan, in the benchmark's unit.
    stages : (toll, share moved, travel compared with today's, gap to its bound) of each plan of a frontier.
    code : the version of Terrier that ran. cores : how many it might use.
    """

    task: Task
    failure: str = ""
    seconds: float | None = None
    cpu_seconds: float | None = None
    peak_mb: float | None = None
    warm_seconds: float | None = None
    value: float | None = None
    bound: float | None = None
    flaws: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    trace: tuple[tuple[float, float, float], ...] = ()
    stages: tuple[tuple[float, float, float, float], ...] = ()
    code: str = ""
    cores: int | None = None

    @property
    def is_feasible(self) -> bool:
        return self.value is not None and not self.flaws and not self.doubts

    @property
    def conditions(self) -> str:
        """The code and the cores, where they are known."""
        cores = "" if self.cores is None else f"{self.cores} core{'s' if self.cores > 1 else ''}"
        return ", ".join(filter(None, (self.code, cores)))

    @property
    def score(self) -> float:
        """The value; infinite where there is no plan that keeps the rules."""
        return self.value if self.is_feasible and self.value is not None else math.inf

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Result:
        fields: dict[str, Any] = json.loads(text)
        fields["task"] = Task(**fields["task"])
        for name in ("flaws", "doubts"):
            fields[name] = tuple(fields[name])
        fields["trace"] = tuple((float(s), float(v), float(e)) for s, v, e in fields["trace"])
        fields["stages"] = tuple((float(t), float(m), float(c), float(g)) for t, m, c, g in fields["stages"])
        return cls(**fields)
