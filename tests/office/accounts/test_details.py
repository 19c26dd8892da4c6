from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import override

from terrier.office.accounts.details import (
    add_contact,
    add_note,
    add_task,
    edit_detail,
    finish_task,
    log_event,
    remove_detail,
    restore_detail,
    set_competitor,
)
from terrier.office.accounts.models import Category, Competitor, CompetitorPresence, Contact, Task
from terrier.office.audit.services import Author
from terrier.office.audit.undo import undo_act
from tests.office.conftest import Company


def test_a_call_is_logged_by_its_kind_alone(company: Company) -> None:
    event, act = log_event(account=company.accounts["columbus"], author=_by(company), kind="call")
    assert (event.summary, event.author) == ("", company.people["tess"])
    assert str(event) == "Call"
    with override("it"):
        assert str(event) == "Telefonata", "it is said in the reader's language"
    assert act is not None
    assert act.entries.get().account_id == company.accounts["columbus"].pk


def test_nothing_is_logged_that_has_yet_to_happen(company: Company) -> None:
    with pytest.raises(ValidationError, match="past"):
        log_event(
            account=company.accounts["columbus"],
            author=_by(company),
            kind="visit",
            happened_at=timezone.now() + dt.timedelta(days=1),
        )


def test_an_event_names_contacts_of_its_own_account_only(company: Company) -> None:
    contact = Contact.objects.get()
    with pytest.raises(ValidationError, match="not at this account"):
        log_event(account=company.accounts["dayton"], author=_by(company), kind="call", contact=contact)


def test_a_task_is_its_authors_unless_given_to_somebody_and_can_be_done_and_opened_again(
    company: Company,
) -> None:
    task, _act = add_task(account=company.accounts["columbus"], author=_by(company), title=" Send the list ")
    assert (task.title, task.assignee) == ("Send the list", company.people["tess"])
    finish_task(task=task, author=_by(company))
    assert Task.objects.get().done_at is not None
    assert finish_task(task=task, author=_by(company)) is None
    finish_task(task=task, author=_by(company), done=False)
    assert Task.objects.get().done_at is None


def test_contacts_are_changed_removed_and_brought_back(company: Company) -> None:
    contact, _act = add_contact(
        account=company.accounts["ames"], values={"name": "Amy", "role": "buyer"}, author=_by(company)
    )
    edit_detail(row=contact, values={"stance": "champion"}, author=_by(company))
    remove_detail(row=contact, author=_by(company))
    assert Contact.objects.get(pk=contact.pk).deleted_at is not None
    restore_detail(row=contact, author=_by(company))
    kept = Contact.objects.get(pk=contact.pk)
    assert (kept.deleted_at, kept.stance) == (None, "champion")


@pytest.mark.parametrize("values", [{"name": ""}, {"email": "nobody"}, {"role": "king"}])
def test_a_bad_contact_is_refused_by_its_field(company: Company, values: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        add_contact(account=company.accounts["ames"], values={"name": "Amy", **values}, author=_by(company))
    assert set(refused.value.message_dict) == set(values)


def test_an_empty_note_is_refused(company: Company) -> None:
    with pytest.raises(ValidationError):
        add_note(account=company.accounts["ames"], text="  ", author=_by(company))


def test_a_competitor_is_known_by_name_and_its_presence_brought_up_to_date(company: Company) -> None:
    food, litter = Category.objects.create(name="Food"), Category.objects.create(name="Litter")
    account = company.accounts["ames"]
    set_competitor(account=account, name="Barker  Bros", categories=[food], author=_by(company))
    _presence, act = set_competitor(
        account=account, name="barker bros", categories=[food, litter], author=_by(company)
    )
    assert Competitor.objects.get().name == "Barker Bros"
    presence = CompetitorPresence.objects.get()
    assert set(presence.categories.all()) == {food, litter}
    assert act is not None
    undo_act(act=act, author=_by(company))
    assert set(presence.categories.all()) == {food}


def _by(company: Company) -> Author:
    return Author(company.people["tess"])
