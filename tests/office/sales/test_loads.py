"""Files of invoices: looked at, loaded, refused in part, parked, withdrawn whole; and lines by the API."""

from __future__ import annotations

import datetime as dt
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from terrier.cli.main import main
from terrier.office.accounts.models import Account
from terrier.office.audit.models import Act
from terrier.office.audit.services import Author
from terrier.office.audit.undo import NotUndoneError, undo_act
from terrier.office.jobs.worker import run_one
from terrier.office.sales import gateway
from terrier.office.sales.models import Load
from tests.office.conftest import Company

JUNE = """Invoice No,Date,Customer,SKU,Amount,Type
A-1,2026-06-03,COLUMBUS,leash,"1,250.00",Invoice
A-2,2026-06-04,COLUMBUS,ball,-40,Credit
A-3,soon,PROVO,ball,40,Invoice
A-4,2026-06-09,STRAY,ball,60,Invoice
"""

HEAD = "Invoice No,Date,Customer,SKU,Amount\n"


@pytest.fixture
def al(company: Company) -> Client:
    return company.client("al")


def bring(client: Client, text: str = JUNE, kind: str = "lines") -> Load:
    file = SimpleUploadedFile("june.csv", text.encode())
    client.post(reverse("sales:new"), {"file": file, "kind": kind})
    work()
    return Load.objects.latest("pk")


def work() -> None:
    while run_one("here", threading.Event()):
        pass


def post(client: Client, name: str, load: Load, **data: Any) -> Any:
    answer = client.post(reverse(f"sales:{name}", args=[load.pk]), data)
    work()
    load.refresh_from_db()
    return answer


@pytest.mark.django_db(transaction=True)
def test_a_file_is_looked_at_first_and_counts_nothing_yet(al: Client) -> None:
    load = bring(al)
    assert (load.state, load.report["n_new"], load.report["n_refused"]) == ("checked", 3, 1)
    assert load.report["net"] == {"USD": "1270.00"}
    assert load.report["parked"] == [["STRAY", 1]]
    assert gateway.extent() is None
    page = al.get(reverse("sales:load", args=[load.pk])).content.decode()
    assert "is not a day" in page
    assert "Load 3 rows" in page
    assert "STRAY" in page


@pytest.mark.django_db(transaction=True)
def test_lines_of_days_to_come_are_told_and_those_far_ahead_refused(al: Client) -> None:
    today = timezone.localdate()
    soon, late = today + dt.timedelta(days=30), today + dt.timedelta(days=3650)
    load = bring(
        al, f"{HEAD}A-1,{today},COLUMBUS,ball,1\nA-2,{soon},COLUMBUS,ball,1\nA-3,{late},COLUMBUS,ball,1\n"
    )
    assert (load.state, load.report["n_new"], load.report["n_refused"]) == ("checked", 2, 1)
    page = al.get(reverse("sales:load", args=[load.pk])).content.decode()
    assert "1 line is dated after today, on " in page
    assert "is more than a year ahead; a line is dated " in page
    assert str(late) in page


@pytest.mark.django_db(transaction=True)
def test_a_load_counts_is_on_record_and_is_withdrawn_whole(al: Client) -> None:
    load = bring(al)
    post(al, "take_in", load)
    assert (load.state, bool(load.ledger_id)) == ("loaded", True)
    assert gateway.extent().n_lines == 3
    assert Act.objects.filter(summary="Loaded june.csv").exists()
    assert not load.upload.exists()
    post(al, "take_out", load)
    assert (load.state, load.ledger_id) == ("withdrawn", "")
    assert gateway.extent() is None
    assert Act.objects.filter(summary="Withdrew june.csv").exists()


@pytest.mark.django_db(transaction=True)
def test_the_record_of_a_load_is_not_undone_since_its_lines_would_stay(al: Client, company: Company) -> None:
    load = bring(al)
    post(al, "take_in", load)
    act = Act.objects.get(summary="Loaded june.csv")
    with pytest.raises(NotUndoneError, match="withdrawn on its own page"):
        undo_act(act=act, author=Author(company.people["al"]))


@pytest.mark.django_db(transaction=True)
def test_the_same_file_again_brings_nothing(al: Client) -> None:
    first = bring(al)
    post(al, "take_in", first)
    again = bring(al)
    assert (again.state, again.report["n_new"]) == ("checked", 0)
    page = al.get(reverse("sales:load", args=[again.pk])).content.decode()
    assert "This file was loaded before, as june.csv, on " in page
    assert str(again.folder) not in page
    post(al, "take_in", again)
    assert (again.state, again.ledger_id) == ("loaded", "")
    assert gateway.extent().n_lines == 3
    page = al.get(reverse("sales:load", args=[again.pk])).content.decode()
    assert "no figure changed" in page
    assert "Every figure counts it" not in page
    answer = post(al, "take_out", again)
    assert answer.status_code == 302
    assert gateway.extent().n_lines == 3


@pytest.mark.django_db(transaction=True)
def test_as_many_rows_are_counted_as_refused_as_are_shown(al: Client) -> None:
    first, again = bring(al), bring(al)
    post(al, "take_in", first)
    post(al, "take_in", again)
    answer = al.get(reverse("sales:refused", args=[again.pk, "csv"]))
    assert again.report["n_refused"] == len(b"".join(answer.streaming_content).splitlines()) - 1 == 1


@pytest.mark.django_db(transaction=True)
def test_a_load_whose_worker_died_after_it_landed_is_noted_as_what_it_was(al: Client) -> None:
    load = bring(al)
    gateway.take("lines", load.upload, load.options, name="june.csv")
    post(al, "take_in", load)
    assert (load.state, load.report["n_new"], bool(load.ledger_id)) == ("loaded", 3, True)
    assert (load.report["notes"], load.report["n_refused"]) == ([], 1)


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_headings_are_not_understood_is_read_as_told(al: Client) -> None:
    load = bring(al, "Doc,When,Who,Wert\n1,2026-01-05,COLUMBUS,12.50\n")
    assert load.state == "refused"
    assert "Invoice number" in load.problem
    named = {"column-invoice": "Doc", "column-date": "When", "column-account": "Who", "column-net": "Wert"}
    post(al, "look_again", load, **named)
    assert (load.state, load.report["net"]) == ("checked", {"USD": "12.50"})


@pytest.mark.django_db(transaction=True)
def test_parked_lines_are_known_as_soon_as_the_account_is(al: Client) -> None:
    post(al, "take_in", bring(al))
    assert [one.account for one in gateway.parked()[0]] == ["STRAY"]
    assert "STRAY" in al.get(reverse("sales:parked")).content.decode()
    assert b"STRAY" in b"".join(al.get(reverse("sales:parked_file", args=["csv"])).streaming_content)
    Account.objects.create(name="Stray", external_id="STRAY")
    assert gateway.parked() == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_refused_rows_are_downloaded_with_their_reasons(al: Client) -> None:
    load = bring(al)
    answer = al.get(reverse("sales:refused", args=[load.pk, "csv"]))
    assert "4,Date,soon,is not a day" in b"".join(answer.streaming_content).decode()


@pytest.mark.django_db(transaction=True)
def test_a_file_is_discarded_until_it_is_loaded(al: Client) -> None:
    load = bring(al)
    al.post(reverse("sales:forget", args=[load.pk]))
    assert not Load.objects.exists()
    assert not load.path.exists()


def test_lines_by_the_api_land_once_and_refused_ones_are_told(al: Client) -> None:
    line = {"invoice": "B-1", "line": "1", "date": "2026-02-03", "account": "COLUMBUS", "net": "19.90"}
    other = line | {"line": "2", "account": "STRAY"}
    answer = send(al, [line, other])
    assert answer["report"] | {"notes": []} == {
        "n_new": 2, "net": {"USD": "39.80"}, "n_known": 0, "n_refused": 0, "n_parked": 1, "n_parked_accounts": 1, "notes": [],
    }  # fmt: skip
    again = send(al, [line, other | {"net": "20.00"}])
    assert (again["load_id"], again["report"]["n_known"]) == (None, 1)
    assert [row["reason"].split(",")[0] for row in again["refused"]] == ["is in the ledger already"]
    assert gateway.extent().n_lines == 2


def test_a_batch_has_at_most_5000_lines_and_every_field_its_bounds(al: Client) -> None:
    line = {"invoice": "B-1", "line": "1", "date": "2026-02-03", "account": "COLUMBUS", "net": "19.90"}
    assert status(al, [line | {"line": str(n)} for n in range(5001)]) == 422
    for wrong in (
        {"net": "1.999"},
        {"net": "1e30"},
        {"date": "0001-01-01"},
        {"currency": "usd"},
        {"invoice": ""},
    ):
        assert status(al, [line | wrong]) == 422


def test_a_batch_of_which_no_line_can_be_taken_says_why_of_the_first(al: Client) -> None:
    late = timezone.localdate() + dt.timedelta(days=3650)
    line = {"invoice": "B-1", "line": "1", "date": str(late), "account": "COLUMBUS", "net": "19.90"}
    body = json.dumps({"lines": [line]})
    answer = al.post("/api/v1/invoice-lines", body, content_type="application/json")
    assert answer.status_code == 422
    told = answer.json()["detail"]
    assert told.startswith(
        f"Not one row of the file can be taken. Row 2, column “date”: “{late}” is more than"
    )


@pytest.mark.django_db(transaction=True)
def test_a_file_of_which_no_row_can_be_taken_says_why(al: Client) -> None:
    load = bring(al, f"{HEAD}A-1,2036-01-30,COLUMBUS,ball,1\n")
    assert load.state == "refused"
    assert load.problem.startswith(
        "Not one row of the file can be taken.\nRow 2, column “Date”: “2036-01-30” is "
    )
    assert load.path.name not in load.problem


def send(client: Client, lines: list[Any]) -> Any:
    answer = client.post(
        "/api/v1/invoice-lines", json.dumps({"lines": lines}), content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    return answer.json()


def status(client: Client, lines: list[Any]) -> int:
    body = json.dumps({"lines": lines})
    return client.post("/api/v1/invoice-lines", body, content_type="application/json").status_code


@pytest.mark.django_db(transaction=True)
def test_the_command_names_accounts_that_the_office_does_not_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Account.objects.create(name="Known", external_id="KNOWN")
    monkeypatch.setenv("TERRIER_HOME", str(tmp_path))
    file = tmp_path / "lines.csv"
    file.write_text(
        "Invoice,Date,Customer,Amount\nA-1,2026-06-01,KNOWN,10\nA-2,2026-06-01,WAGS,20\nA-3,2026-06-02,WAGS,5\n"
    )
    monkeypatch.setattr("terrier.cli.ledger_run._has_office", lambda: True)
    told = CliRunner().invoke(main, ["ledger", "load", str(file)]).output
    assert "Of accounts that the office does not know: 2 lines, of 1 account." in told
    assert "  WAGS (2)\n" in told
    alone = CliRunner().invoke(main, ["ledger", "load", str(file), "--folder", str(tmp_path / "apart")])
    assert "does not know" not in alone.output
