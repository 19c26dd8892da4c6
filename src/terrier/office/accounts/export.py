"""The filtered list as a file: CSV as a stream, XLSX in constant memory. Nothing in it is ever run as a formula."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone

from terrier.office.accounts.filters import matching
from terrier.office.accounts.listing import COLUMNS, ListQuery, described, ordered
from terrier.office.accounts.models import Account
from terrier.office.audit.rows import batches
from terrier.office.people.models import Person

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BATCH = 1000

VALUES: dict[str, Callable[[Any], Any]] = {
    "holder": lambda row: row.coverage.position.name if row.coverage else "",
    "chain": lambda row: row.chain.name if row.chain else "",
    "tasks": lambda row: row.next_task.title if row.next_task else "",
    "status": lambda row: row.get_status_display(),
    "channel": lambda row: row.get_channel_display(),
    "updated_at": lambda row: timezone.localtime(row.updated_at).replace(tzinfo=None, microsecond=0),
}


def csv_of(person: Person, query: ListQuery) -> StreamingHttpResponse:
    """The list as CSV, row by row as it is read; with a mark by which spreadsheets know the letters."""
    writer = csv.writer(_Echo())
    lines: Iterator[Any] = (
        writer.writerow([harmless(value) for value in row]) for row in _table(person, query)
    )

    def text() -> Iterator[str]:
        yield "\ufeff"
        yield from lines

    return StreamingHttpResponse(
        text(), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": _attachment("csv")}
    )


def xlsx_of(person: Person, query: ListQuery) -> FileResponse:
    """The list as a workbook, written row by row to a file on disk that goes when it is sent."""
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    write_xlsx(file, person, query)
    file.seek(0)
    return FileResponse(file, content_type=XLSX, headers={"Content-Disposition": _attachment("xlsx")})


def write_xlsx(file: IO[bytes], person: Person, query: ListQuery) -> None:
    import xlsxwriter  # noqa: PLC0415 - only whoever exports waits for it

    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet("Accounts")
    bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(query.columns) - 1, 18)
    for at, row in enumerate(_table(person, query)):
        for column, value in enumerate(row):
            if isinstance(value, dt.datetime):
                sheet.write_datetime(at, column, value, moment)
            elif isinstance(value, Decimal):
                sheet.write_number(at, column, float(value))
            elif value not in (None, ""):
                sheet.write_string(at, column, str(value), bold if at == 0 else None)
    book.close()


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value


def _table(person: Person, query: ListQuery) -> Iterator[list[Any]]:
    """The headings, then all rows in the order of the list."""
    columns = [COLUMNS[key] for key in query.columns]
    yield [str(column.title) for column in columns]
    day = timezone.localdate()
    keys = ordered(matching(person, query.asked), query, day).values_list("pk", flat=True)
    for batch in batches(list(keys), BATCH):
        for row in described(batch, day):
            yield [_value(row, column.key) for column in columns]


def _value(row: Account, key: str) -> Any:
    return VALUES[key](row) if key in VALUES else getattr(row, key)


def _attachment(ending: str) -> str:
    return f'attachment; filename="accounts-{timezone.localdate():%Y-%m-%d}.{ending}"'


class _Echo:
    """What csv writes to: gives each line back."""

    def write(self, line: str) -> str:
        return line
