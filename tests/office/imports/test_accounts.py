"""Accounts from a file: what a row would do, what is wrong with it, and what becomes of both."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from terrier.office.accounts.models import Account, Note
from terrier.office.alignment.models import Coverage
from terrier.office.audit.models import Entry
from terrier.office.imports.models import Row, State
from terrier.office.imports.selectors import shown_rows
from tests.office.conftest import Company
from tests.office.imports.bringing import bring, commit, deeds, errors, state_hash, undo

HEAD = "Account No,Name,Status,Channel,Class,City,Sales\n"


def test_new_accounts_are_made_with_their_record(company: Company) -> None:
    import_ = bring(
        company.people["ada"], HEAD + 'N-1,Neue,Active,Groomer,B,Akron,"1,234.50"\nN-2,Nova,,,,,\n'
    )
    assert deeds(import_) == ["create", "create"]
    assert not Account.objects.filter(external_id="N-1").exists(), "a dry run writes nothing"
    commit(import_)
    made = Account.objects.get(external_id="N-1")
    assert (made.name, made.status, made.channel, made.account_class, made.city) == (
        "Neue",
        "active",
        "groomer",
        "B",
        "Akron",
    )
    assert str(made.annual_sales) == "1234.50"
    assert (made.version, made.country, made.deleted_at) == (1, "US", None)
    entry = Entry.objects.get(object_type="accounts.account", object_id=made.pk)
    assert (entry.action, entry.object_label, entry.account_id) == ("create", "Neue", made.pk)
    assert entry.changes["annual_sales"] == [None, "1234.50"]
    assert entry.act == import_.act
    assert (entry.act.via, entry.act.summary) == ("import", "Imported accounts from file.csv")


def test_an_account_made_by_an_import_is_as_one_made_by_hand(company: Company) -> None:
    commit(bring(company.people["ada"], "id,name\nN-1,Neue\n"))
    by_hand = Account.objects.create(external_id="N-2", name="Neue")
    by_hand.refresh_from_db()
    made = Account.objects.get(external_id="N-1")
    for field in Account._meta.concrete_fields:
        if field.name not in {"id", "external_id", "created_at", "updated_at"}:
            assert getattr(made, field.attname) == getattr(by_hand, field.attname), field.name
    assert abs(made.created_at - timezone.now()) < dt.timedelta(minutes=1)


def test_the_same_file_again_changes_nothing(company: Company) -> None:
    file = HEAD + "COLUMBUS,Columbus,Active,Groomer,A,Columbus,10.1\nN-1,Neue,Active,,,,\n"
    commit(bring(company.people["ada"], file))
    before, n_entries = state_hash(), Entry.objects.count()
    again = bring(company.people["ada"], file)
    assert deeds(again) == ["unchanged", "unchanged"]
    commit(again)
    assert (state_hash(), Entry.objects.count()) == (before, n_entries)
    assert again.state == State.COMMITTED
    assert again.act is None


def test_what_the_file_lacks_is_left_alone_and_a_blank_clears_only_if_asked(company: Company) -> None:
    Account.objects.filter(external_id="COLUMBUS").update(phone="1", payment_terms="Net 30", potential=5)
    file = "id,name,phone,potential\nCOLUMBUS,Columbus,,\n"
    assert deeds(bring(company.people["ada"], file)) == ["unchanged"]
    commit(bring(company.people["ada"], file, clear_blanks=True))
    account = Account.objects.get(external_id="COLUMBUS")
    assert (account.phone, account.potential, account.payment_terms) == ("", None, "Net 30")


def test_a_change_counts_the_version_up(company: Company) -> None:
    commit(bring(company.people["ada"], "id,city\nCOLUMBUS,Bexley\n"))
    account = Account.objects.get(external_id="COLUMBUS")
    assert (account.city, account.version) == ("Bexley", 2)


@pytest.mark.parametrize(
    ("column", "cell", "field", "said"),
    [
        ("name", "x" * 161, "name", "Has 161 characters; at most 160 fit."),
        ("status", "sold", "status", "“sold” is none of: Prospect, Active, Lapsed, Closed."),
        ("class", "E", "account_class", "“E” is none of: A, B, C, D."),
        ("sales", "ten", "annual_sales", "“ten” is not a number."),
        ("sales", "1e14", "annual_sales", "Is too large: it must be below 1,000,000,000,000."),
        ("potential", "-1", "potential", "Must be 0 or more."),
        ("country", "Atlantis", "country", "Must be a country code of two letters, such as US."),
        ("website", "not an address", "website", "Is not a web address such as https://example.com."),
        ("city", "=1+1", "city", "Is a formula: a value is needed."),
        ("city", "=cmd|'/c calc'!A1", "city", "Is a formula: a value is needed."),
        ("city", "a\x01b", "city", "Holds a control character: delete it."),
        ("parent", "NOWHERE", "parent", "There is no account “NOWHERE”, neither in this file nor in Terrier."),
        ("parent", "N-1", "parent", "Comes to stand above itself: N-1 → N-1."),
        ("holder", "Nobody", "holder", "There is no position “Nobody”: write its external id, its name or its holder's e-mail."),
        ("latitude", "91", "latitude", "Must be a number of degrees from −90 to 90."),
        ("latitude", "40", "longitude", "Is missing: a place needs both latitude and longitude."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_cell_is_said_of_its_field(
    company: Company, column: str, cell: str, field: str, said: str
) -> None:
    head = "id,name" if column != "name" else "id"
    row = "N-1,Neue" if column != "name" else "N-1"
    import_ = bring(company.people["ada"], f'{head},{column}\n{row},"{cell}"\n')
    assert errors(import_) == {2: {field: said}}


def test_rows_without_id_name_or_with_an_id_twice_are_errors(company: Company) -> None:
    import_ = bring(company.people["ada"], "id,name\nN-1,One\n,Two\nN-1,Three\nN-4,\n")
    assert errors(import_) == {
        2: {"external_id": "“N-1” is in row 4 too."},
        3: {"external_id": "Is missing."},
        4: {"external_id": "“N-1” is in row 2 too."},
        5: {"name": "Is missing: something new cannot do without it."},
    }


def test_trees_grow_from_rows_in_any_order(company: Company) -> None:
    commit(bring(company.people["ada"], "id,name,parent\nSITE,Site,REGION\nREGION,Region,HEAD\nHEAD,Head,\n"))
    head, region, site = (Account.objects.get(external_id=key) for key in ("HEAD", "REGION", "SITE"))
    assert (head.parent, head.chain) == (None, None)
    assert (region.parent, region.chain) == (head, head)
    assert (site.parent, site.chain) == (region, head)


def test_sites_that_no_row_names_follow_their_chain_to_a_new_top(company: Company) -> None:
    before = state_hash()
    import_ = commit(bring(company.people["ada"], "id,name,parent\nCHAIN,Chain,HOLDING\nHOLDING,Holding,\n"))
    holding = Account.objects.get(external_id="HOLDING")
    for label in ("chain", "chain ohio", "chain utah"):
        assert Account.objects.get(pk=company.accounts[label].pk).chain == holding
    undo(import_, company.people["ada"])
    assert import_.state == State.UNDONE, import_.error
    assert state_hash() == before


def test_a_circle_through_accounts_that_are_there_is_refused(company: Company) -> None:
    import_ = bring(company.people["ada"], "id,parent\nCHAIN,CHAIN-OHIO\n")
    assert errors(import_) == {2: {"parent": "Comes to stand above itself: CHAIN → CHAIN-OHIO → CHAIN."}}


def test_a_named_holder_takes_over_from_the_one_before(company: Company) -> None:
    file = (
        "id,name,holder,held from\nCOLUMBUS,Columbus,tim@example.com,2026-01-01\nN-1,Neue,Ohio,2026-02-01\n"
    )
    import_ = bring(company.people["ada"], file)
    assert deeds(import_) == ["update", "create"]
    commit(import_)
    rows = Coverage.objects.filter(account=company.accounts["columbus"]).order_by("starts_on")
    assert [(row.position.name, str(row.ends_on), str(row.split)) for row in rows] == [
        ("Ohio", "2026-01-01", "1.0000"),
        ("Iowa", "None", "1.0000"),
    ]
    assert Coverage.objects.get(account__external_id="N-1").position.name == "Ohio"
    assert deeds(bring(company.people["ada"], file)) == ["unchanged", "unchanged"]


def test_a_holder_from_a_day_before_the_present_one_is_refused(company: Company) -> None:
    import_ = bring(company.people["ada"], "id,holder,held from\nCOLUMBUS,Iowa,2019-01-01\n")
    assert errors(import_) == {2: {"holder_from": "Another one begins on 2020-01-01: end this one by then."}}


def test_a_deleted_account_that_the_file_has_comes_back_and_undo_deletes_it_again(company: Company) -> None:
    Account.objects.filter(external_id="AMES").update(deleted_at=timezone.now())
    before = state_hash()
    import_ = commit(bring(company.people["ada"], "id,city\nAMES,Ames\n"))
    ames = Account.objects.get(external_id="AMES")
    assert (ames.city, ames.deleted_at) == ("Ames", None)
    undo(import_, company.people["ada"])
    assert state_hash() == before


def test_undo_brings_everything_back_and_is_recorded(company: Company) -> None:
    before = state_hash()
    file = "id,name,city,sales,holder,parent\nCOLUMBUS,New name,Bexley,7,Iowa,\nN-1,Neue,Akron,5,Ohio,CHAIN\n"
    import_ = commit(bring(company.people["ada"], file))
    assert state_hash() != before
    undo(import_, company.people["dora"])
    assert (import_.state, import_.error) == (State.UNDONE, "")
    assert state_hash() == before
    assert import_.act is not None
    undone = import_.act.undone_by
    assert (undone.actor, undone.summary) == (
        company.people["dora"],
        "Undone: Imported accounts from file.csv",
    )
    entry = undone.entries.get(object_id=company.accounts["columbus"].pk, object_type="accounts.account")
    assert (entry.action, entry.changes["city"]) == ("update", ["Bexley", ""])


def test_undo_is_refused_where_something_has_changed_since(company: Company) -> None:
    import_ = commit(bring(company.people["ada"], "id,city\nCOLUMBUS,Bexley\nDAYTON,Kettering\n"))
    Account.objects.filter(external_id="DAYTON").update(city="Oakwood")
    undo(import_, company.people["ada"])
    assert import_.state == State.COMMITTED
    assert import_.error == (
        "This has changed since, so nothing was undone.\n"
        "Dayton, city: the import left “Kettering”, now it is “Oakwood”."
    )
    assert Account.objects.get(external_id="COLUMBUS").city == "Bexley"


def test_undo_is_refused_where_somebody_filled_in_what_the_file_left_blank(company: Company) -> None:
    import_ = commit(bring(company.people["ada"], "id,name\nNEW,New shop\n"))
    Account.objects.filter(external_id="NEW").update(phone="555-0100", potential=900)
    undo(import_, company.people["ada"])
    assert import_.state == State.COMMITTED
    assert "New shop, phone: the import left “nothing”, now it is “555-0100”." in import_.error
    assert "New shop, potential a year: the import left “nothing”, now it is “900" in import_.error


def test_undo_is_refused_where_somebody_has_written_on_what_it_made(company: Company) -> None:
    import_ = commit(bring(company.people["ada"], "id,name\nNEW,New shop\n"))
    Note.objects.create(account=Account.objects.get(external_id="NEW"), text="Closed on Mondays")
    undo(import_, company.people["ada"])
    assert import_.error == "Other things have come to depend on this since.\nnote: Closed on Mondays."


def test_undo_is_refused_where_others_stand_below_what_it_made(company: Company) -> None:
    import_ = commit(bring(company.people["ada"], "id,name\nTOP,Top\n"))
    top = Account.objects.get(external_id="TOP")
    Account.objects.filter(external_id="DAYTON").update(parent=top, chain=top)
    undo(import_, company.people["ada"])
    assert import_.error == "Other things have come to depend on this since.\naccount: Dayton."


PLACED = "id,name,country,latitude,longitude\n"


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("N-1,Neue,US,39.96,-82.99", set()),
        ("N-1,Neue,US,-82.99,39.96", {"latitude"}),  # each is a latitude, but of Antarctica
        ("N-1,Neue,US,-104.99,39.74", {"latitude"}),  # this one is out of range, too
        ("N-1,Neue,,-82.99,39.96", {"latitude"}),
        ("N-1,Neue,US,10,20", set()),  # nowhere, either way round
        ("N-1,Neue,DE,10,51", set()),  # where there are no customers, nobody knows
        ("N-1,Neue,US,-95,200", {"latitude", "longitude"}),
    ],
)
def test_latitude_and_longitude_that_changed_places_are_refused(
    company: Company, row: str, wrong: set[str]
) -> None:
    import_ = bring(company.people["ada"], PLACED + row + "\n")
    found = Row.objects.get(of=import_).errors
    assert found.keys() == wrong
    if wrong == {"latitude"}:
        assert "look swapped" in found["latitude"]
        assert "match the two columns the other way round" in found["latitude"]


def test_a_place_that_a_program_did_not_find_is_refused(company: Company) -> None:
    import_ = bring(company.people["ada"], PLACED + "N-1,Neue,US,0,0\nN-2,Neue,US,0.0,0\nN-3,Neue,US,,\n")
    errors = [row.errors for row in Row.objects.filter(of=import_).order_by("number")]
    assert ["latitude" in one for one in errors] == [True, True, False]
    assert "sea off Africa" in errors[0]["latitude"]


def test_where_the_customers_are_tells_of_other_countries(company: Company) -> None:
    Account.objects.bulk_create(
        Account(name=f"Laden {n}", country="DE", latitude=48 + n / 5, longitude=8 + n / 5) for n in range(20)
    )
    import_ = bring(company.people["ada"], PLACED + "N-1,Neue,DE,10,51\nN-2,Nova,DE,51,10\n")
    assert [bool(row.errors) for row in Row.objects.filter(of=import_).order_by("number")] == [True, False]


def test_what_the_file_does_not_say_is_told_to_be_assumed(company: Company) -> None:
    import_ = bring(company.people["ada"], "id,name,status\nN-1,Neue,Active\n")
    [shown] = shown_rows(import_, Row.objects.filter(of=import_))
    told = {change.label: (change.after, change.assumed) for change in shown.changes}
    assert told["Channel"] == ("Independent pet store", True)
    assert told["Status"] == ("Active", False)
    page = company.client("ada").get(f"/imports/{import_.pk}/").content.decode()
    assert page.count("(assumed: the file does not say)") == 1
