"""The filtered list as a file, row by row as it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone

from terrier.office.accounts.filters import matching
from terrier.office.accounts.listing import COLUMNS, ListQuery, described, ordered
from terrier.office.accounts.models import Account
from terrier.office.audit.rows import batches
from terrier.office.export import export_response
from terrier.office.people.models import Person

BATCH = 1000
KEY = "external_id"

VALUES: dict[str, Callable[[Any], Any]] = {
    "holder": lambda row: row.held.position if row.held else "",
    "chain": lambda row: row.chain.name if row.chain else "",
    "tasks": lambda row: row.next_task.title if row.next_task else "",
    "status": lambda row: row.get_status_display(),
    "channel": lambda row: row.get_channel_display(),
    "updated_at": lambda row: timezone.localtime(row.updated_at).replace(tzinfo=None, microsecond=0),
}


def export_accounts(person: Person, query: ListQuery, kind: str) -> HttpResponseBase:
    """The list as a download, all its pages in its order and columns; kind is csv or xlsx.

    Each row says which account it is, so that the file, edited, can be imported.
    """
    columns = query.columns if KEY in query.columns else (KEY, *query.columns)
    return export_response(
        name=f"accounts-{timezone.localdate():%Y-%m-%d}",
        kind=kind,
        header=[COLUMNS[key].title for key in columns],
        rows=_rows(person, query, columns),
    )


def _rows(person: Person, query: ListQuery, columns: Sequence[str]) -> Iterator[list[Any]]:
    day = timezone.localdate()
    keys = ordered(matching(person, query.asked), query, day).values_list("pk", flat=True)
    for batch in batches(list(keys), BATCH):
        for row in described(batch, day):
            yield [_value(row, key) for key in columns]


def _value(row: Account, key: str) -> Any:
    return VALUES[key](row) if key in VALUES else getattr(row, key)
