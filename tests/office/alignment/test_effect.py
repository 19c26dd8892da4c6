from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terrier.office.alignment.effect import apply_plan, begin, put_into_effect
from terrier.office.alignment.effect_undoing import take_back
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import (
    Coverage,
    CoverageKind,
    HandOver,
    Holdover,
    Overlay,
    Placement,
    Plan,
    Territory,
    unfair_day,
)
from terrier.office.alignment.moving import move_accounts, place
from terrier.office.alignment.services import assign_overlay, assign_primary, end_coverage
from terrier.office.alignment.states import approve, archive
from terrier.office.audit.models import Entry
from terrier.office.audit.services import Author
from terrier.office.jobs.models import Job
from terrier.office.jobs.worker import run_one
from tests.office.alignment.planned import HELD, east
from tests.office.conftest import Company

HOLDERS = {"Ohio": "tess", "Iowa": "tim", "Inside": "ann"}


def day(days: int = 30) -> dt.date:
    return timezone.localdate() + dt.timedelta(days)


def rows_of(company: Company, label: str) -> list[tuple[str, str, str, str | None, Decimal]]:
    rows = Coverage.objects.filter(account=company.accounts[label]).order_by("starts_on", "kind")
    return [
        (row.position.name, row.kind, str(row.starts_on), row.ends_on and str(row.ends_on), row.split)
        for row in rows.select_related("position")
    ]


def everything() -> list[tuple[Any, ...]]:
    return list(
        Coverage.objects.order_by("pk").values_list(
            "pk", "account", "position", "kind", "split", "starts_on", "ends_on", "cause", "reason"
        )
    )


def holder(company: Company, label: str, on: dt.date) -> str | None:
    row = (
        Coverage.objects.on(on)
        .filter(account=company.accounts[label], kind=CoverageKind.PRIMARY)
        .select_related("position")
        .first()
    )
    return row and row.position.name


def approved(company: Company, plan: Plan, days: int = 30) -> Author:
    author = Author(company.people["rita"])
    approve(plan=plan, effective_on=day(days), author=author)
    return author


def move(company: Company, plan: Plan, to: Territory | None, *labels: str) -> None:
    accounts = [company.accounts[label].pk for label in labels]
    move_accounts(plan=plan, accounts=accounts, to=to, author=Author(company.people["rita"]))


def test_on_the_day_the_old_row_ends_and_the_new_one_begins(company: Company) -> None:
    plan, nodes = east(company)
    move(company, plan, nodes["Iowa"], "columbus")
    author = approved(company, plan)
    act = apply_plan(plan=plan, author=author)
    assert rows_of(company, "columbus") == [
        ("Ohio", "primary", "2020-01-01", str(day()), Decimal(1)),
        ("Iowa", "primary", str(day()), None, Decimal(1)),
    ]
    assert rows_of(company, "dayton") == [("Ohio", "primary", "2020-01-01", None, Decimal(1))]
    assert plan.is_scheduled
    made = Coverage.objects.get(account=company.accounts["columbus"], ends_on=None)
    assert (made.cause, made.reason, made.author) == ("manual", "Plan “Spring”", company.people["rita"])
    told = {(entry.action, entry.object_label) for entry in Entry.objects.filter(act=act)}
    assert told >= {("update", "Columbus: Ohio"), ("create", "Columbus: Iowa")}


def test_what_overlays_of_others_share_stays_shared(company: Company) -> None:
    plan, nodes = east(company)
    move(company, plan, nodes["Iowa"], "chain ohio")
    apply_plan(plan=plan, author=approved(company, plan))
    assert rows_of(company, "chain ohio")[-2:] == [
        ("Ohio", "primary", "2020-01-01", str(day()), Decimal("0.7")),
        ("Iowa", "primary", str(day()), None, Decimal("0.7")),
    ]
    assert ("Key accounts", "overlay", "2020-01-01", None, Decimal("0.3")) in rows_of(company, "chain ohio")


def test_a_plan_shares_accounts_and_the_splits_add_up(company: Company) -> None:
    plan, nodes = east(company)
    move(company, plan, nodes["Inside"], "columbus")
    Overlay.objects.create(
        plan=plan, account=company.accounts["columbus"], territory=nodes["Ohio"], split="0.25"
    )
    Overlay.objects.create(
        plan=plan, account=company.accounts["ames"], territory=nodes["Inside"], split="0.1"
    )
    apply_plan(plan=plan, author=approved(company, plan))
    assert set(rows_of(company, "columbus")[1:]) == {
        ("Inside sales East", "primary", str(day()), None, Decimal("0.75")),
        ("Ohio", "overlay", str(day()), None, Decimal("0.25")),
    }
    assert set(rows_of(company, "ames")[1:]) == {
        ("Iowa", "primary", str(day()), None, Decimal("0.9")),
        ("Inside sales East", "overlay", str(day()), None, Decimal("0.1")),
    }


def test_an_open_deal_holds_an_account_over(company: Company) -> None:
    plan, nodes = east(company)
    move(company, plan, nodes["Iowa"], "columbus", "dayton")
    Holdover.objects.create(
        plan=plan, account=company.accounts["columbus"], until=day(90), reason="A contract is to be signed"
    )
    apply_plan(plan=plan, author=approved(company, plan))
    assert holder(company, "columbus", day(89)) == "Ohio"
    assert holder(company, "columbus", day(90)) == "Iowa"
    assert holder(company, "dayton", day(30)) == "Iowa"
    due = {
        row.account.name: row.due_on for row in HandOver.objects.filter(plan=plan).select_related("account")
    }
    assert due == {"Columbus": day(104), "Dayton": day(44)}


def test_a_refused_holdover_is_shown_as_it_was_written(company: Company) -> None:
    plan, _ = east(company)
    asked = {"account": "No such account", "until": day(90).isoformat(), "reason": "Spring order"}
    answer = company.client("rita").post(reverse("plans:hold", args=[plan.pk]), asked)
    assert answer.status_code == 422
    for value in asked.values():
        assert f'value="{value}"' in answer.content.decode()
    assert not Holdover.objects.exists()
    chosen = {**asked, "account": "", "account_id": company.accounts["ames"].pk}
    company.client("rita").post(reverse("plans:hold", args=[plan.pk]), chosen)
    assert Holdover.objects.get().account == company.accounts["ames"]


def test_who_hands_over_to_whom_is_listed(company: Company) -> None:
    plan, nodes = east(company)
    move(company, plan, nodes["Iowa"], "columbus")
    move(company, plan, None, "ames")
    apply_plan(plan=plan, author=approved(company, plan))
    rows = HandOver.objects.filter(plan=plan).order_by("account__name").select_related("giver", "taker")
    assert [(row.giver and row.giver.name, row.taker and row.taker.name) for row in rows] == [
        ("Iowa", None),
        ("Ohio", "Iowa"),
    ]
    assert holder(company, "ames", day()) is None


def test_what_was_planned_by_hand_for_later_gives_way(company: Company) -> None:
    assign_primary(
        account=company.accounts["columbus"],
        position=company.positions["ann"],
        starts_on=day(60),
        author=Author(company.people["rita"]),
    )
    plan, nodes = east(company)
    move(company, plan, nodes["Iowa"], "columbus")
    apply_plan(plan=plan, author=approved(company, plan))
    assert holder(company, "columbus", day(70)) == "Iowa"


def test_who_holds_it_by_then_already_is_not_written_again(company: Company) -> None:
    plan, nodes = east(company)
    move(company, plan, nodes["Iowa"], "columbus")
    assign_primary(
        account=company.accounts["columbus"],
        position=company.positions["tim"],
        starts_on=day(-10),
        author=Author(company.people["rita"]),
    )
    apply_plan(plan=plan, author=approved(company, plan))
    assert rows_of(company, "columbus")[-1] == ("Iowa", "primary", str(day(-10)), None, Decimal(1))
    assert not HandOver.objects.filter(plan=plan).exists()


def test_until_the_day_it_is_taken_back_without_a_trace(company: Company) -> None:
    before = everything()
    plan, nodes = east(company)
    move(company, plan, nodes["Iowa"], "columbus", "chain ohio")
    move(company, plan, None, "ames")
    author = approved(company, plan)
    act = apply_plan(plan=plan, author=author)
    undone = take_back(plan=plan, author=author)
    assert everything() == before
    assert undone.undoes == act
    assert not HandOver.objects.exists()
    assert Plan.objects.get(pk=plan.pk).state == "approved"
    apply_plan(plan=plan, author=author)
    assert holder(company, "columbus", day()) == "Iowa"


def test_what_somebody_changed_since_is_not_taken_back_over_their_head(company: Company) -> None:
    plan, nodes = east(company)
    move(company, plan, nodes["Iowa"], "columbus")
    author = approved(company, plan)
    apply_plan(plan=plan, author=author)
    row = Coverage.objects.get(account=company.accounts["columbus"], ends_on=None)
    end_coverage(coverage=row, ends_on=day(50), author=Author(company.people["dora"]))
    with pytest.raises(PlanError, match="Dora has changed Columbus: Iowa since"):
        take_back(plan=plan, author=author)


def test_from_the_day_on_it_stays(company: Company) -> None:
    plan, nodes = east(company)
    move(company, plan, nodes["Iowa"], "columbus")
    author = approved(company, plan, days=0)
    apply_plan(plan=plan, author=author)
    assert Plan.objects.get(pk=plan.pk).state == "active"
    with pytest.raises(PlanError, match="until the day"):
        take_back(plan=plan, author=author)
    with pytest.raises(PlanError, match="Only an approved plan"):
        apply_plan(plan=plan, author=author)


def test_the_plan_that_was_in_force_is_put_away(company: Company) -> None:
    first, _ = east(company, name="First")
    second, _ = east(company, name="Second")
    for plan in (first, second):
        apply_plan(plan=plan, author=approved(company, plan, days=0))
    assert {plan.name: plan.state for plan in Plan.objects.filter(frozen_of=None)} == {
        "First": "archived",
        "Second": "active",
    }


def test_accounts_do_not_go_to_positions_that_close_before(company: Company) -> None:
    plan, nodes = east(company)
    move(company, plan, nodes["Iowa"], "columbus")
    author = approved(company, plan)
    position = company.positions["tim"]
    position.closes_on = day(10)
    position.save()
    with pytest.raises(PlanError, match="Iowa belongs to no position that is open"):
        put_into_effect(plan=plan, author=author)


@pytest.mark.django_db(transaction=True)
def test_it_is_a_job_and_another_makes_the_plan_active_on_its_day(company: Company) -> None:
    plan, nodes = east(company)
    move(company, plan, nodes["Iowa"], "columbus")
    author = approved(company, plan)
    job = put_into_effect(plan=plan, author=author)
    assert put_into_effect(plan=plan, author=author) == job
    assert run_one("test")
    job.refresh_from_db()
    assert job.state == "done", job.error
    assert (job.done, job.total) == (len(HELD), len(HELD))
    assert job.message == f"It is written who covers whom from {day()} on"
    later = Job.objects.get(kind="alignment.begin")
    assert timezone.localdate(later.not_before) == day()
    with transaction.atomic():
        begin(Plan.objects.get(pk=plan.pk), author)
    assert Plan.objects.get(pk=plan.pk).state == "active"
    archive(plan=plan, author=author)
    assert holder(company, "columbus", day()) == "Iowa"


def test_it_tells_how_many_accounts_are_written(company: Company) -> None:
    plan, nodes = east(company)
    move(company, plan, nodes["Iowa"], "columbus")
    told: list[tuple[int, int]] = []
    author = approved(company, plan)
    apply_plan(plan=plan, author=author, report=lambda done, total, _said: told.append((done, total)))
    assert told == sorted(told), "it never goes back"
    assert {total for _done, total in told} == {len(HELD)}
    assert told[0][0] < told[-1][0] == len(HELD)


PLACES = st.sampled_from(["Ohio", "Iowa", "Inside", None])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moves=st.dictionaries(st.sampled_from(list(HELD)), PLACES),
    shares=st.dictionaries(st.sampled_from(list(HELD)), st.sampled_from(["Ohio", "Iowa", "Inside"])),
    held=st.dictionaries(st.sampled_from(list(HELD)), st.integers(31, 90)),
    overlay=st.sampled_from([None, *HELD]),
    planned=st.sampled_from([None, *HELD]),
)
def test_whatever_a_plan_says_it_becomes_so_and_goes_back(
    company: Company,
    moves: dict[str, str | None],
    shares: dict[str, str],
    held: dict[str, int],
    overlay: str | None,
    planned: str | None,
) -> None:
    with transaction.atomic():
        author = Author(company.people["rita"])
        if overlay and overlay != "chain ohio":
            assign_overlay(
                account=company.accounts[overlay],
                position=company.positions["kate"],
                split=Decimal("0.2"),
                starts_on=day(-5),
                ends_on=day(40),
                author=author,
            )
        if planned:
            assign_primary(
                account=company.accounts[planned],
                position=company.positions["ann"],
                starts_on=day(60),
                author=author,
            )
        before = everything()
        first = {label: [holder(company, label, day(at)) for at in (-30, 0, 29)] for label in HELD}
        plan, nodes = east(company)
        wanted = {
            company.accounts[label].pk: None if name is None else nodes[name].pk
            for label, name in moves.items()
        }
        place(plan=plan, wanted=wanted, author=author, cause="manual")
        final = HELD | moves
        for label, name in shares.items():
            if final[label] not in (None, name):
                Overlay.objects.create(
                    plan=plan, account=company.accounts[label], territory=nodes[name], split="0.15"
                )
        for label, days in held.items():
            Holdover.objects.create(plan=plan, account=company.accounts[label], until=day(days), reason="x")
        approve(plan=plan, effective_on=day(), author=author)
        apply_plan(plan=plan, author=author)
        for label, was in first.items():
            assert [holder(company, label, day(at)) for at in (-30, 0, 29)] == was
            name = final[label]
            if label in moves and moves[label] != HELD[label]:
                expected = None if name is None else company.positions[HOLDERS[name]].name
                assert holder(company, label, day(200)) == expected
            rows = list(Coverage.objects.filter(account=company.accounts[label]))
            assert not unfair_day(rows), label
        assert Placement.objects.filter(plan=plan).count() == len(HELD)
        take_back(plan=plan, author=author)
        assert everything() == before
        transaction.set_rollback(True)
