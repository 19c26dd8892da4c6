"""The market area by area: what it could buy and does, to whom it is shown, and where a number comes from."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from terrier.office.accounts.models import Account
from terrier.office.market.listing import shades
from tests.office.conftest import Company
from tests.office.market.told import CARSON, FRANKLIN, MONTGOMERY, UTAH, place, tell
from tests.office.sales.sold import half_years, sell

HALF = 181 / 365
"""The days from January to June, of a year."""


@pytest.fixture
def told(company: Company, tmp_path: Path) -> Company:
    place(company)
    sell(tmp_path / "brought", half_years())
    tell(company)
    return company


def page(company: Company, who: str, **query: Any) -> str:
    answer = company.client(who).get(reverse("market:areas"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(company: Company, who: str, **query: Any) -> dict[str, dict[str, str]]:
    """The list as its file has it, by code."""
    answer = company.client(who).get(reverse("market:areas"), {**query, "as": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return {row["Code"]: row for row in csv.DictReader(io.StringIO(text))}


def test_each_county_has_its_customers_and_sales_beside_what_it_could_buy(told: Company) -> None:
    found = rows(told, "dora")
    assert set(found) == {FRANKLIN, MONTGOMERY, UTAH, CARSON}
    franklin = found[FRANKLIN]
    assert (franklin["Area"], franklin["Territory"], franklin["State"]) == ("Franklin, OH", "Ohio", "OH")
    assert (franklin["Customers"], franklin["Potential customers"], franklin["Sales"]) == (
        "2",
        "40",
        "2150.0",
    )
    assert float(franklin["Penetration"]) == 0.05
    assert float(franklin["Potential"]) == pytest.approx(240_000 * HALF)
    assert float(franklin["Share of the market"]) == pytest.approx(2150 / (240_000 * HALF))
    assert float(franklin["White space"]) == pytest.approx(240_000 * HALF - 2150, abs=0.01)
    assert found[CARSON]["Territory"] == ""


def test_everybody_sees_the_areas_of_their_territories_and_what_they_are_credited_with(told: Company) -> None:
    ohio = rows(told, "tess")
    assert set(ohio) == {FRANKLIN, MONTGOMERY}
    assert ohio[FRANKLIN]["Sales"] == "1550.0"  # 150 and 70% of 2000
    assert set(rows(told, "rita")) == {FRANKLIN, MONTGOMERY}
    assert set(rows(told, "tom")) == {UTAH}
    for who in ("ann", "kate", "olga"):
        assert "No area is yours" in page(told, who)


def test_states_and_territories_are_their_counties_added_up(told: Company) -> None:
    states = rows(told, "dora", level="state")
    assert set(states) == {"OH", "UT", "NV"}
    assert (states["OH"]["Area"], states["OH"]["Customers"], states["OH"]["Potential customers"]) == (
        "Ohio",
        "3",
        "50",
    )
    territories = {row["Area"]: row for row in rows(told, "dora", level="territory").values()}
    assert set(territories) == {"Ohio", "Utah", ""}
    assert float(territories["Utah"]["Penetration"]) == 0.25
    assert float(territories["Utah"]["Sales"]) == 520


def test_most_white_space_comes_first_and_lists_are_narrowed(told: Company) -> None:
    assert list(rows(told, "dora")) == [FRANKLIN, MONTGOMERY, UTAH, CARSON]
    assert list(rows(told, "dora", sort="penetration")) == [CARSON, FRANKLIN, MONTGOMERY, UTAH]
    assert set(rows(told, "dora", state="OH", q="mont")) == {MONTGOMERY}
    assert set(rows(told, "dora", territory=told.positions["tom"].pk)) == {UTAH}
    assert set(rows(told, "dora", territory=0)) == {CARSON}
    assert "No area fits" in page(told, "dora", q="nowhere")


def test_the_map_draws_what_is_listed_and_leads_to_it(told: Company) -> None:
    drawn = json.loads(
        re.search(
            r'<script type="application/json">(.*?)</script>', page(told, "dora", shade="penetration"), re.S
        )[1]
    )
    assert drawn["level"] == "counties"
    assert {row[0]: row[3] for row in drawn["rows"]} == {FRANKLIN: "5.0%", MONTGOMERY: "10.0%", UTAH: "25.0%", CARSON: "0.0%"}  # fmt: skip
    assert drawn["into"].startswith("/market/areas/{}?")
    territories = json.loads(
        re.search(
            r'<script type="application/json">(.*?)</script>', page(told, "dora", level="territory"), re.S
        )[1]
    )
    assert {row[0]: row[2] for row in territories["rows"]}[MONTGOMERY] == "Ohio"
    states = json.loads(
        re.search(r'<script type="application/json">(.*?)</script>', page(told, "dora", level="state"), re.S)[
            1
        ]
    )
    assert {row[0]: row[4] for row in states["rows"]} == {"39": "OH", "49": "UT", "32": "NV"}


def test_an_area_shows_its_accounts_within_the_scope_and_no_others(told: Company) -> None:
    text = told.client("tess").get(reverse("market:area", args=[FRANKLIN])).content.decode()
    assert "Columbus" in text
    assert "Chain Ohio" in text
    assert "Phone" not in text  # an account manager's
    assert "Phone" in told.client("dora").get(reverse("market:area", args=[FRANKLIN])).content.decode()
    answer = told.client("tess").get(reverse("market:area", args=[FRANKLIN]), {"as": "csv"})
    assert b"Chain Ohio" in b"".join(answer.streaming_content)


def test_a_number_tells_its_formula_and_what_went_into_it(told: Company) -> None:
    address = reverse("market:explain", args=["penetration"])
    text = told.client("dora").get(address, {"area": FRANKLIN}).content.decode()
    assert "Active accounts ÷ potential customers" in text
    assert "2 ÷ 40" in text
    assert "market.csv" in text
    assert "3 ÷ 50" in told.client("rita").get(address).content.decode()
    assert told.client("tess").get(address, {"area": UTAH}).status_code == 404
    assert told.client("tess").get(reverse("market:explain", args=["luck"])).status_code == 404


def test_of_each_area_the_file_loaded_last_counts(told: Company) -> None:
    tell(told, "newer.csv", **{f"c{FRANKLIN}": (None, 300_000)})
    found = rows(told, "dora")
    assert float(found[FRANKLIN]["Potential"]) == pytest.approx(300_000 * HALF)
    assert found[FRANKLIN]["Potential customers"] == "40"  # the newer one does not tell them
    assert found[MONTGOMERY]["Potential customers"] == "10"


def test_a_state_that_is_told_as_a_whole_stands_among_states_alone(told: Company) -> None:
    tell(told, "states.csv", c41=(100, 900_000), c39=(1, 1))
    states = rows(told, "dora", level="state")
    assert states["OR"]["Potential customers"] == "100"
    assert states["OH"]["Potential customers"] == "50"  # its counties tell more
    assert "41" not in rows(told, "dora")


def test_an_account_without_coordinates_lies_where_its_zip_code_does(told: Company) -> None:
    Account.objects.filter(pk=told.accounts["columbus"].pk).update(latitude=None, longitude=None)
    account = told.accounts["columbus"]
    account.latitude = account.longitude = None
    account.postal_code = "45402-1234"
    account.save()
    assert rows(told, "dora")[MONTGOMERY]["Customers"] == "2"


def test_without_a_file_the_page_says_what_to_bring_and_where_to_get_it(company: Company) -> None:
    assert "census.gov" in page(company, "al")
    assert reverse("market:sources") in page(company, "al")
    text = page(company, "tess")
    assert "The market is not known yet" in text
    assert reverse("market:sources") not in text


def test_without_invoices_the_market_is_all_white(company: Company) -> None:
    place(company)
    tell(company)
    assert "There are no invoices yet" in page(company, "dora")
    assert rows(company, "dora")[FRANKLIN]["Customers"] == "0"


def test_the_list_asks_no_more_of_the_database_the_more_areas_there_are(
    told: Company, django_assert_max_num_queries: Any
) -> None:
    client = told.client("rita")
    client.get(reverse("market:areas"))
    tell(told, "more.csv", **{f"c39{county:03d}": (5, 1000) for county in range(1, 176, 2)})
    with django_assert_max_num_queries(40):
        client.get(reverse("market:areas"))


def test_a_warning_of_white_space_leads_to_where_it_lies(told: Company) -> None:
    Account.objects.filter(pk=told.accounts["columbus"].pk).update(potential=2_000_000)
    text = told.client("rita").get(reverse("desks:warnings")).content.decode()
    address = f"{reverse('market:areas')}?territory={told.positions['tess'].pk}&amp;sort=-market_white_space"
    assert address in text
    assert set(rows(told, "rita", territory=told.positions["tess"].pk)) == {FRANKLIN, MONTGOMERY}


def test_shades_hold_about_as_many_areas_each_and_few_are_far_apart() -> None:
    five = shades([1.0, 2.0, 3.0, 4.0, 5.0, None], lambda value: f"{value:g}")
    assert five.of == [0, 1, 2, 3, 4, -1]
    assert five.key[0] == (0, "1 – 2")
    assert shades([0.0, 0.0, 0.0, 0.0, 9.0], str).of == [0, 0, 0, 0, 4]
    assert shades([7.0, 7.0], str).of == [0, 0]
    assert shades([None], str).key == []
