"""The rows of long sheets, put into a finished workbook as XML made by columns.

xlsxwriter lays out the book, and would write these rows one cell at a time: 100,000 accounts in a dozen columns take it
4 s. Here polars writes each column's cells at once. Texts stand in their cells (``inlineStr``), as xlsxwriter itself has
them where it saves memory.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import polars as pl
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name, xl_range

CHUNK = 20_000  # rows made at a time, some 30 MB of XML
MOST_LETTERS = 32_767  # of an Excel cell
QUICK = 5  # of zlib's levels: two thirds of the time of the usual one, for a file 2 % larger
CONTROL = [chr(code) for code in (*range(9), 11, 12, *range(13, 32), 0xFFFE, 0xFFFF)]
ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", **{sign: f"_x{ord(sign):04X}_" for sign in CONTROL}}


def add_rows(book: BinaryIO, tables: Mapping[int, pl.DataFrame], path: Path) -> None:
    """Write the workbook ``book`` to ``path``, with the rows of each table below what its sheet holds already.

    tables : by the number of their sheet, from 1. Empty texts, nulls and numbers that are not finite leave their cell
    empty. Each cell looks as its column does.
    """
    parts = {f"xl/worksheets/sheet{number}.xml": table for number, table in tables.items()}
    with (
        zipfile.ZipFile(book) as laid_out,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=QUICK) as whole,
    ):
        for entry in laid_out.infolist():
            with laid_out.open(entry) as source, whole.open(entry.filename, "w") as target:
                content = source.read()
                if entry.filename not in parts:
                    target.write(content)
                    continue
                for piece in _filled(content.decode("utf-8"), parts[entry.filename]):
                    target.write(piece.encode("utf-8"))


def _filled(sheet: str, table: pl.DataFrame) -> Iterator[str]:
    """The sheet's XML in pieces, the rows of the table among them."""
    head, tail = sheet.split("</sheetData>")
    above = xl_cell_to_rowcol(re.findall(r'<c r="([A-Z]+[0-9]+)"', head)[-1])[0] + 1
    whole = xl_range(0, 0, above + table.height - 1, table.width - 1)
    yield re.sub(r'<dimension ref="[^"]*"/>', f'<dimension ref="{whole}"/>', head)
    looks = _looks(head, table.width)
    for start in range(0, table.height, CHUNK):
        yield rows(table[start : start + CHUNK], above + start + 1, looks)
    yield f"</sheetData>{tail}"


def rows(table: pl.DataFrame, first: int, looks: list[str]) -> str:
    """The rows as XML. first : the number of the first, from 1. looks : the style attribute of each column."""
    number = pl.int_range(first, first + table.height, dtype=pl.Int64).cast(pl.String)
    cells = [
        _cells(series, number, f'<c r="{xl_col_to_name(column)}', f'"{looks[column]}')
        for column, series in enumerate(table.iter_columns())
    ]
    row = pl.concat_str(pl.lit('<row r="'), number, pl.lit('">'), *cells, pl.lit("</row>"))
    return "".join(table.select(row.alias("row"))["row"].to_list())


def _cells(series: pl.Series, number: pl.Expr, before: str, after: str) -> pl.Expr:
    value = pl.col(series.name)
    if series.dtype != pl.String:
        finite = value.is_finite() if series.dtype.is_float() else value.is_not_null()
        cell = pl.concat_str(
            pl.lit(before), number, pl.lit(f"{after}><v>"), value.cast(pl.String), pl.lit("</v></c>")
        )
        return pl.when(finite).then(cell).otherwise(pl.lit(""))
    kept = ' xml:space="preserve"' if series.str.contains(r"^\s|\s$").any() else ""
    text = value.str.head(MOST_LETTERS)
    # _x0041_ is an A to Excel, unless its first line is such a sign itself.
    signs = text.str.contains(r"_x[0-9A-Fa-f]{4}_")
    text = pl.when(signs).then(text.str.replace_all("_x", "_x005F_x", literal=True)).otherwise(text)
    text = text.str.replace_many(ESCAPED)
    opened = f'{after} t="inlineStr"><is><t{kept}>'
    cell = pl.concat_str(pl.lit(before), number, pl.lit(opened), text, pl.lit("</t></is></c>"))
    return pl.when(value.fill_null("") != "").then(cell).otherwise(pl.lit(""))


def _looks(head: str, width: int) -> list[str]:
    """The style attribute that the cells of each column take from their column, "" where it has none."""
    found = [""] * width
    for column in re.findall(r"<col [^>]*>", head):
        said = dict(re.findall(r'(\w+)="([^"]*)"', column))
        for at in range(int(said["min"]) - 1, min(int(said["max"]), width)):
            found[at] = f' s="{said["style"]}"' if "style" in said else ""
    return found
