"""The first sheet: what the plan achieves, what it could not, and the settings that reproduce it."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from terrier.report.document import PlanDocument
from terrier.report.figures import Figures
from terrier.report.headline import headlines, shortfall_sentences
from terrier.report.workbook_style import Style


def write_summary(
    book: Workbook, style: Style, document: PlanDocument, known: Figures, remarks: Sequence[str] = ()
) -> Worksheet:
    """Write the sheet a manager reads first; it fits one printed page for a usual plan. remarks : on the workbook."""
    sheet = book.add_worksheet("Summary")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 34, style.text)
    sheet.set_column(1, 2, 18, style.text)
    sheet.set_column(3, 3, 54, style.text)
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, document.title, style.title)
    sheet.write_string(1, 0, f"Made by Terrier on {document.created:%B %d, %Y at %H:%M}", style.note)
    row = _headlines(sheet, style, document, known, 3)
    row = _not_met(sheet, style, document, remarks, row + 1)
    row = _settings(sheet, style, document, row + 1)
    row = _unplaced(sheet, style, document, row + 1)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 0)
    sheet.set_paper(0)
    sheet.set_footer("&LTerrier&RPage &P of &N")
    sheet.print_area(0, 0, max(row, 5), 3)
    return sheet


def _headlines(sheet: Worksheet, style: Style, document: PlanDocument, known: Figures, row: int) -> int:
    for column, text in enumerate(("At a glance", "Before", "After", "")):
        sheet.write_string(row, column, text, style.header if column in {0, 3} else style.header_right)
    formats = {"percent": style.percent, "whole": style.whole, "length": style.decimal, "score": style.whole}
    for item in headlines(document, known):
        row += 1
        sheet.write_string(row, 0, item.label, style.text)
        for column, value in ((1, item.before), (2, item.after)):
            if value is not None:
                sheet.write_number(row, column, value, formats[item.kind])
        sheet.write_string(row, 3, item.remark, style.remark)
    return row + 1


def _not_met(sheet: Worksheet, style: Style, document: PlanDocument, remarks: Sequence[str], row: int) -> int:
    sheet.merge_range(row, 0, row, 3, "What could not be met, and why", style.section)
    sentences = shortfall_sentences(document)
    if not sentences:
        sheet.merge_range(row + 1, 0, row + 1, 3, "Everything asked for is met.", style.fine)
        row += 1
    for sentence in sentences:
        row += 1
        _sentence(sheet, row, sentence, style.warning)
    for sentence in (*document.notes, *remarks):
        row += 1
        _sentence(sheet, row, sentence, style.wrapped)
    return row + 1


def _settings(sheet: Worksheet, style: Style, document: PlanDocument, row: int) -> int:
    sheet.merge_range(row, 0, row, 3, "Settings that reproduce this plan", style.section)
    for label, value in document.settings:
        row += 1
        sheet.write_string(row, 0, label, style.label)
        sheet.merge_range(row, 1, row, 3, "", style.value)
        sheet.write_string(row, 1, value, style.value)
    row += 1
    sheet.write_string(row, 0, "Command", style.label)
    sheet.merge_range(row, 1, row, 3, "", style.code)
    sheet.write_string(row, 1, document.command, style.code)
    sheet.set_row(row, 15 * (1 + len(document.command) // 80))
    return row + 1


def _unplaced(sheet: Worksheet, style: Style, document: PlanDocument, row: int) -> int:
    if not document.unplaced:
        return row
    sheet.merge_range(row, 0, row, 3, f"Rows left out: {len(document.unplaced):,}", style.section)
    for line, unit, reason in document.unplaced:
        row += 1
        sheet.write_string(row, 0, unit, style.text)
        sheet.write_string(row, 1, f"row {line:,}", style.note)
        sheet.write_string(row, 3, reason, style.text)
    return row + 1


def _sentence(sheet: Worksheet, row: int, sentence: str, form: object) -> None:
    sheet.merge_range(row, 0, row, 3, "", form)
    sheet.write_string(row, 0, sentence, form)
    sheet.set_row(row, 15 * (1 + len(sentence) // 115))
