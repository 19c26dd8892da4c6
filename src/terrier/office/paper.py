"""What is printed, whatever it is of: fonts, colors and tables on landscape pages."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

import reportlab
from django.utils import timezone
from django.utils.formats import date_format
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

PAGE = landscape(A4)
MARGIN = 16 * mm
INK, MUTED, LINE, HEAD = colors.HexColor("#1F2A26"), colors.HexColor("#66706B"), colors.HexColor("#D9D8D2"), colors.HexColor("#F3F2ED")  # fmt: skip


@cache
def fonts() -> tuple[str, str]:
    """Plain and bold, with the letters of western languages; they come with reportlab."""
    folder = Path(reportlab.__file__).parent / "fonts"
    registerFont(TTFont("Vera", str(folder / "Vera.ttf")))
    registerFont(TTFont("VeraBd", str(folder / "VeraBd.ttf")))
    registerFontFamily("Vera", normal="Vera", bold="VeraBd", italic="Vera", boldItalic="VeraBd")
    return "Vera", "VeraBd"


def build(title: str, story: list[Flowable], file: BinaryIO) -> None:
    """Write pages; at the foot of each its title, today and its number."""
    plain, _bold = fonts()
    document = SimpleDocTemplate(
        file,
        pagesize=PAGE,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=14 * mm,
        bottomMargin=16 * mm,
        title=title,
        author="Terrier",
    )

    def foot(canvas: Any, _document: Any) -> None:
        canvas.setFont(plain, 7)
        canvas.setFillColor(MUTED)
        canvas.drawString(MARGIN, 9 * mm, f"{title[:80]} · {date_format(timezone.localdate())}")
        canvas.drawRightString(PAGE[0] - MARGIN, 9 * mm, str(canvas.getPageNumber()))

    document.build(story, onFirstPage=foot, onLaterPages=foot)


def heading(title: str, facts: Sequence[str]) -> list[Flowable]:
    """The title of all, and in a line what it is of."""
    plain, bold = fonts()
    large = ParagraphStyle("title", fontName=bold, fontSize=18, leading=23, textColor=INK)
    said = ParagraphStyle("said", fontName=plain, fontSize=9, leading=13, textColor=MUTED)
    return [
        Paragraph(escape(title), large),
        Paragraph(" · ".join(map(escape, facts)), said),
        Spacer(1, 4 * mm),
    ]


def section(
    title: str, header: Sequence[str], rows: Sequence[Sequence[str]], n_text: int, below: str
) -> list[Flowable]:
    """A table under a heading. n_text : columns of text at the left. below : what is to be said under it."""
    plain, bold = fonts()
    top = ParagraphStyle("heading", fontName=bold, fontSize=12, leading=18, textColor=INK, keepWithNext=1)
    cell = ParagraphStyle("cell", fontName=plain, fontSize=7.5, leading=9.5, textColor=INK)
    right = ParagraphStyle("right", parent=cell, alignment=2)
    head = ParagraphStyle("head", parent=cell, fontName=bold)
    head_right = ParagraphStyle("head_right", parent=head, alignment=2)
    found: list[Flowable] = [Paragraph(escape(title), top)] if title else []
    if rows:
        table = Table(
            [
                [
                    Paragraph(escape(one), head if at < n_text else head_right)
                    for at, one in enumerate(header)
                ],
                *(
                    [Paragraph(escape(one), cell if at < n_text else right) for at, one in enumerate(row)]
                    for row in rows
                ),
            ],
            repeatRows=1,
            colWidths=_widths(len(header), n_text),
        )
        table.setStyle(
            TableStyle(
                [
                    ("BACKGROUND", (0, 0), (-1, 0), HEAD),
                    ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
                    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
                ]
            )
        )
        found.append(table)
    if below:
        found.append(Paragraph(escape(below), cell))
    return [*found, Spacer(1, 6 * mm)]


def _widths(n_columns: int, n_text: int) -> list[float]:
    """Text gets more room than numbers."""
    whole = PAGE[0] - 2 * MARGIN
    share = whole / (n_columns + n_text)
    return [2 * share if at < n_text else share for at in range(n_columns)]
