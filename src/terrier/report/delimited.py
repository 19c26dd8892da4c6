"""CSV that a spreadsheet opens without running anything, and that loads back as it was."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

# A cell that starts with one of these is a formula, or hides one, to a spreadsheet (OWASP, "CSV injection").
RISKY = r"[=+\-@\t\r\n]"
GUARD = "'"
TEXTS = ("unit", "name", "territory", "person", "previous", "moved", "cause", "why", "status")


def write_csv(table: pl.DataFrame, path: Path) -> None:
    """Write UTF-8 CSV with every risky text, header included, behind an apostrophe. Numbers stay numbers."""
    safe = table.with_columns(guarded(pl.col(pl.String))).rename(_guard_name)
    # The byte-order mark makes Excel read the file as UTF-8.
    safe.write_csv(path, include_bom=True)


def read_csv(path: Path) -> pl.DataFrame:
    """Read what `write_csv` wrote, without the apostrophes it added; ids like 00712 stay texts."""
    header = pl.read_csv(path, n_rows=0).columns
    texts = {name: pl.String for name in TEXTS if name in header}
    table = pl.read_csv(path, schema_overrides=texts, infer_schema_length=None)
    bare = pl.col(pl.String).fill_null("").str.replace(f"^{GUARD}({GUARD}*{RISKY})", "$1")
    return table.with_columns(bare).rename(_bare_name)


def guarded(text: pl.Expr) -> pl.Expr:
    """The text, behind an apostrophe where a spreadsheet would take it for a formula, or `read_csv` for a guarded one."""
    return text.str.replace(f"^({GUARD}*{RISKY})", f"{GUARD}$1")


def _guard_name(name: str) -> str:
    return GUARD + name if re.match(f"{GUARD}*{RISKY}", name) else name


def _bare_name(name: str) -> str:
    return name[1:] if re.match(f"{GUARD}+{RISKY}", name) else name
