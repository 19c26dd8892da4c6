"""The sheet a manager argues over: each territory's share of each measure, before and after."""

from __future__ import annotations

import numpy as np
import polars as pl
from xlsxwriter.utility import xl_range
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from terrier.report.document import PlanDocument
from terrier.report.workbook_style import ACCENT, MUTED, Style, fit, set_up_print

CHART_WIDTH = 660  # pixels, with the gap to the next


def write_balance(
    book: Workbook, style: Style, document: PlanDocument, territories: pl.DataFrame
) -> Worksheet:
    """Write the territories table, marked where out of tolerance, with a bar in each deviation and a chart a measure."""
    sheet = book.add_worksheet("Balance")
    last = territories.height
    for column, series in enumerate(territories.iter_columns()):
        is_deviation = series.name.endswith((" deviation", " deviation before"))
        sheet.set_column(column, column, fit(series), _format(style, series, is_deviation))
        sheet.write_string(
            0, column, series.name, style.header if series.dtype == pl.String else style.header_right
        )
        for row, value in enumerate(series.to_list(), start=1):
            if isinstance(value, str):
                sheet.write_string(row, column, value)
            elif value is not None:
                sheet.write_number(row, column, value)
    for m, name in enumerate(document.measure_names):
        for suffix in (" deviation", " deviation before"):
            column_name = f"{name}{suffix}"
            if column_name in territories.columns:
                column = territories.columns.index(column_name)
                _mark(sheet, style, last, column, float(document.problem.tolerances[m]))
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, territories.width - 1)
    for m in range(len(document.measure_names)):
        _chart(book, sheet, document, territories, m)
    set_up_print(sheet, document.title, "Balance")
    return sheet


def _mark(sheet: Worksheet, style: Style, last: int, column: int, tolerance: float) -> None:
    where = xl_range(1, column, last, column)
    tolerance = min(tolerance, 1e9)  # a sheet knows no infinity
    for criteria, value, form in ((">", tolerance + 1e-9, style.over), ("<", -tolerance - 1e-9, style.under)):
        sheet.conditional_format(
            where, {"type": "cell", "criteria": criteria, "value": value, "format": form}
        )
    sheet.conditional_format(
        where,
        {
            "type": "data_bar",
            "data_bar_2010": True,
            "bar_solid": True,
            "bar_color": "#F2C9AE",
            "bar_negative_color": "#B5D8EE",
            "bar_axis_position": "middle",
        },
    )


def _chart(
    book: Workbook, sheet: Worksheet, document: PlanDocument, territories: pl.DataFrame, m: int
) -> None:
    """A bar chart of one measure's deviations below the table, before in gray behind after."""
    name, last = document.measure_names[m], document.problem.n_territories
    chart = book.add_chart({"type": "bar"})
    wanted = ((f"{name} deviation before", "Before", "#B8BFCA"), (f"{name} deviation", "After", ACCENT))
    for column_name, label, fill in wanted:
        if column_name in territories.columns:
            column = territories.columns.index(column_name)
            chart.add_series(
                {
                    "name": label,
                    "categories": ["Balance", 1, 0, last, 0],
                    "values": ["Balance", 1, column, last, column],
                    "fill": {"color": fill},
                    "border": {"none": True},
                    "gap": 60,
                    "overlap": 0,
                }
            )
    tolerance = float(document.problem.tolerances[m])
    asked = f"±{tolerance * 100:g}% asked" if tolerance < np.inf else "not balanced"
    chart.set_title(
        {
            "name": f"{name}: deviation from its share ({asked})",
            "name_font": {"size": 12},
        }
    )
    chart.set_x_axis(
        {
            "num_format": "0%",
            "major_gridlines": {"visible": True, "line": {"color": "#E4E7EC"}},
            "num_font": {"color": MUTED},
        }
    )
    chart.set_y_axis({"reverse": True, "label_position": "low", "num_font": {"color": MUTED}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": CHART_WIDTH - 20, "height": 160 + 26 * min(last, 60)})
    sheet.insert_chart(
        territories.height + 3, 0, chart, {"x_offset": 12 + CHART_WIDTH * m, "object_position": 3}
    )


def _format(style: Style, series: pl.Series, is_deviation: bool) -> object:
    if is_deviation:
        return style.deviation
    if series.dtype == pl.String:
        return style.text
    if "center_" in series.name:
        return style.coordinate
    largest = series.abs().max()
    whole = series.dtype.is_integer() or (isinstance(largest, float) and largest >= 1000)
    return style.whole if whole else style.decimal
