"""A row mended in the grid is judged anew together with those that hang together with it; and as the next whole check would."""

from __future__ import annotations

import pytest

from terrier.office.imports import services
from terrier.office.imports.mending import mend_alike, mend_row
from terrier.office.imports.models import Import, Row
from tests.office.conftest import Company
from tests.office.imports.bringing import bring, deeds, errors, work


def mend(import_: Import, number: int, **values: str) -> list[int]:
    """The numbers of the other rows that changed with it. What a whole check says afterwards must be the same."""
    mended = mend_row(import_=import_, number=number, values=values)
    import_.refresh_from_db()
    at_once = (deeds(import_), errors(import_), import_.counts)
    services.check_again(import_=import_)
    work()
    import_.refresh_from_db()
    assert (deeds(import_), errors(import_), import_.counts) == at_once
    return [row.number for row in mended.others]


def test_mending_one_of_two_equal_rows_frees_the_other(company: Company) -> None:
    import_ = bring(company.people["ada"], "id,name\nN-1,Neue\nN-1,Nova\nN-9,Nina\n")
    assert deeds(import_) == ["error", "error", "create"]
    assert mend(import_, 3, external_id="N-2") == [2]
    assert errors(import_) == {}
    assert mend(import_, 3, external_id="N-9") == [4]
    assert deeds(import_) == ["create", "error", "error"]


def test_of_three_equal_rows_two_are_still_equal(company: Company) -> None:
    import_ = bring(company.people["ada"], "id,name\nN-1,Neue\nN-1,Nova\nN-1,Nina\n")
    assert mend(import_, 3, external_id="N-2") == [2, 4]
    assert errors(import_) == {
        2: {"external_id": "“N-1” is in row 4 too."},
        4: {"external_id": "“N-1” is in row 2 too."},
    }


def test_what_was_left_out_is_no_equal_any_more(company: Company) -> None:
    import_ = bring(company.people["ada"], "id,name,status\nN-1,Neue,sold\nN-2,Nova,\n")
    services.leave_out_errors(import_=import_)
    work()
    import_.refresh_from_db()
    assert mend(import_, 3, external_id="N-1") == []
    assert deeds(import_) == ["left_out", "create"]


def test_sites_follow_the_chain_whose_id_is_mended(company: Company) -> None:
    import_ = bring(
        company.people["ada"], "id,name,parent\nX,Head,\nS-1,Site,HEAD\nS-2,Site of the site,S-1\n"
    )
    assert errors(import_).keys() == {3}
    assert mend(import_, 2, external_id="HEAD") == [3]
    assert mend(import_, 2, external_id="Y") == [3]


def test_a_circle_that_is_cut_anywhere_frees_all_of_it(company: Company) -> None:
    import_ = bring(company.people["ada"], "id,name,parent\nA,a,B\nB,b,C\nC,c,D\nD,d,A\nE,e,\n")
    assert errors(import_).keys() == {2, 3, 4, 5}
    assert mend(import_, 2, parent="E") == [3, 4, 5]
    assert errors(import_) == {}


def test_the_coverage_of_both_accounts_is_judged_anew(company: Company) -> None:
    import_ = bring(
        company.people["ada"],
        "account,position,kind,split\nAMES,Ohio,overlay,60%\nPROVO,Ohio,overlay,10%\nAMES,Utah,overlay,60%\n",
        "coverage",
    )
    assert errors(import_).keys() == {2, 4}
    assert mend(import_, 2, account="PROVO") in ([4], [3, 4])
    assert 4 not in errors(import_)


def test_a_person_may_report_to_a_position_that_the_file_makes(company: Company) -> None:
    import_ = bring(
        company.people["ada"],
        "email,person,position,role,reports to\n"
        "n@example.com,Nora,North,Region manager,\ns@example.com,Sam,South,sold,North\n",
        "people",
    )
    assert errors(import_).keys() == {3}
    assert mend(import_, 3, role="Territory manager") == []
    assert errors(import_) == {}
    assert mend(import_, 2, position="Nord") == [3]
    assert errors(import_).keys() == {3}


def test_what_many_rows_say_wrongly_is_mended_once(company: Company) -> None:
    rows = "".join(f"N-{n},Shop {n},{'Ohoi' if n % 2 else 'Utha'},sold\n" for n in range(1, 9))
    import_ = bring(company.people["ada"], "id,name,holder,status\n" + rows)
    mend_alike(import_=import_, number=2, values={"holder": "Ohio", "status": "Active"})
    work()
    import_.refresh_from_db()
    assert {number: list(found) for number, found in errors(import_).items()} == {
        number: ["holder"] for number in (3, 5, 7, 9)
    }
    mend_alike(import_=import_, number=9, values={"holder": "Utah"})
    work()
    assert errors(import_) == {}


def test_what_rows_are_known_by_is_never_made_alike(company: Company) -> None:
    import_ = bring(company.people["ada"], "id,name\nN-1,Neue\nN-1,Nova\n")
    mend_alike(import_=import_, number=3, values={"external_id": "N-2"})
    work()
    assert deeds(import_) == ["create", "create"]


def test_the_page_leads_to_the_check_of_all_rows(company: Company) -> None:
    import_ = bring(company.people["ada"], "id,name,holder\nN-1,Neue,Ohoi\nN-2,Nova,Ohoi\n")
    client = company.client("ada")
    assert "Save wherever it says the same" in client.get(f"/imports/{import_.pk}/").content.decode()
    address = f"/imports/{import_.pk}/rows/2"
    answer = client.post(address, {"holder": "Ohio", "alike": "1"}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == f"/imports/{import_.pk}/"
    work()
    assert errors(import_) == {}


@pytest.mark.parametrize("number", [1, 99])
def test_a_row_that_is_not_there_is_told(company: Company, number: int) -> None:
    import_ = bring(company.people["ada"], "id,name\nN-1,Neue\n")
    with pytest.raises(services.ImportRefusedError, match=f"There is no row {number}"):
        mend_row(import_=import_, number=number, values={"name": "x"})
    assert Row.objects.count() == 1
