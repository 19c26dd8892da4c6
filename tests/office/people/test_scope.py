from __future__ import annotations

import datetime as dt

import pytest

from terrier.office.accounts.models import Account, Contact
from terrier.office.people.models import Incumbency, Person, Position
from terrier.office.people.scope import visible_to
from tests.office.conftest import Company

EVERYTHING = {
    "columbus",
    "dayton",
    "ames",
    "provo",
    "bangor",
    "phone",
    "nobody",
    "chain",
    "chain ohio",
    "chain utah",
}


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("dora", EVERYTHING),
        ("al", EVERYTHING),
        ("ada", EVERYTHING),
        ("rita", {"columbus", "dayton", "ames", "bangor", "phone", "chain ohio"}),
        ("ralph", {"provo", "chain utah"}),
        ("tess", {"columbus", "dayton", "chain ohio"}),
        ("tim", {"ames"}),
        ("ann", {"phone"}),
        ("kate", {"chain", "chain ohio", "chain utah"}),
        ("olga", set()),
    ],
)
def test_each_role_sees_the_accounts_of_its_scope(company: Company, who: str, sees: set[str]) -> None:
    visible = visible_to(company.people[who], Account)
    assert {label for label, account in company.accounts.items() if account in visible} == sees
    assert visible.count() == len(sees), "nobody is listed twice"


def test_a_key_account_is_seen_whole_from_any_of_its_sites(company: Company) -> None:
    new = Account.objects.create(
        name="Chain Iowa", parent=company.accounts["chain"], chain=company.accounts["chain"]
    )
    assert new in visible_to(company.people["kate"], Account)
    assert new not in visible_to(company.people["tim"], Account)


def test_scope_follows_the_date_asked(company: Company) -> None:
    change = dt.date(2025, 7, 1)
    Incumbency.objects.filter(position=company.positions["tess"]).update(ends_on=change)
    Incumbency.objects.create(
        person=company.people["tim"], position=company.positions["tess"], starts_on=change
    )
    tim, columbus = company.people["tim"], company.accounts["columbus"]
    assert columbus not in visible_to(tim, Account, on=change - dt.timedelta(days=1))
    assert columbus in visible_to(tim, Account, on=change)
    assert columbus not in visible_to(company.people["tess"], Account, on=change)


def test_what_belongs_to_an_account_is_seen_with_it(company: Company) -> None:
    assert visible_to(company.people["tess"], Contact).count() == 1
    assert visible_to(company.people["tim"], Contact).count() == 0


def test_people_and_positions_are_seen_downwards(company: Company) -> None:
    assert {p.name for p in visible_to(company.people["rita"], Person)} == {"Rita", "Tess", "Tim", "Ann"}
    assert {p.name for p in visible_to(company.people["tess"], Position)} == {"Ohio"}


def test_a_model_nobody_placed_under_the_rule_is_refused(company: Company) -> None:
    from django.contrib.sessions.models import Session

    with pytest.raises(LookupError, match="not under the scope rule"):
        visible_to(company.people["dora"], Session)
