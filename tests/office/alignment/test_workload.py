"""Workload and travel are reckoned once: whoever tells of them tells the same figures."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import polars as pl
import pytest
from django.utils import timezone

from terrier.office.accounts.models import Account
from terrier.office.alignment.before_after import before_after
from terrier.office.alignment.choices import Measure, Visits, choices_of
from terrier.office.alignment.figures import Figures, sheet_of
from terrier.office.alignment.gateway import read_question
from terrier.office.alignment.handing_on import left_by
from terrier.office.alignment.models import Coverage, Plan
from terrier.office.alignment.planning import create_plan
from terrier.office.alignment.studio import opened
from terrier.office.alignment.workload import Holder, work_of
from terrier.office.audit.services import Author
from terrier.office.desks.loads import loads_of
from terrier.office.headcount.field import read_field
from terrier.office.people.models import Position
from terrier.office.people.selectors import reach_of
from tests.office.conftest import LONG_AGO, Company

OF_ITS_OWN = 90.0


@pytest.fixture
def spring(company: Company) -> Plan:
    """Shops around Columbus and Des Moines, of all classes, every fifth with service hours of its own, three of which nobody knows where
    they are; Tess has a home base.
    """
    Coverage.objects.all().delete()
    chance = np.random.default_rng(5)
    for who, (longitude, latitude) in {"tess": (-83.0, 40.0), "tim": (-93.6, 41.6)}.items():
        shops = Account.objects.bulk_create(
            Account(
                name=f"{who} {at}",
                account_class="ABCD"[at % 4],
                annual_sales=1000 + at,
                longitude=None if at % 9 == 4 else longitude + float(chance.uniform(-1, 1)),
                latitude=None if at % 9 == 4 else latitude + float(chance.uniform(-1, 1)),
                service_hours=OF_ITS_OWN if at % 5 == 0 else 0,
            )
            for at in range(30)
        )
        Coverage.objects.bulk_create(
            Coverage(account=shop, position=company.positions[who], starts_on=LONG_AGO) for shop in shops
        )
    Position.objects.filter(pk=company.positions["tess"].pk).update(
        base="Columbus", base_longitude=-83.0, base_latitude=40.0
    )
    return create_plan(name="Spring", root=company.positions["rita"], author=Author(company.people["rita"]))


def rows_of(plan: Plan) -> dict[str, Figures]:
    return {row.territory.name: row for row in sheet_of(plan).rows}


def test_everybody_who_tells_of_a_plans_workload_tells_the_same(company: Company, spring: Plan) -> None:
    rows, rita, today = rows_of(spring), company.client("rita"), timezone.localdate()
    told = {name: row.workload for name, row in rows.items()}
    held = {name: pytest.approx(told[name]) for name in ("Ohio", "Iowa")}
    assert min(told["Ohio"], told["Iowa"]) > 30 / 5 * OF_ITS_OWN

    assert {one["name"]: one["load"]["workload"] for one in [*opened(spring)][-1][0]["territories"]} == told

    choices = choices_of(spring)
    question = read_question(spring, choices, "realign")
    measure = choices.measures.index(Measure.WORKLOAD)
    engine = question.now().loads[:, measure]
    found = dict(zip([one.name for one in question.territories], engine, strict=True))
    assert {name: found[name] for name in held} == held

    warned = {one.position.name: one.hours for one in loads_of(company.people["rita"], today)}
    assert {name: warned[name] for name in held} == held

    for name, who in {"Ohio": "tess", "Iowa": "tim"}.items():
        position = Position.objects.get(pk=company.positions[who].pk)
        assert reach_of(company.people["rita"], position, today).service_hours == held[name]
        assert left_by(position, today).service_hours == held[name]
        assert before_after(spring, rows[name].territory).after.workload == held[name]

    visits = Visits()
    field = read_field(company.positions["rita"], visits, today)
    assert field.n_nowhere == 6, "left out, and it says so"
    left_out = 2 * sum(visits.calls[one] * visits.minutes[one] / 60 for one in ("A", "B", "C"))
    travel = sum(rows[name].travel_hours for name in held)
    assert float(field.calls.total.sum()) + left_out + travel == pytest.approx(told["Ohio"] + told["Iowa"])

    page = rita.get(f"/plans/{spring.pk}/").content.decode()
    api = rita.get(f"/api/v1/plans/{spring.pk}/figures").json()["rows"]
    ids = {row.territory.pk: name for name, row in rows.items()}
    assert {ids[one["territory_id"]]: one["workload"] for one in api} == told
    exported = json.loads(_file(rita, spring, "geojson"))["features"]
    land = {
        one["properties"]["territory"]: one["properties"] for one in exported if "of" in one["properties"]
    }
    sheet = pl.read_excel(io.BytesIO(_file(rita, spring, "xlsx")), sheet_name="Territories")
    book = dict(zip(sheet["Territory"], sheet["Workload, hours"], strict=True))
    for name, same in held.items():
        assert f"{told[name]:,.0f}" in page
        assert land[name]["workload_hours"] == round(told[name], 1)
        assert float(book[name]) == same


def test_everybody_who_tells_of_a_plans_travel_tells_the_same(company: Company, spring: Plan) -> None:
    rows = rows_of(spring)
    told = {name: (row.travel_hours, row.travel_km) for name, row in rows.items()}
    assert min(*told["Ohio"], *told["Iowa"]) > 0
    studio = [*opened(spring)][-1][0]["territories"]
    assert {one["name"]: (one["load"]["travel_hours"], one["load"]["travel_km"]) for one in studio} == told
    for name in ("Ohio", "Iowa"):
        half = before_after(spring, rows[name].territory).after
        assert half.travel_hours == pytest.approx(told[name][0])


def test_own_service_hours_win_and_travel_is_a_part_of_them() -> None:
    columns = [(-83.0,) * 3, (40.0, 41.0, 40.0), ("",) * 3, ("A",) * 3, (7.5, 0.0, 0.0)]
    work = work_of(columns, Visits())
    both = np.zeros(3, dtype=np.int32)
    (load,) = work.loads(both, [Holder((-83.0, 39.0), drives=True)])
    hours, km = work.travel(both, np.array([[-83.0, 39.0]]))
    by_class = work_of([*columns[:-1], (0.0, 0.0, 0.0)], Visits())
    full_hours, full_km = by_class.travel(both, np.array([[-83.0, 39.0]]))
    assert 0 < km[0] < full_km[0], "less travel is fewer kilometers"
    assert km == pytest.approx(full_km * hours / full_hours)
    assert load.travel_km == pytest.approx(km.sum())
    assert 4 < hours[0] < 7.5, "with ways of 110 km more than half of the day is travel, and never all of it"
    assert load.workload == pytest.approx(7.5 + 24 + hours[1] + 24 + hours[2])
    (desk,) = work.loads(both, [Holder((-83.0, 39.0), drives=False)])
    assert (desk.workload, desk.travel_hours) == (7.5 + 24 + 24, 0)


def _file(client: Any, plan: Plan, ending: str) -> bytes:
    return b"".join(client.get(f"/plans/{plan.pk}/export/{ending}").streaming_content)
