"""Why a file cannot be read, on the page and in its reader's language: whole sentences for what the readers say tersely.

The readers (terrier.intake) speak English and of the command line's options. Each thing they refuse has a sentence here; where
one is lacking (a test sees that none is), theirs is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from terrier.errors import InputError

TITLE = "has a title where the header should be"


def told(error: InputError) -> str:
    """One line for what is wrong, then one each for where, and for what would be right."""
    if error.problem == TITLE and error.row is not None:
        seen = _("Row %(row)s looks like a title: “%(value)s”.")
        at = {"row": f"{error.row:,}", "value": _short(error.value or "")}
        return "\n".join([seen % at, *_hints(error)])
    lines = [
        _said(error.problem, _problems()) or f"{error.file}: {error.problem}.",
        _place(error),
        *_hints(error),
    ]
    return "\n".join(line for line in lines if line)


def suggested(error: InputError) -> dict[str, str]:
    """What to try instead, where the hint names it: an option of ``read`` and its value."""
    hint = error.hint or ""
    found = re.search(r"--header-row (?P<header_row>\d+)|--encoding (?P<encoding>cp1252|utf-16)", hint)
    return {name: value for name, value in found.groupdict().items() if value} if found else {}


def _said(text: str, sentences: Iterator[tuple[str, str]]) -> str:
    """The sentence for a text, with what the pattern caught of it in its placeholders."""
    for pattern, sentence in sentences:
        found = re.fullmatch(pattern, text, re.DOTALL)
        if found:
            return sentence % found.groupdict()
    return ""


def _hints(error: InputError) -> Iterator[str]:
    """The hint as sentences; what more there is of it stays as it is."""
    rest = error.hint or ""
    if rest.startswith("This is the first sheet") or " This is the first sheet" in rest:
        first, _sep, others = rest.partition("This is the first sheet; pass --sheet to read another: ")
        rest = first.strip()
        yield _("This is the first sheet. To read another, name it below: %(sheets)s") % {"sheets": others}
    if rest:
        yield _said(rest, _advice()) or rest


def _place(error: InputError) -> str:
    told = {"row": f"{error.row or 0:,}", "column": error.column, "value": _short(error.value or "")}
    if error.row is None:
        return ""
    if error.column is not None and error.value is not None:
        return _("It stands in row %(row)s, column “%(column)s”: “%(value)s”.") % told
    if error.column is not None:
        return _("It is row %(row)s, column “%(column)s”.") % told
    if error.value is not None:
        return _("It stands in row %(row)s: “%(value)s”.") % told
    return _("It is row %(row)s.") % told


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


def _problems() -> Iterator[tuple[str, str]]:
    yield from _of_any_file()
    yield from _of_texts()
    yield from _of_workbooks()


def _of_any_file() -> Iterator[tuple[str, str]]:
    yield r"is empty", _("The file is empty.")
    yield r"has a header and no rows below it", _("The file has headings and no rows below them.")
    yield (
        r"has no header: the first row looks like data",
        _("The file has no headings: its first row looks like data."),
    )
    yield (
        r"has a title where the header should be",
        _("The file has a title where the headings should be."),
    )
    yield (
        r"two columns have the same name: (?P<one>\w+) and (?P<other>\w+)",
        _("Two columns have the same heading: %(one)s and %(other)s."),
    )
    yield (
        r"has more than (?P<most>[\d,]+) columns; at most [\d,]+ are read",
        _("The file has more than %(most)s columns; no more are read."),
    )
    yield (
        r"has (?P<n>[\d,]+) columns; at most (?P<most>[\d,]+) are read",
        _("The file has %(n)s columns; at most %(most)s are read."),
    )
    yield (
        r"has (?P<n>[\d,]+) rows; at most (?P<most>[\d,]+) are read(?: at once)?",
        _("The file has %(n)s rows; at most %(most)s are read at once."),
    )
    yield (
        r"holds (?P<found>[\d,]+) MB of texts; at most (?P<most>[\d,]+) MB are read",
        _("The file holds %(found)s MB of texts; at most %(most)s MB are read."),
    )
    yield (
        r"has a first row that does not end, so it is no table",
        _("The file has a first row that does not end, so it is no table."),
    )
    yield (
        r"is beyond the last row of .*, (?P<n>[\d,]+)",
        _("The row of the headings lies beyond the last row of the file, %(n)s."),
    )
    yield (
        r"has no row (?P<n>\d+) to take the header from",
        _("The file has no row %(n)s to take the headings from."),
    )
    yield (
        r"takes more than (?P<memory>[\d.,]+) GB of memory or (?P<seconds>\d+) seconds to read, or is damaged",
        _(
            "Reading the file takes more than %(memory)s GB of memory or %(seconds)s seconds, or it is damaged."
        ),
    )
    yield (
        r"took longer than (?P<seconds>\d+) seconds to read",
        _("Reading the file took longer than %(seconds)s seconds."),
    )
    yield (
        r"is not a Parquet file that can be read \(.*\)",
        _("The file is not a Parquet file that can be read."),
    )
    yield (
        r"is not a (?P<kind>\.\w+) file, whatever its name says",
        _("The file is not a %(kind)s file, whatever its name says."),
    )


def _of_texts() -> Iterator[tuple[str, str]]:
    yield (
        r"is not a text file, whatever its name says",
        _("The file is not a text file, whatever its name says."),
    )
    yield r"is UTF-16 text, not UTF-8", _("The file is UTF-16 text, not UTF-8.")
    yield (
        r"is not (?P<encoding>\S+) text: it holds half of a character",
        _("The file is not %(encoding)s text: it holds half of a character."),
    )
    yield r"is not (?P<encoding>\S+) text", _("The file is not %(encoding)s text.")
    yield (
        r"holds a NUL character: it is damaged or not a text file",
        _("The file holds a NUL character: it is damaged, or not a text file."),
    )
    yield (
        r"has (?P<n>\d+) cells where the header has (?P<width>\d+)",
        _("A row has %(n)s cells where the headings are %(width)s."),
    )
    yield (
        r"a quotation mark opens and never closes, or closes too early",
        _("A quotation mark opens and never closes, or closes too early."),
    )


def _of_workbooks() -> Iterator[tuple[str, str]]:
    yield (
        r"is an old \.xls workbook or is protected by a password",
        _("The file is an old .xls workbook, or is protected by a password."),
    )
    yield (
        r"has no sheets, so there is no sheet “(?P<sheet>.*)”",
        _("The file has no sheets, so there is no sheet “%(sheet)s”."),
    )
    yield r"has no sheet “(?P<sheet>.*)”", _("The workbook has no sheet “%(sheet)s”.")
    yield (
        r"is not a workbook that can be read \(.*\)",
        _("The file is not a workbook that can be read."),
    )
    yield r"cannot be read \(.*\)", _("The sheet cannot be read.")
    yield r"is a zip archive, not an \.xlsx workbook", _("The file is a zip archive, not an .xlsx workbook.")
    yield r"holds macros", _("The workbook holds macros.")
    yield r"is a damaged workbook", _("The workbook is damaged.")
    yield (
        r"unpacks to (?P<found>[\d.,]+) GB; at most (?P<most>[\d.,]+) GB is read",
        _("The workbook unpacks to %(found)s GB; at most %(most)s GB are read."),
    )
    yield (
        r"unpacks to (?P<times>[\d.,]+) times its size, as no workbook of people does",
        _("The workbook unpacks to %(times)s times its size, as no workbook of people does."),
    )
    yield (
        r"declares a document type, which may draw in other files",
        _("The workbook declares a document type, which may draw in other files."),
    )


def _advice() -> Iterator[tuple[str, str]]:
    yield (
        r"A header row and one row for each account are needed\.",
        _("A row of headings is needed, and one row for each thing to import."),
    )
    yield r"Save it as a plain \.xlsx workbook\.", _("Save it as a plain .xlsx workbook.")
    yield r"CSV, XLSX and Parquet are read\.", _("CSV, XLSX and Parquet are read.")
    yield r"Keep only the columns that matter\.", _("Keep only the columns that matter.")
    yield r"Divide it into several files\.", _("Divide it into several files.")
    yield r"Save the sheet as CSV\.", _("Save the sheet as CSV.")
    yield (
        r"Save it as CSV with only the columns that matter\.",
        _("Save it as CSV with only the columns that matter."),
    )
    yield r"Open it and save it again\.", _("Open it and save it again.")
    yield r"Rename or delete one of them\.", _("Rename or delete one of them.")
    yield r"Add a first row that names the columns\.", _("Add a first row that names the columns.")
    yield (
        r"Double each quotation mark inside a cell: \"\"\.",
        _('Double each quotation mark inside a cell: “""”.'),
    )
    yield (
        r"Put quotes around a cell that holds the delimiter\.",
        _("Put quotation marks around a cell that holds the delimiter."),
    )
    yield (
        r"Pass --encoding utf-16, or save it as “CSV UTF-8”\.",
        _("Choose UTF-16 as its encoding below, or save it as “CSV UTF-8”."),
    )
    yield (
        r"As Windows-1252 it reads “(?P<cell>.*)”: pass --encoding cp1252, or save the file as “CSV UTF-8”\.",
        _(
            "As Windows-1252 it reads “%(cell)s”: choose Windows-1252 as its encoding below, or save the file as"
            " “CSV UTF-8”."
        ),
    )
    yield (
        r"Pass --header-row (?P<row>\d+), if that row names the columns\.",
        _("The headings seem to be in row %(row)s: use it, or set another row below."),
    )
    yield (
        r"Pass --header-row with the row that names the columns\.",
        _("Say below which row names the columns."),
    )
    yield r"Its sheets: (?P<sheets>.*)\.", _("Its sheets are: %(sheets)s.")
