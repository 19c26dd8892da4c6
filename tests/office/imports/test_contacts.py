"""Contacts from a file: known by their id, or at their account by e-mail or name."""

from __future__ import annotations

from terrier.office.accounts.models import Contact
from tests.office.conftest import Company
from tests.office.imports.bringing import bring, commit, deeds, errors, state_hash, undo


def test_contacts_come_in_are_found_again_and_go(company: Company) -> None:
    before = state_hash()
    file = "Account,Contact name,E-mail,Role,Stance\nCOLUMBUS,Colin Carter,colin@columbus.example,Decision maker,Champion\nDAYTON,Dana,,,\n"
    import_ = bring(company.people["ada"], file, kind="contacts")
    assert deeds(import_) == ["update", "create"], "Colin is known by his address"
    commit(import_)
    colin = Contact.objects.get(email="colin@columbus.example")
    assert (colin.name, colin.role, colin.stance) == ("Colin Carter", "decision_maker", "champion")
    assert deeds(bring(company.people["ada"], file, kind="contacts")) == ["unchanged", "unchanged"]
    undo(import_, company.people["ada"])
    assert state_hash() == before


def test_an_external_id_is_given_to_a_contact_that_has_none_and_then_finds_it(company: Company) -> None:
    commit(
        bring(
            company.people["ada"],
            "account,contact id,name,email\nCOLUMBUS,C-1,Colin,colin@columbus.example\n",
            kind="contacts",
        )
    )
    assert Contact.objects.get().external_id == "C-1"
    commit(bring(company.people["ada"], "account,contact id,name\nDAYTON,C-1,Colin\n", kind="contacts"))
    assert Contact.objects.get().account == company.accounts["dayton"], "the same person works elsewhere now"


def test_what_is_wrong_with_contacts_is_said_of_its_field(company: Company) -> None:
    file = "account,name,email,stance\nNOWHERE,A,,\nCOLUMBUS,B,b,\nCOLUMBUS,,c@d.example,\nDAYTON,D,,friendly\nDAYTON,E,,\nDAYTON,E,,\n"
    assert errors(bring(company.people["ada"], file, kind="contacts")) == {
        2: {"account": "There is no account “NOWHERE”."},
        3: {"email": "Is not an e-mail address such as ann@example.com."},
        4: {"name": "Is missing: something new cannot do without it."},
        5: {"stance": "“friendly” is none of: Champion, Supporter, Neutral, Critic, Opponent."},
        6: {"name": "The same contact is in row 7 too."},
        7: {"name": "The same contact is in row 6 too."},
    }
