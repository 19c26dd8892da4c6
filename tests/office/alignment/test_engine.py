from __future__ import annotations

import random
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from terrier.office.accounts.models import Account
from terrier.office.alignment.choices import Measure, choices_of
from terrier.office.alignment.engine_runs import ask_engine, stop_engine, take_candidate
from terrier.office.alignment.errors import ChangedMeanwhileError, PlanError
from terrier.office.alignment.figures import sheet_of
from terrier.office.alignment.gateway import read_question
from terrier.office.alignment.locking import lock_accounts, lock_territory
from terrier.office.alignment.models import Candidate, EngineRun, Placement, Plan, Territory
from terrier.office.alignment.moving import move_accounts, placed_where
from terrier.office.alignment.planning import edit_plan
from terrier.office.alignment.undoing import undo
from terrier.office.audit.services import Author
from terrier.office.jobs.models import Job
from terrier.office.jobs.worker import run_one
from tests.office.alignment.planned import east
from tests.office.conftest import Company


@pytest.fixture
def lopsided(company: Company) -> tuple[Company, Plan, dict[str, Territory]]:
    """Sixty accounts along a line: Ohio holds fifty of them, Iowa the last ten."""
    plan, nodes = east(company)
    Placement.objects.all().delete()
    chance = random.Random(7)
    accounts = Account.objects.bulk_create(
        Account(
            name=f"Shop {at}",
            account_class="B",
            annual_sales=100,
            latitude=40 + chance.random() / 5,
            longitude=-90 + at / 10,
            state="IA" if at >= 50 else "OH",
        )
        for at in range(60)
    )
    Placement.objects.bulk_create(
        Placement(
            plan=plan,
            account=account,
            territory=nodes["Ohio" if at < 50 else "Iowa"],
            present=nodes["Ohio" if at < 50 else "Iowa"],
            changed_at=timezone.now(),
        )
        for at, account in enumerate(accounts)
    )
    chosen = {"balanced": [{"measure": "accounts", "tolerance": 0.05}], "max_moved": None}
    edit_plan(plan=plan, author=Author(None), values={"choices": chosen})
    plan.refresh_from_db()
    return company, plan, nodes


def asked(plan: Plan, kind: str) -> EngineRun:
    run = ask_engine(plan=plan, kind=kind, author=Author(plan.author))
    assert run_one("test")
    run.refresh_from_db()
    assert run.job is not None
    run.job.refresh_from_db()
    assert run.job.state == "done", run.job.error
    return run


def held(plan: Plan) -> dict[str, int]:
    return {
        name: Placement.objects.filter(plan=plan, territory__name=name).count()
        for name in ("Ohio", "Iowa", "Inside")
    }


@pytest.mark.django_db(transaction=True)
def test_balanced_pay_is_the_whole_pay_and_base_counts(lopsided: Any) -> None:
    company, plan, _ = lopsided
    for name, base in (("tess", 3000), ("tim", 1010)):
        company.positions[name].base_pay, company.positions[name].commission_rate = base, "0.5"
        company.positions[name].save()
    chosen = {"balanced": [{"measure": "pay", "tolerance": 0.05}], "max_moved": None}
    edit_plan(plan=plan, author=Author(None), values={"choices": chosen})
    plan.refresh_from_db()
    run = asked(plan, "design")
    candidate = run.candidates.first()
    assert candidate is not None
    take_candidate(candidate=candidate, author=Author(None))
    assert held(plan) == {"Ohio": 10, "Iowa": 50, "Inside": 0}, (
        "1,990 less base are 3,980 more sales, as far as accounts of 100 allow"
    )
    sheet = sheet_of(plan)
    assert {row.territory.name: row.pay for row in sheet.rows if row.n_accounts} == {
        "Ohio": 3500,
        "Iowa": 3510,
    }
    assert candidate.figures["balance"]["pay"] == pytest.approx(5 / 3505)
    assert candidate.balance == pytest.approx(5 / 3505), "the chart draws what the table tells"


@pytest.mark.django_db(transaction=True)
def test_a_realignment_balances_and_says_what_it_moves(lopsided: Any) -> None:
    _, plan, _ = lopsided
    run = asked(plan, "realign")
    found = Candidate.objects.get(run=run)
    assert 18 <= found.n_moved <= 22
    assert found.moved == pytest.approx(found.n_moved / 60)
    assert found.balance <= 0.051
    assert found.figures["shortfalls"] == []
    assert run.result["now"]["balance"]["accounts"] == pytest.approx(50 / 30 - 1)
    assert held(plan) == {"Ohio": 50, "Iowa": 10, "Inside": 0}


@pytest.mark.django_db(transaction=True)
def test_a_plan_of_the_engine_is_taken_in_one_step_and_undone(lopsided: Any) -> None:
    company, plan, _ = lopsided
    found = Candidate.objects.get(run=asked(plan, "realign"))
    author = Author(company.people["rita"])
    step = take_candidate(candidate=found, author=author)
    assert step is not None
    assert (step.cause, step.n_accounts) == ("engine", found.n_moved)
    assert abs(held(plan)["Ohio"] - 30) <= 1
    undo(plan=plan, author=author)
    assert held(plan)["Ohio"] == 50


@pytest.mark.django_db(transaction=True)
def test_a_plan_of_the_engine_is_as_balanced_once_it_is_taken_as_it_was_said_to_be(lopsided: Any) -> None:
    _, plan, _ = lopsided
    nowhere = Account.objects.filter(name__in=["Shop 3", "Shop 30", "Shop 55"])
    nowhere.update(latitude=None, longitude=None, account_class="A")
    chosen = {
        "balanced": [{"measure": "workload", "tolerance": 0.1}, {"measure": "accounts", "tolerance": 0.1}]
    }
    edit_plan(plan=plan, author=Author(None), values={"choices": chosen})
    found = Candidate.objects.get(run=asked(plan, "realign"))
    take_candidate(candidate=found, author=Author(None))
    told = {one["id"]: one["deviations"] for one in found.figures["territories"]}
    for row in sheet_of(plan).rows:
        for measure, off in told.get(row.territory.pk, {}).items():
            assert row.deviations[Measure(measure)] == pytest.approx(off, abs=1e-6)
    assert (
        not Placement.objects.filter(plan=plan, account__in=nowhere).exclude(territory=F("present")).exists()
    )


@pytest.mark.django_db(transaction=True)
def test_the_frontier_is_a_row_of_plans_least_moved_first(lopsided: Any) -> None:
    _, plan, _ = lopsided
    rows = list(Candidate.objects.filter(run=asked(plan, "frontier")).order_by("number"))
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert [row.moved for row in rows] == sorted(row.moved for row in rows)
    assert sum(row.is_recommended for row in rows) == 1


@pytest.mark.django_db(transaction=True)
def test_the_frontier_begins_with_what_fewer_moves_than_balance_needs_would_do(lopsided: Any) -> None:
    """Twenty of sixty must move; a quarter, a half and three quarters of that come before, each better balanced than the one before."""
    company, plan, _ = lopsided
    run = asked(plan, "frontier")
    rows = list(Candidate.objects.filter(run=run).order_by("number"))
    few = [row for row in rows if row.figures["n_shortfalls"]]
    assert few == rows[: len(few)]
    assert len(few) == 3
    for row, most in zip(few, (5, 10, 15), strict=True):
        assert most - 1 <= row.n_moved <= most
        assert row.figures["islands"] == 0
    off = [run.result["now"]["balance"]["accounts"], *(row.balance for row in few)]
    assert off == sorted(off, reverse=True)
    assert not any(row.is_recommended for row in few)
    page = company.client("rita").get(f"/plans/{plan.pk}/engine/").content.decode()
    assert page.count("<figure") == 2
    assert "↑ further off balance" in page
    assert "more than 20%" not in page, "the settings do not say how many may move"
    run.choices["max_moved"] = 0.2
    run.save()
    page = company.client("rita").get(f"/plans/{plan.pk}/engine/").content.decode()
    assert page.count("more than 20%") == sum(row.moved > 0.2 for row in rows) > 0


@pytest.mark.django_db(transaction=True)
def test_locked_accounts_and_the_most_that_may_move_are_kept(lopsided: Any) -> None:
    _, plan, nodes = lopsided
    nearest = placed_where(plan, territory=nodes["Ohio"])[-5:]
    lock_accounts(plan=plan, accounts=nearest, author=Author(None))
    chosen = {**plan.choices, "max_moved": 0.1}
    edit_plan(plan=plan, author=Author(None), values={"choices": chosen})
    found = Candidate.objects.get(run=asked(plan, "realign"))
    moved = {account for _source, _target, accounts in found.groups for account in accounts}
    assert moved.isdisjoint(nearest)
    assert len(moved) <= 6
    assert found.figures["n_shortfalls"] >= 1


@pytest.mark.django_db(transaction=True)
def test_states_are_not_crossed_if_so_asked(lopsided: Any) -> None:
    _, plan, _ = lopsided
    edit_plan(plan=plan, author=Author(None), values={"choices": {**plan.choices, "borders": ["state"]}})
    assert Candidate.objects.get(run=asked(plan, "realign")).n_moved == 0


@pytest.mark.django_db(transaction=True)
def test_workload_is_settled_with_the_travel_it_implies(lopsided: Any) -> None:
    _, plan, _ = lopsided
    chosen = {"balanced": [{"measure": "workload", "tolerance": 0.1}], "max_moved": None}
    edit_plan(plan=plan, author=Author(None), values={"choices": chosen})
    found = Candidate.objects.get(run=asked(plan, "realign"))
    assert found.balance <= 0.1
    assert 15 <= found.n_moved <= 25


@pytest.mark.django_db(transaction=True)
def test_a_repair_brings_an_island_home(lopsided: Any) -> None:
    _, plan, nodes = lopsided
    edit_plan(
        plan=plan,
        author=Author(None),
        values={"choices": {"balanced": [{"measure": "accounts", "tolerance": 0.8}], "max_moved": None}},
    )
    island = placed_where(plan)[3]
    move_accounts(plan=plan, accounts=[island], to=nodes["Iowa"], author=Author(None))
    plan.refresh_from_db()
    found = Candidate.objects.get(run=asked(plan, "repair"))
    assert [nodes["Iowa"].pk, nodes["Ohio"].pk, [island]] in found.groups


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["frontier", "realign"])
def test_the_engine_leaves_no_islands_unless_it_may(lopsided: Any, kind: str) -> None:
    _, plan, nodes = lopsided
    scattered = [Account.objects.get(name=f"Shop {at}").pk for at in range(3, 48, 9)]
    Placement.objects.filter(account__in=scattered).update(territory=nodes["Iowa"], present=nodes["Iowa"])
    found = {}
    for whole in (False, True):
        chosen = {**plan.choices, "stay": 2, "in_one_piece": whole}
        edit_plan(plan=plan, author=Author(None), values={"choices": chosen})
        plan.refresh_from_db()
        run = asked(plan, kind)
        assert run.result["now"]["islands"] == 5
        balanced = [row for row in run.candidates.all() if not row.figures["n_shortfalls"]]
        found[whole] = [row.figures["islands"] for row in balanced]
        assert all(row.balance <= 0.05 + 1e-9 for row in balanced)
    assert max(found[False]) > 0
    assert set(found[True]) == {0}


@pytest.mark.django_db(transaction=True)
def test_what_was_moved_since_is_not_overwritten_by_the_engine(lopsided: Any) -> None:
    company, plan, nodes = lopsided
    found = Candidate.objects.get(run=asked(plan, "realign"))
    moved = found.groups[0][2][:1]
    move_accounts(plan=plan, accounts=moved, to=nodes["Inside"], author=Author(company.people["dora"]))
    with pytest.raises(ChangedMeanwhileError, match="Dora"):
        take_candidate(candidate=found, author=Author(company.people["rita"]))


@pytest.mark.django_db(transaction=True)
def test_earlier_answers_stay_to_be_looked_at_beside_later_ones(lopsided: Any) -> None:
    """A run that was cancelled, or of another kind, takes away nothing that the engine has said."""
    company, plan, _ = lopsided
    first, second = asked(plan, "frontier"), asked(plan, "design")
    stop_engine(ask_engine(plan=plan, kind="realign", author=Author(plan.author)))
    rita, page = company.client("rita"), f"/plans/{plan.pk}/engine/"
    assert [one.pk for one in rita.get(page).context["answers"]] == [second.pk, first.pk]
    shown = {run.pk: rita.get(f"{page}?run={run.pk}").context["rows"] for run in (first, second)}
    assert {row.run_id for row in shown[first.pk]} == {first.pk}
    assert [row.run_id for row in rita.get(page).context["rows"]] == [second.pk]
    assert rita.get(f"{page}?run=nothing").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_what_was_moved_since_and_is_back_stops_no_plan_of_the_engine(lopsided: Any) -> None:
    company, plan, nodes = lopsided
    found = Candidate.objects.get(run=asked(plan, "realign"))
    author = Author(company.people["rita"])
    move_accounts(plan=plan, accounts=found.groups[0][2][:1], to=nodes["Inside"], author=author)
    undo(plan=plan, author=author)
    step = take_candidate(candidate=found, author=author)
    assert step is not None
    assert step.n_accounts == found.n_moved


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("meanwhile", "goes"), [("keep", "Inside"), ("overwrite", "Iowa")])
def test_whoever_moved_accounts_since_decides_on_the_page_what_becomes_of_them(
    lopsided: Any, meanwhile: str, goes: str
) -> None:
    company, plan, nodes = lopsided
    found = Candidate.objects.get(run=asked(plan, "realign"))
    moved = found.groups[0][2][:1]
    move_accounts(plan=plan, accounts=moved, to=nodes["Inside"], author=Author(company.people["rita"]))
    client = company.client("rita")
    page, take = f"/plans/{plan.pk}/engine/{found.pk}/", f"/plans/{plan.pk}/engine/{found.pk}/take"
    assert client.post(take)["Location"] == page
    assert held(plan)["Ohio"] == 49
    assert "1 account that this plan moves was moved since" in client.get(page).content.decode()
    client.post(take, {"meanwhile": meanwhile})
    assert Placement.objects.get(plan=plan, account=moved[0]).territory == nodes[goes]
    assert Placement.objects.filter(plan=plan, cause="engine").count() == found.n_moved - (
        meanwhile == "keep"
    )


def test_one_run_at_a_time(lopsided: Any) -> None:
    _, plan, _ = lopsided
    run = ask_engine(plan=plan, kind="realign", author=Author(None))
    with pytest.raises(PlanError, match="at work on this plan already"):
        ask_engine(plan=plan, kind="frontier", author=Author(None))
    stop_engine(run)
    assert Job.objects.get(pk=run.job_id).state == "cancelled"
    ask_engine(plan=plan, kind="frontier", author=Author(None))


def test_portfolios_and_locked_territories_take_no_part(lopsided: Any) -> None:
    _, plan, nodes = lopsided
    question = read_question(plan, choices_of(plan), "realign")
    assert [one.name for one in question.territories] == ["Iowa", "Ohio"]
    assert len(question.taking) == 60
    lock_territory(territory=nodes["Iowa"], author=Author(None))
    with pytest.raises(PlanError, match="two or more geographic"):
        read_question(plan, choices_of(plan), "realign")


def test_accounts_that_nobody_holds_take_part(lopsided: Any) -> None:
    _, plan, _ = lopsided
    move_accounts(plan=plan, accounts=placed_where(plan)[:2], to=None, author=Author(None))
    question = read_question(plan, choices_of(plan), "design")
    assert (question.current == -1).sum() == 2
    assert question.problem.present is None


@pytest.mark.django_db(transaction=True)
def test_what_the_engine_promises_is_what_the_balance_then_says(lopsided: Any) -> None:
    company, plan, _ = lopsided
    chosen = {"balanced": [{"measure": "workload", "tolerance": 0.1}], "max_moved": None}
    edit_plan(plan=plan, author=Author(None), values={"choices": chosen})
    found = Candidate.objects.get(run=asked(plan, "frontier"), is_recommended=True)
    take_candidate(candidate=found, author=Author(company.people["rita"]))
    sheet = sheet_of(plan)
    assert sheet.balance[Measure.WORKLOAD] == pytest.approx(found.figures["balance"]["workload"], rel=0.01)
    assert sheet.balance[Measure.WORKLOAD] <= 0.1


@pytest.mark.django_db(transaction=True)
def test_no_plan_of_the_frontier_is_beaten_by_another(lopsided: Any) -> None:
    _, plan, _ = lopsided
    asked(plan, "frontier")
    rows = list(Candidate.objects.filter(run__plan=plan))
    assert len(rows) > 1
    for row in rows:
        others = [one for one in rows if one != row and one.moved <= row.moved and one.travel <= row.travel]
        assert all(one.balance > row.balance for one in others)
