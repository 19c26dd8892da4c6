"""What is written down around an account: contacts, notes, competitors, events and tasks. Each writing is one act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.accounts.models import (
    Account,
    Category,
    Competitor,
    CompetitorPresence,
    Contact,
    Event,
    Note,
    Task,
)
from terrier.office.audit.models import Act, Action
from terrier.office.audit.rows import change_row, create_row, remove_row, restore_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.errors import RefusedError
from terrier.office.people.models import Person

Row = TypeVar("Row", bound=models.Model)
Detail = Contact | Note | CompetitorPresence | Event | Task


@transaction.atomic
def add_contact(*, account: Account, values: Mapping[str, Any], author: Author) -> tuple[Contact, Act | None]:
    """Somebody new at an account."""
    return _add(Contact(account=account, **values), author, _("Added %(row)s at %(account)s"))


@transaction.atomic
def add_note(*, account: Account, text: str, author: Author) -> tuple[Note, Act | None]:
    """How the account does business, in the author's words."""
    return _add(
        Note(account=account, text=text.strip(), author=author.person),
        author,
        _("Wrote a note on %(account)s"),
    )


@transaction.atomic
def log_event(
    *,
    account: Account,
    author: Author,
    kind: str,
    happened_at: dt.datetime | None = None,
    summary: str = "",
    amount: Decimal | None = None,
    contact: Contact | None = None,
) -> tuple[Event, Act | None]:
    """Something that happened, now unless told otherwise. A kind is enough: what was said can be added later."""
    event = Event(
        account=account,
        kind=kind,
        happened_at=happened_at or timezone.now(),
        summary=summary.strip(),
        amount=amount,
        contact=contact,
        author=author.person,
    )
    _refuse_impossible(event)
    return _add(event, author, _("Logged “%(row)s” with %(account)s"))


@transaction.atomic
def add_task(
    *,
    account: Account,
    title: str,
    author: Author,
    due_on: dt.date | None = None,
    assignee: Person | None = None,
) -> tuple[Task, Act | None]:
    """Something to do for an account; the author does it unless somebody else is named."""
    task = Task(
        account=account,
        title=title.strip(),
        due_on=due_on,
        assignee=assignee or author.person,
        author=author.person,
    )
    return _add(task, author, _("Planned “%(row)s” for %(account)s"))


@transaction.atomic
def finish_task(*, task: Task, author: Author, done: bool = True) -> Act | None:
    """Check a task off, or open it again."""
    row = Task.objects.select_for_update().get(pk=task.pk)
    if done == (row.done_at is not None):
        return None
    summary = _("Did “%(row)s” for %(account)s") if done else _("Opened “%(row)s” for %(account)s again")
    record = Record(author, summary % {"row": row, "account": row.account})
    change_row(record, row, {"done_at": timezone.now() if done else None})
    return save_act(record)


@transaction.atomic
def set_competitor(
    *,
    account: Account,
    name: str,
    author: Author,
    categories: Collection[Category] = (),
    share: Decimal | None = None,
    seen_on: dt.date | None = None,
) -> tuple[CompetitorPresence, Act | None]:
    """Who else sells there, what and how much: a new presence, or the known one brought up to date."""
    name = " ".join(name.split())
    competitor = Competitor.objects.filter(name__iexact=name).first()
    if competitor is None:
        competitor = Competitor(name=name)
        competitor.full_clean()
        competitor.save()
    known = CompetitorPresence.objects.kept().filter(account=account, competitor=competitor).first()
    values = {"share": share, "seen_on": seen_on or timezone.localdate()}
    if known is not None:
        return known, _change(known, {**values, "categories": categories}, author)
    presence = CompetitorPresence(account=account, competitor=competitor, author=author.person, **values)
    presence.full_clean()
    record = Record(author, _("Saw %(row)s at %(account)s") % {"row": competitor, "account": account})
    create_row(record, presence)
    presence.categories.set(categories)
    _tell_categories(record, presence, [])
    return presence, save_act(record)


@transaction.atomic
def edit_detail(*, row: Detail, values: Mapping[str, Any], author: Author) -> Act | None:
    """Change what is written down; the author of a note or an event stays the one who wrote it."""
    return _change(row, values, author)


@transaction.atomic
def remove_detail(*, row: Detail, author: Author) -> Act | None:
    """Take something off its account. It can be brought back."""
    locked = _locked(row)
    if locked.deleted_at is not None:
        raise RefusedError(_("“%(row)s” is deleted already.") % {"row": locked})
    record = Record(
        author, _("Deleted “%(row)s” at %(account)s") % {"row": locked, "account": locked.account}
    )
    remove_row(record, locked)
    return save_act(record)


@transaction.atomic
def restore_detail(*, row: Detail, author: Author) -> Act | None:
    locked = _locked(row)
    if locked.deleted_at is None:
        raise RefusedError(_("“%(row)s” is not deleted.") % {"row": locked})
    record = Record(
        author, _("Brought back “%(row)s” at %(account)s") % {"row": locked, "account": locked.account}
    )
    restore_row(record, locked)
    return save_act(record)


def _add(row: Row, author: Author, summary: str) -> tuple[Row, Act | None]:
    row.full_clean()
    account: Any = getattr(row, "account")  # noqa: B009 - every detail has one
    if account.deleted_at is not None:
        raise RefusedError(_("%(account)s is deleted: bring it back first.") % {"account": account})
    record = Record(author, summary % {"row": row, "account": account})
    create_row(record, row)
    return row, save_act(record)


def _change(row: Detail, values: Mapping[str, Any], author: Author) -> Act | None:
    locked = _locked(row)
    if locked.account.deleted_at is not None:
        raise RefusedError(_("%(account)s is deleted: bring it back first.") % {"account": locked.account})
    columns = {name: value for name, value in values.items() if name != "categories"}
    for name, value in columns.items():
        setattr(row, name, value)
    row.full_clean(exclude=[field.name for field in row._meta.fields if field.name not in columns])
    if isinstance(row, Event) and columns.keys() & {"happened_at", "contact"}:
        _refuse_impossible(row)
    record = Record(
        author, _("Changed “%(row)s” at %(account)s") % {"row": locked, "account": locked.account}
    )
    change_row(record, locked, columns)
    if isinstance(locked, CompetitorPresence) and "categories" in values:
        before = sorted(locked.categories.values_list("pk", flat=True))
        locked.categories.set(values["categories"])
        _tell_categories(record, locked, before)
    return save_act(record)


def categories_named(names: Collection[str]) -> list[Category]:
    """The categories of these names, in whatever case. Raises RefusedError that names the first that is none."""
    known = {category.name.casefold(): category for category in Category.objects.all()}
    for name in names:
        if name.strip().casefold() not in known:
            said = _("“%(name)s” is no category. There are: %(known)s.")
            told = ", ".join(category.name for category in known.values()) or "–"
            raise RefusedError(said % {"name": name, "known": told}, "categories")
    return list(
        {known[name.strip().casefold()].pk: known[name.strip().casefold()] for name in names}.values()
    )


def _refuse_impossible(event: Event) -> None:
    if event.happened_at and event.happened_at > timezone.now() + dt.timedelta(minutes=5):
        raise ValidationError(
            {"happened_at": _("What has happened lies in the past; plan what is to come as a task.")}
        )
    if event.contact is not None and event.contact.account_id != event.account_id:
        said = _("%(contact)s is not at this account.") % {"contact": event.contact}
        raise ValidationError({"contact": said})


def _tell_categories(record: Record, presence: CompetitorPresence, before: list[int]) -> None:
    after = sorted(presence.categories.values_list("pk", flat=True))
    if after != before:
        record.add(Action.UPDATE, presence, {"categories": (before, after)})


def _locked(row: Detail) -> Any:
    return type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
