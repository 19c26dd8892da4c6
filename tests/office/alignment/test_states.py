from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import Challenge, Placement, Plan, Territory
from terrier.office.alignment.moving import move_accounts
from terrier.office.alignment.planning import create_plan
from terrier.office.alignment.states import approve, archive, back_to_planning, send_to_review
from terrier.office.audit.models import Act
from terrier.office.audit.services import Author
from terrier.office.audit.undo import NotUndoneError, undo_act
from tests.office.alignment.planned import east
from tests.office.conftest import Company


def soon(days: int = 30) -> dt.date:
    return timezone.localdate() + dt.timedelta(days)


def test_a_plan_goes_from_planning_to_approved_and_a_copy_stays(company: Company) -> None:
    plan, nodes = east(company)
    author = Author(company.people["rita"])
    send_to_review(plan=plan, until=soon(7), author=author)
    approve(plan=plan, effective_on=soon(), author=author)
    assert (plan.state, plan.approved_by) == ("approved", company.people["rita"])
    frozen = Plan.objects.get(frozen_of=plan)
    assert frozen.state == "archived"
    assert Placement.objects.filter(plan=frozen).count() == 4
    with pytest.raises(PlanError, match="no longer changes"):
        move_accounts(plan=plan, accounts=[], to=nodes["Ohio"], author=author)
    with pytest.raises(PlanError, match="cannot be done"):
        back_to_planning(plan=frozen, author=author)


def test_whoever_approves_is_told_of_accounts_that_nobody_will_cover(company: Company) -> None:
    plan, _nodes = east(company)
    rita, page = company.client("rita"), f"/plans/{plan.pk}/"
    assert "nobody will cover" not in rita.get(page).content.decode()
    Placement.objects.filter(plan=plan, account=company.accounts["dayton"]).update(territory=None)
    assert "1 account is in no territory: nobody will cover it." in rita.get(page).content.decode()


def test_an_approval_is_taken_back_with_its_copy(company: Company) -> None:
    plan, _ = east(company)
    author = Author(company.people["rita"])
    approve(plan=plan, effective_on=soon(), author=author)
    back_to_planning(plan=plan, author=author)
    assert plan.state == "planning"
    assert plan.effective_on is None
    assert not Plan.objects.filter(frozen_of=plan).exists()


def test_open_objections_stand_in_the_way_of_approval(company: Company) -> None:
    plan, nodes = east(company)
    Challenge.objects.create(plan=plan, territory=nodes["Ohio"], reason="Too far")
    with pytest.raises(PlanError, match="1 objection is still open"):
        approve(plan=plan, effective_on=soon(), author=Author(None))


def test_deadlines_and_days_of_the_past_are_refused(company: Company) -> None:
    plan, _ = east(company)
    with pytest.raises(PlanError, match="deadline"):
        send_to_review(plan=plan, until=soon(-1), author=Author(None))
    with pytest.raises(PlanError, match="history"):
        approve(plan=plan, effective_on=soon(-1), author=Author(None))


def test_a_territory_with_accounts_needs_a_position(company: Company) -> None:
    plan, nodes = east(company)
    Territory.objects.filter(pk=nodes["Ohio"].pk).update(position=None)
    with pytest.raises(PlanError, match="Ohio has accounts but no position"):
        send_to_review(plan=plan, until=soon(), author=Author(None))


def test_an_archived_plan_stays_so(company: Company) -> None:
    plan, _ = east(company)
    archive(plan=plan, author=Author(None))
    with pytest.raises(PlanError, match="which is archived"):
        send_to_review(plan=plan, until=soon(), author=Author(None))


def test_states_are_not_undone_behind_the_plans_back(company: Company) -> None:
    plan, _ = east(company)
    author = Author(company.people["rita"])
    approve(plan=plan, effective_on=soon(), author=author)
    act = Act.objects.latest("at")
    with pytest.raises(NotUndoneError, match="on its own page"):
        undo_act(act=act, author=author)


def test_likely_days_are_proposed_two_weeks_to_object_and_the_first_of_a_month(company: Company) -> None:
    plan, _ = east(company)
    page = company.client("rita").get(f"/plans/{plan.pk}/").context
    assert page["likely_until"] == soon(14).isoformat()
    first = dt.date.fromisoformat(page["likely_effective"])
    assert first.day == 1
    assert 0 < (first - timezone.localdate()).days <= 31


def test_slips_of_the_pen_are_no_days_of_a_plan(company: Company) -> None:
    rita = Author(company.people["rita"])
    for day in (dt.date(1, 1, 1), dt.date(9999, 12, 31)):
        with pytest.raises(PlanError):
            create_plan(name="Slip", root=company.positions["rita"], on=day, author=rita)
    plan, _ = east(company)
    for day in (timezone.localdate() + dt.timedelta(367), dt.date(9999, 12, 31)):
        with pytest.raises(PlanError, match="within a year"):
            send_to_review(plan=plan, until=day, author=rita)
    with pytest.raises(PlanError, match="within five years"):
        approve(plan=plan, effective_on=dt.date(2206, 1, 1), author=rita)
    assert not Plan.objects.filter(name="Slip").exists()
