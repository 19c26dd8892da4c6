"""`terrier market`: what areas could buy, in and out of the office."""

from __future__ import annotations

from pathlib import Path

import click

from terrier.cli.options import Whole

KINDS = ("patterns", "potential", "customers")

_person = click.option(
    "--as",
    "email",
    help="The e-mail address of the person in whose name it is done; they must be one who imports.",
)


@click.group()
def market() -> None:
    """Load files of what areas could buy, list what was loaded, take it out again.

    Settings come from the environment: see docs/guide/run-the-office.md.
    """


@market.command("load")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--kind", type=click.Choice(KINDS), default="patterns", show_default=True, help="What the file tells."
)
@click.option(
    "--industry",
    "industries",
    multiple=True,
    metavar="NAICS[=DOLLARS]",
    help="Of patterns: an industry, and what an establishment of it spends a year, if that is known: 459910=20000. "
    "The pet trade's by default.",
)
@click.option("--area", metavar="HEADING", help="The column of areas, where its heading is not understood.")
@click.option("--value", metavar="HEADING", help="The column of values.")
@click.option("--dry-run", is_flag=True, help="Only say what it tells; it can be loaded in the browser.")
@_person
def load_file(
    file: Path,
    kind: str,
    industries: tuple[str, ...],
    area: str | None,
    value: str | None,
    dry_run: bool,
    email: str | None,
) -> None:
    """Load a FILE of County Business Patterns, or of the potential or the customers of each area: CSV, XLSX or Parquet.

    Rows that cannot be taken are told, the others count at once. Of each area, the file loaded last counts.
    """
    from terrier.cli import market_run  # noqa: PLC0415 - needs Django

    columns = {name: given for name, given in (("area", area), ("value", value)) if given}
    market_run.load(file, kind, ",".join(industries), columns, dry_run, email)


@market.command("list")
@_person
def list_files(email: str | None) -> None:
    """List the files that were brought, the newest first."""
    from terrier.cli import market_run  # noqa: PLC0415 - needs Django

    market_run.list_files(email)


@market.command("withdraw")
@click.argument("number", type=Whole(min=1), metavar="FILE")
@_person
def withdraw_file(number: int, email: str | None) -> None:
    """Let a FILE count no more, by its number, which `terrier market list` tells.

    What was loaded before it of the same areas counts again.
    """
    from terrier.cli import market_run  # noqa: PLC0415 - needs Django

    market_run.withdraw(number, email)
