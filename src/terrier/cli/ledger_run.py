"""What `terrier ledger` does."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import click

from terrier.errors import TerrierError
from terrier.intake.columns import counted
from terrier.ledger import Ledger, Loaded, load_lines, load_products, withdraw

MOST_TOLD = 20


def load(
    folder: Path | None, file: Path, columns: tuple[str, ...], refused: Path | None, **options: Any
) -> None:
    """Take in invoice lines and tell what became of them; ``options`` are those of `load_lines`."""
    today = dt.date.today()
    _tell(load_lines(_ledger(folder), file, columns=_named(columns), today=today, **options), refused)


def products(folder: Path | None, file: Path, columns: tuple[str, ...], refused: Path | None) -> None:
    """Take in products and tell what became of them."""
    _tell(load_products(_ledger(folder), file, columns=_named(columns)), refused)


def show(folder: Path | None) -> None:
    """List the files that were taken in."""
    loads = _ledger(folder).manifest().loads
    if not loads:
        click.echo("Nothing was taken in yet. `terrier ledger load FILE` takes in invoice lines.")
    for load in loads:
        click.echo(
            f"{load.id}  {load.loaded_at}  {load.n_lines:>12,} lines  {_amounts(load.net_cents)}  {load.file}"
        )


def take_out(folder: Path | None, load_id: str) -> None:
    """Withdraw a load and tell what is gone."""
    gone = withdraw(_ledger(folder), load_id)
    click.echo(f"Withdrew {counted(gone.n_lines, 'line')}, {_amounts(gone.net_cents)}, of {gone.file}.")


def _ledger(folder: Path | None) -> Ledger:
    home = Path(os.environ.get("TERRIER_HOME") or "~/.terrier").expanduser()
    return Ledger(folder or home / "ledger")


def _named(columns: tuple[str, ...]) -> dict[str, str]:
    named = dict(column.partition("=")[::2] for column in columns)
    for role, heading in named.items():
        if not heading:
            raise TerrierError(f"--column {role}: write what it holds and its heading, as in net=Value.")
    return named


def _tell(loaded: Loaded, refused: Path | None) -> None:
    load = loaded.load
    if load is not None:
        click.echo(f"Took in {counted(load.n_lines, 'line')}, {_amounts(load.net_cents)}, as load {load.id}.")
    elif not loaded.n_changed:
        click.echo("Nothing in it is new.")
    if loaded.n_changed:
        click.echo(f"New or changed: {counted(loaded.n_changed, 'product')}.")
    if loaded.n_known:
        click.echo(f"There already: {counted(loaded.n_known, 'row')}.")
    for note in loaded.notes:
        click.echo(note)
    if len(loaded.refused):
        click.echo(f"Refused: {counted(len(loaded.refused), 'row')}.")
        for row in loaded.refused.head(MOST_TOLD).iter_rows(named=True):
            value = "" if row["value"] is None else f" (found “{row['value'][:60]}”)"
            click.echo(f"  row {row['row']:,}, column “{row['column']}”: {row['reason']}{value}")
        if len(loaded.refused) > MOST_TOLD and refused is None:
            click.echo(f"  and {len(loaded.refused) - MOST_TOLD:,} more; --refused FILE writes them all.")
    if refused is not None:
        loaded.refused.write_csv(refused)


def _amounts(cents: Any) -> str:
    return ", ".join(f"{amount / 100:,.2f} {currency}" for currency, amount in sorted(cents.items()))
