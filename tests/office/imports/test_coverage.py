"""Coverage from a file: who covers what from when to when, and what adds up."""

from __future__ import annotations

from terrier.office.alignment.models import Coverage
from tests.office.conftest import Company
from tests.office.imports.bringing import bring, commit, deeds, errors, state_hash, undo

HEAD = "account,position,kind,split,from,until\n"


def rows(company: Company, label: str) -> list[tuple[str, str, str, str, str]]:
    found = Coverage.objects.filter(account=company.accounts[label]).order_by(
        "kind", "starts_on", "position__name"
    )
    return [(r.position.name, r.kind, f"{r.split:.2f}", str(r.starts_on), str(r.ends_on)) for r in found]


def test_a_new_primary_takes_over_and_the_same_file_again_changes_nothing(company: Company) -> None:
    before = state_hash()
    file = HEAD + "COLUMBUS,Iowa,Primary,,2026-01-01,\n"
    import_ = commit(bring(company.people["ada"], file, kind="coverage"))
    assert rows(company, "columbus") == [
        ("Ohio", "primary", "1.00", "2020-01-01", "2026-01-01"),
        ("Iowa", "primary", "1.00", "2026-01-01", "None"),
    ]
    row = Coverage.objects.get(position__name="Iowa", account=company.accounts["columbus"])
    assert (row.cause, row.author) == ("import", company.people["ada"])
    assert deeds(bring(company.people["ada"], file, kind="coverage")) == ["unchanged"]
    undo(import_, company.people["ada"])
    assert state_hash() == before


def test_an_overlay_gets_its_share_from_the_primary(company: Company) -> None:
    before = state_hash()
    import_ = commit(
        bring(
            company.people["ada"], HEAD + "COLUMBUS,Key accounts,Overlay,30%,2026-01-01,\n", kind="coverage"
        )
    )
    assert rows(company, "columbus") == [
        ("Key accounts", "overlay", "0.30", "2026-01-01", "None"),
        ("Ohio", "primary", "1.00", "2020-01-01", "2026-01-01"),
        ("Ohio", "primary", "0.70", "2026-01-01", "None"),
    ]
    undo(import_, company.people["ada"])
    assert state_hash() == before


def test_without_a_day_it_begins_today_and_tomorrow_it_is_unchanged(company: Company) -> None:
    file = "account,position\nNOBODY,Ohio\n"
    commit(bring(company.people["ada"], file, kind="coverage"))
    Coverage.objects.filter(account=company.accounts["nobody"]).update(starts_on="2026-01-01")
    assert deeds(bring(company.people["ada"], file, kind="coverage")) == ["unchanged"]


def test_a_history_of_one_account_comes_in_whole(company: Company) -> None:
    file = (
        HEAD
        + "NOBODY,Ohio,Primary,,2024-01-01,2025-01-01\nNOBODY,Iowa,Primary,,2025-01-01,\nNOBODY,Inside sales East,Overlay,0.2,2025-06-01,\n"
    )
    import_ = bring(company.people["ada"], file, kind="coverage")
    assert errors(import_) == {}
    commit(import_)
    assert [row[:3] for row in rows(company, "nobody")] == [
        ("Inside sales East", "overlay", "0.20"),
        ("Ohio", "primary", "1.00"),
        ("Iowa", "primary", "0.80"),
    ]
    assert deeds(bring(company.people["ada"], file, kind="coverage")) == ["unchanged"] * 3


def test_what_is_wrong_with_coverage_is_said_of_its_field(company: Company) -> None:
    file = HEAD + (
        "NOWHERE,Ohio,,,,\n"  # 2
        "DAYTON,Nobody,,,,\n"  # 3
        "AMES,Ohio,Overlay,,2026-01-01,\n"  # 4
        "PROVO,Ohio,Primary,,2026-02-01,2026-01-01\n"  # 5
        "BANGOR,Ohio,Primary,,03/04/2026,\n"  # 6
        "PHONE,Ohio,Overlay,1.5,,\n"  # 7
        "NOBODY,Ohio,Primary,80%,2026-01-01,\nNOBODY,Iowa,Overlay,30%,2026-01-01,\n"  # 8, 9
    )
    said = "The shares of credit add up to 110% from 2026-01-01 on; at most 100% can be given."
    assert errors(bring(company.people["ada"], file, kind="coverage")) == {
        2: {"account": "There is no account “NOWHERE”."},
        3: {
            "position": "There is no position “Nobody”: write its external id, its name or its holder's e-mail."
        },
        4: {"split": "Is missing: an overlay needs a share of the credit."},
        5: {"ends_on": "Must be after 2026-02-01, when it begins."},
        6: {
            "starts_on": "Could be two days: say whether the file puts the month or the day first, or write 2026-01-31."
        },
        7: {"split": "Must be between 0 and 1, or a percentage such as 30%."},
        8: {"split": said},
        9: {"split": said},
    }


def test_days_are_read_as_the_file_is_said_to_write_them(company: Company) -> None:
    file = HEAD + "NOBODY,Ohio,,,03/04/2026,\n"
    import_ = bring(company.people["ada"], file, kind="coverage", dates="dmy")
    assert errors(import_) == {}
    commit(import_)
    assert rows(company, "nobody")[0][3] == "2026-04-03"
