"""The plan as a workbook that can be sent: Summary, Balance, Placements, Moves."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from terrier.report.balance_sheet import write_balance
from terrier.report.document import PlanDocument
from terrier.report.figures import Figures
from terrier.report.plain_numbers import plain_numbers
from terrier.report.sheet_rows import add_rows
from terrier.report.summary_sheet import write_summary
from terrier.report.tables import without_details
from terrier.report.workbook_style import Style, fit, set_up_print

MOST_ROWS = 1_048_575  # of an Excel sheet, below the header
MOST_DETAILED = (
    50_000  # rows with the further columns of the user's file: more open slowly, and are not read by eye
)


def write_workbook(
    document: PlanDocument,
    known: Figures,
    placements: pl.DataFrame,
    territories: pl.DataFrame,
    moves: pl.DataFrame,
    path: Path,
) -> None:
    """Write the workbook. No text becomes a formula or a link, whatever the user's file holds."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    laid_out = BytesIO()
    with xlsxwriter.Workbook(laid_out, {**options, "in_memory": True}) as book:
        book.set_properties({"title": document.title, "subject": "Sales territories", "author": "Terrier"})
        book.set_calc_mode("auto")
        style = Style(book)
        remarks = []
        carried: frozenset[str] = frozenset()
        if placements.height > MOST_DETAILED and document.details:
            placements = without_details(placements, document)
            remarks = ["The other columns of the accounts file are in placements.csv, not in this workbook."]
        else:
            theirs = placements.columns[placements.width - len(document.details) :]
            placements = placements.with_columns(plain_numbers(placements[name]) for name in theirs)
            carried = frozenset(theirs)
        write_summary(book, style, document, known, remarks)
        write_balance(book, style, document, territories)
        shown = [
            _table_sheet(book, style, "Placements", placements, document, carried),
            _table_sheet(book, style, "Moves", moves, document),
        ]
    add_rows(laid_out, {sheet.index + 1: table for sheet, table in shown}, path)


def _table_sheet(
    book: Workbook,
    style: Style,
    name: str,
    table: pl.DataFrame,
    document: PlanDocument,
    as_read: frozenset[str] = frozenset(),
) -> tuple[Worksheet, pl.DataFrame]:
    """A sheet for a table, with the rows to be put below: frozen header, filter, number formats by column, widths that fit.

    ``as_read`` columns keep the digits of the user's file: a year is no 1,998.
    """
    sheet = book.add_worksheet(name)
    shown = table.head(MOST_ROWS)
    for column, series in enumerate(shown.iter_columns()):
        sheet.set_column(column, column, fit(series), _format(style, series, as_read))
        sheet.write_string(0, column, series.name, style.header)
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 2)
    if shown.height:
        sheet.autofilter(0, 0, shown.height, shown.width - 1)
    else:
        sheet.write_string(1, 0, "Nothing moves: there is no present plan, or every unit stays.", style.note)
    set_up_print(sheet, document.title, name)
    return sheet, shown


def _format(style: Style, series: pl.Series, as_read: frozenset[str]) -> Format | None:
    if series.dtype == pl.String or series.name in as_read:
        return style.text
    if series.name in {"latitude", "longitude", "x", "y"}:
        return style.coordinate
    largest = series.abs().max()
    return style.whole if isinstance(largest, float | int) and largest >= 1000 else style.decimal
