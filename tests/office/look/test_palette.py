"""What Ctrl-K finds: pages for everybody, records within the scope of whoever asks."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.office.conftest import Company


def _titles(company: Company, persona: str, query: str, group: str) -> set[str]:
    hits = company.client(persona).get("/palette", {"q": query}).json()["hits"]
    return {hit["title"] for hit in hits if hit["group"] == group}


def test_people_are_found_by_name(company: Company) -> None:
    assert _titles(company, "dora", "tes", "People") == {"Tess"}


@pytest.mark.parametrize(("persona", "found"), [("rita", {"Tess"}), ("ralph", set()), ("olga", set())])
def test_nobody_finds_people_beyond_their_scope(company: Company, persona: str, found: set[str]) -> None:
    assert _titles(company, persona, "tess", "People") == found


def test_positions_are_found_by_their_holder_too(company: Company) -> None:
    assert _titles(company, "dora", "tess", "Positions") == {"Ohio"}


def test_nothing_is_looked_up_until_something_is_typed(company: Company) -> None:
    answer = company.client("dora").get("/palette", {"q": "  "}).json()
    assert answer["hits"] == []
    assert {"/people/", "/org-chart/"} <= {page["url"] for page in answer["pages"]}


def test_pages_that_one_may_not_see_are_not_offered(company: Company) -> None:
    def urls(persona: str) -> set[str]:
        return {page["url"] for page in company.client(persona).get("/palette").json()["pages"]}

    assert urls("dora") - urls("tess"), "a director sees what was changed, a territory manager does not"


@pytest.mark.parametrize("query", ["\x00", "x" * 5000, "'; drop table", "%", "🐕"])
def test_odd_queries_find_nothing_and_break_nothing(company: Company, query: str) -> None:
    assert company.client("dora").get("/palette", {"q": query}).status_code == 200


def test_the_queries_do_not_grow_with_what_is_found(
    company: Company, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = company.client("dora")
    client.get("/palette", {"q": "a"})
    with django_assert_max_num_queries(16):
        client.get("/palette", {"q": "a"})
