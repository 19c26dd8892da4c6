from __future__ import annotations

import datetime as dt
import json
from base64 import urlsafe_b64encode
from decimal import Decimal
from itertools import pairwise
from urllib.parse import parse_qs, urlencode

import pytest
from django.utils import timezone

from terrier.office.accounts.filters import FilterError, matching, read_filter
from terrier.office.accounts.listing import COLUMNS, ListQuery, list_page, question_of, read_list
from terrier.office.accounts.models import Account, Contact, Task
from terrier.office.people.models import Incumbency
from tests.office.conftest import Company


def found(company: Company, question: str, who: str = "dora") -> set[str]:
    labels = {account.pk: label for label, account in company.accounts.items()}
    rows = matching(company.people[who], read_filter(parse_qs(question)))
    keys = list(rows.values_list("pk", flat=True))
    assert len(keys) == len(set(keys)), "nobody is listed twice"
    return {labels[key] for key in keys}


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("q=colum", {"columbus"}),
        ("q=COL", {"columbus"}),
        ("q=chain+ohio", {"chain ohio"}),
        ("q=ohio+cha", {"chain ohio"}),
        ("q=CHAIN-UTAH", {"chain utah"}),
        ("q=colin", {"columbus"}),
        ("q=colin@columbus.example", {"columbus"}),
        ("q=colin+columb", {"columbus"}),
        ("q=dayt+colin", set()),
        ("q=olumbus", set()),
        ("q=---", set()),
        ("q=%22%27%29+OR", set()),
        ("status=active&held=nobody", {"nobody"}),
        ("held=vacant", {"bangor"}),
        ("chain={chain}", {"chain", "chain ohio", "chain utah"}),
        ("holder={tess}", {"columbus", "dayton", "chain ohio"}),
        ("holder={rita}", {"columbus", "dayton", "chain ohio", "ames", "bangor", "phone"}),
        ("holder={kate}", {"chain"}),
        ("ids={columbus},{ames}", {"columbus", "ames"}),
        ("status=prospect", set()),
        ("deleted=yes", set()),
    ],
)
def test_a_question_finds_what_it_asks_for(company: Company, question: str, labels: set[str]) -> None:
    numbers = {label: account.pk for label, account in company.accounts.items()}
    numbers |= {name: position.pk for name, position in company.positions.items()}
    assert found(company, question.format(**numbers)) == labels


def test_search_knows_letters_without_accents(company: Company) -> None:
    Account.objects.filter(pk=company.accounts["ames"].pk).update(name="Café Niño")
    assert found(company, "q=cafe+nino") == {"ames"}


@pytest.mark.parametrize("kept", ["(614) 555-0123", "+1 (614) 555-0123", "614.555.0123"])
@pytest.mark.parametrize(
    "typed",
    [
        *(
            "6145550123",
            "614 555-0123",
            "(614) 555-0123",
            "+1 614 555 0123",
            "1-614-555-0123",
            "001 614 555 0123",
        ),
        *("555", "555-0123", "5550123"),
    ],
)
def test_search_knows_phones_however_they_are_written(company: Company, kept: str, typed: str) -> None:
    Account.objects.filter(pk=company.accounts["ames"].pk).update(phone=kept)
    asked = urlencode({"q": typed})
    assert found(company, asked) == {"ames"}
    Account.objects.filter(pk=company.accounts["ames"].pk).update(phone="(614) 555-0199")
    assert found(company, asked) == ({"ames"} if typed == "555" else set())


def test_search_knows_numbers_from_abroad_and_long_postal_codes(company: Company) -> None:
    ames = Account.objects.filter(pk=company.accounts["ames"].pk)
    ames.update(phone="02 1234 5678", postal_code="43215-1234")
    for typed in ("+39 02 1234 5678", "0039 0212345678", "02 12345678", "43215-1234"):
        assert found(company, urlencode({"q": typed})) == {"ames"}, typed
    assert found(company, urlencode({"q": "+39 02 1234 5679"})) == set()


def test_search_follows_every_change(company: Company) -> None:
    Account.objects.filter(pk=company.accounts["ames"].pk).update(name="Zebra")
    assert found(company, "q=zebr") == {"ames"}
    assert found(company, "q=ames") == {"ames"}, "its external id is still AMES"
    contact = Contact.objects.get()
    Contact.objects.bulk_create([Contact(account=company.accounts["provo"], name="Quentin")])
    assert found(company, "q=quentin") == {"provo"}
    contact.deleted_at = timezone.now()
    contact.save()
    assert found(company, "q=colin") == set()


def test_amounts_potential_and_tasks_narrow_the_list(company: Company) -> None:
    ames, today = company.accounts["ames"], timezone.localdate()
    Account.objects.filter(pk=ames.pk).update(annual_sales=500, potential=900)
    Task.objects.create(account=ames, title="Call", due_on=today - dt.timedelta(days=1))
    Task.objects.create(account=company.accounts["provo"], title="Call", due_on=today + dt.timedelta(days=1))
    for question in (
        "sales_from=1",
        "sales_from=500&sales_to=500",
        "potential_from=900",
        "has_potential=yes",
        "tasks=overdue",
        "tasks=due",
    ):
        assert found(company, question) == {"ames"}, question
    assert found(company, "tasks=open") == {"ames", "provo"}
    assert "ames" not in found(company, "has_potential=no")


def test_nobody_finds_beyond_their_scope(company: Company) -> None:
    numbers = ",".join(str(account.pk) for account in company.accounts.values())
    for question in ("", f"ids={numbers}", "q=c", f"holder={company.positions['dora'].pk}"):
        assert found(company, question, "tim") <= {"ames"}
        assert found(company, question, "olga") == set()


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("status=asleep", "status: “asleep” is not one of prospect, active, lapsed, closed"),
        ("sales_from=much", "sales_from: “much” is not an amount"),
        ("sales_from=5&sales_to=1", "sales_to: “1” is not at least 5"),
        ("potential_to=NaN", "potential_to"),
        ("chain=x", "chain"),
        ("holder=99999999999999999999", "holder"),
        ("held=me", "nobody, vacant"),
        ("q=" + "x" * 201, "200 characters"),
        ("sort=shoe", "sort: “shoe” is not one of name"),
        ("columns=name,shoe", "columns: “shoe”"),
        ("size=0", "size"),
        ("size=201", "size"),
        ("status=asleep&sort=shoe", "sort"),
    ],
)
def test_a_bad_question_names_field_value_and_what_would_be_right(question: str, says: str) -> None:
    with pytest.raises(FilterError, match=says):
        read_list(parse_qs(question))


def in_place_of(query: ListQuery, *place: object) -> str:
    """A cursor that says it is of this list, whatever it holds."""
    return urlsafe_b64encode(json.dumps([*place, question_of(query)]).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor", ["x", "W10", "IiI", "eyJhIjoxfQ", "WyI-IiwgIngiLCAtMV0", [">", "x", -1], [">", [1], "x"], [">"]]
)
@pytest.mark.parametrize("sort", ["name", "annual_sales", "updated_at", "tasks"])
def test_a_cursor_this_list_never_gave_is_refused(
    company: Company, cursor: str | list[object], sort: str
) -> None:
    told = cursor if isinstance(cursor, str) else in_place_of(read_list({"sort": [sort]}), *cursor)
    with pytest.raises(FilterError, match="cursor"):
        list_page(company.people["dora"], read_list({"cursor": [told], "sort": [sort]}))


def test_a_place_in_one_list_is_none_in_another(company: Company) -> None:
    dora = company.people["dora"]
    asked = {"sort": ["-annual_sales"], "size": ["2"], "status": ["active", "lapsed"]}
    cursor = [list_page(dora, read_list(asked)).after]
    same = {**asked, "status": ["lapsed", "active"], "columns": ["city"], "size": ["3"], "cursor": cursor}
    assert len(list_page(dora, read_list(same)).rows) == 3
    for other in ({"sort": ["annual_sales"]}, {"sort": ["name"]}, {"status": ["active"]}, {"state": ["OH"]}):
        with pytest.raises(FilterError, match="cursor"):
            list_page(dora, read_list({**asked, **other, "cursor": cursor}))


def test_a_question_survives_the_query_string() -> None:
    question = "q=a+b&status=active&status=lapsed&state=OH&holder=1&alone=yes&held=vacant&has_potential=no&sales_from=5&ids=1&ids=2"
    asked = read_filter(parse_qs(question))
    assert read_filter(parse_qs(asked.as_query())) == asked
    query = read_list(parse_qs(question + "&sort=-city&columns=city,state&size=25"))
    assert read_list(parse_qs(urlencode(query.as_pairs()))) == query


@pytest.mark.parametrize("sort", [*COLUMNS, *(f"-{key}" for key in COLUMNS)])
def test_pages_show_every_account_once_in_order_and_lead_back(company: Company, sort: str) -> None:
    _spread(company)
    person = company.people["dora"]
    everything = list_page(person, read_list({"sort": [sort], "size": ["200"]})).rows
    pages, cursor = [], ""
    while True:
        page = list_page(person, read_list({"sort": [sort], "size": ["3"], "cursor": [cursor]}))
        pages.append(page)
        cursor = page.after
        if not cursor:
            break
    assert [row.pk for page in pages for row in page.rows] == [row.pk for row in everything]
    assert len(everything) == len(company.accounts)
    for earlier, later in pairwise(pages):
        back = list_page(person, read_list({"sort": [sort], "size": ["3"], "cursor": [later.before]}))
        assert [row.pk for row in back.rows] == [row.pk for row in earlier.rows]
    assert pages[0].before == ""


def test_rows_come_with_holder_person_and_next_task(company: Company) -> None:
    Incumbency.objects.filter(person=company.people["tim"]).update(ends_on=dt.date(2025, 1, 1))
    Task.objects.create(account=company.accounts["ames"], title="Later")
    Task.objects.create(account=company.accounts["ames"], title="First", due_on=dt.date(2026, 1, 1))
    rows = {row.name: row for row in list_page(company.people["dora"], read_list({})).rows}
    assert rows["Columbus"].held == ("Ohio", "Tess")
    assert rows["Ames"].held == ("Iowa", None)
    assert rows["Nobody"].held is None
    assert rows["Ames"].next_task.title == "First"


def test_a_page_takes_the_same_queries_for_few_rows_and_many(
    company: Company, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    Account.objects.bulk_create(Account(name=f"Shop {n}") for n in range(300))
    with django_assert_max_num_queries(9):
        assert len(list_page(company.people["dora"], read_list({"size": ["200"]})).rows) == 200


def _spread(company: Company) -> None:
    """Values that repeat, that are missing, and that differ only by case."""
    for n, account in enumerate(company.accounts.values()):
        Account.objects.filter(pk=account.pk).update(
            city=("", "Akron", "akron")[n % 3],
            annual_sales=Decimal(n % 4 * 100),
            potential=None if n % 3 == 0 else Decimal(n % 2),
            external_id=None if n % 2 else f"X{n}",
            account_class="" if n % 4 else "A",
        )
        if n % 3 == 0:
            Task.objects.create(account=account, title="Call", due_on=dt.date(2026, 1, 1 + n % 2))
