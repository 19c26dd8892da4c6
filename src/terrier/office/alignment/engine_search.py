"""The engine's search for a plan, as a job sees it: told of round by round, bounded in time, each region alone where regions stay apart."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from terrier.engine.design import (
    AnyOf,
    MaxRounds,
    MaxSeconds,
    NoImprovement,
    Progress,
    Stop,
    evaluate,
    frontier,
    knee,
    solve,
)
from terrier.engine.design import Plan as Design
from terrier.engine.design.frontier import ROUNDS
from terrier.engine.design.problem import Problem
from terrier.engine.design.regions import solve_by_group
from terrier.engine.travel import TOURS, bases_of, settle_travel, travel_of
from terrier.engine.travel.mend import mend
from terrier.engine.travel.settle import with_workload
from terrier.office.alignment.gateway import Question, shares_of
from terrier.office.alignment.land import land_of
from terrier.office.alignment.models import RunKind
from terrier.office.alignment.workload import Ints
from terrier.office.jobs.run import Run
from terrier.office.jobs.words import Said, said

MOST_SECONDS = 240
STALE_ROUNDS = 6
A_FEW_ROUNDS = 12
TRAVEL_ROUNDS = 4
HOME_WEIGHT = 2.0
"""What it costs to move more than the islands of a plan, in its mean distances."""
PARTS_OF_ENOUGH = (1 / 4, 1 / 2, 3 / 4)
"""Of what must move for balance, how much the first plans of a frontier move."""
SHORT_SHARE = 0.06
"""Of the time of a frontier, how much each of them may take."""
SEED = 1
PARTS = 100
"""By which a round is told of."""


@dataclass(eq=False)
class Watch:
    """Tells the job how far the engine is each time it is asked whether to stop. Cancelling comes up as an exception there."""

    run: Run
    message: Said
    done: int = 0
    total: int = 0
    turn: int | None = None
    began: float = field(default_factory=time.monotonic)

    def is_late(self) -> bool:
        """Whether the time is used up: the round that is at work ends, and no other begins."""
        return time.monotonic() - self.began > MOST_SECONDS

    def __call__(self, rounds: int, stale: int) -> bool:
        self.run.step(self.done, self.total, self.message)
        return False

    def begins_round(self, of: int) -> None:
        """One more of so many searches; each is told of by its part of them all."""
        self.total = PARTS * of
        self.done = 0 if self.turn is None else PARTS * (self.turn + 1)
        self.turn = self.done // PARTS

    def ends_part(self, share: float) -> None:
        """A region is designed, which is a share of the round."""
        self.done = min(self.done + round(PARTS * share), PARTS * ((self.turn or 0) + 1))

    def heard(self, progress: Progress) -> None:
        off = (
            said("within tolerance")
            if progress.excess <= 1e-9
            else said("%(off)s out", off=f"{progress.excess:.1%}")
        )
        self.message = said("Round %(n)s, %(off)s", n=progress.rounds, off=off)
        if progress.moved is not None:
            moved = f"{progress.moved:.1%}"
            self.message = said("%(round)s, %(share)s moved", round=self.message, share=moved)
        self.run.step(self.done, self.total, self.message)


def find_one(question: Question, watch: Watch, kind: str) -> tuple[Design, float]:
    """One plan, its workload settled with the travel that it implies."""

    def design(problem: Problem, near: bool) -> Design:
        watch.begins_round(1 if alone else TRAVEL_ROUNDS)
        rounds = MaxRounds(4) if near and kind != RunKind.REPAIR else NoImprovement(STALE_ROUNDS)
        return _solved(question, problem, watch, rounds, each)

    measure = question.workload
    alone = measure is None or kind == RunKind.REPAIR
    each = MOST_SECONDS if alone else MOST_SECONDS / TRAVEL_ROUNDS
    if alone:
        found = _judged(question, design(question.problem, False).assignment)
    else:
        assert measure is not None
        settled = settle_travel(
            question.problem,
            measure,
            question.calls,
            question.roads,
            design,
            question.units.work.workday,
            most_rounds=TRAVEL_ROUNDS,
            ended=watch.is_late,
            mended=kind != RunKind.REPAIR and question.problem.max_moved is None,
        )
        found = _judged(question, settled.plan.assignment)
    if kind != RunKind.REPAIR:
        found = _in_one_piece(question, found, watch, most_moved=question.problem.max_moved)
    return found, _travel(question, found)


def _solved(question: Question, problem: Problem, watch: Watch, rounds: Stop, seconds: float) -> Design:
    """One search; region by region where regions stay apart, each with its part of the time."""
    borders = question.borders

    before = 0.0

    def stop_for(share: float) -> Stop:
        nonlocal before
        watch.ends_part(before)  # the region before this one
        before = share
        return AnyOf((watch, rounds, MaxSeconds(seconds * share)))

    if borders.groups is None or borders.territory_groups is None:
        return solve(problem, stop=stop_for(1.0), seed=SEED, on_progress=watch.heard)
    return solve_by_group(
        problem,
        borders.groups,
        borders.territory_groups,
        stop_for=stop_for,
        seed=SEED,
        on_progress=watch.heard,
    )


def find_frontier(question: Question, watch: Watch) -> list[tuple[Design, float]]:
    """A row of plans, from the least disruption to a redesign. Where workload is balanced, each with the travel of its own.

    It begins with plans that move less than balance needs, each as balanced as so few moves allow: what is gained at once, and what each further move gains.
    """
    problem, measure = question.problem, question.workload
    if measure is not None:
        watch.message = said("Finding how far one would drive")
        settled = settle_travel(
            problem, measure, question.calls, question.roads, _short(question, watch), question.units.work.workday,
            most_rounds=TRAVEL_ROUNDS, ended=watch.is_late, mended=False,
        )  # fmt: skip
        problem = settled.problem

    def told(number: int, of: int, design: Design) -> None:
        watch.done, watch.total = number + 1, of
        watch.message = said("Plan %(number)s of %(of)s", number=number + 1, of=of)
        watch.run.step(watch.done, watch.total, watch.message)

    found = frontier(
        problem,
        stop_for=lambda share: AnyOf((watch, MaxRounds(ROUNDS), MaxSeconds(MOST_SECONDS * share))),
        seed=SEED,
        groups=question.borders.groups,
        territory_groups=question.borders.territory_groups,
        on_point=told,
        is_cancelled=lambda: watch(0, 0),
    )
    designs = [
        _in_one_piece(question, _with_its_travel(question, point.plan), watch) for point in found.points
    ]
    designs += _short_of_balance(question, problem, designs, watch)
    return worth_choosing(question, [(design, _travel(question, design)) for design in designs])


def _short_of_balance(
    question: Question, problem: Problem, designs: list[Design], watch: Watch
) -> list[Design]:
    """Plans that move a part of what those within tolerance move at least, each better balanced than what moves less.

    Where territories are to be in one piece, these are shifted at their borders: balance alone would scatter them.
    """
    enough = [share_moved(question, one.assignment) for one in designs if one.is_feasible]
    now = _judged(question, question.before().assignment)
    off, found = _beyond(problem, now), []
    if question.one_piece:
        land = land_of(question.problem.coordinates, question.borders.groups)
        problem = replace(problem, adjacency=land, contiguous=True)
    for part in PARTS_OF_ENOUGH if enough and not now.is_feasible else ():
        most = part * min(enough)
        if most * (question.present >= 0).sum() < 1:
            continue
        watch.message = said("Looking at what fewer moves would do")
        watch.run.step(watch.done, watch.total, watch.message)
        asked = replace(problem, max_moved=most)
        design = _solved(question, asked, watch, MaxRounds(A_FEW_ROUNDS), MOST_SECONDS * SHORT_SHARE)
        design = _judged(question, design.assignment)
        if share_moved(question, design.assignment) < min(enough) and _beyond(problem, design) < off:
            off = _beyond(problem, design)
            found.append(design)
    return found


def worth_choosing(question: Question, found: list[tuple[Design, float]]) -> list[tuple[Design, float]]:
    """Least moved first, without those beside which another moves no more, drives no farther and is as balanced."""
    told = [
        (round(share_moved(question, design.assignment), 6), round(travel, 6), round(_beyond(question.problem, design), 6))
        for design, travel in found
    ]  # fmt: skip
    best = [
        at
        for at, mine in enumerate(told)
        if not any(
            all(theirs[i] <= mine[i] for i in range(3)) and (theirs != mine or other < at)
            for other, theirs in enumerate(told)
            if other != at
        )
    ]
    return [found[at] for at in sorted(best, key=lambda at: told[at])]


def _short(question: Question, watch: Watch) -> Callable[[Problem, bool], Design]:
    """A search just long enough to know where one would drive."""

    def design(problem: Problem, near: bool) -> Design:
        rounds = MaxRounds(2 if near else 4)
        return _solved(question, problem, watch, rounds, MOST_SECONDS / TRAVEL_ROUNDS)

    return design


def _with_its_travel(question: Question, design: Design) -> Design:
    """The design by the workload with its own travel, and mended account by account where that is out of tolerance."""
    measure = question.workload
    if measure is None:
        return design
    asked = replace(question.problem, max_moved=None)
    found = _judged(question, design.assignment)
    if found.is_feasible:
        return found
    workday = question.units.work.workday
    mended = _judged(
        question, mend(asked, measure, question.calls, question.roads, found.assignment, workday, TOURS)
    )
    return mended if _beyond(asked, mended) < _beyond(asked, found) else found


def _in_one_piece(
    question: Question, design: Design, watch: Watch, most_moved: float | None = None
) -> Design:
    """The design with its islands brought home, unless it is then further out of tolerance, or moves more than may move."""
    if not question.one_piece or not question.islands(design.assignment).any():
        return design
    asked = replace(
        _with_its_workload(question, design.assignment),
        present=design.assignment,
        stay_weight=HOME_WEIGHT,
        max_moved=None,
        adjacency=land_of(question.problem.coordinates, question.borders.groups),
        contiguous=True,
    )
    stop = AnyOf((watch, MaxRounds(A_FEW_ROUNDS), MaxSeconds(MOST_SECONDS / 10)))
    found = _judged(question, solve(asked, stop=stop, seed=SEED).assignment)
    moved = share_moved(question, found.assignment)
    within = most_moved is None or moved <= max(most_moved, share_moved(question, design.assignment))
    better = question.islands(found.assignment).sum() < question.islands(design.assignment).sum()
    as_balanced = _beyond(asked, found) <= _beyond(asked, design) + 1e-9
    return found if within and better and as_balanced else design


def _judged(question: Question, assignment: Ints) -> Design:
    """A plan by the workload with the travel that it implies itself."""
    return evaluate(_with_its_workload(question, assignment), assignment)


def _with_its_workload(question: Question, assignment: Ints) -> Problem:
    measure, problem = question.workload, question.problem
    if measure is None:
        return problem
    bases = bases_of(problem, assignment)
    travel = travel_of(assignment, bases, question.calls, question.roads, question.units.work.workday)
    problem = with_workload(problem, measure, question.calls.work(travel.hours))
    shares = shares_of(question.territories, question.units.choices, problem.measures, question.borders)
    return replace(problem, shares=shares)


def _beyond(problem: Problem, design: Design) -> float:
    return float(np.maximum(np.abs(design.deviations) - problem.tolerances, 0.0).sum())


def _travel(question: Question, design: Design) -> float:
    """Typical distance to the middle of the territory, compared with the plan's first day; 1 is the same."""
    before = evaluate(replace(question.problem, seat_pull=0.0), question.before().assignment)
    if before.score.travel <= 0:
        return 1.0
    return float(np.sqrt(design.score.travel / before.score.travel))


def share_moved(question: Question, assignment: Ints) -> float:
    """Share of the accounts held at first, in any territory that takes part, that are elsewhere then."""
    held = question.present >= 0
    return float((assignment[held] != question.present[held]).mean()) if held.any() else 0.0


def recommended(question: Question, found: list[tuple[Design, float]]) -> int:
    """Of the plans within tolerance, the one from which more moves pay least; where none is within, the best balanced.

    The plan that moves least is seldom it: it buys its balance with long ways.
    """
    within = [at for at, (design, _travel) in enumerate(found) if design.is_feasible]
    if within:
        points = [(share_moved(question, found[at][0].assignment), found[at][1]) for at in within]
        return within[knee(points)]
    return min(range(len(found)), key=lambda at: float(np.abs(found[at][0].deviations).max()))
