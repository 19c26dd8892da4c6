"""The home page as a desk: figures beside last year's and peers', what changed and why, whom to act on, down to the line."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from terrier.office.people.models import Incumbency, Position
from terrier.office.sales.gateway import extent
from tests.office.conftest import CHAIRS, LONG_AGO, Company
from tests.office.sales.sold import LAST, half_years, sell


@pytest.fixture
def sold(company: Company, tmp_path: Path) -> Company:
    sell(tmp_path / "brought", half_years())
    return company


def part(company: Company, who: str, name: str, **query: Any) -> str:
    answer = company.client(who).get(reverse("desks:part", args=[name]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def chart(text: str) -> Any:
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', text, re.S)[1])


@pytest.mark.parametrize("who", CHAIRS)
def test_everybody_who_holds_a_position_has_a_desk_whole(sold: Company, who: str) -> None:
    client = sold.client(who)
    page = client.get("/")
    assert page.status_code == 200
    assert 'class="tiles"' in page.content.decode()
    for name in ("act", "growth", "trend", "team", "categories", "place"):
        assert client.get(reverse("desks:part", args=[name])).status_code == 200
    assert client.get(reverse("desks:act")).status_code == 200


def test_figures_stand_beside_last_year_s(sold: Company) -> None:
    page = sold.client("tess").get("/").content.decode()
    assert "$1.63k" in page  # 150 + 70% of 2000 + 80
    assert "+103.8%" in page  # beside 100 + 70% of 1000


def test_a_position_is_ranked_among_its_like_without_telling_who_they_are(sold: Company) -> None:
    page = sold.client("tess").get("/").content.decode()
    assert "1 of 2" not in page  # two are no peers: the figures of one would tell the other's
    for name in ("Erie", "Lima"):
        position = Position.objects.create(name=name, role="territory_manager", opens_on=LONG_AGO)
        sold.accounts["ames" if name == "Erie" else "bangor"].coverages.update(position=position)
    sell_more(sold, "BANGOR")
    page = sold.client("tess").get("/").content.decode()
    assert "1 of 4" in page
    assert "Lima" not in page


def sell_more(company: Company, account: str) -> None:
    from django.conf import settings

    folder = Path(settings.LEDGER).parent / "more"
    rows = [(day, account, "ball", 50.0) for day in ("2025-02-01", "2026-02-01")]
    folder.mkdir()
    text = "invoice,line,date,account,product,net\n" + "".join(
        f"M{at},1,{day},{account},{product},{net}\n" for at, (day, account, product, net) in enumerate(rows)
    )
    (folder / "more.csv").write_text(text)
    from terrier.office.sales import gateway

    gateway.take("lines", folder / "more.csv", {}, name="more.csv")


def test_the_bridge_leads_from_last_year_to_this_one(sold: Company) -> None:
    told = chart(part(sold, "dora", "growth"))
    first, *steps, last = told["values"]
    assert (first, last) == (1860, 2780)
    assert first + sum(steps) == last
    assert "New accounts" in told["labels"]
    assert "Lapsed accounts" in told["labels"]


def test_nothing_is_told_against_days_from_before_the_ledger_begins(sold: Company) -> None:
    asked = {
        "period": "twelve",
        "on": "2025-06-30",
    }  # beside July 2023 to June 2024; the ledger begins in January 2024
    told = "The ledger begins on Jan. 2, 2024, so the year before cannot be compared."
    page = sold.client("dora").get("/", asked).content.decode()
    assert told in page
    assert "$1.86k" in page
    assert "tile-change" not in page
    bridge = part(sold, "dora", "growth", **asked)
    assert told in bridge
    assert "data-chart" not in bridge
    trend = part(sold, "dora", "trend", **asked | {"on": "2024-06-30"})
    assert set(chart(trend)["was"]) == {None}
    assert "of months before it, nothing is drawn" in trend
    categories = part(sold, "dora", "categories", **asked)
    assert set(chart(categories)["was"]) == {None}
    assert told in categories
    sales = sold.client("dora").get(reverse("sales:breakdown"), asked).content.decode()
    assert told in sales
    assert "went-up" not in sales
    answer = sold.client("dora").get(reverse("desks:part_file", args=["growth", "csv"]), asked)
    assert b"Ames,,,,,,,,,60.0" in b"".join(answer.streaming_content)


def test_a_ledger_from_the_start_of_a_year_on_tells_that_year_s_growth(sold: Company) -> None:
    page = sold.client("dora").get("/", {"period": "year", "on": "2025-06-30"}).content.decode()
    assert "The ledger begins" not in page  # its first invoice is of January 2, after the holiday
    assert "tile-change" in page


def test_the_trend_has_twelve_months_and_the_year_before(sold: Company) -> None:
    told = chart(part(sold, "dora", "trend"))
    assert sum(told["now"]) == 2780
    assert sum(told["was"]) == 1860
    assert told["full"][-1] == "Jun 2026"


def test_without_coordinates_there_is_no_map_to_draw(sold: Company) -> None:
    assert "data-chart" not in part(sold, "dora", "place")


def test_the_map_has_every_account_that_bought_and_has_coordinates(sold: Company) -> None:
    account = sold.accounts["columbus"]
    account.latitude, account.longitude = 39.96, -83.0
    account.save()
    [[longitude, latitude, now, was, name, _number]] = chart(part(sold, "dora", "place"))["points"]
    assert (longitude, latitude, now, was, name) == (-83.0, 39.96, 150, 100, "Columbus")


def test_the_map_is_shaded_by_a_measure_and_taken_along_as_a_table(sold: Company) -> None:
    account, site = sold.accounts["columbus"], sold.accounts["chain ohio"]
    for one in (account, site):
        one.latitude, one.longitude = 39.96, -83.0
        one.save()
    told = chart(part(sold, "dora", "place", shade="growth"))
    [[code, _shade, name, value, _into]] = told["rows"]
    assert (code, name) == ("39049", "Franklin, OH")
    assert value == "+95.5%"  # 150 and 2000, beside 100 and 1000
    address = reverse("desks:part_file", args=["place", "csv"])
    answer = sold.client("tess").get(address, {"shade": "revenue"})
    assert b'39049,"Franklin, OH",1550.0' in b"".join(answer.streaming_content)  # 70% of the site's
    assert sold.client("tess").get(address, {"shade": "luck"}).status_code == 404


def test_a_director_s_regions_lead_down_to_the_line(sold: Company) -> None:
    client = sold.client("dora")
    assert "East" in part(sold, "dora", "team")
    address = reverse("sales:breakdown")
    territories = client.get(
        address, {"position": sold.positions["rita"].pk, "by": "position"}
    ).content.decode()
    assert "Ohio" in territories
    assert "Utah" not in territories
    accounts = client.get(address, {"position": sold.positions["tess"].pk, "by": "account"}).content.decode()
    assert "Columbus" in accounts
    lines = client.get(reverse("sales:lines"), {"account": sold.accounts["columbus"].pk}).content.decode()
    assert "150.00" in lines
    assert "120.00" not in lines


def test_a_number_opens_its_explanation(sold: Company) -> None:
    address = reverse("sales:explain", args=["growth"])
    text = sold.client("dora").get(address).content.decode()
    assert "+49.5%" in text
    assert "$920 ÷ $1,860" in text
    assert "revenue of the same days a year before" in text
    assert "Jan. 1, 2026" in text
    assert sold.client("dora").get(reverse("sales:explain", args=["luck"])).status_code == 404


def test_the_parts_of_a_ratio_are_told_in_what_they_are_of(sold: Company) -> None:
    told = {
        name: sold.client("dora").get(reverse("sales:explain", args=[name])).content.decode()
        for name in ("concentration", "margin_rate", "retention", "order_value")
    }
    parts = {name: re.search(r"([^\s>]+) ÷ ([^\s<]+)", text) for name, text in told.items()}
    starts = {name: (found[1][0] == "$", found[2][0] == "$") for name, found in parts.items() if found}
    assert starts == {
        "concentration": (True, True),
        "margin_rate": (True, True),
        "retention": (False, False),
        "order_value": (True, False),
    }


def test_the_period_is_remembered_and_the_day_is_not(sold: Company) -> None:
    client = sold.client("dora")
    assert "Jan. 1, 2026 – June 30, 2026" in client.get("/").content.decode()
    client.get("/", {"period": "month"})
    assert "June 1, 2026 – June 30, 2026" in client.get("/").content.decode()
    early = client.get("/", {"period": "quarter", "on": "2026-05-15"}).content.decode()
    assert "April 1, 2026 – May 15, 2026" in early
    assert "April 1, 2026 – June 30, 2026" in client.get("/").content.decode()
    assert client.get("/", {"on": "soon", "period": "eon"}).status_code == 200


def test_charts_are_taken_along_as_tables(sold: Company) -> None:
    client = sold.client("dora")
    for name in ("trend", "growth"):
        answer = client.get(reverse("desks:part_file", args=[name, "csv"]))
        text = b"".join(answer.streaming_content)
        assert b"A year before" in text
        assert b"00:00:00" not in text
    for page in ("sales:breakdown", "sales:lines"):
        answer = client.get(reverse(page), {"as": "csv"})
        assert "attachment" in answer.headers["Content-Disposition"]


def test_a_table_of_sales_is_taken_along_with_every_column_named_and_no_stray_digits(sold: Company) -> None:
    answer = sold.client("dora").get(reverse("sales:breakdown"), {"by": "category", "as": "csv"})
    header, *rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert header.startswith("Category,More on it,Revenue,A year before,Growth")
    assert any(row.startswith("Play,,630.0,760.0,-0.1711,") for row in rows)


def test_whoever_is_silent_slips_or_lacks_a_category_is_to_be_acted_on(
    company: Company, tmp_path: Path
) -> None:
    weekly = [LAST - dt.timedelta(days=7 * week) for week in range(10, 60)]
    silent = [(day.isoformat(), "COLUMBUS", "leash", 500.0) for day in weekly]
    steady = [
        ((LAST - dt.timedelta(days=7 * week)).isoformat(), "DAYTON", "leash", 90.0) for week in range(60)
    ]
    before = [(f"2025-0{month}-20", "PHONE", "ball", 400.0) for month in (4, 5, 6)]
    sell(tmp_path / "brought", [*silent, *steady, *before, (LAST.isoformat(), "PHONE", "ball", 300.0)])
    text = part(company, "tess", "act")
    assert "No order for 70 days; it usually orders every 7." in text
    assert "Dayton" not in text
    assert "Bought 75% less in the last 13 weeks" in part(company, "ann", "act")


def test_an_empty_ledger_says_what_to_load_and_where(company: Company) -> None:
    assert extent() is None
    assert reverse("sales:loads") in company.client("al").get("/").content.decode()
    page = company.client("tess").get("/").content.decode()
    assert "No invoices yet" in page
    assert reverse("sales:loads") not in page
    assert "My tasks" in page
    for name in ("sales:breakdown", "sales:lines"):
        assert "No invoices yet" in company.client("tess").get(reverse(name)).content.decode()


def test_a_desk_asks_no_more_of_the_database_the_more_was_sold(
    sold: Company, django_assert_max_num_queries: Any
) -> None:
    client = sold.client("rita")
    client.get("/")
    with django_assert_max_num_queries(60):
        client.get("/")
    for name in ("act", "growth", "trend", "team", "categories", "place"):
        with django_assert_max_num_queries(35):
            client.get(reverse("desks:part", args=[name]))


def test_a_vacant_position_counts_among_those_below(sold: Company) -> None:
    Incumbency.objects.filter(position=sold.positions["tess"]).delete()
    text = part(sold, "rita", "team")
    assert "vacant" in text
    assert "$1,630" in text


def test_whoever_holds_no_position_is_told_why_there_is_nothing(company: Company) -> None:
    olga = company.people["olga"]
    client = company.client("olga")
    assert "An administrator can give you one." in client.get("/").content.decode()
    begins = timezone.localdate() + dt.timedelta(days=40)
    Incumbency.objects.create(person=olga, position=company.positions["vacant"], starts_on=begins)
    page = client.get("/").content.decode()
    assert "on you hold Maine: its accounts are here then." in page
    assert "An administrator can give you one." not in page
    assert "You hold no position" not in company.client("tess").get("/").content.decode()
