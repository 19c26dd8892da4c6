"""The last few percent of balance with travel: accounts moved and swapped, each try judged by the tours it leads to.

The rounds of `settle` balance with the travel that an account had where it was; where it goes it may have another. Here the worst
territory gives or takes one account, or swaps one for another, with a territory beside it; the tries that look best by the travel known are
judged by touring both territories anew, and the first that leaves less out of tolerance is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design import Problem, evaluate
from terrier.engine.design.geometry import Floats, from_xyz, to_xyz
from terrier.engine.design.instance import Ints
from terrier.engine.travel.roads import Roads
from terrier.engine.travel.tours import Calls, TourModel, Workday, bases_of, territory_travel, travel_of

BESIDE = 6
"""Territories near the worst one that it trades with."""
BORDER = 40
"""Accounts of each that lie nearest to the other."""
JUDGED = 8
"""Of the tries with one neighbor, how many are toured."""

Try = tuple[tuple[int, ...], tuple[int, ...]]
"""The accounts that leave the worst territory, and those that come."""


@dataclass(slots=True, eq=False)
class _Books:
    """What is kept up to date: assignment (n,), work (n,) hours with travel, loads (k, m), bases (k, 2)."""

    problem: Problem
    measure: int
    calls: Calls
    roads: Roads
    workday: Workday
    model: TourModel
    points: Floats
    free: NDArray[np.bool_]
    assignment: Ints
    work: Floats
    loads: Floats
    bases: Floats

    def beyond(self, loads: Floats, territories: list[int]) -> Floats:
        """(…,) Σ over territories and measures of the deviation beyond tolerance, for (…, len(territories), m) loads."""
        targets = self.problem.targets[territories]
        # A share of the work that there is with these tours, not of what the problem was stated with.
        work = self.loads[:, self.measure].sum() / self.problem.measures[:, self.measure].sum()
        targets[:, self.measure] *= work
        over = np.abs(loads / targets - 1) - self.problem.tolerances
        found: Floats = np.maximum(over, 0.0).sum(axis=(-1, -2))
        return found

    def toured(self, j: int, members: NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
        """Base, (q,) work and (m,) loads of a territory of these members."""
        problem = self.problem
        base = self.bases[j]
        if problem.seats is None or np.isnan(problem.seats[j]).any():
            weights = problem.weights[members]
            base = from_xyz((weights @ self.points[members] / weights.sum())[None], problem.metric)[0]
        travel = np.zeros(len(members))
        visited = np.flatnonzero(self.calls.visits[members] > 0)
        if len(visited):
            own, _ = territory_travel(
                members[visited], base, self.calls, self.roads, self.workday, self.model
            )
            travel[visited] = own[0]
        work = self.calls.of(members).work(travel)
        loads = problem.measures[members].sum(axis=0)
        loads[self.measure] = work.sum()
        return base, work, loads


def mend(
    problem: Problem,
    measure: int,
    calls: Calls,
    roads: Roads,
    assignment: Ints,
    workday: Workday,
    model: TourModel,
    most_tries: int = 1500,
) -> Ints:
    """A plan with less out of tolerance, its own travel counted; the same one where nothing helps.

    Locked units, groups and pairs kept apart stay where they are, no unit goes where it may not be, and what else the problem asks for (one piece, a cap on
    moves …) is not broken.
    """
    books = _open(problem, measure, calls, roads, assignment, workday, model)
    broken = _broken(problem, assignment)
    stuck: set[int] = set()
    tries = 0
    while tries < most_tries:
        each = np.array([float(books.beyond(books.loads[[j]], [j])) for j in range(problem.n_territories)])
        each[list(stuck)] = 0.0
        worst = int(each.argmax())
        if each[worst] <= 1e-9:
            break
        spent, changed = _help(books, worst, broken)
        tries += spent
        stuck = set() if changed else stuck | {worst}
    return books.assignment


def _open(
    problem: Problem,
    measure: int,
    calls: Calls,
    roads: Roads,
    assignment: Ints,
    workday: Workday,
    model: TourModel,
) -> _Books:
    bases = bases_of(problem, assignment)
    work = calls.work(travel_of(assignment, bases, calls, roads, workday, model).hours)
    measures = np.array(problem.measures)
    measures[:, measure] = work
    loads = np.zeros((problem.n_territories, problem.n_measures))
    np.add.at(loads, assignment, measures)
    free = np.ones(problem.n_units, dtype=bool)
    if problem.locks is not None:
        free &= problem.locks < 0
    if problem.together is not None:
        free &= problem.together < 0
    if problem.apart is not None:
        free[problem.apart] = False
    points = to_xyz(problem.coordinates, problem.metric)
    return _Books(
        problem, measure, calls, roads, workday, model, points, free, np.array(assignment), work, loads, bases
    )


def _help(books: _Books, worst: int, broken: int) -> tuple[int, bool]:
    """Try to bring one territory nearer to its tolerance: tries spent, and whether one was kept."""
    centers = to_xyz(books.bases, books.problem.metric)
    gap = np.linalg.norm(centers - centers[worst], axis=1)
    gap[worst] = np.inf
    spent = 0
    for other in np.argsort(gap, kind="stable")[: min(BESIDE, len(gap) - 1)].tolist():
        for leave, come in _tries(books, worst, other, centers):
            spent += 1
            if _keep_if_better(books, worst, other, leave, come, broken):
                return spent, True
    return spent, False


def _tries(books: _Books, a: int, b: int, centers: Floats) -> list[Try]:
    """Moves and swaps between two territories, the most promising by what is known of each account's travel."""
    sides = []
    for j, t in ((a, b), (b, a)):
        members = np.flatnonzero((books.assignment == j) & books.free)
        if books.problem.kinds is not None and books.problem.eligible is not None:
            members = members[books.problem.eligible[books.problem.kinds[members], t]]
        nearer = np.linalg.norm(books.points[members] - centers[t], axis=1)
        nearer -= np.linalg.norm(books.points[members] - centers[j], axis=1)
        sides.append(members[np.argsort(nearer, kind="stable")[:BORDER]])
    brings = np.array(books.problem.measures)
    brings[:, books.measure] = books.work
    none = np.zeros((1, brings.shape[1]))
    leave, come = (np.vstack([none, brings[side]]) for side in sides)
    change = come[None, :, :] - leave[:, None, :]
    both = np.stack([books.loads[a] + change, books.loads[b] - change], axis=2)
    out = books.beyond(both, [a, b])
    before = float(books.beyond(books.loads[[a, b]], [a, b]))
    order = np.argsort(out, axis=None, kind="stable")[:JUDGED]
    chosen = [np.unravel_index(int(at), out.shape) for at in order if out.flat[at] < before - 1e-9]
    return [
        (tuple(sides[0][i - 1 : i].tolist()) if i else (), tuple(sides[1][c - 1 : c].tolist()) if c else ())
        for i, c in chosen
    ]


def _keep_if_better(
    books: _Books, a: int, b: int, leave: tuple[int, ...], come: tuple[int, ...], broken: int
) -> bool:
    assignment = books.assignment.copy()
    assignment[list(leave)], assignment[list(come)] = b, a
    members = [np.flatnonzero(assignment == j) for j in (a, b)]
    if not (len(members[0]) and len(members[1])):
        return False
    toured = [books.toured(j, own) for j, own in zip((a, b), members, strict=True)]
    loads = np.stack([found[2] for found in toured])
    if float(books.beyond(loads, [a, b])) >= float(books.beyond(books.loads[[a, b]], [a, b])) - 1e-6:
        return False
    if _broken(books.problem, assignment) > broken:
        return False
    books.assignment = assignment
    for j, own, (base, work, load) in zip((a, b), members, toured, strict=True):
        books.bases[j], books.work[own], books.loads[j] = base, work, load
    return True


def _broken(problem: Problem, assignment: Ints) -> int:
    """How many things other than balance are not met."""
    return sum(
        shortfall.kind not in {"tolerance", "unit_too_large"}
        for shortfall in evaluate(problem, assignment).shortfalls
    )
