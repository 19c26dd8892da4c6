from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terrier.office.alignment.errors import ChangedMeanwhileError, LockedError, PlanError
from terrier.office.alignment.locking import (
    lock_accounts,
    lock_territory,
    unlock_accounts,
    unlock_territory,
)
from terrier.office.alignment.models import Lock, Placement, Plan, Step, Territory
from terrier.office.alignment.moving import move_accounts, place, placed_where
from terrier.office.alignment.undoing import next_redo, next_undo, redo, undo, undo_step
from terrier.office.audit.models import Entry
from terrier.office.audit.services import Author
from terrier.office.audit.undo import NotUndoneError, undo_act
from tests.office.alignment.planned import HELD, east
from tests.office.conftest import Company


def where(plan: Plan) -> dict[str, str | None]:
    rows = Placement.objects.filter(plan=plan).select_related("account", "territory")
    return {row.account.name.lower(): row.territory and row.territory.name for row in rows}


def ids(company: Company, *labels: str) -> list[int]:
    return [company.accounts[label].pk for label in labels]


def test_a_move_is_one_step_and_one_act(company: Company) -> None:
    plan, nodes = east(company)
    rita = Author(company.people["rita"])
    step = move_accounts(
        plan=plan, accounts=ids(company, "columbus", "dayton"), to=nodes["Iowa"], author=rita
    )
    assert step is not None
    assert where(plan) == {**HELD, "columbus": "Iowa", "dayton": "Iowa"}
    assert step.summary == "2 accounts moved to Iowa in “Spring”"
    assert (plan.version, step.version) == (2, 2)
    entry = Entry.objects.get(act=step.act)
    assert entry.changes["n_accounts"] == [None, 2]
    row = Placement.objects.get(plan=plan, account=company.accounts["columbus"])
    assert (row.cause, row.author, row.version) == ("manual", company.people["rita"], 2)


def test_what_is_there_already_is_not_moved(company: Company) -> None:
    plan, nodes = east(company)
    assert (
        move_accounts(plan=plan, accounts=ids(company, "columbus"), to=nodes["Ohio"], author=Author(None))
        is None
    )
    assert Plan.objects.get(pk=plan.pk).version == 1


def test_accounts_and_territories_of_elsewhere_are_refused(company: Company) -> None:
    plan, nodes = east(company)
    with pytest.raises(PlanError, match="1 account is not part of this plan"):
        move_accounts(plan=plan, accounts=ids(company, "provo"), to=nodes["Ohio"], author=Author(None))
    region = Territory.objects.get(plan=plan, level="region")
    with pytest.raises(PlanError, match="territories of this plan"):
        move_accounts(plan=plan, accounts=ids(company, "ames"), to=region, author=Author(None))


def test_an_account_can_be_taken_out_of_every_territory(company: Company) -> None:
    plan, _ = east(company)
    move_accounts(plan=plan, accounts=ids(company, "ames"), to=None, author=Author(None))
    assert where(plan)["ames"] is None


def test_what_somebody_else_moved_since_is_not_overwritten(company: Company) -> None:
    plan, nodes = east(company)
    seen = plan.version
    move_accounts(
        plan=plan,
        accounts=ids(company, "columbus"),
        to=nodes["Iowa"],
        author=Author(company.people["dora"]),
    )
    with pytest.raises(ChangedMeanwhileError, match="Dora moved 1 of these") as error:
        move_accounts(
            plan=plan,
            accounts=ids(company, "columbus", "dayton"),
            to=nodes["Inside"],
            author=Author(company.people["rita"]),
            seen=seen,
        )
    assert error.value.accounts == (company.accounts["columbus"].pk,)
    assert where(plan)["dayton"] == "Ohio"
    move_accounts(
        plan=plan, accounts=ids(company, "dayton"), to=nodes["Inside"], author=Author(None), seen=seen
    )
    assert where(plan)["dayton"] == "Inside"


def test_locked_accounts_stay_where_they_are(company: Company) -> None:
    plan, nodes = east(company)
    author = Author(company.people["rita"])
    assert lock_accounts(plan=plan, accounts=ids(company, "columbus"), author=author, reason="Old friends")
    both = ids(company, "columbus", "dayton")
    with pytest.raises(LockedError, match="1 of these accounts is locked"):
        move_accounts(plan=plan, accounts=both, to=nodes["Iowa"], author=author)
    move_accounts(plan=plan, accounts=both, to=nodes["Iowa"], author=author, skip_locked=True)
    assert where(plan) == {**HELD, "dayton": "Iowa"}
    opened = unlock_accounts(plan=plan, accounts=both, author=author)
    assert opened is not None
    assert opened.n_accounts == 1
    move_accounts(plan=plan, accounts=both, to=nodes["Iowa"], author=author)
    assert where(plan)["columbus"] == "Iowa"


def test_of_a_locked_territory_nothing_leaves_and_nothing_comes(company: Company) -> None:
    plan, nodes = east(company)
    author = Author(company.people["rita"])
    lock_territory(territory=nodes["Iowa"], author=author)
    for label, to in (("ames", "Ohio"), ("columbus", "Iowa")):
        with pytest.raises(LockedError):
            move_accounts(plan=plan, accounts=ids(company, label), to=nodes[to], author=author)
    assert unlock_territory(territory=nodes["Iowa"], author=author)
    assert not unlock_territory(territory=nodes["Iowa"], author=author)


def test_locks_are_steps_that_undo_takes_back_with_their_reasons(company: Company) -> None:
    plan, nodes = east(company)
    rita, dora = Author(company.people["rita"]), Author(company.people["dora"])
    both = ids(company, "columbus", "dayton")

    def locks() -> set[tuple[str, str]]:
        return {(str(row), row.reason) for row in Lock.objects.filter(plan=plan)}

    lock_accounts(plan=plan, accounts=both, author=rita, reason="Old friends")
    lock_territory(territory=nodes["Iowa"], author=rita, reason="New there")
    assert Step.objects.latest("version").summary == f"Iowa locked in “{plan.name}”"
    all_three = locks()
    assert {reason for _of, reason in all_three} == {"Old friends", "New there"}
    unlock_accounts(plan=plan, accounts=both, author=rita)
    unlock_territory(territory=nodes["Iowa"], author=rita)
    assert locks() == set()
    for _ in range(2):
        undo(plan=plan, author=rita)
    assert locks() == all_three
    for _ in range(2):
        undo(plan=plan, author=rita)
    assert locks() == set()
    assert undo(plan=plan, author=rita) is None
    for _ in range(2):
        redo(plan=plan, author=rita)
    assert locks() == all_three
    unlock_accounts(plan=plan, accounts=both[:1], author=dora)
    for _ in range(2):
        undo(plan=plan, author=rita)
    assert locks() == set()
    assert undo(plan=plan, author=rita) is None


def test_undo_and_redo_walk_through_the_steps_of_ones_own(company: Company) -> None:
    plan, nodes = east(company)
    rita, dora = Author(company.people["rita"]), Author(company.people["dora"])
    move_accounts(plan=plan, accounts=ids(company, "columbus"), to=nodes["Iowa"], author=rita)
    move_accounts(plan=plan, accounts=ids(company, "dayton"), to=nodes["Iowa"], author=dora)
    move_accounts(plan=plan, accounts=ids(company, "columbus"), to=nodes["Inside"], author=rita)
    undo(plan=plan, author=rita)
    assert where(plan)["columbus"] == "Iowa"
    undo(plan=plan, author=rita)
    assert where(plan) == {**HELD, "dayton": "Iowa"}
    assert undo(plan=plan, author=rita) is None
    redo(plan=plan, author=rita)
    assert where(plan)["columbus"] == "Iowa"
    redo(plan=plan, author=rita)
    assert where(plan)["columbus"] == "Inside"
    assert next_redo(plan, rita) is None
    assert next_undo(plan, rita) is not None
    assert next_undo(plan, dora) is not None


def test_nothing_is_done_again_after_something_new(company: Company) -> None:
    plan, nodes = east(company)
    author = Author(company.people["rita"])
    move_accounts(plan=plan, accounts=ids(company, "columbus"), to=nodes["Iowa"], author=author)
    undo(plan=plan, author=author)
    move_accounts(plan=plan, accounts=ids(company, "dayton"), to=nodes["Iowa"], author=author)
    assert next_redo(plan, author) is None


def test_a_step_is_not_undone_once_others_moved_its_accounts_on(company: Company) -> None:
    plan, nodes = east(company)
    rita, dora = Author(company.people["rita"]), Author(company.people["dora"])
    step = move_accounts(plan=plan, accounts=ids(company, "columbus"), to=nodes["Iowa"], author=rita)
    move_accounts(plan=plan, accounts=ids(company, "columbus"), to=nodes["Inside"], author=dora)
    assert step is not None
    with pytest.raises(ChangedMeanwhileError, match="moved on since"):
        undo_step(step=step, author=rita)


def test_the_audits_undo_takes_a_step_back_too(company: Company) -> None:
    plan, nodes = east(company)
    author = Author(company.people["rita"])
    step = move_accounts(plan=plan, accounts=ids(company, "columbus"), to=nodes["Iowa"], author=author)
    assert step is not None
    act = undo_act(act=step.act, author=author)
    assert act.undoes == step.act
    assert where(plan) == HELD
    with pytest.raises(NotUndoneError, match="undone already"):
        undo_act(act=step.act, author=author)


def test_an_approved_plan_no_longer_moves(company: Company) -> None:
    plan, nodes = east(company)
    Plan.objects.filter(pk=plan.pk).update(state="archived")
    with pytest.raises(PlanError, match="is archived and no longer changes"):
        move_accounts(plan=plan, accounts=ids(company, "columbus"), to=nodes["Iowa"], author=Author(None))


def test_undo_brings_back_why_an_account_was_where_it_was(company: Company) -> None:
    plan, nodes = east(company)
    author = Author(company.people["rita"])
    move_accounts(plan=plan, accounts=ids(company, "columbus"), to=nodes["Iowa"], author=author, cause="rule")
    move_accounts(plan=plan, accounts=ids(company, "columbus"), to=nodes["Inside"], author=author)
    undo(plan=plan, author=author)
    assert Placement.objects.get(plan=plan, account__name="Columbus").cause == "rule"


def test_a_move_takes_as_many_queries_however_many_accounts(
    company: Company, django_assert_max_num_queries: object
) -> None:
    plan, nodes = east(company)
    accounts = placed_where(plan)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        move_accounts(plan=plan, accounts=accounts, to=nodes["Inside"], author=Author(None))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.dictionaries(st.sampled_from(list(HELD)), st.sampled_from(["Ohio", "Iowa", "Inside", None])),
        max_size=6,
    )
)
def test_undoing_everything_brings_back_what_was_at_first(
    company: Company, moves: list[dict[str, str | None]]
) -> None:
    Plan.objects.all().delete()
    plan, nodes = east(company)
    author = Author(company.people["rita"])
    for move in moves:
        wanted = {
            company.accounts[label].pk: None if name is None else nodes[name].pk
            for label, name in move.items()
        }
        place(plan=plan, wanted=wanted, author=author, cause="manual")
    last = where(plan)
    n_undone = 0
    while undo(plan=plan, author=author) is not None:
        n_undone += 1
    assert where(plan) == HELD
    for _ in range(n_undone):
        redo(plan=plan, author=author)
    assert where(plan) == last
    assert next_redo(plan, author) is None
    assert Step.objects.filter(plan=plan, role="do").count() == n_undone
