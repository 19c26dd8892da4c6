from __future__ import annotations

import datetime as dt
from decimal import Decimal

from terrier.office.accounts.details import add_task, edit_detail, finish_task, set_competitor
from terrier.office.accounts.filters import AccountFilter
from terrier.office.accounts.listing import ListQuery
from terrier.office.accounts.models import Category
from terrier.office.accounts.saved_views import save_view
from terrier.office.accounts.services import edit_account
from terrier.office.alignment.services import assign_overlay
from terrier.office.audit.models import Act, Action
from terrier.office.audit.reading import tell
from terrier.office.audit.services import Author
from tests.office.conftest import Company


def told(act: Act | None) -> list[tuple[str, str, str]]:
    assert act is not None
    entries = act.entries.filter(action=Action.UPDATE)
    return [(str(one.field), str(one.before), str(one.after)) for row in tell(entries) for one in row.changes]


def test_amounts_choices_and_what_is_empty_are_told_as_people_write_them(company: Company) -> None:
    _row, act = edit_account(
        account=company.accounts["columbus"],
        values={"potential": "12500", "status": "lapsed"},
        version=1,
        author=Author(company.people["tess"]),
    )
    assert told(act) == [("Status", "Active", "Lapsed"), ("Potential a year", "nothing", "12,500")]


def test_days_and_moments_are_told_as_people_write_them(company: Company) -> None:
    author = Author(company.people["tess"])
    task, _act = add_task(account=company.accounts["columbus"], title="Call", author=author)
    act = edit_detail(row=task, values={"due_on": dt.date(2026, 3, 2)}, author=author)
    assert told(act) == [("Due", "nothing", "Mar 2, 2026")]
    [(field, _before, after)] = told(finish_task(task=task, author=author))
    assert field == "Done"
    assert after.endswith((".m.", "noon", "midnight")), after


def test_shares_are_told_in_percent_and_a_kept_question_by_its_words(company: Company) -> None:
    rita = Author(company.people["rita"])
    act = assign_overlay(
        account=company.accounts["columbus"],
        position=company.positions["ann"],
        starts_on=dt.date(2026, 1, 1),
        split=Decimal("0.125"),
        author=rita,
    )
    told_shares = [
        one for row in tell(act.entries.all()) for one in row.changes if one.field == "Share of credit"
    ]
    assert {str(one.after) for one in told_shares} >= {"12.5%", "87.5%"}
    assert {str(one.before) for one in told_shares} <= {"100%", "nothing"}
    query = ListQuery(asked=AccountFilter(status=("lapsed",)), sort="city")
    _view, saved = save_view(author=rita, name="Mine", query=query, shared=False)
    assert saved is not None
    said = {str(one.field): str(one.after) for row in tell(saved.entries.all()) for one in row.changes}
    assert said["Query"] == "status: lapsed, sort: city"


def test_many_related_things_are_told_by_name(company: Company) -> None:
    author = Author(company.people["tess"])
    litter = Category.objects.create(name="Litter")
    presence, _act = set_competitor(account=company.accounts["columbus"], name="Paws", author=author)
    act = edit_detail(row=presence, values={"categories": [litter]}, author=author)
    assert told(act) == [("Categories", "nothing", "Litter")]


def test_the_search_offers_every_kind_there_is_anything_on_record_of(company: Company) -> None:
    dora = company.people["dora"]
    save_view(author=Author(dora), name="Mine", query=ListQuery(), shared=False)
    page = company.client("dora").get("/changes/").content.decode()
    assert '<option value="accounts.savedview">Saved view</option>' in page
    assert '<option value="accounts.task"' not in page
    assert "Mine" in company.client("dora").get("/changes/?object_type=accounts.savedview").content.decode()
