"""What a question is answered: every cell, row and total as a slow reading of the lines tells it, within the scope of who asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Coverage
from terrier.office.analysis.answering import answer
from terrier.office.analysis.members import dimensions_of
from terrier.office.analysis.question import Question, parse
from terrier.office.analysis.showing import beside, untold
from terrier.office.analysis.table import Cell, Table
from terrier.office.sales.figures import figures
from terrier.office.sales.whose import only_of
from tests.office.conftest import EVERYBODY, Company
from tests.office.sales.sold import PRODUCTS, half_years, sell

LINES = half_years()


@pytest.fixture
def sold(company: Company, tmp_path: Path) -> Company:
    sell(tmp_path / "brought", LINES)
    return company


def ask(company: Company, who: str, query: str, **more: Any) -> Table:
    question, wrong = parse(query)
    assert wrong == ()
    return answer(company.people[who], question, **more)


def told(table: Table, at: int = 0) -> dict[str, float | None]:
    return {line.member.label: line.cells[at].value for line in table.lines}


# the oracle: lines one by one, as somebody would add them up by hand


def quarter(day: str) -> str:
    return f"Q{(int(day[5:7]) + 2) // 3} {day[:4]}"


def month(day: str) -> str:
    return dt.date.fromisoformat(day).strftime("%b %Y")


KEYS: dict[str, Callable[[tuple[str, str, str, float]], str]] = {
    "category": lambda line: PRODUCTS[line[2]],
    "month": lambda line: month(line[0]),
    "quarter": lambda line: quarter(line[0]),
    "account": lambda line: (
        line[1].title().replace("-", " ") if line[1] != "STRAY" else "Accounts that are not known"
    ),
}


def reckoned(name: str, lines: list[tuple[str, str, str, float]], year: str) -> float | None:
    now = [line for line in lines if line[0].startswith(year)]
    was = [line for line in lines if line[0].startswith(str(int(year) - 1))]
    net, before = sum(line[3] for line in now), sum(line[3] for line in was)
    cost = sum(round(line[3] * 0.6, 2) for line in now)
    if name == "revenue":
        return net
    if name == "growth":
        return (net - before) / before if before else None
    if name == "margin_rate":
        return (net - cost) / net if net else None
    if name == "active":
        return float(len({line[1] for line in now}))
    raise LookupError(name)


NAMES = ("revenue", "growth", "margin_rate", "active")
ASKED = "&".join(f"measures={name}" for name in NAMES)


def same_days(line: tuple[str, str, str, float], key: str, rows: str) -> bool:
    """Whether a line counts for a row: the same row a year later, for what was sold the year before."""
    own = KEYS[rows](line)
    if rows in ("month", "quarter") and line[0].startswith("2025"):
        return KEYS[rows]((f"2026{line[0][4:]}", *line[1:])) == key
    return own == key


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ("category", ""),
        ("month", ""),
        ("account", ""),
        ("category", "month"),
        ("month", "category"),
        ("category", "quarter"),
        ("account", "category"),
        ("quarter", "account"),
    ],
)
def test_every_cell_and_every_total_is_what_its_lines_tell(sold: Company, rows: str, columns: str) -> None:
    table = ask(sold, "dora", f"{ASKED}&rows={rows}&columns={columns}")
    assert table.refused == []
    for line in [*table.lines, table.total]:
        inside = (
            LINES
            if line is table.total
            else [one for one in LINES if same_days(one, line.member.label, rows)]
        )
        for column, cell in zip(table.columns, line.cells, strict=True):
            group = column.member
            cut = inside if group is None else [one for one in inside if same_days(one, group.label, columns)]
            expected = reckoned(column.measure, cut, "2026")
            where = f"{line.member.label}, {group and group.label}: {column.measure}"
            assert cell.value == (None if expected is None else pytest.approx(expected)), where


def test_ratios_of_all_are_reckoned_and_not_added(sold: Company) -> None:
    table = ask(sold, "dora", "measures=growth&rows=category")
    assert table.total.cells[0].value == pytest.approx((2780 - 1860) / 1860)
    assert sum(value or 0 for value in told(table).values()) != pytest.approx(table.total.cells[0].value)


def test_a_figure_stands_beside_that_of_the_same_days_a_year_before(sold: Company) -> None:
    table = ask(sold, "dora", "measures=revenue&measures=margin_rate&rows=category&compare=year")
    cells = {line.member.label: line.cells for line in table.lines}
    assert cells["Walk"][0].before == pytest.approx(1100)
    assert cells["Walk"][0].change == pytest.approx(1050)
    assert cells["Walk"][0].growth == pytest.approx(1050 / 1100)
    assert table.total.cells[0].before == pytest.approx(1860)


def test_nothing_stands_beside_a_figure_where_the_ledger_does_not_reach_back(sold: Company) -> None:
    asked = "measures=revenue&measures=growth&compare=year&on=2025-06-30"
    whole = ask(sold, "dora", f"{asked}&rows=category&period=twelve").total.cells
    assert [(cell.value, cell.before) for cell in whole] == [(1860.0, None), (None, None)]
    months = ask(
        sold, "dora", "measures=revenue&compare=year&rows=month&period=days&since=2024-12-01&on=2025-01-31"
    )
    assert [line.cells[0].before for line in months.lines] == [None, 60.0]


def test_what_is_more_or_less_than_nothing_changes_by_an_amount_and_not_in_percent(sold: Company) -> None:
    table = ask(sold, "dora", "measures=growth_new&measures=revenue&compare=previous&change=percent")
    cell = Cell(-300.0, 50.0)
    new, revenue = table.columns
    assert beside(table, new, cell) == ("−$350", "down")
    assert beside(table, revenue, cell) == ("−700.0%", "down")


def test_a_month_stands_beside_the_month_before(sold: Company) -> None:
    table = ask(sold, "dora", "measures=revenue&rows=month&compare=previous&on=2026-05-31&period=year")
    cells = {line.member.label: line.cells[0] for line in table.lines}
    assert (cells["Apr 2026"].value, cells["Apr 2026"].before) == (pytest.approx(2400), pytest.approx(120))
    assert cells["Jan 2026"].before == pytest.approx(0)
    assert table.total.cells[0].before == pytest.approx(1860)


@pytest.mark.once  # the same ledger asked in two ways; who sees what of it is asked on each database elsewhere
@pytest.mark.parametrize("compare", ["", "year", "previous"])
@pytest.mark.parametrize("rows", ["month", "quarter"])
@pytest.mark.parametrize("on", ["2026-05-31", "2026-05-12"])
def test_what_adds_up_over_time_is_what_each_month_is_asked_for(
    sold: Company, monkeypatch: pytest.MonkeyPatch, compare: str, rows: str, on: str
) -> None:
    names = "measures=revenue&measures=growth&measures=margin_rate&measures=orders&measures=order_value"
    query = f"{names}&rows={rows}&columns=category&compare={compare}&period=twelve&on={on}"
    quick = ask(sold, "rita", query)
    monkeypatch.setattr("terrier.office.analysis.asking.ADD_UP", frozenset())
    slow = ask(sold, "rita", query)
    for one, other in zip((*quick.lines, quick.total), (*slow.lines, slow.total), strict=True):
        for cell, same in zip(one.cells, other.cells, strict=True):
            assert cell.value == pytest.approx(same.value)
            assert cell.before == pytest.approx(same.before)


def test_an_account_is_new_in_the_month_it_came_alone(sold: Company) -> None:
    table = ask(sold, "dora", "measures=new&rows=month")
    assert {label: value for label, value in told(table).items() if value} == {"May 2026": 1, "Jun 2026": 1}
    assert table.total.cells[0].value == 2


def test_regions_count_an_account_once_and_all_adds_up(sold: Company) -> None:
    table = ask(sold, "dora", "measures=revenue&measures=active&measures=orders&rows=region")
    assert told(table)["East"] == pytest.approx(150 + 0.7 * 2000 + 80)
    assert told(table)["West"] == pytest.approx(120 + 0.7 * 400)
    assert told(table)["Outside of regions"] == pytest.approx(0.3 * 2400 + 30)
    assert sum(value or 0 for value in told(table).values()) == pytest.approx(2780)
    assert told(table, 1) == {"East": 3, "West": 2, "Outside of regions": 3}
    assert table.total.cells[1].value == 6


@pytest.mark.parametrize("who", [name for name in EVERYBODY if name != "olga"])
def test_everybody_is_answered_from_their_own_scope(sold: Company, who: str) -> None:
    person = sold.people[who]
    for rows in dimensions_of(person):
        table = answer(person, Question(measures=("revenue",), rows=rows))
        own = figures(table.choice.period, only_of(person)).one(("revenue",))["revenue"]
        assert sum(line.cells[0].value or 0 for line in table.lines) == pytest.approx(own), rows
        assert table.total.cells[0].value == pytest.approx(own)


def test_whoever_sees_one_territory_is_not_told_of_regions(sold: Company) -> None:
    table = ask(sold, "tess", "measures=revenue&rows=region")
    assert table.question.rows == "account"
    assert set(told(table)) == {"Columbus", "Chain Ohio", "Dayton"}


def test_an_account_of_others_has_no_name(sold: Company) -> None:
    Coverage.objects.filter(account=sold.accounts["dayton"]).update(ends_on=dt.date(2026, 6, 1))
    Coverage.objects.create(
        account=sold.accounts["dayton"], position=sold.positions["tom"], starts_on=dt.date(2026, 6, 1)
    )
    table = ask(sold, "tess", "measures=revenue&measures=active&rows=account&columns=category")
    assert "Dayton" not in told(table)
    rest = table.lines[-1]
    assert rest.member.label == "Accounts that others hold now"
    assert [cell.value for cell in rest.cells[-2:]] == [pytest.approx(80), 1]


@pytest.mark.parametrize(
    ("who", "query"), [("tess", "account=provo"), ("tess", "position=tim"), ("kate", "position=kate")]
)
def test_what_lies_outside_is_not_found(sold: Company, who: str, query: str) -> None:
    kind, label = query.split("=")
    number = (sold.positions if kind == "position" else sold.accounts)[label].pk
    with pytest.raises(Http404):
        ask(sold, who, f"{kind}={number}&rows=category")


def test_several_values_of_a_filter_are_any_of_them(sold: Company) -> None:
    table = ask(sold, "dora", "measures=revenue&rows=account&category=Walk&category=Play&status=active")
    assert table.total.cells[0].value == pytest.approx(2750)
    assert ask(sold, "dora", "measures=revenue&rows=account&category=-").total.cells[0].value == 0


def test_rows_are_sorted_by_any_column_and_by_their_change(sold: Company) -> None:
    def labels(query: str) -> list[str]:
        return [line.member.label for line in ask(sold, "ralph", f"measures=revenue&{query}").lines]

    assert labels("rows=account") == ["Chain Utah", "Provo"]
    assert labels("rows=account&sort=revenue") == ["Provo", "Chain Utah"]
    assert labels("rows=account&sort=-label") == ["Provo", "Chain Utah"]
    assert labels("rows=account&compare=year&sort=-revenue.change") == ["Chain Utah", "Provo"]
    assert labels("rows=month&sort=-revenue")[:2] == ["Apr 2026", "Mar 2026"]
    columns = "rows=category&columns=account&sort=revenue"
    assert labels(f"{columns}@CHAIN-UTAH") == ["Play"]


def test_pages_hold_every_row_once_and_the_rest_last(sold: Company) -> None:
    found = []
    for page in (1, 2, 3):
        table = ask(sold, "dora", "measures=revenue&rows=account", page=page, size=3)
        assert table.n_pages == 2 or table.n_rows > 6
        found += [line.member.label for line in table.lines if page <= table.n_pages]
    assert found[-1] == "Accounts that are not known"
    assert len(found) == len(set(found))


def test_a_measure_that_is_not_told_apart_so_is_named(sold: Company) -> None:
    table = ask(sold, "dora", "measures=revenue&measures=off_rhythm&measures=market_share&rows=category")
    assert table.refused == ["off_rhythm", "market_share"]
    assert table.lines[0].cells[0].value is not None
    assert table.lines[0].cells[1].value is None


def test_a_period_goes_from_one_day_to_another(sold: Company) -> None:
    table = ask(
        sold,
        "dora",
        "measures=revenue&rows=category&period=days&since=2026-03-01&on=2026-04-10&compare=previous",
    )
    assert table.total.cells[0].value == pytest.approx(2120)
    assert table.total.cells[0].before == pytest.approx(150)


def test_a_question_takes_as_many_queries_however_many_rows(
    sold: Company, django_assert_max_num_queries: Any
) -> None:
    person = sold.people["dora"]
    with django_assert_max_num_queries(30):
        answer(person, parse("measures=revenue&measures=new&rows=account&columns=month&compare=year")[0])


def test_figures_are_told_apart_and_narrowed_by_the_county_where_an_account_lies(sold: Company) -> None:
    columbus = Account.objects.filter(pk=sold.accounts["columbus"].pk)
    columbus.update(latitude=39.96, longitude=-83.0, updated_at=timezone.now())
    found = ask(sold, "dora", "measures=revenue&rows=county")
    assert told(found)["Franklin, OH"] == pytest.approx(150)
    assert sum(value or 0 for value in told(found).values()) == found.total.cells[0].value
    only = ask(sold, "dora", "measures=revenue&rows=account&county=39049")
    assert [line.member.label for line in only.lines] == ["Columbus"]
    assert only.asked.told == [("county", "Franklin, OH")]
    client = sold.client("dora")
    page = client.get(reverse("analysis:page"), {"rows": "account", "county": "39049"}).content.decode()
    assert "Franklin, OH" in page
    lines = client.get(reverse("sales:lines"), {"county": "39049", "period": "year"}).content.decode()
    assert "COLUMBUS" in lines.upper()
    assert "PROVO" not in lines.upper().split("<MAIN", 1)[1]
    sales = client.get(reverse("sales:breakdown"), {"by": "county"}).content.decode()
    assert "Franklin, OH" in sales


def test_profit_is_told_once_settings_say_what_service_and_territories_cost(
    sold: Company, settings: Any
) -> None:
    query = "measures=margin&measures=cost_to_serve&measures=account_profit&rows=account"
    refused = ask(sold, "dora", query)
    assert [cell.value for cell in refused.total.cells[1:]] == [None, None]
    assert "TERRIER_HOUR_COST" in dict(untold(refused))["Cost to serve, Account profit"]
    settings.HOUR_COST, settings.TERRITORY_COST = Decimal(40), Decimal(3650)
    Account.objects.filter(pk=sold.accounts["columbus"].pk).update(
        service_hours=10, updated_at=timezone.now()
    )
    table = ask(sold, "dora", query)
    assert untold(table) == []
    served = 10 * 40 * 181 / 365  # January 1 to June 30
    columbus = next(line for line in table.lines if line.member.label == "Columbus")
    assert [cell.value for cell in columbus.cells] == pytest.approx([60, served, 60 - served], abs=0.01)
    by_position = ask(
        sold, "rita", "measures=margin&measures=cost_to_serve&measures=territory_profit&rows=position"
    )
    tess = next(line for line in by_position.lines if line.member.key == str(sold.positions["tess"].pk))
    margin, cost, profit = (cell.value or 0 for cell in tess.cells)
    assert profit == pytest.approx(margin - cost - 3650 * 181 / 365, abs=0.01)
    desk = sold.client("tess").get("/").content.decode()
    assert "Territory profit" in desk
    assert "Account profit" in sold.client("kate").get("/").content.decode()
