"""The way of a file: guessed, remembered, mended, outdated by others, committed once."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from terrier.office.accounts.listing import COLUMNS
from terrier.office.accounts.models import Account
from terrier.office.audit.models import Act, Action
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.imports import services
from terrier.office.imports.corrections import error_table
from terrier.office.imports.matching import guess, guess_kind
from terrier.office.imports.mending import mend_row
from terrier.office.imports.models import Import, Row, State
from terrier.office.jobs.models import Job
from tests.office.conftest import Company
from tests.office.imports.bringing import HEAD_AND_ROWS, bring, commit, deeds, errors, work


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Estimated potential", "potential"),
        ("Yearly Turnover", "annual_sales"),
        ("FY25 Net Sales (USD)", "annual_sales"),
        ("Main phone", "phone"),
        ("Codice cliente", "external_id"),
        ("Ragione sociale", "name"),
        ("Indirizzo", "street"),
        ("Località", "city"),
        ("Prov.", "state"),
        ("CAP", "postal_code"),
        ("Fatturato annuo", "annual_sales"),
        ("Condizioni di pagamento", "payment_terms"),
        ("Agente", "holder"),
    ],
)
def test_a_heading_is_known_by_what_it_is_about_in_english_and_italian(heading: str, field: str) -> None:
    assert guess("accounts", ["Whatever", heading, "Remarks"]) == {field: heading}


def test_of_two_headings_about_the_same_the_user_says_which() -> None:
    assert guess("accounts", ["id", "FY24 net sales", "FY25 net sales"]) == {"external_id": "id"}


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        (["Customer No", "Name", "Channel", "ZIP"], "accounts"),
        (["Account", "Contact name", "E-mail", "Job title"], "contacts"),
        (["Position", "Role", "Reports to", "E-mail", "FTE"], "people"),
        (["Account", "Position", "Split", "From", "Until"], "coverage"),
    ],
)
def test_the_kind_is_guessed_from_the_headings(headings: list[str], kind: str) -> None:
    assert guess_kind(headings) == kind


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["en", "it"])
def test_a_list_brought_back_as_it_was_exported_changes_nothing(company: Company, language: str) -> None:
    Account.objects.filter(name="Dayton").update(
        annual_sales="1200.50",
        potential="3000",
        service_hours="4.5",
        phone="+1 614 555 0100",
        channel="groomer",
    )
    columns = ",".join(COLUMNS.keys() - {"external_id", "tasks", "updated_at", "chain"})
    client = company.client("dora")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    with override(language):
        answer: Any = client.get(f"/accounts/export.csv?columns={columns}")
        import_ = bring(company.people["ada"], b"".join(answer.streaming_content))
    assert set(import_.mapping) >= {"name", "holder", "annual_sales", "potential", "service_hours", "phone"}
    assert errors(import_) == {}
    assert set(deeds(import_)) == {"unchanged"}


def test_columns_once_matched_are_remembered_and_the_check_begins_at_once(company: Company) -> None:
    bring(
        company.people["ada"],
        "Weird,Heading\nN-1,Neue\n",
        mapping={"external_id": "Weird", "name": "Heading"},
    )
    again = services.start_import(
        stream=io.BytesIO(b"HEADING,weird\nNova,N-2\n"), name="b.csv", author=company.people["ada"]
    )
    work()
    again.refresh_from_db()
    assert (again.state, again.kind) == (State.CHECKED, "accounts")
    assert again.mapping == {"external_id": "weird", "name": "HEADING"}
    assert deeds(again) == ["create"]


def test_a_field_that_cannot_be_done_without_must_be_matched(company: Company) -> None:
    with pytest.raises(services.ImportRefusedError, match=r"Match a column to “External id”\."):
        bring(company.people["ada"], "city,zip\nAkron,44301\n")


def test_an_import_with_errors_is_not_committed_until_they_are_mended(company: Company) -> None:
    import_ = bring(company.people["ada"], HEAD_AND_ROWS)
    with pytest.raises(services.ImportRefusedError, match="1 row has an error"):
        services.commit_import(import_=import_)
    mended = mend_row(import_=import_, number=4, values={"status": "Lapsed"})
    assert (mended.row.deed, mended.row.errors, mended.others) == ("update", {}, [])
    import_.refresh_from_db()
    assert import_.counts["error"] == 0
    commit(import_)
    assert Account.objects.get(external_id="DAYTON").status == "lapsed"


def test_rows_with_errors_can_be_left_out_and_taken_back_in(company: Company) -> None:
    import_ = bring(company.people["ada"], HEAD_AND_ROWS)
    services.leave_out_errors(import_=import_)
    work()
    assert deeds(import_) == ["create", "update", "left_out"]
    services.take_back_in(import_=import_)
    work()
    assert deeds(import_) == ["create", "update", "error"]


def test_the_file_of_errors_comes_back_mended(company: Company) -> None:
    import_ = bring(company.people["ada"], HEAD_AND_ROWS)
    header, rows = error_table(import_)
    assert header == ["Row", "Reason", "id", "name", "city", "status"]
    [wrong] = list(rows)
    assert wrong[:2] == [4, "Status: “sold” is none of: Prospect, Active, Lapsed, Closed."]
    out = io.StringIO()
    csv.writer(out).writerows([header, [*wrong[:-1], "Closed"]])
    services.bring_corrections(import_=import_, stream=io.BytesIO(out.getvalue().encode()), name="errors.csv")
    work()
    assert deeds(import_) == ["create", "update", "update"]


def test_a_mended_file_that_names_no_row_of_the_import_is_refused_and_nothing_lost(company: Company) -> None:
    import_ = bring(company.people["ada"], HEAD_AND_ROWS)
    services.bring_corrections(
        import_=import_, stream=io.BytesIO(b"Row,Reason,status\n99,,Closed\n"), name="e.csv"
    )
    work()
    import_.refresh_from_db()
    assert import_.error == (
        "e.csv, row 2: the import has no row “99”. Leave the numbers in the column “Row” as they were."
    )
    assert errors(import_).keys() == {4}


def test_what_others_changed_since_the_check_is_shown_before_anything_is_written(company: Company) -> None:
    import_ = bring(company.people["ada"], "id,city\nCOLUMBUS,Bexley\n")
    columbus = company.accounts["columbus"]
    record = Record(Author(company.people["tess"]), "Moved")
    record.add(Action.UPDATE, columbus, {"city": ("", "Akron")})
    Account.objects.filter(pk=columbus.pk).update(city="Akron")
    save_act(record)
    commit(import_)
    assert import_.state == State.CHECKED
    assert import_.error.startswith("Tess has changed Columbus since the check.")
    assert Account.objects.get(pk=columbus.pk).city == "Akron"
    commit(import_)
    assert Account.objects.get(pk=columbus.pk).city == "Bexley"


def test_an_account_that_others_made_meanwhile_is_not_made_twice(company: Company) -> None:
    import_ = bring(company.people["ada"], "id,name\nN-1,Neue\n")
    Account.objects.create(external_id="N-1", name="By hand")
    commit(import_)
    assert import_.state == State.CHECKED
    assert deeds(import_) == ["update"]


def test_a_commit_that_is_asked_for_twice_happens_once(company: Company) -> None:
    import_ = bring(company.people["ada"], "id,name\nN-1,Neue\n")
    services.commit_import(import_=import_)
    with pytest.raises(services.ImportRefusedError, match="being imported just now"):
        services.commit_import(import_=import_)
    work()
    assert Act.objects.count() == 1


def test_postgresql_takes_stock_of_what_was_written(company: Company) -> None:
    import_ = bring(company.people["ada"], "id,name\nN-1,Neue\n")
    with CaptureQueriesContext(connection) as asked:
        commit(import_)
    taken = [one for one in asked if one["sql"].startswith("ANALYZE") and "accounts_account" in one["sql"]]
    assert len(taken) == (connection.vendor == "postgresql")


def test_a_cancelled_check_leads_back_to_the_columns(company: Company) -> None:
    import_ = bring(company.people["ada"], HEAD_AND_ROWS)
    services.check_again(import_=import_)
    import_ = Import.objects.get(pk=import_.pk)
    Job.objects.filter(pk=import_.job_id).update(state="cancelled")
    import_ = Import.objects.select_related("job").get(pk=import_.pk)
    assert (services.standing(import_), services.why_not(import_)) == (State.MATCHING, "It was cancelled.")


def test_discarding_forgets_rows_and_files_once_that_is_certain(
    company: Company, django_capture_on_commit_callbacks: Any
) -> None:
    import_ = bring(company.people["ada"], HEAD_AND_ROWS)
    path = import_.path
    with django_capture_on_commit_callbacks(execute=True):
        services.discard_import(import_=import_)
        assert path.exists(), "it could still be taken back"
    assert not path.exists()
    assert not Row.objects.exists()
