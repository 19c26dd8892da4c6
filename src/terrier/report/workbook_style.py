"""How the workbook looks: one place for its formats, widths and print set-up."""

from __future__ import annotations

import polars as pl
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

INK = "#1A1F2B"
MUTED = "#667085"
LINE = "#D8DCE3"
HEADER = "#EEF1F6"
ACCENT = "#2457C5"
OVER = "#C2410C"
UNDER = "#0369A1"
GOOD = "#0B7A53"
FONT = {"font_name": "Calibri", "font_size": 11, "font_color": INK}


class Style:
    """The formats of one workbook; xlsxwriter ties them to it."""

    def __init__(self, book: Workbook) -> None:
        def make(**more: object) -> object:
            return book.add_format({**FONT, "valign": "vcenter", **more})

        self.title = make(font_size=20, bold=True)
        self.section = make(font_size=13, bold=True, bottom=1, bottom_color=LINE)
        self.note = make(font_color=MUTED)
        self.remark = make(font_color=MUTED, indent=2)
        self.wrapped = make(text_wrap=True, valign="top")
        self.warning = make(text_wrap=True, valign="top", font_color=OVER)
        self.fine = make(text_wrap=True, valign="top", font_color=GOOD, bold=True)
        self.label = make(font_color=MUTED, valign="top")
        self.value = make(align="left", text_wrap=True)
        self.code = make(font_name="Consolas", font_size=10, text_wrap=True, valign="top", bg_color="#F6F7F9")
        self.header = make(bold=True, bg_color=HEADER, bottom=1, bottom_color=LINE, text_wrap=True)
        self.header_right = make(
            bold=True, bg_color=HEADER, bottom=1, bottom_color=LINE, text_wrap=True, align="right"
        )
        self.band = make(bold=True, bg_color=HEADER, align="center", left=1, left_color=LINE)
        self.text = make()
        self.whole = make(num_format="#,##0")
        self.decimal = make(num_format="#,##0.0")
        self.coordinate = make(num_format="0.00000")
        self.percent = make(num_format="0.0%")
        self.deviation = make(num_format="+0.0%;-0.0%;0.0%")
        self.total = make(bold=True, top=1, top_color=LINE)
        self.total_whole = make(bold=True, top=1, top_color=LINE, num_format="#,##0")
        self.over = book.add_format({"font_color": OVER, "bold": True})
        self.under = book.add_format({"font_color": UNDER, "bold": True})


def fit(series: pl.Series, widest: float = 52) -> float:
    """A column width that shows nearly every value and the header, within bounds."""
    if series.dtype != pl.String:
        longest = max(map(len, series.name.split()), default=0)
        return max(11.0, min(longest + 3.0, 26.0))
    usual = series.str.len_chars().quantile(0.98) if len(series) else 0
    return max(9.0, min(max(float(usual or 0), float(len(series.name)) + 2) + 2, widest))


def set_up_print(sheet: Worksheet, title: str, name: str) -> None:
    """Landscape, one page wide, header row on each page, page numbers; & is a control character there."""
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    safe = title.replace("&", "&&")[:120]
    sheet.set_header(f"&L{safe}&R{name}")
    sheet.set_footer("&LTerrier&RPage &P of &N")
