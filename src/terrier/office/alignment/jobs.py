"""The long work of plans: the engine, whose plans are candidates and change nothing by themselves; and taking effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.engine.design import (
    AnyOf,
    MaxRounds,
    MaxSeconds,
    NoImprovement,
    Progress,
    evaluate,
    frontier,
    knee,
    solve,
)
from terrier.engine.design import Plan as Design
from terrier.engine.design.problem import Problem
from terrier.engine.travel import TOURS, bases_of, settle_travel, travel_of
from terrier.engine.travel.mend import mend
from terrier.engine.travel.settle import with_workload
from terrier.office.alignment.choices import read_choices
from terrier.office.alignment.effect import APPLY, BEGIN, apply_plan, begin, begin_later
from terrier.office.alignment.engine_runs import KIND
from terrier.office.alignment.gateway import Question, read_question
from terrier.office.alignment.models import Candidate, EngineRun, Plan, RunKind
from terrier.office.alignment.new_accounts import PLACE_NEW, place_new_accounts, plans_in_force
from terrier.office.alignment.workload import Ints
from terrier.office.audit.models import Via
from terrier.office.audit.services import Author
from terrier.office.jobs.registry import job
from terrier.office.jobs.run import Run
from terrier.office.people.models import Person

MOST_SECONDS = 240
STALE_ROUNDS = 6
FRONTIER_ROUNDS = 12
TRAVEL_ROUNDS = 4
SEED = 1


@dataclass(eq=False)
class Watch:
    """Tells the job how far the engine is each time it is asked whether to stop. Cancelling comes up as an exception there."""

    run: Run
    message: str
    done: int = 0
    total: int = 0

    def __call__(self, rounds: int, stale: int) -> bool:
        self.run.step(self.done, self.total, self.message)
        return False

    def heard(self, progress: Progress) -> None:
        off = (
            _("within tolerance")
            if progress.excess <= 1e-9
            else _("%(off)s out") % {"off": f"{progress.excess:.1%}"}
        )
        told = _("Round %(n)s, %(off)s") % {"n": progress.rounds, "off": off}
        if progress.moved is not None:
            told += _(", %(share)s moved") % {"share": f"{progress.moved:.1%}"}
        self.message = told
        self.run.step(self.done, self.total, told)


@job(KIND)
def ask(run: Run, *, run_id: int) -> dict[str, Any] | None:
    """Design, realign or repair a plan, or find the frontier between the two."""
    asked = EngineRun.objects.select_related("plan").get(pk=run_id)
    run.step(0, 0, _("Reading the accounts"))
    question = read_question(asked.plan, read_choices(asked.choices), asked.kind)
    watch = Watch(run, _("The engine begins"))
    if asked.kind == RunKind.FRONTIER:
        found = _frontier(question, watch)
    else:
        found = [_one(question, watch, asked.kind)]
    now = question.now()
    best = _recommended(question, found)
    with run.effects() as result:
        Candidate.objects.filter(run=asked).delete()
        for number, (design, travel) in enumerate(found, start=1):
            groups = question.groups(design.assignment)
            Candidate.objects.create(
                run=asked,
                number=number,
                moved=_moved(question, design.assignment),
                balance=float(np.abs(design.deviations).max()),
                travel=travel,
                n_moved=sum(len(accounts) for _s, _t, accounts in groups),
                is_recommended=number == best + 1,
                figures=question.figures(design),
                groups=groups,
            )
        asked.result = {"now": question.figures(now), "moved_now": _moved(question, question.current)}
        asked.save(update_fields=["result"])
        result["n_candidates"] = len(found)
    return None


def _one(question: Question, watch: Watch, kind: str) -> tuple[Design, float]:
    """One plan, its workload settled with the travel that it implies."""

    def design(problem: Problem, near: bool) -> Design:
        rounds = MaxRounds(4) if near and kind != RunKind.REPAIR else NoImprovement(STALE_ROUNDS)
        stop = AnyOf((watch, rounds, MaxSeconds(each)))
        return solve(problem, stop=stop, seed=SEED, on_progress=watch.heard)

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
            mended=kind != RunKind.REPAIR and question.problem.max_moved is None,
        )
        found = settled.plan
    return found, _travel(question, found)


def _frontier(question: Question, watch: Watch) -> list[tuple[Design, float]]:
    """A row of plans, from the least disruption to a redesign. Where workload is balanced, each with the travel of its own."""
    problem, measure = question.problem, question.workload
    if measure is not None:
        watch.message = _("Finding how far one would drive")
        settled = settle_travel(
            problem, measure, question.calls, question.roads, _short(watch), question.units.work.workday,
            most_rounds=TRAVEL_ROUNDS, mended=False,
        )  # fmt: skip
        problem = settled.problem

    def told(number: int, of: int, design: Design) -> None:
        watch.done, watch.total = number + 1, of
        watch.message = _("Plan %(number)s of %(of)s") % {"number": number + 1, "of": of}
        watch.run.step(watch.done, watch.total, watch.message)

    found = frontier(
        problem,
        stop_for=lambda share: AnyOf((watch, MaxRounds(FRONTIER_ROUNDS), MaxSeconds(MOST_SECONDS * share))),
        seed=SEED,
        on_point=told,
    )
    designs = [_with_its_travel(question, point.plan) for point in found.points]
    order = sorted(range(len(designs)), key=lambda at: _moved(question, designs[at].assignment))
    return [(designs[at], _travel(question, designs[at])) for at in order]


def _short(watch: Watch) -> Callable[[Problem, bool], Design]:
    """A search just long enough to know where one would drive."""

    def design(problem: Problem, near: bool) -> Design:
        stop = AnyOf((watch, MaxRounds(2 if near else 4), MaxSeconds(MOST_SECONDS / TRAVEL_ROUNDS)))
        return solve(problem, stop=stop, seed=SEED, on_progress=watch.heard)

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


def _judged(question: Question, assignment: Ints) -> Design:
    """A plan by the workload with the travel that it implies itself."""
    measure, problem = question.workload, question.problem
    if measure is not None:
        bases = bases_of(problem, assignment)
        travel = travel_of(assignment, bases, question.calls, question.roads, question.units.work.workday)
        problem = with_workload(problem, measure, question.calls.work(travel.hours))
    return evaluate(problem, assignment)


def _beyond(problem: Problem, design: Design) -> float:
    return float(np.maximum(np.abs(design.deviations) - problem.tolerances, 0.0).sum())


def _travel(question: Question, design: Design) -> float:
    """Typical distance to the middle of the territory, compared with the plan's first day; 1 is the same."""
    before = evaluate(replace(question.problem, seat_pull=0.0), question.before().assignment)
    if before.score.travel <= 0:
        return 1.0
    return float(np.sqrt(design.score.travel / before.score.travel))


def _moved(question: Question, assignment: Ints) -> float:
    """Share of the accounts held at first, in any territory that takes part, that are elsewhere then."""
    held = question.present >= 0
    return float((assignment[held] != question.present[held]).mean()) if held.any() else 0.0


def _recommended(question: Question, found: list[tuple[Design, float]]) -> int:
    """Of the plans within tolerance, the one from which more moves pay least; where none is within, the best balanced.

    The plan that moves least is seldom it: it buys its balance with long ways.
    """
    within = [at for at, (design, _travel) in enumerate(found) if design.is_feasible]
    if within:
        points = [(_moved(question, found[at][0].assignment), found[at][1]) for at in within]
        return within[knee(points)]
    return min(range(len(found)), key=lambda at: float(np.abs(found[at][0].deviations).max()))


@job(APPLY)
def apply(run: Run, *, plan_id: int, author_id: int | None) -> None:
    """Write the coverage of an approved plan; on its day, or at once if that is today, it is active."""
    plan = Plan.objects.get(pk=plan_id)
    author = Author(Person.objects.filter(pk=author_id or 0).first(), Via.JOB)
    run.step(0, 0, _("Writing who covers whom from %(day)s on") % {"day": plan.effective_on})
    with run.effects() as result:
        act = apply_plan(plan=plan, author=author)
        begin_later(plan, act)
        result["told"] = act.summary
        result["url"] = reverse("plans:handovers", args=[plan.pk])


@job(PLACE_NEW)
def place_new(run: Run, *, author_id: int | None = None) -> None:
    """Accounts that came in without a holder get one by the rules of the plans in force."""
    author = Author(Person.objects.filter(pk=author_id or 0).first(), Via.JOB)
    with run.effects() as result:
        n_placed = sum(place_new_accounts(plan=plan, author=author) for plan in plans_in_force())
        result["told"] = ngettext("%(n)s new account placed", "%(n)s new accounts placed", n_placed) % {
            "n": f"{n_placed:,}"
        }


@job(BEGIN)
def become_active(run: Run, *, plan_id: int) -> None:
    """The day of a plan has come, unless it was taken back meanwhile."""
    with run.effects():
        plan = Plan.objects.select_for_update().get(pk=plan_id)
        if plan.is_scheduled and plan.effective_on and plan.effective_on <= timezone.localdate():
            begin(plan, Author(None, Via.JOB))
