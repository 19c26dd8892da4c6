from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from terrier.office.accounts.models import Account
from terrier.office.alignment.before_after import before_after, concerned, places_of
from terrier.office.alignment.challenging import accept_territory, decide, propose, withdraw
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.figures import sheet_of
from terrier.office.alignment.locking import lock_accounts
from terrier.office.alignment.models import Answer, Challenge, Overlay, Plan, Step, Territory
from terrier.office.alignment.moving import move_accounts
from terrier.office.alignment.planning import edit_plan
from terrier.office.alignment.states import approve, send_to_review
from terrier.office.audit.models import Entry
from terrier.office.audit.services import Author
from terrier.office.people.models import Position
from tests.office.alignment.planned import HELD, east
from tests.office.alignment.test_moving import where
from tests.office.conftest import Company

Review = tuple[Company, Plan, dict[str, Territory]]


@pytest.fixture
def review(company: Company) -> Review:
    """East's plan in review: Dayton goes from Ohio to Iowa; sales are what is balanced."""
    Account.objects.filter(name__in=["Columbus", "Dayton", "Ames", "Chain Ohio"]).update(annual_sales=100)
    plan, nodes = east(company)
    rita = Author(company.people["rita"])
    chosen = {"balanced": [{"measure": "sales", "tolerance": 0.2}], "accepts_within": 0.05}
    edit_plan(plan=plan, author=rita, values={"choices": chosen})
    move_accounts(plan=plan, accounts=[company.accounts["dayton"].pk], to=nodes["Iowa"], author=rita)
    send_to_review(plan=plan, until=timezone.localdate() + dt.timedelta(7), author=rita)
    return company, plan, nodes


def wants(review: Review, label: str, to: str, who: str = "tess", of: str = "Ohio") -> Challenge:
    company, _, nodes = review
    return propose(
        territory=nodes[of],
        moves={company.accounts[label].pk: nodes[to]},
        reason="I know them well",
        author=Author(company.people[who]),
    )


def test_what_stays_as_it_is_is_not_shown_as_a_change(review: Review) -> None:
    company, plan, nodes = review
    tess = company.client("tess").get(reverse("plans:territory", args=[plan.pk, nodes["Ohio"].pk]))
    changed = tess.content.decode()
    assert "3 → 2" in changed
    assert "$300 before" in changed
    assert changed.count("as before") == 2, "the accounts kept"
    ann = company.client("ann").get(reverse("plans:territory", args=[plan.pk, nodes["Inside"].pk]))
    same = ann.content.decode()
    assert "0 → 0" not in same
    assert "0 before" not in same
    assert "as before" in same


def test_before_and_after_of_a_territory(review: Review) -> None:
    _, plan, nodes = review
    found = before_after(plan, nodes["Ohio"])
    assert (found.before.n_accounts, found.after.n_accounts) == (3, 2)
    assert (found.before.sales, found.after.sales) == (300, 200)
    assert (found.n_gained, found.n_lost, found.n_kept) == (0, 1, 2)
    assert [row.account.name for row in concerned(plan, nodes["Ohio"], "lost")] == ["Dayton"]
    assert [row.account.name for row in concerned(plan, nodes["Iowa"], "gained")] == ["Dayton"]


def test_the_map_of_a_territory_tells_what_it_keeps_gains_and_loses(review: Review) -> None:
    company, plan, nodes = review
    for label in ("columbus", "dayton"):
        Account.objects.filter(pk=company.accounts[label].pk).update(latitude=40, longitude=-83)
    ohio, iowa = (places_of(plan, nodes[name]) for name in ("Ohio", "Iowa"))
    assert dict(zip(ohio["names"], ohio["status"], strict=True)) == {"Columbus": 0, "Dayton": 2}
    assert ohio["placeless"] == 1
    assert dict(zip(iowa["names"], iowa["status"], strict=True))["Dayton"] == 1


def test_the_page_of_a_territory_brings_its_map_and_says_the_same_in_words(review: Review) -> None:
    company, plan, nodes = review
    Account.objects.filter(pk=company.accounts["dayton"].pk).update(latitude=40, longitude=-83)
    page = company.client("tess").get(reverse("plans:territory", args=[plan.pk, nodes["Ohio"].pk]))
    assert page.context["places"]["status"] == [2]
    assert "0 gained, 1 lost, 2 kept. They are listed below." in page.content.decode()


def test_a_proposal_waits_for_a_decision_and_tells_its_consequences(review: Review) -> None:
    company, plan, _ = review
    challenge = wants(review, "dayton", "Ohio")
    assert challenge.state == "open"
    told = {one["name"]: one for one in challenge.consequences["territories"]}
    assert (told["Ohio"]["before"]["n_accounts"], told["Ohio"]["after"]["n_accounts"]) == (2, 3)
    assert told["Ohio"]["after"]["deviations"]["sales"] == pytest.approx(0.5)
    assert where(plan)["dayton"] == "Iowa"
    with pytest.raises(PlanError, match="1 objection is still open"):
        approve(plan=plan, effective_on=timezone.localdate(), author=Author(company.people["rita"]))
    decide(challenge=challenge, accept=True, decision="", author=Author(company.people["rita"]))
    assert where(plan) == HELD
    challenge.refresh_from_db()
    assert (challenge.state, challenge.decided_by) == ("accepted", company.people["rita"])
    assert Step.objects.filter(plan=plan).first().summary.startswith("A proposal for Ohio accepted")  # type: ignore[union-attr]


def test_what_stays_within_tolerance_is_accepted_by_itself(review: Review) -> None:
    company, plan, _ = review
    edit_plan(
        plan=plan,
        author=Author(company.people["rita"]),
        values={"choices": {**plan.choices, "accepts_within": 0.6}},
    )
    challenge = wants(review, "dayton", "Ohio")
    assert (challenge.state, challenge.by_rule, challenge.decided_by) == ("accepted", True, None)
    assert where(plan) == HELD


def test_nothing_is_accepted_by_itself_that_is_locked_or_disputed(review: Review) -> None:
    company, plan, _ = review
    rita = Author(company.people["rita"])
    edit_plan(plan=plan, author=rita, values={"choices": {**plan.choices, "accepts_within": 1}})
    lock_accounts(plan=plan, accounts=[company.accounts["dayton"].pk], author=rita)
    assert wants(review, "dayton", "Ohio").state == "open"
    assert wants(review, "dayton", "Inside", who="tim", of="Iowa").state == "open"


def test_a_decline_needs_a_reason_and_is_final(review: Review) -> None:
    company, plan, _ = review
    rita = Author(company.people["rita"])
    challenge = wants(review, "dayton", "Ohio")
    with pytest.raises(PlanError, match="Say why"):
        decide(challenge=challenge, accept=False, decision=" ", author=rita)
    decide(challenge=challenge, accept=False, decision="Iowa needs the work", author=rita)
    with pytest.raises(PlanError, match="decided already"):
        decide(challenge=challenge, accept=True, decision="", author=rita)
    assert where(plan)["dayton"] == "Iowa"


def test_whoever_proposed_may_withdraw(review: Review) -> None:
    company, _, _ = review
    challenge = wants(review, "dayton", "Ohio")
    assert withdraw(challenge=challenge, author=Author(company.people["tess"])).state == "withdrawn"


def test_one_objects_only_to_what_concerns_one(review: Review) -> None:
    with pytest.raises(PlanError, match="neither in Ohio nor was it"):
        wants(review, "ames", "Ohio")
    with pytest.raises(PlanError, match="there already"):
        wants(review, "columbus", "Ohio")


def test_what_is_lost_may_come_back_but_goes_nowhere_else(review: Review) -> None:
    with pytest.raises(PlanError, match="can only come back"):
        wants(review, "dayton", "Inside")
    assert wants(review, "columbus", "Inside").state == "open"


def test_a_swap_is_one_proposal(review: Review) -> None:
    """What is ticked of one's own goes, what is ticked of what was lost comes back, and both are judged together."""
    company, plan, nodes = review
    columbus, dayton = (company.accounts[one].pk for one in ("columbus", "dayton"))
    asked = {
        "account": [columbus, dayton],
        "target": nodes["Iowa"].pk,
        "reason": "Dayton knows me, Columbus is nearer to Ames",
    }
    company.client("tess").post(reverse("plans:propose", args=[plan.pk, nodes["Ohio"].pk]), asked)
    made = Challenge.objects.get(plan=plan)
    assert {(move.account_id, move.target.name) for move in made.moves.all()} == {
        (columbus, "Iowa"),
        (dayton, "Ohio"),
    }
    over_api = {
        "accounts": [dayton],
        "back": [columbus],
        "target_id": nodes["Iowa"].pk,
        "reason": "Over the API",
    }
    path = f"/api/v1/plans/{plan.pk}/territories/{nodes['Ohio'].pk}/challenges"
    assert company.client("tess").post(path, over_api, content_type="application/json").status_code == 201
    assert Challenge.objects.get(reason="Over the API").moves.count() == 2


def test_whoever_holds_a_territory_finds_its_before_and_after_on_the_plan(review: Review) -> None:
    """Also once they have objected, when their home page asks nothing of them any more."""
    company, plan, nodes = review
    wants(review, "dayton", "Ohio")
    page = company.client("tess").get(reverse("plans:plan", args=[plan.pk])).content.decode()
    own = reverse("plans:territory", args=[plan.pk, nodes["Ohio"].pk])
    assert "See before and after" in page
    assert f'href="{own}"' in page[: page.index("See before and after")]
    assert (
        "See before and after"
        not in company.client("rita").get(reverse("plans:plan", args=[plan.pk])).content.decode()
    )


def test_nobody_learns_the_figures_of_territories_outside_their_scope(review: Review) -> None:
    company, plan, nodes = review
    tess = company.client("tess")
    body = {"accounts": [company.accounts["columbus"].pk], "target_id": nodes["Iowa"].pk, "reason": "Far"}
    path = f"/api/v1/plans/{plan.pk}"
    made = tess.post(
        f"{path}/territories/{nodes['Ohio'].pk}/challenges", body, content_type="application/json"
    )
    listed = tess.get(f"{path}/challenges").json()["items"][0]
    for told in (made.json(), listed):
        assert "moved_after" not in told["consequences"]
        own, other = sorted(told["consequences"]["territories"], key=lambda one: one["name"] == "Iowa")
        assert own["after"]["n_accounts"] == 1
        assert other == {"id": nodes["Iowa"].pk, "name": "Iowa", "within": other["within"]}
    assert "<td colspan" in tess.get(f"/plans/{plan.pk}/territories/{nodes['Ohio'].pk}/").content.decode()
    managed = company.client("rita").get(f"{path}/challenges").json()["items"][0]
    assert all("pay" in one["after"] for one in managed["consequences"]["territories"])
    assert Challenge.objects.get().consequences["moved_after"] is not None, "all of it stays on record"


def test_expected_pay_is_on_the_sales_credited_as_on_the_plans_page(review: Review) -> None:
    company, plan, nodes = review
    Position.objects.filter(pk=company.positions["tess"].pk).update(base_pay=1000, commission_rate="0.1")
    Overlay.objects.create(
        plan=plan, account=company.accounts["columbus"], territory=nodes["Inside"], split="0.5"
    )
    Overlay.objects.create(plan=plan, account=company.accounts["ames"], territory=nodes["Ohio"], split="0.2")
    row = next(one for one in sheet_of(plan).rows if one.territory == nodes["Ohio"])
    found = before_after(plan, nodes["Ohio"])
    assert row.pay is not None
    assert found.after.pay == pytest.approx(row.pay)
    assert found.before.pay == pytest.approx(row.pay + 0.1 * 100), "with Dayton"


def test_after_the_deadline_it_is_too_late(review: Review) -> None:
    company, plan, nodes = review
    Plan.objects.filter(pk=plan.pk).update(review_until=timezone.localdate() - dt.timedelta(1))
    with pytest.raises(PlanError, match="were possible until"):
        wants(review, "dayton", "Ohio")
    Plan.objects.filter(pk=plan.pk).update(state="planning")
    with pytest.raises(PlanError, match="is not in review"):
        accept_territory(territory=nodes["Ohio"], author=Author(company.people["tess"]))


def test_an_acceptance_stands_until_its_author_objects(review: Review) -> None:
    company, plan, nodes = review
    tess = Author(company.people["tess"])
    accept_territory(territory=nodes["Ohio"], author=tess, note="Fine")
    accept_territory(territory=nodes["Ohio"], author=tess, note="Quite fine")
    assert Answer.objects.get(plan=plan).note == "Quite fine"
    wants(review, "dayton", "Ohio")
    assert not Answer.objects.filter(plan=plan).exists()
    assert Entry.objects.filter(object_type="alignment.challenge").exists()


def test_who_accepted_is_asked_again_once_an_objection_changed_what_they_accepted(review: Review) -> None:
    company, plan, nodes = review
    rita = Author(company.people["rita"])
    accept_territory(territory=nodes["Iowa"], author=Author(company.people["tim"]), note="Fine")
    send_to_review(plan=plan, until=timezone.localdate() + dt.timedelta(9), author=rita)
    assert Answer.objects.filter(plan=plan).exists(), "a later deadline changes nothing"
    decide(challenge=wants(review, "dayton", "Ohio"), accept=True, decision="", author=rita)
    assert not Answer.objects.filter(plan=plan).exists()
    assert Entry.objects.filter(object_type="alignment.answer", action="delete").count() == 1


def test_the_field_answers_on_its_page(review: Review) -> None:
    company, plan, nodes = review
    client = company.client("tess")
    page = reverse("plans:territory", args=[plan.pk, nodes["Ohio"].pk])
    shown = client.get(page).content.decode()
    assert "0 gained, 1 lost, 2 kept" in shown
    assert "Ames" not in shown
    data: dict[str, Any] = {
        "account": company.accounts["dayton"].pk,
        "target": nodes["Ohio"].pk,
        "reason": "I know them well",
    }
    answer = client.post(reverse("plans:propose", args=[plan.pk, nodes["Ohio"].pk]), data, follow=True)
    assert "I know them well" in answer.content.decode()
    managed = company.client("rita").get(reverse("plans:challenges", args=[plan.pk])).content.decode()
    assert "I know them well" in managed
    other = client.get(reverse("plans:territory", args=[plan.pk, nodes["Iowa"].pk]))
    assert other.status_code == 404


def test_a_refused_proposal_is_shown_as_it_was_written(review: Review) -> None:
    company, plan, nodes = review
    data: dict[str, Any] = {
        "account": [company.accounts["dayton"].pk, company.accounts["ames"].pk],
        "target": nodes["Iowa"].pk,
        "reason": "Nobody else knows the way",
    }
    answer = company.client("tess").post(reverse("plans:propose", args=[plan.pk, nodes["Ohio"].pk]), data)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Nobody else knows the way" in shown
    assert f'value="{nodes["Iowa"].pk}" selected' in shown
    for account in data["account"]:
        assert f'<input type="hidden" name="account" value="{account}">' in shown
    assert not Challenge.objects.exists()
