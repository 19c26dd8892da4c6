from __future__ import annotations

import datetime as dt

import pytest

from terrier.office.accounts.bulk import edit_field, edit_holder, preview_field, preview_holder
from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Coverage
from terrier.office.alignment.services import CoverageError
from terrier.office.audit.services import Author
from terrier.office.audit.undo import undo_act
from terrier.office.errors import RefusedError
from terrier.office.people.scope import visible_to
from tests.office.conftest import Company

DAY = dt.date(2026, 1, 1)


def test_one_field_of_many_is_counted_set_and_put_back(company: Company) -> None:
    accounts = visible_to(company.people["rita"], Account)
    Account.objects.filter(pk=company.accounts["ames"].pk).update(account_class="A")
    preview = preview_field(accounts=accounts, field="account_class", value="A")
    assert (preview.n_accounts, preview.n_changed) == (6, 5)
    act = edit_field(accounts=accounts, field="account_class", value="A", author=_by(company))
    assert act is not None
    assert act.summary == "Set class of 5 accounts"
    assert Account.objects.filter(account_class="A").count() == 6
    assert Account.objects.get(pk=company.accounts["columbus"].pk).version == 2
    undo_act(act=act, author=_by(company))
    assert Account.objects.filter(account_class="A").count() == 1


def test_many_accounts_get_one_holder_and_go_back_to_theirs(company: Company) -> None:
    accounts, position = visible_to(company.people["rita"], Account), company.positions["tim"]
    before = _coverage()
    preview = preview_holder(accounts=accounts, position=position, starts_on=DAY)
    assert (preview.n_accounts, preview.n_changed) == (6, 5)
    act = edit_holder(
        accounts=accounts, position=position, starts_on=DAY, author=_by(company), reason="Merged"
    )
    assert act is not None
    held = Coverage.objects.on(DAY).filter(position=position, kind="primary")
    assert held.count() == 6
    assert held.get(account=company.accounts["chain ohio"]).split.normalize().as_tuple().digits == (7,)
    assert Coverage.broken(list(Coverage.objects.values_list("pk", flat=True))) == []
    undo_act(act=act, author=_by(company))
    assert _coverage() == before


def test_accounts_that_nobody_holds_get_a_holder_too(company: Company) -> None:
    accounts = Account.objects.filter(pk=company.accounts["nobody"].pk)
    edit_holder(accounts=accounts, position=company.positions["tim"], starts_on=DAY, author=_by(company))
    assert company.accounts["nobody"] in visible_to(company.people["tim"], Account)


@pytest.mark.parametrize(("field", "value"), [("name", "Bo"), ("status", "asleep"), ("account_class", "Z")])
def test_what_cannot_be_set_for_many_is_refused(company: Company, field: str, value: str) -> None:
    with pytest.raises(RefusedError, match=field):
        edit_field(accounts=Account.objects.all(), field=field, value=value, author=_by(company))


def test_a_position_takes_no_accounts_before_it_opens(company: Company) -> None:
    with pytest.raises(CoverageError, match="opens on"):
        edit_holder(
            accounts=Account.objects.all(),
            position=company.positions["tim"],
            starts_on=dt.date(2019, 1, 1),
            author=_by(company),
        )


def _coverage() -> list[tuple[object, ...]]:
    return list(
        Coverage.objects.order_by("pk").values_list(
            "pk", "account", "position", "starts_on", "ends_on", "split"
        )
    )


def _by(company: Company) -> Author:
    return Author(company.people["rita"])
