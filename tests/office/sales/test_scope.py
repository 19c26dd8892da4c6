"""Who sees which sales: everybody those they are credited with, and below; key account managers their accounts whole."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.urls import reverse

from terrier.office.alignment.models import Coverage
from terrier.office.sales.breakdown import rows_of
from terrier.office.sales.figures import figures
from terrier.office.sales.lines import lines_of
from terrier.office.sales.periods import Choice
from terrier.office.sales.whose import Narrowed, only_of
from tests.office.conftest import EVERYBODY, Company
from tests.office.sales.sold import LAST, half_years, sell

HALF = Choice("year", LAST)

SEEN = {
    "dora": 2780.0, "al": 2780.0, "ada": 2780.0,
    "rita": 150 + 0.7 * 2000 + 80,
    "tess": 150 + 0.7 * 2000 + 80,
    "tim": 0, "ann": 0,
    "ralph": 120 + 0.7 * 400,
    "tom": 120 + 0.7 * 400,
    "kate": 2400.0,
}  # fmt: skip


@pytest.fixture
def sold(company: Company, tmp_path: Path) -> Company:
    sell(tmp_path / "brought", half_years())
    return company


@pytest.mark.parametrize("name", [name for name in EVERYBODY if name != "olga"])
def test_everybody_sees_what_is_credited_within_their_scope(sold: Company, name: str) -> None:
    person = sold.people[name]
    assert figures(HALF.period, only_of(person)).one(["revenue"])["revenue"] == pytest.approx(SEEN[name])
    rows = rows_of(person, Narrowed(only_of(person)), HALF, "category")
    assert sum(row.values["revenue"] or 0 for row in rows) == pytest.approx(SEEN[name])
    lines = lines_of(person, Narrowed(only_of(person)), HALF.period)
    assert lines.net == pytest.approx(SEEN[name])


def test_who_holds_nothing_sees_no_sales(sold: Company) -> None:
    client = sold.client("olga")
    assert "$" not in client.get("/").content.decode().split("<main", 1)[1]
    assert client.get(reverse("desks:part", args=["growth"])).status_code == 404
    page = client.get(reverse("sales:breakdown")).content.decode()
    assert "Columbus" not in page
    assert "Nothing was sold" in page


def test_an_account_of_others_has_no_name_and_no_lines(sold: Company) -> None:
    Coverage.objects.filter(account=sold.accounts["dayton"]).update(ends_on=dt.date(2026, 6, 1))
    Coverage.objects.create(
        account=sold.accounts["dayton"], position=sold.positions["tom"], starts_on=dt.date(2026, 6, 1)
    )
    tess, tom = sold.people["tess"], sold.people["tom"]
    rows = rows_of(tess, Narrowed(only_of(tess)), HALF, "account")
    told = {row.label: row.values["revenue"] for row in rows}
    assert "Dayton" not in told
    assert told["Accounts that others hold now"] == pytest.approx(80)
    lines = lines_of(tess, Narrowed(only_of(tess)), HALF.period)
    assert "DAYTON" not in {row["account"] for row in lines.rows}
    assert lines.elsewhere == pytest.approx(80)
    page = sold.client("tess").get(reverse("sales:lines"), HALF.asked).content.decode()
    assert "Not among these lines: $80" in page
    assert lines_of(tom, Narrowed(only_of(tom)), HALF.period).elsewhere == 0
    assert "Dayton" not in {row.label for row in rows_of(tom, Narrowed(only_of(tom)), HALF, "account")}


@pytest.mark.parametrize(
    ("name", "asked", "status"),
    [
        ("rita", "position=tess", 200),
        ("rita", "position=tom", 404),
        ("tess", "position=tim", 404),
        ("tess", "account=columbus", 200),
        ("tess", "account=provo", 404),
        ("kate", "account=chain utah", 200),
        ("kate", "account=columbus", 404),
    ],
)
def test_what_lies_outside_the_scope_is_not_found(sold: Company, name: str, asked: str, status: int) -> None:
    kind, label = asked.split("=")
    number = (sold.positions if kind == "position" else sold.accounts)[label].pk
    client = sold.client(name)
    for page in ("sales:breakdown", "sales:lines", "desks:home"):
        assert client.get(reverse(page), {kind: number}).status_code == status
    assert client.get(reverse("sales:explain", args=["revenue"]), {kind: number}).status_code == status


def test_all_that_is_told_apart_adds_up_to_what_was_sold(sold: Company) -> None:
    dora = sold.people["dora"]
    for by in ("region", "position", "account", "chain", "category", "channel", "state", "month"):
        rows = rows_of(dora, Narrowed({}), HALF, by)
        assert sum(row.values["revenue"] or 0 for row in rows) == pytest.approx(2780), by
