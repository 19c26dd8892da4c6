"""`terrier ledger`: invoice lines and products, in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

_file = click.argument("file", type=click.Path(path_type=Path))
_folder = click.option(
    "--folder", type=click.Path(path_type=Path), help="Of the ledger; TERRIER_HOME/ledger by default."
)
_columns = click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="WHAT=HEADING",
    help="The column that holds something, where its heading is not understood: --column net=Value.",
)
_refused = click.option(
    "--refused", type=click.Path(path_type=Path), help="Write the rows that are refused to this CSV file."
)


@click.group()
def ledger() -> None:
    """Take in invoice lines and products, list what was taken in, take it out again."""


@ledger.command("load")
@_file
@_folder
@_columns
@_refused
@click.option(
    "--dates",
    type=click.Choice(["iso", "mdy", "dmy"]),
    help="How days are written that are not year first; told from the file by default.",
)
@click.option(
    "--credit-notes",
    type=click.Choice(["negative", "positive"]),
    help="How amounts of credit notes are written; told from the file by default.",
)
@click.option("--currency", default="USD", show_default=True, help="Of rows that name none.")
@click.option("--decimal", type=click.Choice([".", ","]), help="The decimal sign of its numbers.")
def load_command(
    file: Path, folder: Path | None, columns: tuple[str, ...], refused: Path | None, **options: Any
) -> None:
    """Take the invoice lines of a CSV, XLSX or Parquet FILE into the ledger.

    Rows that cannot be taken are told, the others land at once. The same file again changes nothing.
    """
    from terrier.cli import ledger_run  # noqa: PLC0415  heavy, and not needed for --help

    ledger_run.load(folder, file, columns, refused, **options)


@ledger.command("products")
@_file
@_folder
@_columns
@_refused
def products_command(file: Path, folder: Path | None, columns: tuple[str, ...], refused: Path | None) -> None:
    """Take the products of a FILE, with category and brand: new ones are added, others changed."""
    from terrier.cli import ledger_run  # noqa: PLC0415  heavy, and not needed for --help

    ledger_run.products(folder, file, columns, refused)


@ledger.command("show")
@_folder
def show_command(folder: Path | None) -> None:
    """List the files that were taken in, with their lines and amounts."""
    from terrier.cli import ledger_run  # noqa: PLC0415  heavy, and not needed for --help

    ledger_run.show(folder)


@ledger.command("withdraw")
@click.argument("load")
@_folder
def withdraw_command(load: str, folder: Path | None) -> None:
    """Take a LOAD out of the ledger again, whole. `terrier ledger show` lists them."""
    from terrier.cli import ledger_run  # noqa: PLC0415  heavy, and not needed for --help

    ledger_run.take_out(folder, load)
