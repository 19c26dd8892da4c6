"""A sizing as files: size.csv, size.xlsx and the page size.html."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.workbook import Workbook

from terrier.report.delimited import write_csv
from terrier.report.page import POLICY, TEMPLATE, asset, embeddable
from terrier.report.size_document import SizeDocument, answer_sentences, size_table
from terrier.report.workbook_style import ACCENT, MUTED, Style, fit, set_up_print

PERCENTS = {"utilization", "balance"}


def write_size(document: SizeDocument, folder: Path) -> None:
    """Write all three files into an existing folder."""
    table = size_table(document)
    write_csv(table, folder / "size.csv")
    write_size_workbook(document, table, folder / "size.xlsx")
    write_size_page(document, folder / "size.html")


def write_size_workbook(document: SizeDocument, table: pl.DataFrame, path: Path) -> None:
    """The answer and its settings on one sheet, the curve with a chart on the other."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": document.title, "subject": "Sales force size", "author": "Terrier"})
        style = Style(book)
        _summary(book, style, document)
        _curve(book, style, document, table)


def _summary(book: Workbook, style: Style, document: SizeDocument) -> None:
    sheet = book.add_worksheet("Summary")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 28, style.text)
    sheet.set_column(1, 1, 96, style.text)
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, document.title, style.title)
    sheet.write_string(1, 0, f"Made by Terrier on {document.created:%B %d, %Y at %H:%M}", style.note)
    row = 3
    for number, sentence in enumerate(answer_sentences(document)):
        sheet.merge_range(row, 0, row, 1, "", style.fine if number == 0 else style.wrapped)
        sheet.write_string(row, 0, sentence, style.fine if number == 0 else style.wrapped)
        row += 1
    row += 1
    sheet.write_string(row, 0, "Good to know", style.section)
    for sentence in document.notes:
        row += 1
        sheet.merge_range(row, 0, row, 1, "", style.wrapped)
        sheet.write_string(row, 0, sentence, style.wrapped)
    row += 2
    sheet.write_string(row, 0, "Settings", style.section)
    for label, value in [*document.settings, ("Command", document.command)]:
        row += 1
        sheet.write_string(row, 0, label, style.label)
        sheet.write_string(row, 1, value, style.value)
    sheet.fit_to_pages(1, 0)


def _curve(book: Workbook, style: Style, document: SizeDocument, table: pl.DataFrame) -> None:
    sheet = book.add_worksheet("Curve")
    for column, series in enumerate(table.iter_columns()):
        whole = series.name == "people" or float(series.abs().max() or 0) >= 1000  # type: ignore[arg-type]
        form = style.percent if series.name in PERCENTS else style.whole if whole else style.decimal
        sheet.set_column(column, column, fit(series), form)
        sheet.write_string(0, column, series.name.replace("_", " "), style.header)
        for row, value in enumerate(series.to_list(), start=1):
            sheet.write_number(row, column, value)
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)
    drawn = "profit" if "profit" in table.columns else "utilization"
    chart = book.add_chart({"type": "line"})
    at = table.columns.index(drawn)
    chart.add_series(
        {
            "name": drawn,
            "categories": ["Curve", 1, 0, table.height, 0],
            "values": ["Curve", 1, at, table.height, at],
            "line": {"color": ACCENT, "width": 2.25},
        }
    )
    chart.set_legend({"none": True})
    chart.set_x_axis({"name": "people", "num_font": {"color": MUTED}})
    chart.set_y_axis(
        {
            "name": drawn,
            "major_gridlines": {"visible": True, "line": {"color": "#E3E6EB"}},
            "num_font": {"color": MUTED},
        }
    )
    chart.set_size({"width": 860, "height": 380})
    sheet.insert_chart(table.height + 2, 0, chart)
    set_up_print(sheet, document.title, "Curve")


def write_size_page(document: SizeDocument, path: Path) -> None:
    """Write the self-contained page. Raises `TerrierError` where it was not built into the package."""
    page = TEMPLATE.format(
        policy=POLICY,
        title=html.escape(document.title),
        style=asset("size.css").replace("</style", "<\\/style"),
        data=embeddable(size_payload(document)),
        script=asset("size.js").replace("</script", "<\\/script"),
    ).replace(
        "placements.csv and plan.xlsx hold the same plan", "size.csv and size.xlsx hold the same figures"
    )
    path.write_text(page, encoding="utf-8")


def size_payload(document: SizeDocument) -> dict[str, Any]:
    """Everything the page shows. `frontend/src/size/payload.ts` describes the same."""
    table = size_table(document)
    found = document.answer
    return {
        "version": 1,
        "title": document.title,
        "created": document.created.isoformat(timespec="seconds"),
        "command": document.command,
        "settings": [[label, value] for label, value in document.settings],
        "sentences": answer_sentences(document),
        "notes": list(document.notes),
        "hours": document.time.of_a_person,
        "byWorkload": found.by_workload,
        "byProfit": found.by_profit,
        "flat": list(found.flat) if found.flat else None,
        "columns": {name: table[name].to_list() for name in table.columns},
    }
