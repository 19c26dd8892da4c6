"""The list of pages behind the rail, the dock, the palette and the shortcuts."""

from __future__ import annotations

import re
from collections import Counter

from django.urls import reverse

from terrier.office.look.navigation import ENTRIES, GENERAL
from tests.office.conftest import EVERYBODY, Company


def test_no_two_pages_share_their_keys() -> None:
    counted = Counter(entry.keys for entry in ENTRIES if entry.keys) + Counter(one.keys for one in GENERAL)
    assert [keys for keys, times in counted.items() if times > 1] == []


def test_every_page_of_the_list_opens_for_whoever_is_shown_it(company: Company) -> None:
    for persona in EVERYBODY:
        client = company.client(persona)
        for page in client.get("/palette").json()["pages"]:
            assert client.get(page["url"]).status_code == 200, f"{persona} at {page['url']}"


def test_the_rail_marks_where_one_is(company: Company) -> None:
    page = company.client("dora").get(reverse("people:people")).content.decode()
    marked = re.findall(r'class="rail-link" href="([^"]*)" aria-current="page"', page)
    assert set(marked) == {reverse("people:people")}


def test_a_phone_has_room_for_what_is_in_its_dock() -> None:
    assert sum(entry.in_dock for entry in ENTRIES) <= 4
