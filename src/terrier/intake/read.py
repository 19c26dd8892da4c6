"""Read CSV, TSV, XLSX and Parquet files into tables of texts, safely: nothing is read before its size is known."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import fastexcel
import polars as pl

from terrier.errors import InputError
from terrier.intake.files import refuse_unreadable
from terrier.intake.table import MAX_COLUMNS, NUMERIC, Decimal, Table, letter, tabulate

MAX_INFLATED_BYTES = 2**30
"""What an XLSX may unpack to; a full sheet of 1,048,576 rows stays below it."""

MAX_SHEET_COLUMNS = 16_384
"""Of a sheet, whose cells may be empty."""
MAX_ROWS = 2**24
"""Of a Parquet file, where a few bytes can stand for billions of rows; other files are bounded by their size."""
LINES_A_ROW = 4
"""How many lines of a text file stand for one row at most, on average: a cell may hold several, and some are blank."""
MAX_RATIO = 100
"""How many times its size a workbook may unpack to, where that is much; real ones stay below 20."""

_START_BYTES = 200_000
_LOOKED_AT = 20
MAX_LINE_BYTES = 2**24
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a"))
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_FAR = re.compile(rb"""\sr\s*=\s*["'][A-Za-z]{4,9}\d+["']""")
_DELIMITERS = (",", ";", "\t", "|")


def read_table(
    path: str | Path,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    header_row: int = 1,
    decimal: Decimal | None = None,
    max_rows: int = MAX_ROWS,
) -> Table:
    """Read one table.

    Parameters
    ----------
    sheet : name of the XLSX sheet; the first one by default.
    encoding : of a text file; UTF-8 by default.
    header_row : the row that names the columns, 1 being the first.
    decimal : the decimal sign of its numbers, where it is not to be inferred.
    max_rows : how many rows are read at most, as far as that can be seen before they are.

    Raises
    ------
    InputError
        The file is missing, too large, empty, of another kind, or not what its encoding says.
    """
    file, path = str(path), Path(path)
    refuse_unreadable(file)
    with path.open("rb") as stream:
        magic = stream.read(8)
    if magic.startswith(b"PK\x03\x04"):
        return _read_xlsx(file, path, sheet, header_row, decimal)
    if magic.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(
            file,
            "is an old .xls workbook or is protected by a password",
            hint="Save it as a plain .xlsx workbook.",
        )
    if sheet is not None:
        raise InputError(file, f"has no sheets, so there is no sheet “{sheet}”")
    if magic.startswith(b"PAR1"):
        return _read_parquet(file, path, decimal, max_rows)
    if path.suffix.lower() in {".xlsx", ".xlsm", ".parquet"}:
        raise InputError(file, f"is not a {path.suffix.lower()} file, whatever its name says")
    if encoding is None and is_binary(path):
        raise InputError(
            file, "is not a text file, whatever its name says", hint="CSV, XLSX and Parquet are read."
        )
    return _read_text(file, path.read_bytes(), encoding, header_row, decimal, max_rows)


def is_binary(path: Path) -> bool:
    """Whether the start holds more control characters than a damaged text would, and no mark of UTF-16."""
    with path.open("rb") as stream:
        start = stream.read(4096)
    control = len(start) - len(start.translate(None, _CONTROL))
    return not start.startswith((b"\xff\xfe", b"\xfe\xff")) and control > max(2, len(start) // 100)


def _read_text(
    file: str,
    data: bytes,
    encoding: str | None,
    header_row: int,
    decimal: Decimal | None,
    max_rows: int,
) -> Table:
    data, header_row, delimiter = opened(file, data, encoding, header_row, max_rows)
    cells = [cells_of(file, data, header_row, delimiter)]
    del data  # a large file is held once, not twice
    return tabulate(cells, file, header_row=header_row, decimal=decimal, delimiter=delimiter)


def opened(
    file: str, data: bytes, encoding: str | None, header_row: int, max_rows: int
) -> tuple[bytes, int, str]:
    """A text file as UTF-8, the row of its headings, and what stands between its cells."""
    if len(data) > MAX_LINE_BYTES and not re.search(rb"[\r\n]", data[:MAX_LINE_BYTES]):
        raise InputError(file, "has a first row that does not end, so it is no table")
    data = as_utf8(file, data, encoding)
    n_lines = data.count(b"\n") + (not data.endswith(b"\n"))
    if n_lines > LINES_A_ROW * max_rows:
        raise too_long(file, n_lines, max_rows)
    if header_row > max(1, n_lines):
        raise InputError(
            "--header-row", f"is beyond the last row of {file}, {n_lines:,}", value=str(header_row)
        )
    start = data[:_START_BYTES].decode(errors="ignore")  # its end may cut a character in two
    header_row += _blank_lines(start, header_row)
    delimiter = _delimiter(start, header_row)
    _refuse_wide(file, start, delimiter)
    _refuse_title(file, start, header_row)
    return data, header_row, delimiter


def cells_of(
    file: str, data: bytes, header_row: int, delimiter: str, only: list[int] | None = None
) -> pl.DataFrame:
    """The cells of a text, from its headings on, of all columns or some, by their places."""
    above = 0
    for _ in range(header_row - 1):
        above = data.find(b"\n", above) + 1
    if data.count(b'"', above) % 2:
        raise _malformed(file, data.decode(), delimiter, header_row)
    try:
        return pl.read_csv(
            data,
            has_header=False,
            infer_schema=False,
            separator=delimiter,
            columns=only,
            skip_lines=header_row - 1,
            raise_if_empty=False,
        )
    except pl.exceptions.ComputeError:
        raise _malformed(file, data.decode(), delimiter, header_row) from None


def _refuse_wide(file: str, start: str, delimiter: str) -> None:
    """Refuse more columns than any table has, before they are made."""
    csv.field_size_limit(2**31 - 1)
    for row, line in enumerate(start.splitlines(), start=1):
        if line.count(delimiter) >= MAX_COLUMNS:
            width = len(next(csv.reader([line], delimiter=delimiter)))
            if width > MAX_COLUMNS:
                raise _too_wide(file, f"more than {MAX_COLUMNS:,}", row)


def _refuse_title(file: str, start: str, header_row: int) -> None:
    """Refuse a line much narrower than the table below it, before it is taken for headings or for a torn row.

    Only where a row of words below it can be named that is as wide as the table: what else is narrow is told by others.
    """
    lines = start.splitlines(keepends=True)[header_row - 1 :]
    whole = lines if len(start) < _START_BYTES else lines[:-1]
    best = max(
        (_titled(whole, delimiter) for delimiter in _DELIMITERS),
        key=lambda it: (it[0], not it[1]),  # decimal commas make a table, too, below headings parted by ";"
    )
    if best[1]:
        raise InputError(
            file,
            "has a title where the header should be",
            row=header_row,
            value=lines[0].strip().strip('",;|\t'),
            hint=f"Pass --header-row {header_row + best[1]}, if that row names the columns.",
        )


def _titled(lines: list[str], delimiter: str) -> tuple[float, int]:
    """How alike the rows below the first are in width, and how far below it the headings are; 0 where it is no title."""
    try:
        first = next(csv.reader(lines, delimiter=delimiter))
        below = list(csv.reader(lines[1 : _LOOKED_AT + 1], delimiter=delimiter))
    except (csv.Error, StopIteration):
        return 0.0, 0
    widths = [len(row) for row in below if any(row)]
    width = max(set(widths), key=widths.count, default=0)
    if width < 3 or (alike := widths.count(width) / len(widths)) < 0.6:
        return 0.0, 0
    if sum(bool(cell.strip()) for cell in first) > 1 and len(first) > width // 2:
        return alike, 0
    for at, line in enumerate(lines[1 : _LOOKED_AT + 1], start=1):
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
        filled = [cell for cell in cells if cell]
        if len(filled) >= width - 1 and not any(re.fullmatch(NUMERIC, cell) for cell in filled):
            return alike, at
    return alike, 0


def too_long(file: str, found: int, most: int) -> InputError:
    return InputError(
        file, f"has {found:,} rows; at most {most:,} are read at once", hint="Divide it into several files."
    )


def _too_wide(file: str, found: str, row: int | None = None) -> InputError:
    return InputError(
        file,
        f"has {found} columns; at most {MAX_COLUMNS:,} are read",
        row=row,
        hint="Keep only the columns that matter.",
    )


def _blank_lines(start: str, header_row: int) -> int:
    """How many lines without any cell stand where the header was looked for."""
    lines = start.splitlines()[header_row - 1 :]
    return next((i for i, line in enumerate(lines) if line.strip(' ,;|\t"')), len(lines))


def as_utf8(file: str, data: bytes, encoding: str | None) -> bytes:
    """The text as UTF-8 without a mark, its lines ended by line feeds. What is UTF-8 already is checked, not copied."""
    if encoding is None and data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise InputError(
            file, "is UTF-16 text, not UTF-8", hint="Pass --encoding utf-16, or save it as “CSV UTF-8”."
        )
    try:
        if encoding is None:
            _refuse_other_than_utf8(data)
        else:
            data = data.decode(encoding).encode()
    except LookupError:
        raise InputError(
            "--encoding", "is not an encoding", value=encoding, hint="Try cp1252 or utf-16."
        ) from None
    except UnicodeDecodeError as error:
        raise _wrong_encoding(file, data, error.start, encoding) from None
    except UnicodeEncodeError:
        raise InputError(file, f"is not {encoding} text: it holds half of a character") from None
    if b"\0" in data:
        row = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise InputError(file, "holds a NUL character: it is damaged or not a text file", row=row)
    if re.match(rb"[^\r\n]*\r(?!\n)", data):  # lines end as on old Macs
        data = data.replace(b"\r", b"\n")
    return data.removeprefix(b"\xef\xbb\xbf")


def _refuse_other_than_utf8(data: bytes) -> None:
    """Raise UnicodeDecodeError, placed within the whole, without ever decoding the whole at once."""
    check = codecs.getincrementaldecoder("utf-8")()
    whole = memoryview(data)
    try:
        for at in range(0, len(data), 2**20):
            check.decode(whole[at : at + 2**20])
        check.decode(b"", final=True)
    except UnicodeDecodeError:
        data.decode()


def _wrong_encoding(file: str, data: bytes, start: int, encoding: str | None) -> InputError:
    """Say which cell is not in the encoding, and what it would be as Windows-1252, the usual culprit."""
    before = data[:start].decode("latin-1")
    end = min((p for p in (data.find(b"\n", start), data.find(b"\r", start)) if p >= 0), default=len(data))
    line = data[data.rfind(b"\n", 0, start) + 1 : end].decode("latin-1")
    offset = start - data.rfind(b"\n", 0, start) - 1
    delimiter = _delimiter(before or line, 1)
    position = line[:offset].count(delimiter)
    head = (before.split("\n", 1)[0] if "\n" in before else line).strip("\r").split(delimiter)
    row = sum(1 for _ in csv.reader(io.StringIO(before), delimiter=delimiter)) + before.endswith("\n")
    cell = line.split(delimiter)[position].strip("\r")
    raw = cell.encode("latin-1")
    guess = raw.decode("cp1252", errors="replace")
    return InputError(
        file,
        f"is not {encoding or 'UTF-8'} text",
        row=max(1, row),
        column=head[position].strip('" ') if row > 1 and position < len(head) else letter(position),
        value=raw.decode("utf-8", errors="backslashreplace"),
        hint=f"As Windows-1252 it reads “{guess}”: pass --encoding cp1252, or save the file as “CSV UTF-8”.",
    )


def _delimiter(text: str, header_row: int) -> str:
    """The delimiter that splits the header most, and the rows below it alike."""
    lines = text[:_START_BYTES].splitlines()[header_row - 1 : header_row + 49]
    best, best_score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        try:
            widths = [len(record) for record in csv.reader(lines, delimiter=delimiter) if record]
        except csv.Error:
            continue
        if widths and widths[0] > 1:
            alike = sum(width == widths[0] for width in widths) / len(widths)
            best, best_score = max((best, best_score), (delimiter, (alike, widths[0])), key=lambda it: it[1])
    return best


def _malformed(file: str, text: str, delimiter: str, header_row: int) -> InputError:
    """Find the row that made the parser give up. Slow, and only run on the way out."""
    lines = text.splitlines(keepends=True)[header_row - 1 :]
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    width, row = 0, header_row - 1
    csv.field_size_limit(2**31 - 1)
    try:
        for row, record in enumerate(reader, start=header_row):
            if row == header_row:
                width = len(record)
            elif len(record) > width and any(cell.strip() for cell in record[width:]):
                extra = next(cell for cell in record[width:] if cell.strip())
                if width == 1:
                    return InputError(
                        file,
                        "has a title where the header should be",
                        row=header_row,
                        value=lines[0].strip(),
                        hint="Pass --header-row with the row that names the columns.",
                    )
                return InputError(
                    file,
                    f"has {len(record)} cells where the header has {width}",
                    row=row,
                    value=extra,
                    hint="Put quotes around a cell that holds the delimiter.",
                )
    except csv.Error:
        pass
    return InputError(
        file,
        "a quotation mark opens and never closes, or closes too early",
        row=row + 1,
        hint='Double each quotation mark inside a cell: "".',
    )


def _read_xlsx(file: str, path: Path, sheet: str | None, header_row: int, decimal: Decimal | None) -> Table:
    _refuse_bomb(file, path)
    try:
        book = fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        raise InputError(file, f"is not a workbook that can be read ({_first_line(error)})") from None
    alike = {
        own.casefold(): own for own in book.sheet_names
    }  # Excel tells no two sheets apart by case either
    if sheet is not None and sheet.casefold() not in alike:
        raise InputError(file, f"has no sheet “{sheet}”", hint=f"Its sheets: {', '.join(book.sheet_names)}.")
    name = alike[sheet.casefold()] if sheet else book.sheet_names[0]
    shown = f"{file} [{name}]" if len(book.sheet_names) > 1 else file
    try:
        loaded = book.load_sheet(name, header_row=None, skip_rows=header_row - 1, dtypes="string")
    except fastexcel.FastExcelError as error:
        if header_row > 1:
            raise InputError(shown, f"has no row {header_row} to take the header from") from None
        raise InputError(shown, f"cannot be read ({_first_line(error)})") from None
    try:
        return tabulate([loaded.to_polars()], shown, header_row=header_row, decimal=decimal or ".")
    except InputError as error:
        if sheet is None and len(book.sheet_names) > 1:
            others = ", ".join(f"“{other}”" for other in book.sheet_names[1:])
            other = f"This is the first sheet; pass --sheet to read another: {others}."
            raise replace(error, hint=" ".join(filter(None, [error.hint, other]))) from None
        raise


def _refuse_bomb(file: str, path: Path) -> None:
    """Refuse a workbook that unpacks to more than the limit or than its directory admits, holds macros, or declares entities."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" not in names:
                raise InputError(file, "is a zip archive, not an .xlsx workbook")
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise InputError(file, "holds macros", hint="Save it as a plain .xlsx workbook.")
            _refuse_inflated(file, path, archive)
            _refuse_parts(file, archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        raise InputError(file, "is a damaged workbook", hint="Open it and save it again.") from None


def _refuse_inflated(file: str, path: Path, archive: zipfile.ZipFile) -> None:
    inflated = sum(entry.file_size for entry in archive.infolist())
    if inflated > MAX_INFLATED_BYTES:
        raise InputError(
            file,
            f"unpacks to {inflated / 1e9:,.1f} GB; at most {MAX_INFLATED_BYTES / 2**30:,.0f} GB is read",
            hint="Save the sheet as CSV.",
        )
    if inflated > 2**26 and inflated > MAX_RATIO * path.stat().st_size:
        raise InputError(
            file,
            f"unpacks to {inflated / path.stat().st_size:,.0f} times its size, as no workbook of people does",
            hint="Save the sheet as CSV.",
        )


def _refuse_parts(file: str, archive: zipfile.ZipFile) -> None:
    """Read every part once, as it unpacks. Raises BadZipFile where one is not what the directory says.

    A document type is what entities come by; no spreadsheet program writes one. A row of very many cells, or one cell far to the
    right, would keep the reader busy for minutes.
    """
    for entry in archive.infolist():
        n_cells = 0
        with archive.open(entry) as part:
            while chunk := part.read(2**20):
                if not entry.filename.endswith((".xml", ".rels")):
                    continue
                if b"<!DOCTYPE" in chunk or "<!DOCTYPE".encode("utf-16-le") in chunk:
                    raise InputError(file, "declares a document type, which may draw in other files")
                if _FAR.search(chunk):
                    raise _too_wide(file, f"more than {MAX_SHEET_COLUMNS:,}")
                first, *rows = chunk.split(b"row>")
                for text in (first, *rows):
                    n_cells = (n_cells if text is first else 0) + (
                        len(_CELL.findall(text)) if text.count(b"<") > MAX_COLUMNS else 0
                    )
                    if n_cells > MAX_SHEET_COLUMNS:
                        raise _too_wide(file, f"more than {MAX_SHEET_COLUMNS:,}")


def _read_parquet(file: str, path: Path, decimal: Decimal | None, max_rows: int) -> Table:
    cells = [parquet_cells(file, path, max_rows=max_rows)]
    return tabulate(cells, file, header_row=1, decimal=decimal or ".")


def parquet_cells(
    file: str,
    path: Path,
    at: int = 0,
    n_rows: int | None = None,
    *,
    only: Collection[str] | None = None,
    max_rows: int = MAX_ROWS,
) -> pl.DataFrame:
    """Some rows of a Parquet file as texts below its headings; of all columns, or of some by the names that a table gives them."""
    try:
        scan = pl.scan_parquet(path)
        schema = scan.collect_schema()
        if len(schema) > MAX_COLUMNS:
            raise _too_wide(file, f"{len(schema):,}")
        held = parquet_rows(file, path)
        if held > max_rows:
            raise too_long(file, held, max_rows)
        flat = [name for name, kind in schema.items() if not kind.is_nested() and kind != pl.Binary]
        asked = [name for name in flat if only is None or " ".join(name.split()) in only]
        frame = scan.select(pl.col(asked).cast(pl.String)).slice(at, n_rows).collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _no_parquet(file, error) from None
    header = pl.DataFrame({name: [name] for name in frame.columns}, schema=frame.schema)
    return pl.concat([header, frame])


def parquet_rows(file: str, path: Path) -> int:
    """How many rows a Parquet file says that it has."""
    try:
        return int(pl.scan_parquet(path).select(pl.len()).collect().item())
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _no_parquet(file, error) from None


def _no_parquet(file: str, error: Exception) -> InputError:
    return InputError(file, f"is not a Parquet file that can be read ({_first_line(error)})")


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0][:120].rstrip(".")
