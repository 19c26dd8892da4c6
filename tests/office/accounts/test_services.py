from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from terrier.office.accounts.models import Account
from terrier.office.accounts.services import (
    EditedMeanwhileError,
    create_account,
    delete_account,
    edit_account,
    move_account,
    restore_account,
)
from terrier.office.audit.models import Act, Entry
from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.people.scope import visible_to
from tests.office.conftest import Company


def test_an_edit_is_saved_counted_and_recorded(company: Company) -> None:
    account = company.accounts["columbus"]
    edited, act = edit_account(
        account=account,
        values={"city": "Columbus", "potential": "1200.50"},
        version=1,
        author=_by(company, "tess"),
    )
    assert (edited.version, edited.city, edited.potential) == (2, "Columbus", Decimal("1200.50"))
    assert act is not None
    assert act.entries.get().changes == {"city": ["", "Columbus"], "potential": [None, "1200.50"]}


def test_an_edit_that_changes_nothing_leaves_no_trace(company: Company) -> None:
    account = company.accounts["columbus"]
    _edited, act = edit_account(
        account=account, values={"state": "OH"}, version=1, author=_by(company, "tess")
    )
    assert act is None
    assert Act.objects.count() == 0
    account.refresh_from_db()
    assert account.version == 1


def test_the_second_of_two_writers_sees_both_values_and_nothing_is_overwritten(company: Company) -> None:
    account = company.accounts["columbus"]
    edit_account(
        account=account, values={"city": "Dublin", "phone": "555"}, version=1, author=_by(company, "rita")
    )
    with pytest.raises(EditedMeanwhileError, match="city") as refused:
        edit_account(
            account=account,
            values={"city": "Hilliard"},
            seen={"city": ""},
            version=1,
            author=_by(company, "tess"),
        )
    [one] = refused.value.disagreements
    assert (one.field, one.seen, one.theirs, one.yours) == ("city", "", "Dublin", "Hilliard")
    account.refresh_from_db()
    assert account.city == "Dublin"


def test_writers_of_different_fields_do_not_stand_in_each_others_way(company: Company) -> None:
    account = company.accounts["columbus"]
    edit_account(account=account, values={"city": "Dublin"}, version=1, author=_by(company, "rita"))
    edited, _act = edit_account(
        account=account, values={"phone": "555"}, seen={"phone": ""}, version=1, author=_by(company, "tess")
    )
    assert (edited.city, edited.phone) == ("Dublin", "555")


def test_without_what_was_seen_the_record_says_what_changed_since_a_version(company: Company) -> None:
    account = company.accounts["columbus"]
    before = account.city
    edit_account(account=account, values={"city": "Dublin"}, version=1, author=_by(company, "rita"))
    edit_account(account=account, values={"city": "Galway"}, version=2, author=_by(company, "rita"))
    with pytest.raises(EditedMeanwhileError, match="city") as refused:
        edit_account(
            account=account, values={"phone": "555", "city": "Bexley"}, version=1, author=_by(company, "tess")
        )
    [one] = refused.value.disagreements
    assert (one.seen, one.theirs, one.yours) == (before, "Galway", "Bexley")
    edited, _act = edit_account(
        account=account, values={"phone": "555"}, version=1, author=_by(company, "tess")
    )
    assert (edited.city, edited.phone) == ("Galway", "555")


def test_what_the_record_cannot_tell_is_in_dispute(company: Company) -> None:
    account = company.accounts["columbus"]
    Account.objects.filter(pk=account.pk).update(version=5)
    with pytest.raises(EditedMeanwhileError, match="phone"):
        edit_account(account=account, values={"phone": "555"}, version=1, author=_by(company, "tess"))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"status": "asleep"}, "status"),
        ({"potential": "-1"}, "potential"),
        ({"latitude": "91"}, "latitude"),
        ({"latitude": "41"}, "longitude"),
        ({"latitude": "0", "longitude": "0"}, "latitude"),
        ({"external_id": "DAYTON"}, "external_id"),
        ({"website": "not a site"}, "website"),
    ],
)
def test_bad_values_name_their_field_and_change_nothing(
    company: Company, values: dict[str, str], field: str
) -> None:
    account = company.accounts["columbus"]
    with pytest.raises(ValidationError) as refused:
        edit_account(account=account, values=values, version=1, author=_by(company, "tess"))
    assert field in refused.value.message_dict
    assert Entry.objects.count() == 0


def test_a_deleted_account_is_not_edited(company: Company) -> None:
    account = company.accounts["columbus"]
    delete_account(account=account, author=_by(company, "rita"))
    account.refresh_from_db()
    with pytest.raises(RefusedError, match="bring it back first"):
        edit_account(
            account=account, values={"city": "Dublin"}, version=account.version, author=_by(company, "rita")
        )


def test_fields_that_services_keep_cannot_be_set(company: Company) -> None:
    with pytest.raises(RefusedError, match="chain"):
        edit_account(
            account=company.accounts["columbus"], values={"chain": 1}, version=1, author=_by(company, "tess")
        )


def test_what_a_territory_manager_makes_is_theirs_at_once(company: Company) -> None:
    account, act = create_account(author=_by(company, "tess"), values={"name": "New shop"})
    assert account in visible_to(company.people["tess"], Account)
    assert act is not None
    assert {entry.object_type for entry in act.entries.all()} == {"accounts.account", "alignment.coverage"}


def test_what_a_director_makes_is_nobodys_unless_they_say_whose(company: Company) -> None:
    account, _act = create_account(author=_by(company, "dora"), values={"name": "New shop"})
    assert account not in visible_to(company.people["rita"], Account)
    held, _act = create_account(
        author=_by(company, "dora"), values={"name": "Another"}, holder=company.positions["tim"]
    )
    assert held in visible_to(company.people["tim"], Account)


def test_a_deleted_account_leaves_the_lists_and_comes_back_whole(company: Company) -> None:
    account = company.accounts["columbus"]
    delete_account(account=account, author=_by(company, "rita"))
    assert account not in Account.objects.kept()
    with pytest.raises(RefusedError, match="deleted already"):
        delete_account(account=account, author=_by(company, "rita"))
    restore_account(account=account, author=_by(company, "rita"))
    assert account in Account.objects.kept()
    assert account.contacts.count() == 1


def test_the_head_of_a_chain_is_not_deleted_over_its_sites(company: Company) -> None:
    with pytest.raises(RefusedError, match="2 sites"):
        delete_account(account=company.accounts["chain"], author=_by(company, "dora"))


def test_moving_a_branch_brings_all_below_it_to_the_new_chain(company: Company) -> None:
    made = {
        name: create_account(author=_by(company, "dora"), values={"name": name})[0]
        for name in ("group", "branch", "site")
    }
    move_account(account=made["site"], parent=made["branch"], author=_by(company, "dora"))
    move_account(account=made["branch"], parent=made["group"], author=_by(company, "dora"))
    tops = {name: Account.objects.get(pk=one.pk).chain_id for name, one in made.items()}
    assert tops == {"group": None, "branch": made["group"].pk, "site": made["group"].pk}
    move_account(account=made["branch"], parent=None, author=_by(company, "dora"))
    tops = {name: Account.objects.get(pk=one.pk).chain_id for name, one in made.items()}
    assert tops == {"group": None, "branch": None, "site": made["branch"].pk}


def test_a_chain_is_never_a_circle(company: Company) -> None:
    chain, site = company.accounts["chain"], company.accounts["chain ohio"]
    for parent in (chain, site):
        with pytest.raises(RefusedError, match="below it"):
            move_account(account=chain, parent=parent, author=_by(company, "dora"))


def _by(company: Company, name: str) -> Author:
    return Author(company.people[name])
