"""Files of market potential: looked at first, loaded, withdrawn, and what of them cannot be taken."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from terrier.office.audit.models import Act
from terrier.office.audit.services import Author
from terrier.office.audit.undo import undo_act
from terrier.office.market.models import AreaFigure, Source
from terrier.office.market.potential import potential_now
from tests.office.conftest import Company
from tests.office.market.told import CARSON, FRANKLIN, HEAD, MONTGOMERY, SPENDING, UTAH, bring, load, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def al(company: Company) -> Client:
    return company.client("al")


def counting() -> dict[str, tuple[int | None, int | None]]:
    return {area: (customers, cents) for area, customers, cents in potential_now().iter_rows()}


def post(client: Client, name: str, source: Source, **data: Any) -> Source:
    assert client.post(reverse(f"market:{name}", args=[source.pk]), data).status_code == 302
    work()
    return Source.objects.get(pk=source.pk)


def test_a_county_file_is_looked_at_first_and_counts_nothing_yet(al: Client) -> None:
    source = bring(al)
    assert source.state == "checked"
    assert source.report["n_areas"] == 4
    assert (source.report["n_customers"], source.report["potential"]) == (60, None)
    assert (source.report["n_unmatched"], source.report["n_refused"]) == (1, 1)
    text = al.get(reverse("market:source", args=[source.pk])).content.decode()
    assert "99001" in text  # the area that is not known, by name
    assert "is not the code of a state, of 2 digits" in text
    assert "1 establishment of a state, in no county, is left out." in text
    assert counting() == {}


def test_what_establishments_spend_makes_potential(al: Client) -> None:
    source = post(al, "look_again", bring(al), **SPENDING)
    assert source.report["potential"] == 20 * 10_000 + 20 * 2_000 + 10 * 10_000 + 8 * 10_000 + 2 * 10_000
    load(al, source)
    assert counting() == {
        FRANKLIN: (40, 24_000_000),
        MONTGOMERY: (10, 10_000_000),
        UTAH: (8, 8_000_000),
        CARSON: (2, 2_000_000),
    }


def test_what_is_no_industry_or_no_amount_is_refused(al: Client) -> None:
    source = bring(al)
    for wrong in ({"industry-0": "pets"}, {"industry-0": "459910", "spending-0": "much"}):
        answer = al.post(reverse("market:look_again", args=[source.pk]), wrong, follow=True)
        assert "“pets”" in answer.content.decode() or "“much”" in answer.content.decode()
    assert Source.objects.get(pk=source.pk).options == {}


def test_a_file_that_is_withdrawn_lets_the_one_before_count_again(al: Client) -> None:
    load(al, bring(al, "county,potential\n39049,100\n49049,50\n", "potential", "old.csv"))
    newer = load(al, bring(al, 'area,value\n"Franklin, OH","$1,200"\n', "potential", "new.csv"))
    assert counting() == {FRANKLIN: (None, 120_000), UTAH: (None, 5_000)}
    assert post(al, "withdraw", newer).state == "withdrawn"
    assert counting() == {FRANKLIN: (None, 10_000), UTAH: (None, 5_000)}


def test_loading_and_withdrawing_are_told_and_taken_back(al: Client, company: Company) -> None:
    source = load(al, bring(al, "county,potential\n39049,100\n", "potential", "own.csv"))
    post(al, "withdraw", source)
    withdrawn, loaded = Act.objects.order_by("-at")[:2]
    assert (withdrawn.summary, loaded.summary) == ("Withdrew own.csv", "Loaded own.csv")
    author = Author(company.people["al"])
    undo_act(act=withdrawn, author=author)
    assert counting() == {FRANKLIN: (None, 10_000)}
    source = Source.objects.get(pk=source.pk)
    assert source.state == "loaded"
    undo_act(act=loaded, author=author)
    assert counting() == {}
    source = Source.objects.get(pk=source.pk)
    assert source.state == "checked"
    assert load(al, source).state == "loaded"
    assert counting() == {FRANKLIN: (None, 10_000)}


def test_zip_codes_are_added_up_by_county_and_states_stay_whole(al: Client) -> None:
    zips = load(al, bring(al, "zip,value\n43215,10\n43201,5\n45402,2\n", "customers", "zips.csv"))
    assert (zips.report["kind"], zips.report["n_codes"], zips.report["n_areas"]) == ("zip", 3, 2)
    states = load(al, bring(al, "state,value\nOhio,7\nUT,3\n", "customers", "states.csv"))
    assert states.report["kind"] == "state"
    assert counting() == {
        FRANKLIN: (15, None),
        MONTGOMERY: (2, None),
        "39": (7, None),
        "49": (3, None),
    }


def test_an_area_that_is_told_twice_in_two_ways_of_writing_it_counts_once(al: Client) -> None:
    text = 'area,value\n"King, WA","$9,000,000"\n39049,5\n53033,"$1,000"\n'
    source = bring(al, text, "potential", "own.csv")
    assert (source.report["n_codes"], source.report["n_areas"], source.report["n_refused"]) == (2, 2, 1)
    page = al.get(reverse("market:source", args=[source.pk])).content.decode()
    assert "is told in row 2 already; each area has one value" in page
    load(al, source)
    assert counting() == {"53033": (None, 900_000_000), FRANKLIN: (None, 500)}


def test_a_zip_code_with_its_four_more_digits_is_the_same_area(al: Client) -> None:
    source = bring(al, "zip,value\n43215,10\n43201,5\n43215-1234,2\n", "customers", "zips.csv")
    assert (source.report["n_codes"], source.report["n_refused"]) == (2, 1)
    assert load(al, source).state == "loaded"
    assert counting() == {FRANKLIN: (15, None)}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("area,value\n39049,5\n53033,6\n98101,7\n", "is a ZIP code; this file tells counties"),
        ("area,value\n39049,5\n53033,6\nOhio,7\n", "is a state; this file tells counties"),
        ('area,value\n43215,5\n98101,6\n"Franklin, OH",7\n', "is a county; this file tells ZIP codes"),
    ],
)
def test_an_area_of_another_kind_is_refused_and_told_of_which_it_is(al: Client, text: str, told: str) -> None:
    source = bring(al, text, "potential", "own.csv")
    assert (source.report["n_refused"], source.report["n_unmatched"]) == (1, 0)
    page = al.get(reverse("market:source", args=[source.pk])).content.decode()
    assert told in page
    assert "A file has one kind of area" in page


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("name,city\nWags,Dayton\n", "patterns", "it has no column “naics”"),
        (f"{HEAD}39,049,111110,1,1,1\n", "patterns", "none of these industries"),
        ("area,value\nNarnia,5\n", "potential", "the first is “Narnia”"),
        ("area,value\n39049,much\n", "potential", "“much” is not a number of zero or more"),
    ],
)
def test_a_file_of_which_nothing_can_be_taken_says_why(al: Client, text: str, kind: str, told: str) -> None:
    source = bring(al, text, kind, "wrong.csv")
    assert source.state == "refused"
    assert told in al.get(reverse("market:source", args=[source.pk])).content.decode()
    assert al.post(reverse("market:forget", args=[source.pk])).status_code == 302
    assert not Source.objects.exists()


def test_what_counts_is_neither_discarded_nor_loaded_again(al: Client) -> None:
    source = load(al, bring(al, "county,potential\n39049,100\n", "potential", "own.csv"))
    for name in ("forget", "load", "look_again"):
        answer = al.post(reverse(f"market:{name}", args=[source.pk]), follow=True)
        assert "This cannot be done now" in answer.content.decode()
    assert AreaFigure.objects.count() == 1


def test_rows_that_were_left_out_are_taken_along_as_files(al: Client) -> None:
    source = bring(al)
    refused = al.get(reverse("market:refused", args=[source.pk, "csv"]))
    assert b"9,fipstate,OH" in b"".join(refused.streaming_content)
    unmatched = al.get(reverse("market:unmatched", args=[source.pk, "csv"]))
    assert b"99001,3.0" in b"".join(unmatched.streaming_content)
