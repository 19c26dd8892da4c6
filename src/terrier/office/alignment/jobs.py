"""The long work of plans: the engine, whose plans are candidates and change nothing by themselves; and taking effect."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from terrier.office.alignment.choices import read_choices
from terrier.office.alignment.effect import APPLY, BEGIN, apply_plan, begin, begin_later
from terrier.office.alignment.engine_runs import KIND
from terrier.office.alignment.engine_search import Watch, find_frontier, find_one, recommended, share_moved
from terrier.office.alignment.gateway import read_question
from terrier.office.alignment.models import Candidate, EngineRun, Plan, RunKind
from terrier.office.alignment.new_accounts import PLACE_NEW, place_new_accounts, plans_in_force
from terrier.office.alignment.plan_exporting import KIND as EXPORT
from terrier.office.alignment.plan_exporting import write_export
from terrier.office.audit.models import Via
from terrier.office.audit.services import Author
from terrier.office.jobs.registry import job
from terrier.office.jobs.run import Run
from terrier.office.jobs.words import said, said_of
from terrier.office.people.models import Person


@job(KIND)
def ask(run: Run, *, run_id: int) -> dict[str, Any] | None:
    """Design, realign or repair a plan, or find the frontier between the two."""
    asked = EngineRun.objects.select_related("plan").get(pk=run_id)
    run.step(0, 0, said("Reading the accounts"))
    question = read_question(asked.plan, read_choices(asked.choices), asked.kind)
    watch = Watch(run, said("The engine begins"))
    if asked.kind == RunKind.FRONTIER:
        found = find_frontier(question, watch)
    else:
        found = [find_one(question, watch, asked.kind)]
    now = question.now()
    best = recommended(question, found)
    with run.effects() as result:
        Candidate.objects.filter(run=asked).delete()
        for number, (design, travel) in enumerate(found, start=1):
            groups, figures = question.groups(design.assignment), question.figures(design)
            Candidate.objects.create(
                run=asked,
                number=number,
                moved=share_moved(question, design.assignment),
                balance=max(figures["balance"].values()),
                travel=travel,
                n_moved=sum(len(accounts) for _s, _t, accounts in groups),
                is_recommended=number == best + 1,
                figures=figures,
                groups=groups,
            )
        asked.result = {"now": question.figures(now), "moved_now": share_moved(question, question.current)}
        asked.save(update_fields=["result"])
        result["n_candidates"] = len(found)
    return None


@job(EXPORT)
def export(run: Run, *, plan_id: int, ending: str, person_id: int) -> dict[str, Any]:
    """A plan as a file, kept to be fetched."""
    return write_export(run, plan_id=plan_id, ending=ending, person_id=person_id)


@job(APPLY)
def apply(run: Run, *, plan_id: int, author_id: int | None) -> None:
    """Write the coverage of an approved plan; on its day, or at once if that is today, it is active."""
    plan = Plan.objects.get(pk=plan_id)
    author = Author(Person.objects.filter(pk=author_id or 0).first(), Via.JOB)
    n_accounts, day = plan.placements.count(), str(plan.effective_on)
    run.beat(done=0, total=n_accounts, message=said("Writing who covers whom from %(day)s on", day=day))
    with run.effects() as result:
        act = apply_plan(plan=plan, author=author, report=run.step)
        run.say_at_end(said("It is written who covers whom from %(day)s on", day=day))
        begin_later(plan, act)
        result["told"] = act.summary
        result["url"] = reverse("plans:handovers", args=[plan.pk])


@job(PLACE_NEW)
def place_new(run: Run, *, author_id: int | None = None) -> None:
    """Accounts that came in without a holder get one by the rules of the plans in force."""
    author = Author(Person.objects.filter(pk=author_id or 0).first(), Via.JOB)
    with run.effects() as result:
        n_placed = sum(place_new_accounts(plan=plan, author=author) for plan in plans_in_force())
        result["told"] = said_of(n_placed, "%(n)s new account placed", "%(n)s new accounts placed").kept()


@job(BEGIN)
def become_active(run: Run, *, plan_id: int) -> None:
    """The day of a plan has come, unless it was taken back meanwhile."""
    with run.effects():
        plan = Plan.objects.select_for_update().get(pk=plan_id)
        if plan.is_scheduled and plan.effective_on and plan.effective_on <= timezone.localdate():
            begin(plan, Author(None, Via.JOB))
