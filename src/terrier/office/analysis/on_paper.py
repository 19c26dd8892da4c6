"""An analysis on paper: what it is of, the largest rows as bars, and its table."""

from __future__ import annotations

from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.lib import colors
from reportlab.platypus import Flowable, Spacer

from terrier.office.analysis.answering import key_text
from terrier.office.analysis.sheets import heading_of
from terrier.office.analysis.showing import lines_shown, said, total_shown, untold
from terrier.office.analysis.table import Table
from terrier.office.paper import INK, MARGIN, PAGE, build, fonts, heading, section
from terrier.office.sales.texts import figure, one_currency

MOST_BARS = 12
BAR, STEP, LABEL = 9, 15, 150
FILL = colors.HexColor("#1C6B53")


def write_pdf(title: str, table: Table, reader: str, file: BinaryIO) -> None:
    """reader : whose figures these are: of one analysis each sees their own part."""
    header = [table.row_label, *(heading_of(table, column) for column in table.columns)]
    rows = [
        [
            " · ".join(filter(None, (line.label, line.sub))),
            *(_beside(cell.text, cell.beside) for cell in line.cells),
        ]
        for line in (*lines_shown(table), total_shown(table))
    ]
    why = [f"{names}: {one}" for names, one in untold(table)]
    whose = _("As %(name)s sees it.") % {"name": reader}
    story: list[Flowable] = heading(title, [one for one in (said(table), whose, one_currency(), *why) if one])
    drawn = _bars(table)
    if drawn is not None:
        story += [drawn, Spacer(1, 12)]
    build(title, [*story, *section("", header, rows, 1, _left_out(table))], file)


def _beside(text: str, beside: str) -> str:
    return f"{text} ({beside})" if beside else text


def _left_out(table: Table) -> str:
    n_rows, n_columns = max(0, table.n_rows - table.size), table.n_columns_left_out
    missing = []
    if n_rows:
        missing.append(ngettext("%(n)s row is left out here.", "%(n)s rows are left out here.", n_rows) % {"n": n_rows})  # fmt: skip
    if n_columns:
        missing.append(ngettext("%(n)s column is left out here.", "%(n)s columns are left out here.", n_columns) % {"n": n_columns})  # fmt: skip
    return " ".join([*missing, _("The page in Terrier and its exports have all.")]) if missing else ""


def _bars(table: Table) -> Drawing | None:
    """The first measure of the first rows, over all columns."""
    name = table.question.measures[0]
    at = next(
        at for at, column in enumerate(table.columns) if column.member is None and column.measure == name
    )
    shown = [(line.member, line.cells[at].value) for line in table.lines if not line.member.rest][:MOST_BARS]
    largest = max((value for _member, value in shown if value is not None), default=0)
    if largest <= 0:
        return None
    plain, _bold = fonts()
    wide = PAGE[0] - 2 * MARGIN
    drawing = Drawing(wide, STEP * len(shown))
    for place, (member, value) in enumerate(shown):
        y = STEP * (len(shown) - 1 - place)
        label = (member.label or key_text(member))[:34]
        drawing.add(
            String(LABEL - 6, y + 2, label, fontName=plain, fontSize=7.5, fillColor=INK, textAnchor="end")
        )
        width = max(0.0, (value or 0) / largest) * (wide - LABEL - 80)
        drawing.add(Rect(LABEL, y, width, BAR, fillColor=FILL, strokeColor=None))
        told = figure(name, value)
        drawing.add(String(LABEL + width + 5, y + 2, told, fontName=plain, fontSize=7.5, fillColor=INK))
    return drawing
