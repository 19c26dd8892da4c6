from __future__ import annotations

import datetime as dt
import re
from unittest.mock import patch

import pytest
from django.utils import timezone, translation

from terrier.office.look.templatetags.look import ago, short_day, short_moment
from terrier.office.settings import HERE

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("day", "english", "italian"),
    [
        (dt.date(2026, 8, 6), "Aug 6", "6 Ago"),
        (dt.date(2025, 12, 9), "Dec 9, 2025", "09 Dic 2025"),
        (dt.date(2027, 1, 1), "Jan 1, 2027", "01 Gen 2027"),
        (dt.datetime(2026, 8, 6, 12, tzinfo=dt.UTC), "Aug 6", "6 Ago"),
        (None, "", ""),
    ],
)
def test_a_day_has_its_year_only_if_that_is_another(day: dt.date | None, english: str, italian: str) -> None:
    with patch.object(timezone, "now", return_value=NOW):
        assert short_day(day) == english
        with translation.override("it"):
            assert short_day(day) == italian


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"),
        (1, "yesterday"),
        (2, "2 days ago"),
        (13, "13 days ago"),
        (14, "2 weeks ago"),
        (59, "8 weeks ago"),
        (60, "2 months ago"),
        (729, "24 months ago"),
        (730, "2 years ago"),
    ],
)
def test_what_was_is_so_long_ago_in_one_unit(days: int, said: str) -> None:
    with patch.object(timezone, "now", return_value=NOW):
        assert ago(NOW - dt.timedelta(days=days)) == said


def test_no_page_writes_days_in_an_order_of_its_own() -> None:
    same_everywhere = {"c", "l", "Y-m-d"}
    forms = [
        (page.name, form)
        for page in HERE.rglob("*.html")
        for form in re.findall(r"\|(?:date|time):[\"']([^\"']+)", page.read_text())
    ]
    assert forms
    assert not [
        (page, form) for page, form in forms if form not in same_everywhere and not form.endswith("_FORMAT")
    ]


def test_lists_tell_moments_in_one_way() -> None:
    now = timezone.localtime().replace(month=3, day=5, hour=14, minute=5)
    assert short_moment(now) == f"{short_day(now)}, 2:05 p.m."
    assert short_moment(now.replace(year=2020)).startswith("Mar 5, 2020, 2:05")
    assert short_moment(None) == ""
