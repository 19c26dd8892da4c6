"""Saved views: a question, its order and its columns under a name."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

from django.db import transaction
from django.utils.translation import gettext as _

from terrier.office.accounts.listing import ListQuery, read_list
from terrier.office.accounts.models import SavedView
from terrier.office.audit.models import Act
from terrier.office.audit.rows import change_row, create_row, erase_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.people.models import Person
from terrier.office.people.scope import visible_to

MOST = 100


@transaction.atomic
def save_view(*, author: Author, name: str, query: ListQuery, shared: bool) -> tuple[SavedView, Act | None]:
    """Keep a view under a name; one's own of that name is replaced."""
    if author.person is None:
        raise ValueError("a saved view is somebody's")
    name = " ".join(name.split())
    kept = {"pairs": query.as_pairs()}
    known = SavedView.objects.filter(owner=author.person, name=name).first()
    record = Record(author, _("Saved the view “%(name)s”") % {"name": name})
    if known is None:
        known = SavedView(owner=author.person, name=name, query=kept, shared=shared)
        known.full_clean()
        create_row(record, known)
    else:
        change_row(record, known, {"query": kept, "shared": shared})
    return known, save_act(record)


@transaction.atomic
def delete_view(*, view: SavedView, author: Author) -> Act | None:
    record = Record(author, _("Deleted the view “%(name)s”") % {"name": view.name})
    erase_row(record, view)
    return save_act(record)


def views_for(person: Person) -> list[SavedView]:
    """A person's own views and those that others share with everybody."""
    return list(visible_to(person, SavedView).select_related("owner")[:MOST])


def address_of(view: SavedView) -> str:
    """A view's query string; what has become unknown since it was saved is told by the list itself."""
    return urlencode([(name, value) for name, value in view.query.get("pairs", [])])


def query_of(view: SavedView) -> ListQuery:
    return read_list(parse_qs(address_of(view)))
