from __future__ import annotations

import datetime as dt
from typing import Any
from unittest.mock import patch

import pytest
from django.urls import reverse
from django.utils import timezone

from terrier.office.accounts.details import add_contact
from terrier.office.accounts.models import Account, Event, Note
from terrier.office.accounts.services import edit_account
from terrier.office.accounts.timeline import Item, NoPlaceError, read_place, story_of
from terrier.office.alignment.models import Coverage
from terrier.office.audit.models import Action
from terrier.office.audit.services import Author, Record, save_act
from tests.office.conftest import LONG_AGO, Company

DAY = dt.date(2026, 3, 2)


def midnight() -> dt.datetime:
    """The moment from which coverage of that day counts."""
    return timezone.make_aware(dt.datetime.combine(DAY, dt.time()))


def told(company: Company, size: int, who: str = "dora") -> list[Item]:
    """The whole timeline of Columbus, read page by page."""
    items: list[Item] = []
    before = None
    while True:
        story = story_of(company.people[who], company.accounts["columbus"], before, size)
        assert len(story.items) <= size
        items += story.items
        if not story.before:
            return items
        before = read_place(story.before)


def keys(items: list[Item]) -> list[tuple[int, int]]:
    return [(item.place.source, item.place.number) for item in items]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_tell_everything_once_though_all_of_it_happened_at_one_moment(
    company: Company, size: int
) -> None:
    _crowd(company)
    whole = story_of(company.people["dora"], company.accounts["columbus"], None, 200)
    assert whole.before == ""
    assert len(whole.items) == 5 + 4 + 3 + 4
    assert keys(told(company, size)) == keys(whole.items)


def test_an_act_is_told_with_all_that_it_changed_though_a_page_ends_within_it(company: Company) -> None:
    account, author = company.accounts["columbus"], Author(company.people["dora"])
    record = Record(author, "Tidied up")
    for number in range(6):
        contact, _act = add_contact(account=account, values={"name": f"Bo {number}"}, author=author)
        record.add(Action.UPDATE, contact, {"phone": ("", f"555-010{number}")})
    save_act(record)
    first = story_of(company.people["dora"], account, None, 2).items[0]
    assert first.title == "Tidied up"
    assert sorted(change.after for change in first.changes) == [f"555-010{number}" for number in range(6)]
    assert [item.title for item in told(company, 2)].count("Tidied up") == 1


def test_coverage_that_is_planned_has_not_happened(company: Company) -> None:
    Coverage.objects.create(
        account=company.accounts["columbus"],
        position=company.positions["tim"],
        kind="overlay",
        split="0.1",
        starts_on=timezone.localdate() + dt.timedelta(days=30),
    )
    assert [item.title for item in told(company, 20)] == ["Ohio holds it"]


def test_who_changed_many_accounts_is_told_so_before_undoing_it(company: Company) -> None:
    account, author = company.accounts["columbus"], Author(company.people["dora"])
    edit_account(account=account, values={"phone": "555-0100"}, version=1, author=author)
    record = Record(author, "Changed both")
    for label in ("columbus", "ames"):
        record.add(Action.UPDATE, company.accounts[label], {"city": ("", "Dublin")})
    save_act(record)
    assert [(item.title, item.wide) for item in told(company, 20)[:2]] == [
        ("Changed both", True),
        ("Changed Columbus", False),
    ]


@pytest.mark.parametrize(
    "place",
    ["x", "2026-01-01T00:00:00_1_1", "0001-01-01T00:00:00+14:00_1_1", "2026-01-01T00:00:00+00:00_4_1"]
    + [f"2026-01-01T00:00:00+00:00_1_{number}" for number in ("-1", "x", 2**63)],
)
def test_a_place_that_no_timeline_gave_is_refused(company: Company, place: str) -> None:
    with pytest.raises(NoPlaceError):
        read_place(place)
    address = reverse("accounts:timeline", args=[company.accounts["columbus"].pk])
    assert company.client("tess").get(address, {"before": place}).status_code == 400


def test_earlier_things_can_be_edited_too(company: Company) -> None:
    _crowd(company)
    account = company.accounts["columbus"]
    page = company.client("dora").get(
        reverse("accounts:timeline", args=[account.pk]), {"before": f"{midnight().isoformat()}_0_9999999"}
    )
    assert "Edit" in page.content.decode()


def test_a_timeline_takes_no_query_for_each_thing(
    company: Company, django_assert_max_num_queries: Any
) -> None:
    _crowd(company)
    _crowd(company)
    with django_assert_max_num_queries(12):
        story_of(company.people["dora"], company.accounts["columbus"])


def _crowd(company: Company) -> None:
    """Five calls, four notes, two who share from that day on, and four acts, all at one moment."""
    account: Account = company.accounts["columbus"]
    moment = midnight()
    Event.objects.bulk_create(
        Event(account=account, kind="call", happened_at=moment, summary=f"Call {n}") for n in range(5)
    )
    Note.objects.bulk_create(Note(account=account, text=f"Note {n}") for n in range(4))
    Note.objects.filter(account=account).update(created_at=moment)
    Coverage.objects.filter(account=account, starts_on=LONG_AGO).update(ends_on=DAY)
    for label, start, end in (("tim", DAY, DAY + dt.timedelta(days=1)), ("tom", DAY, None)):
        Coverage.objects.get_or_create(
            account=account,
            position=company.positions[label],
            starts_on=start,
            ends_on=end,
            kind="overlay",
            split="0.1",
        )
    with patch("django.utils.timezone.now", return_value=moment):
        _act_four_times(company, account)


def _act_four_times(company: Company, account: Account) -> None:
    for number in range(4):
        record = Record(Author(company.people["dora"]), f"Act {number}")
        record.add(Action.UPDATE, account, {"city": (f"{number}", f"{number + 1}")})
        record.add(Action.UPDATE, account, {"phone": (f"{number}", f"{number + 1}")})
        save_act(record)
