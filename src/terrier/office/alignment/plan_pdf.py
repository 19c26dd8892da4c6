"""A plan on paper: what it says in a few figures, its map, the balance, the moves, and who hands over what to whom."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

import reportlab
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from terrier.office.alignment.choices import MEASURE_NAMES
from terrier.office.alignment.plan_content import PlanContent
from terrier.office.alignment.plan_map import map_of

MOST_ROWS = 400
"""Of moves and of hand-overs each: beyond that paper is no help, and the workbook has them all."""
PAGE = landscape(A4)
INK, MUTED, LINE, HEAD = colors.HexColor("#1F2A26"), colors.HexColor("#66706B"), colors.HexColor("#D9D8D2"), colors.HexColor("#F3F2ED")  # fmt: skip


@cache
def _fonts() -> tuple[str, str]:
    """Plain and bold, with the letters of western languages; they come with reportlab."""
    folder = Path(reportlab.__file__).parent / "fonts"
    registerFont(TTFont("Vera", str(folder / "Vera.ttf")))
    registerFont(TTFont("VeraBd", str(folder / "VeraBd.ttf")))
    registerFontFamily("Vera", normal="Vera", bold="VeraBd", italic="Vera", boldItalic="VeraBd")
    return "Vera", "VeraBd"


def write_pdf(content: PlanContent, file: BinaryIO) -> None:
    plain, bold = _fonts()
    document = SimpleDocTemplate(
        file,
        pagesize=PAGE,
        leftMargin=16 * mm,
        rightMargin=16 * mm,
        topMargin=14 * mm,
        bottomMargin=16 * mm,
        title=content.plan.name,
        author="Terrier",
    )

    def foot(canvas: Any, _document: Any) -> None:
        canvas.setFont(plain, 7)
        canvas.setFillColor(MUTED)
        told = f"{content.plan.name[:80]} · {date_format(timezone.localdate())}"
        canvas.drawString(16 * mm, 9 * mm, told)
        canvas.drawRightString(PAGE[0] - 16 * mm, 9 * mm, str(canvas.getPageNumber()))

    document.build(_story(content, plain, bold), onFirstPage=foot, onLaterPages=foot)


def _story(content: PlanContent, plain: str, bold: str) -> list[Flowable]:
    title = ParagraphStyle("title", fontName=bold, fontSize=18, leading=23, textColor=INK)
    said = ParagraphStyle("said", fontName=plain, fontSize=9, leading=13, textColor=MUTED)
    drawn = map_of(content, PAGE[0] - 32 * mm, PAGE[1] - 78 * mm, plain)
    story: list[Flowable] = [
        Paragraph(escape(content.plan.name), title),
        Paragraph(" · ".join(map(escape, _facts(content))), said),
        Spacer(1, 4 * mm),
    ]
    if drawn is not None:
        drawn.hAlign = "CENTER"
        story += [drawn, PageBreak()]
    story += _section(_("Balance"), *_balance(content), plain, bold)
    story += _section(_("Moves"), *_moves(content), plain, bold)
    if content.handovers:
        story += _section(_("Hand-overs"), *_handed(content), plain, bold)
    return story


def _facts(content: PlanContent) -> list[str]:
    plan, sheet = content.plan, content.sheet
    facts = [plan.root.name, str(plan.get_state_display())]
    if plan.effective_on:
        facts.append(_("takes effect on %(day)s") % {"day": date_format(plan.effective_on)})
    if sheet.is_part:
        facts.append(_("your part of it below; the whole plan:"))
    facts.append(_("%(n)s accounts") % {"n": f"{sheet.n_accounts:,}"})
    facts.append(_("%(share)s moved") % {"share": f"{sheet.share_moved:.1%}"})
    facts += [
        _("%(measure)s off by at most %(value)s") % {"measure": MEASURE_NAMES[one], "value": f"{value:.0%}"}
        for one, value in sheet.balance.items()
    ]
    return facts


Told = tuple[list[str], list[Sequence[str]], int, str]
"""Header, rows, columns of text at the left, and what is to be said below."""


def _balance(content: PlanContent) -> Told:
    measures = [one.measure for one in content.sheet.choices.balanced]
    header = [
        _("Territory"), _("Position"), _("Accounts"), _("Sales"), _("Workload, hours"), _("Utilization"), _("Expected pay"),
        *(_("%(measure)s off by") % {"measure": MEASURE_NAMES[one]} for one in measures), _("Gained"), _("Lost"),
    ]  # fmt: skip
    rows: list[Sequence[str]] = [
        (
            row.territory.name, row.territory.position.name if row.territory.position else "–", f"{row.n_accounts:,}",
            f"${row.sales:,.0f}", f"{row.workload:,.0f}", "–" if row.utilization is None else f"{row.utilization:.0%}",
            "–" if row.pay is None else f"${row.pay:,.0f}",
            *(f"{row.deviations.get(one, 0.0):+.0%}" for one in measures), f"{row.n_gained:,}", f"{row.n_lost:,}",
        )
        for row in content.rows
    ]  # fmt: skip
    return header, rows, 2, ""


def _moves(content: PlanContent) -> Told:
    rows: list[Sequence[str]] = [
        (one.source or "–", one.target or "–", f"{one.n_accounts:,}", f"${one.sales:,.0f}")
        for one in content.flows
    ]
    below = "" if rows else _("Nobody's accounts change.")
    return [_("From"), _("To"), _("Accounts"), _("Sales")], rows[:MOST_ROWS], 2, below or _more(len(rows))


def _handed(content: PlanContent) -> Told:
    rows: list[Sequence[str]] = [
        (
            one.account.name,
            ", ".join(filter(None, [one.account.city, one.account.state])),
            str(one.giver or "–"),
            str(one.taker or "–"),
            date_format(one.due_on),
        )
        for one in content.handovers[:MOST_ROWS]
    ]
    header = [_("Account"), _("Place"), _("From"), _("To"), _("Due")]
    return header, rows, 5, _more(len(content.handovers))


def _more(n_rows: int) -> str:
    left = n_rows - MOST_ROWS
    return "" if left <= 0 else _("%(n)s more are in the workbook.") % {"n": f"{left:,}"}


def _widths(n_columns: int, n_text: int) -> list[float]:
    """Text gets more room than numbers."""
    whole = PAGE[0] - 32 * mm
    share = whole / (n_columns + n_text)
    return [2 * share if at < n_text else share for at in range(n_columns)]


def _section(
    heading: str,
    header: list[str],
    rows: Sequence[Sequence[str]],
    n_text: int,
    below: str,
    plain: str,
    bold: str,
) -> list[Flowable]:
    top = ParagraphStyle("heading", fontName=bold, fontSize=12, leading=18, textColor=INK, keepWithNext=1)
    cell = ParagraphStyle("cell", fontName=plain, fontSize=7.5, leading=9.5, textColor=INK)
    right = ParagraphStyle("right", parent=cell, alignment=2)
    head = ParagraphStyle("head", parent=cell, fontName=bold)
    head_right = ParagraphStyle("head_right", parent=head, alignment=2)
    found: list[Flowable] = [Paragraph(escape(heading), top)]
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
