"""What no territory is to cross: the engine keeps to it, and whoever compares territories compares them within it."""

from __future__ import annotations

import numpy as np
import pytest
from django.utils import timezone

from terrier.office.accounts.models import Account
from terrier.office.alignment.choices import Border, Choices, Measure, choices_of, read_choices
from terrier.office.alignment.engine_runs import ask_engine
from terrier.office.alignment.figures import sheet_of
from terrier.office.alignment.forms import SettingsForm
from terrier.office.alignment.gateway import read_question
from terrier.office.alignment.locking import lock_accounts
from terrier.office.alignment.models import Area, AreaKind, Candidate, Level, Placement, Plan, Territory
from terrier.office.alignment.planning import edit_plan
from terrier.office.audit.services import Author
from terrier.office.jobs.worker import run_one
from terrier.office.people.models import Position, Role
from tests.office.alignment.planned import plan_of
from tests.office.conftest import LONG_AGO, Company

HELD = {"Ohio": 50, "Iowa": 10, "Utah": 15, "Nevada": 5}
REGIONS = {"Ohio": "East", "Iowa": "East", "Utah": "West", "Nevada": "West"}


@pytest.fixture
def company_plan(company: Company) -> Plan:
    """Eighty accounts from east to west in the territories of two regions, of which the east holds 60."""
    plan = plan_of(company, "dora", "Company")
    top = Territory.objects.create(
        plan=plan, name="All", level=Level.NATION, position=company.positions["dora"]
    )
    regions = {
        name: Territory.objects.create(plan=plan, name=name, parent=top, level=Level.REGION)
        for name in ("East", "West")
    }
    chance, at = np.random.default_rng(2), 0
    for name, n in HELD.items():
        position = Position.objects.create(
            name=f"{name} seat", role=Role.TERRITORY_MANAGER, opens_on=LONG_AGO
        )
        node = Territory.objects.create(
            plan=plan, name=name, parent=regions[REGIONS[name]], position=position
        )
        accounts = Account.objects.bulk_create(
            Account(
                name=f"{name} {number}",
                account_class="B",
                annual_sales=100,
                latitude=40 + float(chance.uniform(0, 0.2)),
                longitude=-80 - (at + number) / 10,
            )
            for number in range(n)
        )
        at += n
        Placement.objects.bulk_create(
            Placement(plan=plan, account=one, territory=node, present=node, changed_at=timezone.now())
            for one in accounts
        )
    return settled(plan, ["region"])


def settled(plan: Plan, borders: list[str], **more: object) -> Plan:
    chosen = {"balanced": [{"measure": "accounts", "tolerance": 0.05}], "max_moved": None, "borders": borders}
    edit_plan(plan=plan, author=Author(None), values={"choices": {**chosen, **more}})
    plan.refresh_from_db()
    return plan


def crossings(plan: Plan, kind: str) -> set[tuple[str, str]]:
    """From which territory to which the recommended plan of a run moves accounts."""
    run = ask_engine(plan=plan, kind=kind, author=Author(plan.author))
    assert run_one("test")
    run.refresh_from_db()
    assert run.job is not None
    run.job.refresh_from_db()
    assert run.job.state == "done", run.job.error
    names = dict(Territory.objects.filter(plan=plan).values_list("pk", "name"))
    found = Candidate.objects.get(run=run, is_recommended=True)
    assert found.groups, "the plan is far from balanced"
    return {(names[source], names[target]) for source, target, _accounts in found.groups}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["realign", "design", "frontier"])
@pytest.mark.parametrize("measure", ["accounts", "workload"])
def test_regions_stay_apart(company_plan: Plan, kind: str, measure: str) -> None:
    settled(company_plan, ["region"], balanced=[{"measure": measure, "tolerance": 0.1}])
    assert {REGIONS[source] == REGIONS[target] for source, target in crossings(company_plan, kind)} == {True}


@pytest.mark.django_db(transaction=True)
def test_regions_are_crossed_if_so_asked(company_plan: Plan) -> None:
    settled(company_plan, [])
    assert {REGIONS[source] == REGIONS[target] for source, target in crossings(company_plan, "realign")} > {
        False
    }


@pytest.mark.django_db(transaction=True)
def test_areas_of_ones_own_are_not_crossed(company_plan: Plan) -> None:
    """Iowa's end of Ohio's land is an area of its own, with a part of Iowa: what is outside of it stays where it is."""
    west, east = -85.55, -84.45
    ring = [[west, 39], [east, 39], [east, 41], [west, 41], [west, 39]]
    Area.objects.create(
        kind=AreaKind.POLYGON, code="delta", name="Delta", west=west, south=39, east=east, north=41,
        geometry={"type": "Polygon", "coordinates": [ring]},
    )  # fmt: skip
    settled(company_plan, ["region", "area"])
    question = read_question(company_plan, choices_of(company_plan), "realign")
    assert question.problem.kinds is not None
    assert question.problem.eligible is not None
    served = {
        question.territories[at].name
        for at in np.flatnonzero(question.problem.eligible[question.problem.kinds[0]])
    }
    assert served == {"Ohio", "Iowa"}, "those who serve land outside of it, in the region"
    assert all(REGIONS[one] == REGIONS[other] for one, other in crossings(company_plan, "realign"))


def test_a_locked_account_beyond_a_border_is_not_a_contradiction(company_plan: Plan) -> None:
    lost = Placement.objects.get(plan=company_plan, account__name="Ohio 3")
    Placement.objects.filter(pk=lost.pk).update(
        territory=Territory.objects.get(plan=company_plan, name="Utah")
    )
    lock_accounts(plan=company_plan, accounts=[lost.account_id], author=Author(None))
    settled(company_plan, ["region", "state"], chains_together=True)
    assert read_question(company_plan, choices_of(company_plan), "realign").problem.locks is not None


def test_an_account_that_nobody_holds_belongs_to_the_region_around_it(company_plan: Plan) -> None:
    lone = Account.objects.create(name="Lone", latitude=40, longitude=-87.9)
    Placement.objects.create(plan=company_plan, account=lone, changed_at=timezone.now())
    question = read_question(company_plan, choices_of(company_plan), "realign")
    assert question.borders.groups is not None
    assert question.borders.territory_groups is not None
    utah = [one.name for one in question.territories].index("Utah")
    assert question.borders.groups[-1] == question.borders.territory_groups[utah]


def test_territories_are_compared_within_their_region(company_plan: Plan) -> None:
    rows = {row.territory.name: row.deviations[Measure.ACCOUNTS] for row in sheet_of(company_plan).rows}
    assert rows == pytest.approx({"Ohio": 50 / 30 - 1, "Iowa": 10 / 30 - 1, "Utah": 0.5, "Nevada": -0.5})
    now = read_question(company_plan, choices_of(company_plan), "realign").now()
    assert sorted(now.deviations[:, 0]) == pytest.approx(sorted(rows.values()))
    settled(company_plan, [])
    rows = {row.territory.name: row.deviations[Measure.ACCOUNTS] for row in sheet_of(company_plan).rows}
    assert rows == pytest.approx({"Ohio": 1.5, "Iowa": -0.5, "Utah": -0.25, "Nevada": -0.75})


def test_plans_of_before_are_read() -> None:
    assert read_choices({}).borders == (Border.REGION,)
    assert read_choices({"borders": "none"}).borders == (Border.REGION,)
    assert read_choices({"borders": "state"}).borders == (Border.REGION, Border.STATE)
    weighed = {"balanced": [{"measure": "sales", "tolerance": 0.3, "weight": 4.0}]}
    assert read_choices(weighed).balanced[0].model_dump() == {"measure": "sales", "tolerance": 0.3}


def test_the_form_asks_for_borders_and_for_no_weights() -> None:
    form = SettingsForm(choices=Choices(borders=(Border.STATE,)))
    assert [form.fields[f"border_{one}"].initial for one in Border] == [False, True, False]
    assert not [name for name in form.fields if "weight" in name]


def test_nobody_begins_to_serve_what_is_far_from_home_unless_hardly_anybody_is_nearer(
    company_plan: Plan,
) -> None:
    """Homes are known of all but Nevada's; whoever serves a place today goes on, and the three nearest of a region may always."""
    homes = {"Ohio": -81.0, "Iowa": -85.0, "Utah": -87.0}
    for name, longitude in homes.items():
        Position.objects.filter(name=f"{name} seat").update(base_latitude=40.1, base_longitude=longitude)
    settled(company_plan, [], reach_km=100)
    question = read_question(company_plan, choices_of(company_plan), "realign")
    assert question.borders.kinds is not None
    assert question.borders.eligible is not None
    names = [one.name for one in question.territories]
    may = question.borders.eligible[question.borders.kinds]
    west = question.problem.coordinates[:, 0] < -87.5
    ohio = may[:, names.index("Ohio")]
    assert not ohio[west].any(), "500 km from home"
    assert ohio[question.present == names.index("Ohio")].all()
    assert may.sum(axis=1).min() >= 3
    settled(company_plan, [], reach_km=None)
    assert read_question(company_plan, choices_of(company_plan), "realign").borders.eligible is None


def test_a_reach_that_is_left_empty_is_none(company_plan: Plan) -> None:
    choices = choices_of(company_plan)
    shown = SettingsForm(choices=choices)
    given = {name: shown[name].value() for name in shown.fields if shown[name].value() not in (None, False)}
    for written, kept in (("250", 250), ("", None)):
        form = SettingsForm({**given, "reach_km": written}, choices=choices)
        assert form.is_valid(), form.errors
        assert form.asked()["reach_km"] == kept
