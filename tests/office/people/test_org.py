from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from terrier.office.audit.models import Act, Entry
from terrier.office.audit.services import Author
from terrier.office.audit.undo import undo_act
from terrier.office.errors import RefusedError
from terrier.office.people.models import Incumbency, Position, ReportingLine, Role
from terrier.office.people.org import drop_planned, hand_over, report_to, vacate
from terrier.office.people.positions import close_position, create_position, edit_position, reopen_position
from tests.office.conftest import LONG_AGO, Company

JULY = dt.date(2025, 7, 1)
NEXT_YEAR = timezone.localdate() + dt.timedelta(days=365)
DAY = dt.timedelta(days=1)


@pytest.fixture
def ada(company: Company) -> Author:
    return Author(company.people["ada"])


def holder(position: Position, day: dt.date) -> str:
    row = Incumbency.objects.on(day).filter(position=position).first()
    return row.person.name if row else "nobody"


def manager(position: Position, day: dt.date) -> str:
    row = ReportingLine.objects.on(day).filter(position=position).first()
    return row.manager.name if row else "nobody"


def everything() -> list[tuple[object, ...]]:
    return [
        *Incumbency.objects.order_by("pk").values_list(),
        *ReportingLine.objects.order_by("pk").values_list(),
        *Position.objects.order_by("pk").values_list(),
    ]


def test_a_position_reports_to_another_from_a_day_on(company: Company, ada: Author) -> None:
    iowa, west = company.positions["tim"], company.positions["ralph"]
    act = report_to(position=iowa, manager=west, starts_on=JULY, author=ada)
    assert (manager(iowa, JULY - DAY), manager(iowa, JULY)) == ("East", "West")
    assert act is not None
    assert act.summary == "Iowa reports to West from July 1, 2025"
    assert act.actor == company.people["ada"]


def test_a_change_lasts_until_the_next_that_is_planned(company: Company, ada: Author) -> None:
    iowa, west, company_ = company.positions["tim"], company.positions["ralph"], company.positions["dora"]
    report_to(position=iowa, manager=company_, starts_on=NEXT_YEAR, author=ada)
    report_to(position=iowa, manager=west, starts_on=JULY, author=ada)
    assert (manager(iowa, NEXT_YEAR - DAY), manager(iowa, NEXT_YEAR)) == ("West", "Company")


def test_a_change_on_the_very_day_of_another_takes_its_place(company: Company, ada: Author) -> None:
    iowa = company.positions["tim"]
    report_to(position=iowa, manager=company.positions["ralph"], starts_on=JULY, author=ada)
    report_to(position=iowa, manager=company.positions["dora"], starts_on=JULY, author=ada)
    assert (manager(iowa, JULY - DAY), manager(iowa, JULY)) == ("East", "Company")
    assert ReportingLine.objects.filter(position=iowa).count() == 2


def test_a_position_can_report_to_nobody(company: Company, ada: Author) -> None:
    report_to(position=company.positions["ralph"], manager=None, starts_on=JULY, author=ada)
    assert manager(company.positions["ralph"], JULY) == "nobody"


def test_a_circle_is_refused_with_the_day_and_the_way_round(company: Company, ada: Author) -> None:
    east, ohio = company.positions["rita"], company.positions["tess"]
    with pytest.raises(RefusedError, match=r"On July 1, 2025 .* East → Ohio → East"):
        report_to(position=east, manager=ohio, starts_on=JULY, author=ada)


def test_a_circle_that_a_later_plan_would_close_is_refused(company: Company, ada: Author) -> None:
    east, iowa = company.positions["rita"], company.positions["tim"]
    report_to(position=iowa, manager=company.positions["ralph"], starts_on=JULY, author=ada)
    report_to(position=iowa, manager=east, starts_on=NEXT_YEAR, author=ada)
    before = everything()
    with pytest.raises(RefusedError, match="circle"):
        report_to(position=east, manager=iowa, starts_on=JULY, author=ada)
    assert everything() == before


@pytest.mark.parametrize("day", [LONG_AGO - DAY, dt.date(1900, 1, 1)])
def test_a_day_before_the_position_opens_is_refused(company: Company, ada: Author, day: dt.date) -> None:
    with pytest.raises(RefusedError, match=r"Iowa opens on Jan. 1, 2020: choose that day or a later one"):
        report_to(position=company.positions["tim"], manager=None, starts_on=day, author=ada)


def test_nobody_reports_to_a_position_that_closes(company: Company, ada: Author) -> None:
    closing, _ = create_position(
        values={"name": "Project", "role": Role.REGION_MANAGER, "opens_on": JULY},
        author=ada,
        manager=company.positions["dora"],
    )
    close_position(position=closing, closes_on=NEXT_YEAR, author=ada)
    with pytest.raises(RefusedError, match=r"Project closes on .*: nobody can report to it after that"):
        report_to(position=company.positions["tim"], manager=closing, starts_on=JULY, author=ada)


def test_a_position_is_handed_over_on_a_day(company: Company, ada: Author) -> None:
    ohio = company.positions["tess"]
    hand_over(position=ohio, person=company.people["olga"], starts_on=JULY, author=ada)
    assert (holder(ohio, JULY - DAY), holder(ohio, JULY)) == ("Tess", "Olga")


def test_a_vacant_position_is_filled_and_vacated_again(company: Company, ada: Author) -> None:
    maine = company.positions["vacant"]
    hand_over(position=maine, person=company.people["tim"], starts_on=JULY, author=ada)
    vacate(position=maine, starts_on=NEXT_YEAR, author=ada)
    assert [holder(maine, day) for day in (JULY - DAY, JULY, NEXT_YEAR)] == ["nobody", "Tim", "nobody"]


def test_vacating_what_is_vacant_is_refused(company: Company, ada: Author) -> None:
    with pytest.raises(RefusedError, match="Nobody holds Maine on July 1, 2025"):
        vacate(position=company.positions["vacant"], starts_on=JULY, author=ada)


def test_handing_over_to_the_holder_is_refused(company: Company, ada: Author) -> None:
    with pytest.raises(RefusedError, match="Tess holds Ohio on July 1, 2025 already"):
        hand_over(
            position=company.positions["tess"], person=company.people["tess"], starts_on=JULY, author=ada
        )


def test_a_plan_can_be_taken_back_before_it_begins(company: Company, ada: Author) -> None:
    ohio, before = company.positions["tess"], everything()
    hand_over(position=ohio, person=company.people["olga"], starts_on=NEXT_YEAR, author=ada)
    planned = Incumbency.objects.get(position=ohio, starts_on=NEXT_YEAR)
    drop_planned(row=planned, today=timezone.localdate(), author=ada)
    assert everything() == before


def test_what_has_begun_cannot_be_taken_back(company: Company, ada: Author) -> None:
    row = Incumbency.objects.get(position=company.positions["tess"])
    with pytest.raises(RefusedError, match=r"has counted since Jan. 1, 2020"):
        drop_planned(row=row, today=timezone.localdate(), author=ada)


def test_the_last_who_may_edit_people_stays(company: Company, ada: Author) -> None:
    with pytest.raises(RefusedError, match="Nobody would be left who may edit people"):
        vacate(position=company.positions["ada"], starts_on=JULY, author=ada)
    assert holder(company.positions["ada"], JULY) == "Ada"


def test_closing_a_position_ends_who_holds_it_and_moves_who_reports_to_it(
    company: Company, ada: Author
) -> None:
    east, west = company.positions["rita"], company.positions["ralph"]
    close_position(position=east, closes_on=NEXT_YEAR, author=ada, reports_to=west)
    assert (holder(east, NEXT_YEAR - DAY), holder(east, NEXT_YEAR)) == ("Rita", "nobody")
    assert manager(east, NEXT_YEAR) == "nobody"
    for name in ("tess", "tim", "vacant", "ann"):
        assert manager(company.positions[name], NEXT_YEAR - DAY) == "East"
        assert manager(company.positions[name], NEXT_YEAR) == "West"


def test_closing_a_position_that_others_report_to_needs_a_place_for_them(
    company: Company, ada: Author
) -> None:
    with pytest.raises(
        RefusedError, match=r"and 1 more still report to East on .* Choose whom they report to"
    ):
        close_position(position=company.positions["rita"], closes_on=NEXT_YEAR, author=ada)


def test_closing_with_plans_beyond_it_is_refused(company: Company, ada: Author) -> None:
    east = company.positions["rita"]
    hand_over(position=east, person=company.people["olga"], starts_on=NEXT_YEAR + DAY, author=ada)
    with pytest.raises(RefusedError, match="Olga: East is planned from"):
        close_position(position=east, closes_on=NEXT_YEAR, author=ada, reports_to=company.positions["ralph"])


def test_a_closed_position_opens_again_where_it_was(company: Company, ada: Author) -> None:
    al = company.positions["al"]
    close_position(position=al, closes_on=JULY, author=ada)
    reopen_position(position=al, author=ada)
    al.refresh_from_db()
    assert al.closes_on is None
    assert (manager(al, JULY), holder(al, JULY)) == ("Company", "nobody")


def test_a_position_cannot_open_after_it_was_at_work(company: Company, ada: Author) -> None:
    with pytest.raises(RefusedError, match=r"has been at work since Jan. 1, 2020"):
        edit_position(position=company.positions["tess"], values={"opens_on": JULY}, author=ada)


def test_a_position_is_refused_with_the_field_that_is_wrong(company: Company, ada: Author) -> None:
    with pytest.raises(ValidationError) as refused:
        edit_position(position=company.positions["tess"], values={"employment_share": "1.5"}, author=ada)
    assert "employment_share" in refused.value.message_dict


def test_every_change_is_recorded_and_can_be_undone(company: Company, ada: Author) -> None:
    ohio, maine, east = (company.positions[name] for name in ("tess", "vacant", "rita"))
    deeds = [
        lambda: report_to(position=ohio, manager=company.positions["ralph"], starts_on=JULY, author=ada),
        lambda: report_to(position=ohio, manager=None, starts_on=LONG_AGO, author=ada),
        lambda: hand_over(position=ohio, person=company.people["olga"], starts_on=JULY, author=ada),
        lambda: hand_over(position=ohio, person=company.people["olga"], starts_on=LONG_AGO, author=ada),
        lambda: hand_over(position=maine, person=company.people["olga"], starts_on=JULY, author=ada),
        lambda: vacate(position=ohio, starts_on=NEXT_YEAR, author=ada),
        lambda: edit_position(position=ohio, values={"name": "Ohio and Kentucky"}, author=ada),
        lambda: close_position(
            position=east, closes_on=NEXT_YEAR, author=ada, reports_to=company.positions["ralph"]
        ),
        lambda: create_position(
            values={"name": "Maine 2", "role": Role.TERRITORY_MANAGER, "opens_on": JULY},
            author=ada,
            manager=east,
            holder=company.people["olga"],
        )[1],
    ]
    for deed in deeds:
        before = everything()
        act = deed()
        assert act is not None
        assert everything() != before
        undo_act(act=act, author=ada)
        assert everything() == before, act.summary
    assert Act.objects.count() == 2 * len(deeds)
    assert Entry.objects.filter(object_type="people.reportingline").exists()
