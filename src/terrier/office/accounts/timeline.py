"""All that happened with an account, newest first: events, notes, changes, and who came to cover it.

Pages go on from the last thing shown: its time, its source and its number there, so that things of one moment (an import's,
a day's coverage) are all told, each once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.errors import TerrierError
from terrier.office.accounts.models import Account, Event, EventKind, Note
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.audit.models import Act, Action, Entry
from terrier.office.audit.reading import Change, tell
from terrier.office.audit.undo import may_undo
from terrier.office.people.models import Person
from terrier.office.people.scope import visible_to

SIZE = 20
LARGEST_ID = 2**63 - 1

TOLD_ELSEWHERE = ("accounts.event", "accounts.note", "alignment.coverage")
"""Kinds of objects that stand in the timeline themselves; of their entries only changes are shown."""

UNTOLD_FIELDS = ("chain", "parent")
"""An account's place in a chain is told by the act's own words, and may name what lies outside of a reader's scope."""

EVENT, NOTE, COVERAGE, ACT = range(4)
"""The sources. Of two things at one moment, the one from the later source stands above."""

ICONS = {
    EventKind.CALL: "phone",
    EventKind.VISIT: "map-pin",
    EventKind.EMAIL: "mail",
    EventKind.ORDER: "package",
    EventKind.COMPLAINT: "flag",
    EventKind.OTHER: "message-square",
}


class NoPlaceError(TerrierError, ValueError):
    """A place in a timeline that no page of one gave."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a thing stands in the timeline: what is later, or of the same moment and greater, stands above."""

    at: dt.datetime
    source: int
    number: int

    def __str__(self) -> str:
        return f"{self.at.astimezone(dt.UTC).isoformat()}_{self.source}_{self.number}"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened. kind and pk : what to edit, if it can be; act : what Undo would take back; wide : whether
    that act touched other accounts, too."""

    place: Place
    icon: str
    title: str
    text: str = ""
    who: str = ""
    kind: str = ""
    pk: int = 0
    act: Act | None = None
    wide: bool = False
    changes: list[Change] = field(default_factory=list)

    @property
    def at(self) -> dt.datetime:
        return self.place.at


@dataclass(frozen=True, slots=True)
class Story:
    """A page of a timeline; before : the place where the next page goes on, empty on the last."""

    items: list[Item]
    before: str


def read_place(text: str) -> Place:
    """The place that a page of a timeline gave. Raises NoPlaceError for any other text."""
    try:
        moment, source, number = text.split("_")
        at = dt.datetime.fromisoformat(moment)
        place = Place(at, int(source), int(number))
        at.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise NoPlaceError(_("This is not a place that a timeline gave.")) from error
    known = 1900 < at.year < 2999 and EVENT <= place.source <= ACT and 0 <= place.number <= LARGEST_ID
    if timezone.is_naive(at) or not known:
        raise NoPlaceError(_("This is not a place that a timeline gave."))
    return place


def story_of(person: Person, account: Account, before: Place | None = None, size: int = SIZE) -> Story:
    """The latest ``size`` things below a place. Each source is read only as far as a page can need."""
    found: list[Item] = [
        *_events(person, account, before, size + 1),
        *_notes(person, account, before, size + 1),
        *_coverage(person, account, before, size + 1),
        *_acts(person, account, before, size + 1),
    ]
    found.sort(key=lambda item: item.place, reverse=True)
    return Story(found[:size], str(found[size - 1].place) if len(found) > size else "")


def _below(before: Place | None, source: int, at: str, number: str = "pk") -> Q:
    """Rows of a source that stand below a place."""
    if before is None:
        return Q()
    if source != before.source:
        return Q(**{f"{at}__{'lte' if source < before.source else 'lt'}": before.at})
    return Q(**{f"{at}__lt": before.at}) | Q(**{at: before.at, f"{number}__lt": before.number})


def _events(person: Person, account: Account, before: Place | None, most: int) -> Iterator[Item]:
    rows = visible_to(person, Event).filter(
        _below(before, EVENT, "happened_at"), account=account, deleted_at__isnull=True
    )
    for row in rows.select_related("author", "contact").order_by("-happened_at", "-pk")[:most]:
        label = row.get_kind_display()
        title = f"{label}: {row.contact}" if row.contact else str(label)
        if row.amount is not None:
            title = f"{title}, ${intcomma(row.amount)}"
        yield Item(
            place=Place(row.happened_at, EVENT, row.pk),
            icon=ICONS[EventKind(row.kind)],
            title=title,
            text="" if row.summary == str(label) else row.summary,
            who=_name(row.author),
            kind="event",
            pk=row.pk,
        )


def _notes(person: Person, account: Account, before: Place | None, most: int) -> Iterator[Item]:
    rows = visible_to(person, Note).filter(
        _below(before, NOTE, "created_at"), account=account, deleted_at__isnull=True
    )
    for row in rows.select_related("author").order_by("-created_at", "-pk")[:most]:
        place = Place(row.created_at, NOTE, row.pk)
        yield Item(place, "file-text", _("Note"), row.text, _name(row.author), "note", row.pk)


def _coverage(person: Person, account: Account, before: Place | None, most: int) -> Iterator[Item]:
    """Coverage that has begun; what is planned has not happened."""
    rows = visible_to(person, Coverage).filter(
        _days_below(before), account=account, starts_on__lte=timezone.localdate()
    )
    for row in rows.select_related("position", "author").order_by("-starts_on", "-pk")[:most]:
        told = {"position": row.position, "share": f"{row.split:.0%}"}
        title = (
            _("%(position)s holds it") % told
            if row.kind == CoverageKind.PRIMARY
            else _("%(position)s shares %(share)s of the credit") % told
        )
        place = Place(_midnight(row.starts_on), COVERAGE, row.pk)
        yield Item(place, "user-plus", title, row.reason, _name(row.author))


def _days_below(before: Place | None) -> Q:
    """``_below`` for rows that know their day only, and count from its midnight."""
    if before is None:
        return Q()
    day = timezone.localdate(before.at)
    if before.at != _midnight(day) or before.source > COVERAGE:
        return Q(starts_on__lte=day)
    if before.source < COVERAGE:
        return Q(starts_on__lt=day)
    return Q(starts_on__lt=day) | Q(starts_on=day, pk__lt=before.number)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _acts(person: Person, account: Account, before: Place | None, most: int) -> Iterator[Item]:
    """What was done, by act; an act stands where its last entry on this account does."""
    entries = _entries(person, account)
    last = entries.values("act").annotate(at=F("act__at"), last=Max("pk")).order_by("-at", "-last")
    lasts: dict[Any, int] = dict(
        last.filter(_below(before, ACT, "at", "last")).values_list("act", "last")[:most]
    )
    acts = Act.objects.filter(pk__in=lasts).select_related("actor", "undone_by")
    others = Entry.objects.filter(act=OuterRef("pk")).exclude(account_id=account.pk)
    by_act: dict[Any, list[Entry]] = {}
    for entry in entries.filter(act__in=lasts).order_by("-pk"):
        by_act.setdefault(entry.act_id, []).append(entry)
    for act in acts.annotate(wide=Exists(others)):
        yield _told(person, act, by_act[act.pk], lasts[act.pk])


def _entries(person: Person, account: Account) -> QuerySet[Entry]:
    rows = visible_to(person, Entry).filter(account_id=account.pk)
    return rows.exclude(object_type__in=TOLD_ELSEWHERE, action=Action.CREATE)


def _told(person: Person, act: Any, entries: list[Entry], last: int) -> Item:
    undone = getattr(act, "undone_by", None) is not None
    deleting = any(entry.action == Action.DELETE for entry in entries)
    return Item(
        place=Place(act.at, ACT, last),
        icon="undo-2" if act.undoes_id else "trash-2" if deleting else "pencil",
        title=_("%(act)s (undone since)") % {"act": act.summary} if undone else act.summary,
        who=_name(act.actor),
        act=None if undone or not may_undo(person, act) else act,
        wide=act.wide,
        changes=list(_changes(entries)),
    )


def _changes(entries: Iterable[Entry]) -> Iterator[Change]:
    for told in tell(entry for entry in entries if entry.action == Action.UPDATE):
        for name, change in zip(told.entry.changes, told.changes, strict=True):
            if name not in UNTOLD_FIELDS:
                yield change


def _name(person: Person | None) -> str:
    return person.name if person else ""
