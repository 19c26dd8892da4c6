"""What is to be run: which cases, by whom, how long, how often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from terrier.bench.case import Case
from terrier.bench.families import cases_of
from terrier.bench.methods import METHODS, OURS, TERRIER, why_missing
from terrier.bench.result import Task
from terrier.errors import TerrierError

GRACE = 2.0
LOADING = 90.0
PEER_LOADING = 30.0
"""A run may take so many times its budget, and so many seconds to load, start and be checked, before it is stopped."""
CHECKED_A_SECOND = 10_000
"""Units; the checker is slow on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The command line of `terrier bench design`.

    seconds : budgets of Terrier, the cases' own where None. peers : None for all. peer_seconds : the limit of each peer.
    until_known : end each run of Terrier's at a plan as good as the best-known value. page : a Markdown page whose figures are
    refreshed. kept : run nothing, and gather what earlier requests have run.
    """

    folder: Path | None
    only: tuple[str, ...] = ()
    instances: str = "*"
    seconds: tuple[float, ...] | None = None
    seeds: int = 3
    peers: tuple[str, ...] | None = None
    peer_seconds: float = 300.0
    quick: bool = False
    until_known: bool = False
    kept: bool = False
    out: Path = Path("results")
    page: Path | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """The runs in order, each with its case, and notes on what is left out."""

    tasks: tuple[tuple[Case, Task], ...]
    notes: tuple[str, ...]

    @property
    def cases(self) -> list[Case]:
        return list(dict.fromkeys(case for case, _ in self.tasks))

    @property
    def longest_seconds(self) -> float:
        """What the runs take when each uses its whole budget, without loading."""
        return sum(task.seconds for _, task in self.tasks)


def agenda(request: Request) -> Agenda:
    """All runs of a request.

    Raises
    ------
    TerrierError
        Nothing to run, an unknown family or peer, a folder that is not there.
    """
    cases, notes = cases_of(request.folder, request.only, request.instances)
    if request.quick:
        cases = [case for case in cases if case.quick]
        if not cases:
            raise TerrierError("--quick: none of the instances asked for is in the quick profile.")
    wanted = _peers(request)
    available = [key for key in wanted if not METHODS[key].missing()]
    tasks = [pair for case in cases for pair in _tasks(case, request, available)]
    used = {peer for case in cases for peer in _peers_of(case, request)}
    notes += [why_missing(METHODS[key]) for key in wanted if key in used and key not in available]
    return Agenda(tuple(tasks), tuple(notes))


def _peers(request: Request) -> Sequence[str]:
    known = [key for key in METHODS if key not in OURS]
    if request.peers is None:
        return known
    unknown = [key for key in request.peers if key not in known]
    if unknown:
        raise TerrierError(f"--peers: there is no peer “{unknown[0]}”; there are {', '.join(known)}.")
    return request.peers


def _peers_of(case: Case, request: Request) -> tuple[str, ...]:
    return case.quick_peers if request.quick else case.peers


def _tasks(case: Case, request: Request, available: Sequence[str]) -> list[tuple[Case, Task]]:
    folder = None if request.folder is None else str(request.folder.resolve())
    budgets = request.seconds or (case.quick if request.quick else case.seconds)
    plan = [(case.ours, budget, GRACE * budget + LOADING + case.n / CHECKED_A_SECOND) for budget in budgets]
    plan += [
        (peer, request.peer_seconds, request.peer_seconds + PEER_LOADING)
        for peer in _peers_of(case, request)
        if peer in available
    ]
    return [
        (
            case,
            Task(
                family=case.family,
                case=case.name,
                method=method,
                seed=seed,
                seconds=budget,
                limit=limit,
                folder=folder,
                target=case.good_enough if request.until_known and method == TERRIER else None,
            ),
        )
        for method, budget, limit in plan
        for seed in range(1, 1 + _n_seeds(case, method, request))
    ]


def _n_seeds(case: Case, method: str, request: Request) -> int:
    if not METHODS[method].drawn:
        return 1
    most = case.quick_seeds if method in OURS else case.quick_peer_seeds
    return min(request.seeds, most) if request.quick else request.seeds
