from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from terrier.office.alignment.models import (
    Area,
    Challenge,
    HandOver,
    Level,
    Lock,
    Overlay,
    Placement,
    Plan,
    Rule,
    Step,
    Territory,
)
from terrier.office.people.scope import visible_to
from tests.office.alignment.planned import TODAY, east, plan_of
from tests.office.conftest import Company


@contextmanager
def refused() -> Iterator[None]:
    """The database says no, at the latest when constraints that wait for the end are asked."""
    try:
        with transaction.atomic():
            yield
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError:
        return
    pytest.fail("the database took it")


def test_an_account_is_placed_once_in_a_plan(company: Company) -> None:
    plan, _ = east(company)
    with refused():
        Placement.objects.create(plan=plan, account=company.accounts["columbus"], changed_at=timezone.now())


def test_no_account_goes_to_a_territory_of_another_plan(company: Company) -> None:
    plan, _ = east(company)
    other = Territory.objects.create(plan=plan_of(company, "ralph"), name="Utah")
    with refused():
        Placement.objects.filter(plan=plan).update(territory=other)
    with refused():
        Overlay.objects.create(plan=plan, account=company.accounts["columbus"], territory=other, split="0.2")
    with refused():
        Rule.objects.create(plan=plan, number=1, kind="state", territory=other)
    with refused():
        Territory.objects.create(plan=plan, name="Below", parent=other)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "in_review"},
        {"state": "approved"},
        {"state": "active", "effective_on": TODAY, "approved_at": timezone.now()},
        {"state": "elsewhere"},
    ],
    ids=["review without a deadline", "approved without a day", "active without coverage", "unknown"],
)
def test_a_plan_is_in_no_state_it_cannot_be_in(company: Company, wrong: dict[str, object]) -> None:
    with refused():
        plan_of(company, **wrong)


def test_one_plan_is_active_below_a_position(company: Company) -> None:
    active = {
        "state": "active",
        "effective_on": TODAY,
        "approved_at": timezone.now(),
        "applied_at": timezone.now(),
    }
    plan_of(company, **active)
    with refused():
        plan_of(company, name="Another", **active)
    plan_of(company, "ralph", **active)


def test_the_copy_that_was_approved_stays_archived(company: Company) -> None:
    plan = plan_of(company)
    with refused():
        plan_of(company, name="Copy", frozen_of=plan)
    plan_of(company, name="Copy", frozen_of=plan, state="archived")


WRONG: dict[str, Callable[[Company, Plan, Territory], object]] = {
    "a lock on nothing": lambda company, plan, node: Lock.objects.create(plan=plan),
    "a lock on two things": lambda company, plan, node: Lock.objects.create(
        plan=plan, territory=node, account=company.accounts["ames"]
    ),
    "a nation below something": lambda company, plan, node: Territory.objects.create(
        plan=plan, name="US", level=Level.NATION, parent=node
    ),
    "no share of the work": lambda company, plan, node: Territory.objects.create(
        plan=plan, name="None", share=0
    ),
    "all of the credit to an overlay": lambda company, plan, node: Overlay.objects.create(
        plan=plan, account=company.accounts["ames"], territory=node, split=1
    ),
    "an outline off the earth": lambda company, plan, node: Area.objects.create(
        kind="polygon", code="x", name="X", geometry={}, west=-200, south=0, east=0, north=1
    ),
    "a county without an outline": lambda company, plan, node: Area.objects.create(
        kind="county", code="39049", name="Franklin"
    ),
    "an objection without a reason": lambda company, plan, node: Challenge.objects.create(
        plan=plan, territory=node, reason=""
    ),
    "a hand-over to oneself": lambda company, plan, node: HandOver.objects.create(
        plan=plan,
        account=company.accounts["ames"],
        giver=company.positions["tim"],
        taker=company.positions["tim"],
        due_on=TODAY,
    ),
    "two catch-alls": lambda company, plan, node: [
        Rule.objects.create(plan=plan, number=at, kind="catch_all", territory=node) for at in (1, 2)
    ],
}


@pytest.mark.parametrize("wrong", WRONG)
def test_the_database_holds_what_must_hold(company: Company, wrong: str) -> None:
    plan, nodes = east(company)
    with refused():
        WRONG[wrong](company, plan, nodes["Ohio"])


def test_a_plan_goes_with_all_that_is_its_own(company: Company) -> None:
    plan, nodes = east(company)
    Lock.objects.create(plan=plan, territory=nodes["Ohio"])
    Rule.objects.create(plan=plan, number=1, kind="catch_all", territory=nodes["Ohio"])
    plan.delete()
    assert not Placement.objects.exists()
    assert not Territory.objects.exists()


SHOWN = {"state": "in_review", "review_until": dt.date(2026, 2, 1)}


def seers(company: Company, model: type, **wanted: object) -> set[str]:
    return {
        name for name, person in company.people.items() if visible_to(person, model).filter(**wanted).exists()
    }


def test_a_draft_is_seen_by_those_at_its_root_and_above(company: Company) -> None:
    plan, _ = east(company)
    assert seers(company, Plan, pk=plan.pk) == {"dora", "al", "ada", "rita"}
    assert seers(company, Placement, plan=plan) == {"dora", "al", "ada", "rita"}
    assert seers(company, Step) == set()


def test_in_review_everybody_concerned_sees_their_own_part(company: Company) -> None:
    plan, nodes = east(company, **SHOWN)
    assert seers(company, Plan, pk=plan.pk) == {"dora", "al", "ada", "rita", "tess", "tim", "ann"}
    tess = company.people["tess"]
    assert [node.name for node in visible_to(tess, Territory)] == ["Ohio"]
    Placement.objects.filter(account=company.accounts["dayton"]).update(territory=nodes["Iowa"])
    lost = visible_to(tess, Placement).filter(territory=nodes["Iowa"])
    assert [row.account.name for row in lost] == ["Dayton"]
    assert not visible_to(tess, Placement).filter(account=company.accounts["ames"]).exists()
    assert not visible_to(tess, Rule).exists()


def test_of_the_companys_plan_a_region_manager_sees_the_region(company: Company) -> None:
    plan = plan_of(company, "dora", **SHOWN)
    nation = Territory.objects.create(plan=plan, name="US", level=Level.NATION)
    for name, manager, holder in (("East", "rita", "tess"), ("West", "ralph", "tom")):
        region = Territory.objects.create(
            plan=plan,
            name=name,
            level=Level.REGION,
            parent=nation,
            position=company.positions[manager],
        )
        Territory.objects.create(
            plan=plan, name=f"{name} 1", parent=region, position=company.positions[holder]
        )
    rita = company.people["rita"]
    assert sorted(node.name for node in visible_to(rita, Territory)) == ["East", "East 1"]
