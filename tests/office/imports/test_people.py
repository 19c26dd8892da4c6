"""People and positions from one file: who holds what, to whom it reports, and from when."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from terrier.office.people.models import Incumbency, Person, Position, ReportingLine
from terrier.sample.generate import generate
from tests.office.conftest import Company
from tests.office.imports.bringing import bring, commit, deeds, errors, state_hash, undo

HEAD = "Position,Position id,Role,Reports to,Person,E-mail,From,Hours\n"


def bring_people(company: Company, rows: str, head: str = HEAD) -> object:
    return bring(company.people["ada"], head + rows, kind="people")


def test_a_team_comes_in_with_its_lines_in_any_order(company: Company) -> None:
    before = state_hash()
    rows = "Texas,P-2,Territory manager,P-1,Nina New,nina@example.com,2026-01-01,1500\nSouth,P-1,Region manager,Company,,,2026-01-01,\n"
    import_ = bring_people(company, rows)
    assert errors(import_) == {}
    assert deeds(import_) == ["create", "create"]
    commit(import_)
    texas = Position.objects.get(external_id="P-2")
    assert (texas.name, texas.role, str(texas.capacity_hours), str(texas.opens_on)) == (
        "Texas",
        "territory_manager",
        "1500.0",
        "2026-01-01",
    )
    assert ReportingLine.objects.get(position=texas).manager.name == "South"
    nina = Incumbency.objects.get(position=texas).person
    assert (nina.name, nina.email, nina.is_active, nina.has_usable_password()) == (
        "Nina New",
        "nina@example.com",
        True,
        False,
    )
    assert deeds(bring_people(company, rows)) == ["unchanged", "unchanged"]
    undo(import_, company.people["ada"])
    assert import_.error == ""
    assert state_hash() == before


def test_people_of_the_sample_can_do_as_much_here_as_their_file_says(
    company: Company, tmp_path: Path
) -> None:
    people = generate(2_000, 60, seed=3).people
    people.write_csv(tmp_path / "reps.csv")
    text = (tmp_path / "reps.csv").read_text()
    import_ = bring_people(company, text, head="")
    assert errors(import_) == {}
    commit(import_)
    told = dict(people.select("territory", "capacity_hours").iter_rows())
    assert len(set(told.values())) > 1, "some work a part of the week"
    rows = Position.objects.filter(name__in=list(told))
    assert {row.name: round(row.capacity_hours * row.employment_share) for row in rows} == told
    assert set(rows.values_list("capacity_hours", flat=True)) == {Decimal(1640)}
    assert set(deeds(bring_people(company, text, head=""))) == {"unchanged"}


def test_hours_of_a_part_of_a_job_are_those_of_the_part(company: Company) -> None:
    tess = company.positions["tess"]
    head = "Position,Employment share,Hours\n"
    commit(bring_people(company, "Ohio,0.5,800\n", head))
    tess.refresh_from_db()
    assert (tess.employment_share, tess.capacity_hours) == (Decimal("0.5"), 1600)
    commit(bring_people(company, "Ohio,700\n", "Position,Hours\n"))
    tess.refresh_from_db()
    assert tess.capacity_hours == 1400
    refused = bring_people(company, "Ohio,0.001,5000\n", head)
    assert "too large" in str(errors(refused))


def test_a_successor_begins_where_the_one_before_ends(company: Company) -> None:
    commit(bring_people(company, "Ohio,,,,,tim@example.com,2026-03-01,\n"))
    rows = Incumbency.objects.filter(position=company.positions["tess"]).order_by("starts_on")
    assert [(row.person.name, str(row.ends_on)) for row in rows] == [("Tess", "2026-03-01"), ("Tim", "None")]
    assert deeds(bring_people(company, "Ohio,,,,,tim@example.com,2026-03-01,\n")) == ["unchanged"]


def test_another_manager_begins_where_the_one_before_ends(company: Company) -> None:
    commit(bring_people(company, "Ohio,,,West,,,2026-03-01,\n"))
    lines = ReportingLine.objects.filter(position=company.positions["tess"]).order_by("starts_on")
    assert [(line.manager.name, str(line.ends_on)) for line in lines] == [
        ("East", "2026-03-01"),
        ("West", "None"),
    ]


def test_a_person_is_changed_by_a_row_without_a_position(company: Company) -> None:
    import_ = commit(bring(company.people["ada"], "email,phone\nTESS@example.com,+1 614\n", kind="people"))
    assert deeds(import_) == ["update"]
    assert Person.objects.get(email="tess@example.com").phone == "+1 614"


def test_what_is_wrong_with_people_is_said_of_its_field(company: Company) -> None:
    import_ = bring_people(
        company,
        "New,,,,,,,\n"  # 2
        ",,,,Somebody,,,\n"  # 3
        "Ohio,,,Atlantis,,,,\n"  # 4
        "Iowa,,,,,not an address,,\n"  # 5
        "Utah,,,,,x@example.com,,\n"  # 6
        "East,,,,,tim@example.com,2019-01-01,\n"  # 7
        "West,,,West,,,,\n"  # 8
        "Maine,,,,,,,\nMaine,,,,,,,\n",
    )
    assert errors(import_) == {
        2: {"role": "Is missing: something new cannot do without it."},
        3: {"email": "Is missing: a person is known by the e-mail address."},
        4: {
            "reports_to": "There is no position “Atlantis”: write its external id, its name or its holder's e-mail."
        },
        5: {"email": "Is not an e-mail address such as ann@example.com."},
        6: {"name": "Is missing: something new cannot do without it."},
        7: {"starts_on": "Another one begins on 2020-01-01: end this one by then."},
        8: {"reports_to": "Comes to report to itself: West → West."},
        9: {"position": "The same position is in row 10 too."},
        10: {"position": "The same position is in row 9 too."},
    }


def test_a_circle_of_reporting_lines_is_refused(company: Company) -> None:
    import_ = bring_people(company, "Company,,,Ohio,,,2026-01-01,\n")
    assert errors(import_) == {
        2: {"reports_to": "Comes to report to itself: Company → Ohio → East → Company."}
    }


def test_undo_is_refused_once_somebody_leans_on_a_new_position(company: Company) -> None:
    from terrier.office.alignment.models import Coverage

    import_ = commit(bring_people(company, "Texas,P-2,Territory manager,East,,,2026-01-01,\n"))
    Coverage.objects.create(
        account=company.accounts["nobody"],
        position=Position.objects.get(external_id="P-2"),
        starts_on="2026-02-01",
    )
    undo(import_, company.people["ada"])
    assert import_.error == "Other things have come to depend on this since.\ncoverage: Nobody: Texas."
