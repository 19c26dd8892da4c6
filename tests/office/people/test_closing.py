"""A position that closes and still covers accounts: who takes them over, what is shown before, and Undo."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.alignment.services import assign_overlay, assign_primary
from terrier.office.audit.models import Act
from terrier.office.audit.services import Author
from terrier.office.audit.undo import undo_act
from terrier.office.errors import RefusedError
from terrier.office.people.positions import close_position
from tests.office.conftest import LONG_AGO, Company

SPRING = dt.date(2030, 4, 1)
SUMMER = dt.date(2030, 7, 1)
DAY = dt.timedelta(days=1)

Told = list[tuple[str, str, str]]


@pytest.fixture
def ada(company: Company) -> Author:
    return Author(company.people["ada"])


def told(company: Company, label: str, day: dt.date) -> Told:
    """Who covers an account on a day: position, kind, share."""
    rows = Coverage.objects.on(day).filter(account=company.accounts[label]).select_related("position")
    return sorted((row.position.name, row.kind, f"{row.split:.0%}") for row in rows)


def everything() -> list[tuple[object, ...]]:
    return sorted(
        Coverage.objects.values_list("account", "position", "kind", "starts_on", "ends_on", "split"), key=str
    )


def close(company: Company, who: str, ada: Author, to: str | None) -> Act:
    act = close_position(
        position=company.positions[who],
        closes_on=SPRING,
        author=ada,
        accounts_to=company.positions[to] if to else None,
        leave_accounts=to is None,
    )
    assert act is not None
    return act


def test_without_a_word_on_its_accounts_nothing_happens(company: Company, ada: Author) -> None:
    with pytest.raises(
        RefusedError, match=r"Ohio still covers 3 accounts .* Choose who takes them over"
    ) as refused:
        close_position(position=company.positions["tess"], closes_on=SPRING, author=ada)
    assert refused.value.field == "accounts_to"


def test_a_successor_takes_every_account_over_on_the_day_and_not_before(
    company: Company, ada: Author
) -> None:
    close(company, "tess", ada, "tim")
    for label in ("columbus", "dayton"):
        assert told(company, label, SPRING - DAY) == [("Ohio", "primary", "100%")]
        assert told(company, label, SPRING) == [("Iowa", "primary", "100%")]
    assert told(company, "chain ohio", SPRING) == [
        ("Iowa", "primary", "70%"),
        ("Key accounts", "overlay", "30%"),
    ]
    row = Coverage.objects.on(SPRING).get(account=company.accounts["columbus"])
    assert row.reason == "Took over when Ohio closed."


def test_a_successor_who_shares_an_account_gets_both_shares(company: Company, ada: Author) -> None:
    close(company, "tess", ada, "kate")
    assert told(company, "chain ohio", SPRING) == [("Key accounts", "primary", "100%")]
    close(company, "tom", ada, "ralph")
    assert told(company, "chain utah", SPRING) == [
        ("Key accounts", "overlay", "30%"),
        ("West", "primary", "70%"),
    ]


def test_an_overlay_goes_to_the_successor_or_back_to_the_holder(company: Company, ada: Author) -> None:
    act = close(company, "kate", ada, None)
    assert told(company, "chain", SPRING) == []
    assert told(company, "chain ohio", SPRING) == [("Ohio", "primary", "100%")]
    undo_act(act=act, author=ada)
    close(company, "kate", ada, "tess")
    assert told(company, "chain", SPRING) == [("Ohio", "primary", "100%")]
    assert told(company, "chain ohio", SPRING) == [("Ohio", "primary", "100%")], (
        "who holds it gets the share, too"
    )
    assert told(company, "chain utah", SPRING) == [("Ohio", "overlay", "30%"), ("Utah", "primary", "70%")]


def test_left_to_nobody_they_are_vacant_from_the_day_on(company: Company, ada: Author) -> None:
    close(company, "tess", ada, None)
    assert told(company, "columbus", SPRING - DAY) == [("Ohio", "primary", "100%")]
    assert told(company, "columbus", SPRING) == []
    assert told(company, "chain ohio", SPRING) == [("Key accounts", "overlay", "30%")]


def test_what_is_planned_beyond_the_day_is_handed_on_as_planned(company: Company, ada: Author) -> None:
    ames = company.accounts["ames"]
    assign_primary(account=ames, position=company.positions["tess"], starts_on=SUMMER, author=ada)
    assign_primary(account=ames, position=company.positions["tom"], starts_on=SUMMER + 90 * DAY, author=ada)
    assign_overlay(
        account=ames,
        position=company.positions["ralph"],
        split=Decimal("0.2"),
        starts_on=SUMMER + 30 * DAY,
        author=ada,
    )
    close(company, "tess", ada, "ralph")
    assert told(company, "ames", SPRING) == [("Iowa", "primary", "100%")]
    assert told(company, "ames", SUMMER) == [("West", "primary", "100%")]
    assert told(company, "ames", SUMMER + 40 * DAY) == [("West", "primary", "100%")]
    assert told(company, "ames", SUMMER + 90 * DAY) == [
        ("Utah", "primary", "80%"),
        ("West", "overlay", "20%"),
    ]


@pytest.mark.parametrize("to", ["tim", "kate", None])
def test_undo_puts_everything_back(company: Company, ada: Author, to: str | None) -> None:
    before = everything()
    act = close(company, "tess", ada, to)
    assert everything() != before
    undo_act(act=act, author=ada)
    assert everything() == before
    company.positions["tess"].refresh_from_db()
    assert company.positions["tess"].closes_on is None


def test_a_successor_must_be_open_and_another(company: Company, ada: Author) -> None:
    company.positions["tim"].closes_on = SUMMER
    company.positions["tim"].save()
    for to in ("tim", "tess"):
        with pytest.raises(RefusedError) as refused:
            close(company, "tess", ada, to)
        assert refused.value.field == "accounts_to"
    assert told(company, "columbus", SPRING) == [("Ohio", "primary", "100%")]


def test_the_page_shows_what_would_change_and_does_it_only_when_told_again(company: Company) -> None:
    client, ohio = company.client("ada"), company.positions["tess"]
    address = f"/positions/{ohio.pk}/close/"
    asked = {"closes_on": SPRING.isoformat(), "accounts_to": str(company.positions["tim"].pk)}
    shown = client.post(address, asked).content.decode()
    assert "Iowa takes over on April 1, 2030" in shown
    assert "3 accounts" in shown
    assert "Columbus" in shown
    ohio.refresh_from_db()
    assert ohio.closes_on is None
    assert client.post(address, {**asked, "sure": "yes"}).status_code == 302
    ohio.refresh_from_db()
    assert ohio.closes_on == SPRING
    assert told(company, "columbus", SPRING) == [("Iowa", "primary", "100%")]


def test_the_page_warns_of_accounts_left_to_nobody(company: Company) -> None:
    client, ohio = company.client("ada"), company.positions["tess"]
    shown = client.post(f"/positions/{ohio.pk}/close/", {"closes_on": SPRING.isoformat()}).content.decode()
    assert "Nobody holds 3 accounts from April 1, 2030" in shown
    assert "Close and leave them to nobody" in shown


def test_a_position_without_accounts_closes_at_once(company: Company) -> None:
    vacant = company.positions["al"]
    answer = company.client("ada").post(f"/positions/{vacant.pk}/close/", {"closes_on": timezone.localdate()})
    assert answer.status_code == 302


def test_the_queries_do_not_grow_with_what_is_only_read(
    company: Company, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    client, ohio = company.client("ada"), company.positions["tess"]
    assert Coverage.objects.filter(position=ohio, kind=CoverageKind.PRIMARY, starts_on=LONG_AGO).count() == 3
    with django_assert_max_num_queries(30):
        client.post(f"/positions/{ohio.pk}/close/", {"closes_on": SPRING.isoformat()})


def test_over_the_api_a_program_says_who_takes_over(company: Company) -> None:
    client, ohio, iowa = company.client("ada"), company.positions["tess"], company.positions["tim"]
    address, day = f"/api/v1/positions/{ohio.pk}/close", SPRING.isoformat()
    refused = client.post(address, {"closes_on": day}, content_type="application/json")
    assert refused.status_code == 422
    assert "accounts_to" in refused.content.decode()
    closed = client.post(
        address, {"closes_on": day, "accounts_to_id": iowa.pk}, content_type="application/json"
    )
    assert closed.status_code == 200
    assert told(company, "columbus", SPRING) == [("Iowa", "primary", "100%")]
