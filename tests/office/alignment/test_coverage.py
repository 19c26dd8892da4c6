from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from terrier.office.alignment.models import Coverage, unfair_day
from terrier.office.alignment.services import CoverageError, assign_overlay, assign_primary, end_coverage
from terrier.office.audit.services import Author
from tests.office.conftest import LONG_AGO, Company

NEW_YEAR = dt.date(2026, 1, 1)
SPRING = dt.date(2026, 4, 1)

Told = list[tuple[str, str, str, str | None, str]]


def test_a_new_holder_follows_the_old_one_to_the_day(company: Company) -> None:
    _hold(company, "tim", NEW_YEAR, reason="Iowa has room")
    assert _told(company) == [
        ("Ohio", "primary", "2020-01-01", "2026-01-01", "1"),
        ("Iowa", "primary", "2026-01-01", None, "1"),
    ]
    assert (
        Coverage.objects.get(position=company.positions["tim"], account=_columbus(company)).reason
        == "Iowa has room"
    )


def test_a_holder_of_the_same_day_is_replaced_as_if_never_there(company: Company) -> None:
    _hold(company, "tim", LONG_AGO)
    assert _told(company) == [("Iowa", "primary", "2020-01-01", None, "1")]


def test_a_holder_planned_for_later_stays_planned(company: Company) -> None:
    _hold(company, "tom", SPRING)
    _hold(company, "tim", NEW_YEAR)
    assert [row[:4] for row in _told(company)] == [
        ("Ohio", "primary", "2020-01-01", "2026-01-01"),
        ("Iowa", "primary", "2026-01-01", "2026-04-01"),
        ("Utah", "primary", "2026-04-01", None),
    ]


def test_what_an_overlay_takes_the_primary_gives_and_gets_back(company: Company) -> None:
    _share(company, "kate", "0.3", NEW_YEAR)
    assert _told(company) == [
        ("Ohio", "primary", "2020-01-01", "2026-01-01", "1"),
        ("Key accounts", "overlay", "2026-01-01", None, "0.3"),
        ("Ohio", "primary", "2026-01-01", None, "0.7"),
    ]
    _end(company, "kate", SPRING)
    assert _told(company)[1:] == [
        ("Key accounts", "overlay", "2026-01-01", "2026-04-01", "0.3"),
        ("Ohio", "primary", "2026-01-01", "2026-04-01", "0.7"),
        ("Ohio", "primary", "2026-04-01", None, "1"),
    ]


def test_an_overlay_for_a_time_leaves_the_days_around_it_alone(company: Company) -> None:
    _share(company, "kate", "0.25", NEW_YEAR, ends_on=SPRING)
    assert sorted(_told(company), key=lambda row: (row[0], row[2])) == [
        ("Key accounts", "overlay", "2026-01-01", "2026-04-01", "0.25"),
        ("Ohio", "primary", "2020-01-01", "2026-01-01", "1"),
        ("Ohio", "primary", "2026-01-01", "2026-04-01", "0.75"),
        ("Ohio", "primary", "2026-04-01", None, "1"),
    ]


def test_a_new_holder_gets_what_the_overlays_leave(company: Company) -> None:
    _share(company, "kate", "0.3", NEW_YEAR)
    _hold(company, "tim", SPRING)
    assert ("Iowa", "primary", "2026-04-01", None, "0.7") in _told(company)


def test_an_overlay_that_becomes_the_holder_is_no_longer_an_overlay(company: Company) -> None:
    _share(company, "ann", "0.3", NEW_YEAR)
    _hold(company, "ann", SPRING)
    assert _told(company)[-1] == ("Inside sales East", "primary", "2026-04-01", None, "1")


@pytest.mark.parametrize(
    ("deed", "says"),
    [
        (lambda company: _hold(company, "tess", NEW_YEAR), "already"),
        (lambda company: _share(company, "tess", "0.1", NEW_YEAR), "already"),
        (lambda company: _share(company, "kate", "0", NEW_YEAR), "more than 0%"),
        (lambda company: _share(company, "kate", "1.01", NEW_YEAR), "at most 100%"),
        (lambda company: _share(company, "kate", "0.1", SPRING, ends_on=NEW_YEAR), "end after"),
        (lambda company: _hold(company, "tim", dt.date(2019, 1, 1)), "opens on 2020-01-01"),
    ],
)
def test_what_cannot_be_says_why_and_changes_nothing(company: Company, deed, says: str) -> None:  # type: ignore[no-untyped-def]
    before = _told(company)
    with pytest.raises(CoverageError, match=says):
        deed(company)
    assert _told(company) == before


def test_overlays_share_no_more_than_all(company: Company) -> None:
    _share(company, "kate", "0.7", NEW_YEAR)
    with pytest.raises(CoverageError, match="30% is left"):
        _share(company, "ann", "0.4", NEW_YEAR)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(
    deeds=st.lists(
        st.tuples(
            st.sampled_from(["hold", "share", "end"]),
            st.sampled_from(["tess", "tim", "tom", "ann", "kate"]),
            st.integers(0, 400),
            st.decimals("0.05", "1", places=2),
            st.one_of(st.none(), st.integers(1, 200)),
        ),
        max_size=12,
    )
)
def test_whatever_is_assigned_nobody_holds_with_another_and_credit_is_one_at_most(
    company: Company, deeds
) -> None:  # type: ignore[no-untyped-def]
    Coverage.objects.filter(account=_columbus(company)).delete()
    for deed, who, after, split, days in deeds:
        day = NEW_YEAR + dt.timedelta(days=after)
        try:
            if deed == "hold":
                _hold(company, who, day)
            elif deed == "share":
                _share(
                    company, who, split, day, ends_on=None if days is None else day + dt.timedelta(days=days)
                )
            else:
                _end(company, who, day)
        except CoverageError:
            pass
        assert (
            unfair_day(list(Coverage.objects.filter(account=_columbus(company)).select_related("account")))
            == ""
        )


def _hold(company: Company, who: str, day: dt.date, reason: str = "") -> None:
    assign_primary(
        account=_columbus(company),
        position=company.positions[who],
        starts_on=day,
        reason=reason,
        author=Author(company.people["rita"]),
    )


def _share(
    company: Company, who: str, split: str | Decimal, day: dt.date, ends_on: dt.date | None = None
) -> None:
    assign_overlay(
        account=_columbus(company),
        position=company.positions[who],
        split=Decimal(split),
        starts_on=day,
        ends_on=ends_on,
        author=Author(company.people["rita"]),
    )


def _end(company: Company, who: str, day: dt.date) -> None:
    rows = Coverage.objects.filter(account=_columbus(company), position=company.positions[who])
    row = rows.order_by("starts_on").last()
    if row is not None:
        end_coverage(coverage=row, ends_on=day, author=Author(company.people["rita"]))


def _columbus(company: Company):  # type: ignore[no-untyped-def]
    return company.accounts["columbus"]


def _told(company: Company) -> Told:
    rows = Coverage.objects.filter(account=_columbus(company)).select_related("position")
    return [
        (
            row.position.name,
            row.kind,
            row.starts_on.isoformat(),
            row.ends_on.isoformat() if row.ends_on else None,
            str(row.split.normalize()),
        )
        for row in rows.order_by("starts_on", "kind")
    ]
