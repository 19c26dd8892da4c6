from __future__ import annotations

import datetime as dt
from time import process_time

import pytest
from django.core.exceptions import ValidationError

from terrier.office.accounts.bulk import edit_field
from terrier.office.accounts.details import add_contact, edit_detail, set_competitor
from terrier.office.accounts.models import Account, Category, Contact
from terrier.office.accounts.services import create_account, delete_account, edit_account, move_account
from terrier.office.alignment.models import Coverage
from terrier.office.alignment.services import assign_primary, end_coverage
from terrier.office.audit.models import Act, Action, Entry
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.audit.undo import NotUndoneError, undo_act
from tests.office.conftest import Company


def test_an_edit_is_put_back_and_told(company: Company) -> None:
    act = _edit(company, {"city": "Dublin", "potential": "10"})
    undone = undo_act(act=act, author=_by(company))
    account = Account.objects.get(pk=company.accounts["columbus"].pk)
    assert (account.city, account.potential, account.version) == ("", None, 3)
    assert undone.undoes == act
    assert undone.entries.get().changes == {"city": ["Dublin", ""], "potential": ["10", None]}


def test_an_undo_can_be_undone(company: Company) -> None:
    again = undo_act(
        act=undo_act(act=_edit(company, {"city": "Dublin"}), author=_by(company)), author=_by(company)
    )
    assert again.undoes is not None
    assert Account.objects.get(pk=company.accounts["columbus"].pk).city == "Dublin"


def test_an_act_is_undone_once(company: Company) -> None:
    act = _edit(company, {"city": "Dublin"})
    undo_act(act=act, author=_by(company))
    with pytest.raises(NotUndoneError, match="already"):
        undo_act(act=act, author=_by(company))


def test_what_has_changed_since_is_named_and_nothing_is_undone(company: Company) -> None:
    act = _edit(company, {"city": "Dublin", "phone": "555"})
    _edit(company, {"city": "Hilliard"}, version=2)
    with pytest.raises(NotUndoneError, match="changed since") as refused:
        undo_act(act=act, author=_by(company))
    [difference] = refused.value.differences
    assert (difference.label, difference.field, difference.left, difference.now) == (
        "Columbus",
        "city",
        "Dublin",
        "Hilliard",
    )
    assert Account.objects.get(pk=company.accounts["columbus"].pk).phone == "555"
    assert not Act.objects.filter(undoes=act).exists()


def test_what_was_made_goes_and_what_was_deleted_comes_back(company: Company) -> None:
    contact, made = add_contact(account=company.accounts["ames"], values={"name": "Amy"}, author=_by(company))
    assert made is not None
    removed = undo_act(act=made, author=_by(company))
    assert Contact.objects.get(pk=contact.pk).deleted_at is not None
    undo_act(act=removed, author=_by(company))
    assert Contact.objects.get(pk=contact.pk).deleted_at is None
    deleted = delete_account(account=company.accounts["ames"], author=_by(company))
    assert deleted is not None
    undo_act(act=deleted, author=_by(company))
    assert Account.objects.kept().filter(pk=company.accounts["ames"].pk).exists()


def test_coverage_goes_back_to_who_held_it_before_the_very_rows(company: Company) -> None:
    before = _coverage()
    act = assign_primary(
        account=company.accounts["columbus"],
        position=company.positions["tim"],
        starts_on=dt.date(2026, 1, 1),
        author=_by(company),
    )
    assert act is not None
    undone = undo_act(act=act, author=_by(company))
    assert _coverage() == before
    undo_act(act=undone, author=_by(company))
    assert Coverage.objects.filter(
        position=company.positions["tim"], account=company.accounts["columbus"]
    ).exists()
    never = end_coverage(
        coverage=Coverage.objects.get(account=company.accounts["ames"]),
        ends_on=dt.date(2019, 1, 1),
        author=_by(company),
    )
    assert never is not None
    undo_act(act=never, author=_by(company))
    assert Coverage.objects.filter(account=company.accounts["ames"]).count() == 1


def test_undo_never_leaves_two_holders(company: Company) -> None:
    row = Coverage.objects.get(account=company.accounts["ames"])
    act = end_coverage(coverage=row, ends_on=dt.date(2026, 1, 1), author=_by(company))
    assign_primary(
        account=company.accounts["ames"],
        position=company.positions["tess"],
        starts_on=dt.date(2026, 2, 1),
        author=_by(company),
    )
    assert act is not None
    with pytest.raises(NotUndoneError):
        undo_act(act=act, author=_by(company))


def test_undo_never_makes_a_circle_of_a_chain(company: Company) -> None:
    one, _act = create_account(author=_by(company), values={"name": "One"})
    two, _act = create_account(author=_by(company), values={"name": "Two"})
    move_account(account=one, parent=two, author=_by(company))
    _row, out = move_account(account=one, parent=None, author=_by(company))
    move_account(account=two, parent=one, author=_by(company))
    assert out is not None
    with pytest.raises(NotUndoneError, match="above itself"):
        undo_act(act=out, author=_by(company))


def test_a_chain_whose_head_was_made_since_is_not_left_headless(company: Company) -> None:
    head, made = create_account(author=_by(company), values={"name": "Head"})
    move_account(account=company.accounts["ames"], parent=head, author=_by(company))
    assert made is not None
    with pytest.raises(NotUndoneError, match="move it out first"):
        undo_act(act=made, author=_by(company))


def test_an_object_written_twice_in_one_act_goes_back_to_the_first_value(company: Company) -> None:
    account = company.accounts["columbus"]
    record = Record(_by(company), "Twice")
    for before, after in (("", "Dublin"), ("Dublin", "Hilliard")):
        record.add(Action.UPDATE, account, {"city": (before, after)})
    Account.objects.filter(pk=account.pk).update(city="Hilliard")
    act = save_act(record)
    assert act is not None
    undo_act(act=act, author=_by(company))
    assert Account.objects.get(pk=account.pk).city == ""


def test_undo_of_thousands_takes_no_query_for_each(company: Company, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    Account.objects.bulk_create(Account(name=f"Shop {n}", payment_terms="Net 30") for n in range(5000))
    act = edit_field(
        accounts=Account.objects.filter(payment_terms="Net 30"),
        field="payment_terms",
        value="Prepaid",
        author=_by(company),
    )
    assert act is not None
    started = process_time()
    with django_assert_max_num_queries(100):
        undo_act(act=act, author=_by(company))
    assert process_time() - started < 10
    assert Account.objects.filter(payment_terms="Net 30").count() == 5000
    assert Entry.objects.filter(act__undoes=act).count() == 5000


def test_a_bad_value_is_refused_before_anything_is_recorded(company: Company) -> None:
    with pytest.raises(ValidationError):
        _edit(company, {"status": "asleep"})
    assert Act.objects.count() == 0


def _edit(company: Company, values: dict[str, str], version: int = 1) -> Act:
    _account, act = edit_account(
        account=company.accounts["columbus"], values=values, version=version, author=_by(company)
    )
    assert act is not None
    return act


def _coverage() -> list[tuple[object, ...]]:
    return list(
        Coverage.objects.order_by("pk").values_list(
            "pk", "account", "position", "starts_on", "ends_on", "split"
        )
    )


def _by(company: Company) -> Author:
    return Author(company.people["dora"])


def test_what_was_made_stays_once_somebody_has_filled_in_more_of_it(company: Company) -> None:
    account, made = create_account(author=_by(company), values={"name": "New shop"})
    other = Author(company.people["rita"])
    edit_account(account=account, values={"potential": "900", "phone": "555-0100"}, version=1, author=other)
    assert made is not None
    with pytest.raises(NotUndoneError, match="changed since") as refused:
        undo_act(act=made, author=_by(company))
    assert [(one.field, one.left, one.now) for one in refused.value.differences] == [
        ("phone", "nothing", "555-0100"),
        ("potential a year", "nothing", "900.00"),
    ]
    assert Account.objects.kept().filter(pk=account.pk).exists()


def test_a_competitor_stays_once_somebody_has_said_what_it_sells(company: Company) -> None:
    presence, made = set_competitor(account=company.accounts["ames"], name="Paws", author=_by(company))
    edit_detail(
        row=presence,
        values={"categories": [Category.objects.create(name="Litter")]},
        author=Author(company.people["rita"]),
    )
    assert made is not None
    with pytest.raises(NotUndoneError, match="changed since"):
        undo_act(act=made, author=_by(company))


def test_what_was_made_stays_once_others_have_written_on_it(company: Company) -> None:
    account, made = create_account(
        author=_by(company), values={"name": "New shop"}, holder=company.positions["tess"]
    )
    _contact, wrote = add_contact(
        account=account, values={"name": "Bo"}, author=Author(company.people["tess"])
    )
    assert made is not None
    assert wrote is not None
    with pytest.raises(NotUndoneError, match="changed since") as refused:
        undo_act(act=made, author=_by(company))
    assert [(one.label, one.now) for one in refused.value.differences] == [
        ("New shop", "contact “Bo” was added since")
    ]
    assert Coverage.objects.filter(account=account).exists()
    undo_act(act=wrote, author=Author(company.people["tess"]))
    undo_act(act=made, author=_by(company))
    assert not Account.objects.kept().filter(pk=account.pk).exists()


def test_a_holder_that_has_ended_since_is_not_undone_as_if_it_went_on(company: Company) -> None:
    act = assign_primary(
        account=company.accounts["nobody"],
        position=company.positions["tim"],
        starts_on=dt.date(2026, 1, 1),
        author=_by(company),
    )
    row = Coverage.objects.get(account=company.accounts["nobody"])
    end_coverage(coverage=row, ends_on=dt.date(2026, 2, 1), author=Author(company.people["rita"]))
    assert act is not None
    with pytest.raises(NotUndoneError, match="changed since"):
        undo_act(act=act, author=_by(company))
