"""Analyses under a name: kept, renamed, duplicated, deleted and brought back; shared as questions, never as figures."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from terrier.office.analysis.models import Analysis, Share
from terrier.office.analysis.question import parse
from terrier.office.analysis.selectors import analyses_of
from terrier.office.analysis.services import save_analysis
from terrier.office.analysis.sharing import share_below, share_with_person
from terrier.office.audit.models import Act
from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.people.models import Incumbency
from tests.office.conftest import EVERYBODY, Company
from tests.office.sales.sold import half_years, sell


@pytest.fixture
def sold(company: Company, tmp_path: Path) -> Company:
    sell(tmp_path / "brought", half_years())
    return company


def test_a_measure_that_cannot_be_told_says_why_and_not_that_nothing_was_sold(sold: Company) -> None:
    for name, why in (
        ("market_share", "see the page Market"),
        ("account_profit", "TERRIER_HOUR_COST"),
    ):
        told = sold.client("dora").get("/analysis/", {"measures": name, "rows": "category"}).content.decode()
        assert why in told.split('id="results"', 1)[1].split("</table>", 1)[0]
        assert "Nothing was sold" not in told


def keep(
    company: Company, who: str, query: str = "measures=revenue&rows=category", name: str = "Mine"
) -> Analysis:
    row, _act = save_analysis(author=Author(company.people[who]), name=name, question=parse(query)[0])
    return row


def post(company: Company, who: str, deed: str, *args: Any, **data: Any) -> Any:
    return company.client(who).post(reverse(f"analysis:{deed}", args=args), data)


def undo_last(company: Company, who: str) -> None:
    act = Act.objects.latest("at")
    assert company.client(who).post(reverse("audit:undo", args=[act.pk])).status_code < 400


def test_what_the_page_asks_is_kept_under_a_name(sold: Company) -> None:
    answer = post(
        sold, "tess", "save", name="  By   category ", here="measures=growth&rows=category&period=quarter"
    )
    row = Analysis.objects.get()
    assert answer.url == reverse("analysis:open", args=[row.pk])
    assert (row.name, row.owner, row.question.rows) == ("By category", sold.people["tess"], "category")
    page = sold.client("tess").get(answer.url).content.decode()
    assert "By category" in page
    assert "+58.3%" not in page
    assert Act.objects.latest("at").summary == "Saved the analysis “By category”"


def test_two_of_a_name_are_refused_and_a_duplicate_takes_the_next(sold: Company) -> None:
    row = keep(sold, "tess")
    again = post(sold, "tess", "save", name="Mine", here="rows=account")
    assert again.status_code == 422
    assert "already" in again.content.decode()
    post(sold, "tess", "duplicate", row.pk)
    assert [one.name for one in analyses_of(sold.people["tess"])] == ["Mine", "Mine (2)"]


def test_an_analysis_is_renamed_changed_deleted_and_brought_back(sold: Company) -> None:
    row = keep(sold, "tess")
    post(sold, "tess", "rename", row.pk, name="Ours")
    post(sold, "tess", "update", row.pk, here="measures=new&rows=month")
    row.refresh_from_db()
    assert (row.name, row.question.measures) == ("Ours", ("new",))
    post(sold, "tess", "delete", row.pk)
    assert analyses_of(sold.people["tess"]) == []
    assert sold.client("tess").get(reverse("analysis:open", args=[row.pk])).status_code == 404
    undo_last(sold, "tess")
    assert analyses_of(sold.people["tess"]) == [row]


def test_whoever_is_below_a_position_sees_what_is_shared_there(sold: Company) -> None:
    row = keep(sold, "rita")
    share_below(analysis=row, position=sold.positions["rita"], author=Author(sold.people["rita"]))
    seen = {who for who in EVERYBODY if analyses_of(sold.people[who])}
    assert seen == {"rita", "tess", "tim", "ann"}
    Incumbency.objects.filter(person=sold.people["tim"]).update(ends_on=dt.date(2024, 1, 1))
    sold.people["tim"].__dict__.pop("_scopes")
    assert analyses_of(sold.people["tim"]) == []


def test_a_person_sees_what_is_shared_with_them_and_may_not_change_it(sold: Company) -> None:
    row = keep(sold, "dora")
    share_with_person(analysis=row, person=sold.people["tess"], author=Author(sold.people["dora"]))
    client = sold.client("tess")
    assert client.get(reverse("analysis:open", args=[row.pk])).status_code == 200
    for name, data in (("update", {"here": "rows=month"}), ("rename", {"name": "Mine"}), ("delete", {})):
        assert client.post(reverse(f"analysis:{name}", args=[row.pk]), data).status_code == 404
    share = Share.objects.get()
    assert post(sold, "tess", "end_share", row.pk, share.pk).status_code == 404
    assert post(sold, "dora", "end_share", row.pk, share.pk).status_code == 302
    assert client.get(reverse("analysis:open", args=[row.pk])).status_code == 404


def test_a_director_s_analysis_tells_a_territory_manager_their_own_figures(sold: Company) -> None:
    row = keep(sold, "dora", "measures=revenue&rows=account")
    share_with_person(analysis=row, person=sold.people["tess"], author=Author(sold.people["dora"]))
    address = reverse("analysis:open", args=[row.pk])
    page, own = (sold.client(who).get(address).content.decode() for who in ("dora", "tess"))
    assert "$2,780" in page
    assert "Provo" in page
    assert "$2,780" not in own
    assert "Provo" not in own
    assert "$1,630" in own  # 150 + 70% of 2000 + 80
    assert "The figures are yours" in own
    for ending in ("csv", "xlsx"):
        body = b"".join(
            sold.client("tess").get(reverse("analysis:export", args=[ending]), dict(row.question.pairs))
        )
        assert b"Provo" not in body


def test_what_an_analysis_is_narrowed_to_stays_outside_for_those_who_do_not_see_it(sold: Company) -> None:
    number = sold.accounts["provo"].pk
    row = keep(sold, "dora", f"measures=revenue&rows=category&account={number}")
    share_with_person(analysis=row, person=sold.people["tess"], author=Author(sold.people["dora"]))
    page = sold.client("tess").get(reverse("analysis:open", args=[row.pk])).content.decode()
    assert "outside of what you see" in page
    assert "Provo" not in page
    assert "$" not in page.split("<main", 1)[1].split("results", 1)[1].split("</main", 1)[0]


def test_one_shares_with_those_one_sees_alone(sold: Company) -> None:
    row = keep(sold, "rita")
    assert post(sold, "rita", "share", row.pk, person=sold.people["tom"].pk).status_code == 404
    assert post(sold, "rita", "share", row.pk, position=sold.positions["dora"].pk).status_code == 404
    assert post(sold, "rita", "share", row.pk).status_code == 422
    assert post(sold, "rita", "share", row.pk, person=sold.people["tess"].pk).status_code == 302
    assert post(sold, "rita", "share", row.pk, person=sold.people["tess"].pk).status_code == 422
    assert post(sold, "rita", "share", row.pk, person=sold.people["rita"].pk).status_code == 422
    assert Act.objects.latest("at").summary == "Shared the analysis “Mine” with Tess"


def test_the_share_is_brought_back_by_undo(sold: Company) -> None:
    row = keep(sold, "rita")
    share_with_person(analysis=row, person=sold.people["tess"], author=Author(sold.people["rita"]))
    post(sold, "rita", "end_share", row.pk, Share.objects.get().pk)
    undo_last(sold, "rita")
    assert analyses_of(sold.people["tess"]) == [row]


def test_so_many_analyses_are_enough(sold: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terrier.office.analysis.services.MOST", 1)
    keep(sold, "tess")
    with pytest.raises(RefusedError, match="delete some"):
        keep(sold, "tess", name="More")
