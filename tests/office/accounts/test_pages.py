from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from terrier.office.accounts.models import Account, Contact, Event, SavedView, Task
from terrier.office.alignment.models import Coverage
from terrier.office.audit.models import Act
from tests.office.conftest import Company


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def tess(company: Company) -> Client:
    return company.client("tess")


def test_the_list_shows_what_is_in_scope_and_how_many(tess: Client) -> None:
    page = text_of(tess.get("/accounts/"))
    assert "3 accounts" in page
    assert "Columbus" in page
    assert "Provo" not in page


def test_a_part_of_the_list_comes_without_the_frame(tess: Client) -> None:
    part = text_of(tess.get("/accounts/?q=day", headers={"HX-Request": "true", "HX-Target": "results"}))
    assert part.lstrip().startswith('<div id="results"')
    assert "Dayton" in part
    assert "Columbus" not in part


def test_a_question_that_cannot_be_understood_is_told_and_lists_nothing(tess: Client) -> None:
    answer = tess.get("/accounts/?status=asleep")
    assert answer.status_code == 400
    assert "status: “asleep” is not one of prospect" in text_of(answer)
    assert "Columbus" not in text_of(answer)


def test_no_page_takes_a_query_for_each_row(company: Company, django_assert_max_num_queries: Any) -> None:
    made = Account.objects.bulk_create(Account(name=f"Shop {n}") for n in range(120))
    Contact.objects.bulk_create(Contact(account=made[0], name=f"Ann {n}") for n in range(50))
    Event.objects.bulk_create(
        Event(account=made[0], kind="call", summary="Call", happened_at="2026-01-01T10:00Z")
        for _ in range(50)
    )
    dora = company.client("dora")
    for address in ("/accounts/?size=100", f"/accounts/{made[0].pk}/", "/"):
        with django_assert_max_num_queries(30):
            assert dora.get(address).status_code == 200


def test_an_export_holds_what_is_filtered_and_no_formula(company: Company, tess: Client) -> None:
    Account.objects.filter(pk=company.accounts["columbus"].pk).update(
        city='=HYPERLINK("http://x")', annual_sales="-5"
    )
    answer: Any = tess.get("/accounts/export.csv?q=columbus")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [(row["Account"], row["City"], row["Sales, 12 months"]) for row in rows] == [
        ("Columbus", '\'=HYPERLINK("http://x")', "-5.00")
    ]
    workbook: Any = tess.get("/accounts/export.xlsx")
    with zipfile.ZipFile(io.BytesIO(b"".join(workbook.streaming_content))) as file:
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 4
    assert "<f>" not in sheet


def test_the_map_has_the_places_of_the_list(company: Company, tess: Client) -> None:
    Account.objects.filter(pk=company.accounts["dayton"].pk).update(latitude=39.7, longitude=-84.2)
    told = json.loads(tess.get("/accounts/points").content)
    assert (told["names"], told["longitude"], told["left_out"], told["placeless"]) == (
        ["Dayton"],
        [-84.2],
        0,
        2,
    )


def test_a_view_is_kept_under_a_name_shared_and_dropped(company: Company, tess: Client) -> None:
    tess.post("/accounts/views", {"name": "Mine in Ohio", "here": "state=OH&sort=-city", "shared": "on"})
    view = SavedView.objects.get()
    assert "Mine in Ohio" in text_of(company.client("tom").get("/accounts/"))
    assert company.client("tom").post(reverse("accounts:drop_view", args=[view.pk])).status_code == 404
    tess.post(reverse("accounts:drop_view", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_an_edit_in_place_is_saved_and_undone(company: Company, tess: Client) -> None:
    address = reverse("accounts:edit", args=[company.accounts["columbus"].pk, "place"])
    answer = tess.post(address, {**_filled(tess, address), "city": "Dublin"})
    assert answer.status_code == 302, text_of(answer)
    assert Account.objects.get(name="Columbus").city == "Dublin"
    undo = tess.post(reverse("audit:undo", args=[Act.objects.get().pk]), {"next": "/accounts/"})
    assert undo.headers["Location"] == "/accounts/"
    assert Account.objects.get(name="Columbus").city == ""


def test_two_people_see_both_values_and_choose(company: Company, tess: Client) -> None:
    address = reverse("accounts:edit", args=[company.accounts["columbus"].pk, "place"])
    mine, theirs = _filled(tess, address), _filled(company.client("rita"), address)
    company.client("rita").post(address, {**theirs, "city": "Dublin", "street": "1 High Street"})
    answer = tess.post(address, {**mine, "city": "Hilliard"})
    assert answer.status_code == 422
    assert "they saved “Dublin”, you want “Hilliard”" in text_of(answer)
    assert Account.objects.get(name="Columbus").city == "Dublin"
    tess.post(address, filled_inputs(text_of(answer)))
    kept = Account.objects.get(name="Columbus")
    assert (kept.city, kept.street) == ("Hilliard", "1 High Street"), "what she left alone stays theirs"


def test_bad_values_come_back_beside_their_fields(company: Company, tess: Client) -> None:
    address = reverse("accounts:edit", args=[company.accounts["columbus"].pk, "place"])
    answer = tess.post(address, {**_filled(tess, address), "latitude": "91", "longitude": "0"})
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#edit-place"
    assert "less than or equal to 90" in text_of(answer)


def test_a_call_is_logged_by_one_post(company: Company, tess: Client) -> None:
    account = company.accounts["columbus"]
    tess.post(reverse("accounts:log", args=[account.pk, "call"]))
    assert Event.objects.get().author == company.people["tess"]
    assert tess.post(reverse("accounts:log", args=[account.pk, "dance"])).status_code == 404


def test_all_that_match_are_edited_at_once(company: Company, tess: Client) -> None:
    form = text_of(tess.get("/accounts/bulk?which=all&q=c&field=account_class&value=A"))
    assert "2 accounts are meant; 2 would change." in form
    answer = tess.post(
        "/accounts/bulk", {**filled_inputs(form), "field": "account_class", "value": "A", "here": "q=c"}
    )
    assert answer.headers["Location"] == "/accounts/?q=c"
    assert Account.objects.filter(account_class="A").count() == 2
    tess.post(reverse("audit:undo", args=[Act.objects.get().pk]))
    assert not Account.objects.filter(account_class="A").exists()


def test_only_the_ticked_are_edited(company: Company, tess: Client) -> None:
    key = company.accounts["dayton"].pk
    form = text_of(tess.get(f"/accounts/bulk?ids={key}"))
    tess.post("/accounts/bulk", {**filled_inputs(form), "field": "status", "value": "lapsed"})
    assert list(Account.objects.filter(status="lapsed").values_list("name", flat=True)) == ["Dayton"]


@pytest.mark.parametrize(
    "said", ["", "asked=", "q=c", "asked=q%3Dc", "ids=", "status=active", "which=some", "which=all&ids=x"]
)
def test_an_edit_for_which_no_account_is_named_is_refused(tess: Client, said: str) -> None:
    form = tess.get(f"/accounts/bulk?{said}")
    assert form.status_code == 422
    assert "Change" not in text_of(form)
    answer = tess.post("/accounts/bulk", {**dict(parse_qsl(said)), "field": "status", "value": "lapsed"})
    assert answer.status_code == 422
    assert not Account.objects.filter(status="lapsed").exists()


def test_all_that_match_are_those_of_the_list_though_it_names_them_by_number(
    company: Company, tess: Client
) -> None:
    key = company.accounts["dayton"].pk
    form = text_of(tess.get(f"/accounts/bulk?which=all&ids={key}"))
    assert "1 account is meant" in form
    tess.post("/accounts/bulk", {**filled_inputs(form), "field": "status", "value": "lapsed"})
    assert list(Account.objects.filter(status="lapsed").values_list("name", flat=True)) == ["Dayton"]


def test_no_more_accounts_are_edited_than_were_counted(company: Company, tess: Client) -> None:
    form = text_of(tess.get("/accounts/bulk?which=all&status=active"))
    assert "3 accounts are meant" in form
    Account.objects.filter(name="Dayton").update(status="prospect")
    wanted = {"field": "account_class", "shown": "account_class", "value": "A"}
    again = tess.post("/accounts/bulk", {**filled_inputs(form), **wanted})
    assert again.status_code == 422
    assert "2 accounts are meant by now, not 3: nothing was changed." in text_of(again)
    assert not Account.objects.filter(account_class="A").exists()
    assert tess.post("/accounts/bulk", {**filled_inputs(text_of(again)), **wanted}).status_code == 302
    assert Account.objects.filter(account_class="A").count() == 2


def test_a_field_chosen_a_moment_before_sending_is_not_emptied(company: Company, tess: Client) -> None:
    """The form has not yet come back with the values of the other field."""
    Account.objects.update(account_class="A")
    form = filled_inputs(text_of(tess.get("/accounts/bulk?which=all&field=status&value=active")))
    answer = tess.post("/accounts/bulk", {**form, "field": "account_class", "value": "active"})
    assert "Say what it is to be set to." in text_of(answer)
    assert not Account.objects.filter(account_class="").exists()


def test_whoever_edits_the_whole_list_is_asked_whether_they_mean_it(tess: Client) -> None:
    assert "this is for all 3 accounts that you see" in text_of(tess.get("/accounts/bulk?which=all"))
    assert "that you see" not in text_of(tess.get("/accounts/bulk?which=all&q=c"))


def test_a_day_on_which_nobody_can_take_over_is_refused(company: Company) -> None:
    rita, wanted = company.client("rita"), {"field": "holder", "position": company.positions["tim"].pk}
    form = text_of(rita.get("/accounts/bulk?which=all&q=columbus"))
    answer = rita.post(
        "/accounts/bulk", {**filled_inputs(form), **wanted, "shown": "holder", "starts_on": "0206-01-01"}
    )
    assert "This must be a day after 1900" in text_of(answer)


def test_a_holder_is_assigned_and_leaves(company: Company) -> None:
    account = company.accounts["columbus"]
    rita = company.client("rita")
    values = {
        "position": company.positions["tim"].pk,
        "kind": "primary",
        "starts_on": "2026-01-01",
        "reason": "Room",
    }
    assert rita.post(reverse("accounts:cover", args=[account.pk]), values).status_code == 302
    held = Coverage.objects.get(account=account, ends_on=None)
    assert held.position == company.positions["tim"]
    page = text_of(rita.get(f"/accounts/{account.pk}/"))
    assert "Room" in page
    assert "Tess" in text_of(rita.get(f"/accounts/{account.pk}/?on=2025-06-01"))
    wrong = rita.post(
        reverse("accounts:cover", args=[account.pk]), {**values, "position": company.positions["tom"].pk}
    )
    assert "Choose a position of the list." in text_of(wrong)


def test_home_tells_what_is_mine_today(company: Company, tess: Client) -> None:
    Task.objects.create(
        account=company.accounts["dayton"],
        title="Call back",
        due_on="2026-01-01",
        assignee=company.people["tess"],
    )
    Task.objects.create(
        account=company.accounts["provo"],
        title="Not hers",
        due_on="2026-01-01",
        assignee=company.people["tom"],
    )
    page = text_of(tess.get("/"))
    assert "Call back" in page
    assert "Not hers" not in page
    assert "Held by nobody" not in page
    assert "Held by nobody" in text_of(company.client("dora").get("/"))


def test_the_palette_finds_accounts_in_scope(company: Company, tess: Client) -> None:
    assert [hit["title"] for hit in json.loads(tess.get("/palette?q=colu").content)["hits"]] == ["Columbus"]
    assert json.loads(company.client("tom").get("/palette?q=colu").content)["hits"] == []


def _filled(client: Client, address: str) -> dict[str, str]:
    """What a browser would send back of a form untouched."""
    return filled_inputs(text_of(client.get(address)))


def headings(page: str) -> list[str]:
    return re.findall(r'<th scope="col"[^>]*><a[^>]*>([^<]+)', page)


def filled_inputs(page: str) -> dict[str, str]:
    from html import unescape

    found = {}
    for tag in re.findall(r"<input[^>]+>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def test_a_day_beyond_reason_is_refused_beside_its_field(company: Company, tess: Client) -> None:
    columbus = company.accounts["columbus"]
    answer = tess.post(
        reverse("accounts:add_detail", args=[columbus.pk, "event"]),
        {"kind": "call", "happened_at": "0001-01-01T00:00", "summary": "Long ago"},
    )
    assert "This must be a day after 1900" in text_of(answer)
    assert not Event.objects.filter(account=columbus).exists()


def test_a_bulk_edit_never_does_another_than_was_asked(company: Company, tess: Client) -> None:
    columbus = company.accounts["columbus"]
    asked = {"asked": f"ids={columbus.pk}", "which": "all"}
    holder = {"field": "holder", "position": str(company.positions["tim"].pk)}
    assert tess.post("/accounts/bulk", {**asked, **holder}).status_code == 404
    assert tess.post("/accounts/bulk", {**asked, "field": "status", "value": "asleep"}).status_code == 422
    columbus.refresh_from_db()
    assert columbus.status == "active"


def test_who_edits_a_contact_keeps_what_somebody_else_wrote_meanwhile(company: Company, tess: Client) -> None:
    colin = Contact.objects.get(name="Colin")
    address = reverse("accounts:edit_detail", args=[colin.account_id, "contact", colin.pk])
    form = tess.get(address).context["form"]
    sent = {form.add_prefix(name): form[name].value() or "" for name in form.fields}
    sent |= {form.add_initial_prefix(name): form[name].value() or "" for name in form.fields}
    assert f'name="{form.add_initial_prefix("phone")}"' in text_of(tess.get(address))
    Contact.objects.update(phone="555-0100")
    tess.post(address, {**sent, "job_title": "Owner"})
    colin.refresh_from_db()
    assert (colin.phone, colin.job_title, colin.email) == ("555-0100", "Owner", "colin@columbus.example")


def test_the_address_says_whether_the_map_stands_beside_the_list(tess: Client) -> None:
    assert "data-map=" not in text_of(tess.get("/accounts/"))
    beside = text_of(tess.get("/accounts/?map=yes&q=d"))
    assert 'data-map="list"' in beside
    assert 'name="map" value="yes"' in beside, "what is filtered next keeps it"
    assert headings(beside) == ["Account", "Status", "City", "Sales"], "there is room for few columns"
    assert tess.get("/accounts/?map=maybe").status_code == 400
    tess.cookies["accounts_map"] = "yes"
    assert 'data-map="list"' in text_of(tess.get("/accounts/"))
    assert "data-map=" not in text_of(tess.get("/accounts/?map=no"))


def test_columns_that_somebody_chose_stand_beside_the_map_too(tess: Client) -> None:
    beside = text_of(tess.get("/accounts/?map=yes&columns=payment_terms"))
    assert headings(beside) == ["Account", "Payment terms"]


def test_a_saved_view_keeps_its_map(tess: Client) -> None:
    tess.post("/accounts/views", {"name": "Around me", "here": "map=yes&sort=-city"})
    assert "sort=-city&amp;map=yes" in text_of(tess.get("/accounts/"))


@pytest.mark.parametrize(
    ("who", "title"),
    [("tess", "My accounts"), ("rita", "Accounts of my team"), ("ada", "Accounts of the company")],
)
def test_home_says_whose_accounts_it_counts(company: Company, who: str, title: str) -> None:
    assert title in text_of(company.client(who).get("/"))


def test_home_puts_the_accounts_first_that_somebody_should_hold_soonest(company: Company) -> None:
    Account.objects.create(name="Small prospect", potential=100)
    Account.objects.create(name="Large prospect", potential=90_000)
    Account.objects.create(name="Customer", annual_sales=50, potential=10)
    page = text_of(company.client("dora").get("/"))
    names = re.findall(r"Small prospect|Large prospect|Customer", page)
    assert names == ["Customer", "Large prospect", "Small prospect"]
    assert "$90,000" in page


def test_a_call_of_last_year_says_so(company: Company, tess: Client) -> None:
    columbus = company.accounts["columbus"]
    Event.objects.create(account=columbus, kind="call", summary="Call", happened_at="2024-03-02T10:00Z")
    page = text_of(tess.get(f"/accounts/{columbus.pk}/"))
    assert "Mar 2, 2024" in page
    assert re.search(r"Call, \d+ (months|years) ago", page)
    tess.post(reverse("accounts:log", args=[columbus.pk, "call"]))
    assert "Call, today" in text_of(tess.get(f"/accounts/{columbus.pk}/"))


def test_what_is_written_down_starts_with_what_is_likely(company: Company, tess: Client) -> None:
    key = company.accounts["columbus"].pk
    event = text_of(tess.get(reverse("accounts:add_detail", args=[key, "event"])))
    assert '<option value="call" selected>' in event
    assert f'name="happened_at" value="{timezone.localdate().isoformat()}T' in event
    seen = text_of(tess.get(reverse("accounts:add_detail", args=[key, "competitor"])))
    assert f'name="seen_on" value="{timezone.localdate().isoformat()}"' in seen


def test_the_form_does_not_complain_of_a_holder_before_one_could_be_chosen(company: Company) -> None:
    asked = "/accounts/bulk?which=all&field=holder&q=columbus"
    assert "Choose a position of the list." not in text_of(company.client("rita").get(asked))
