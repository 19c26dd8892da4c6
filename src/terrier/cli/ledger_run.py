"""What `terrier ledger` does."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from terrier.errors import TerrierError
from terrier.intake.columns import counted
from terrier.ledger import Ledger, Loaded, load_lines, load_products, withdraw
from terrier.ledger.reading import COMMA

MOST_TOLD = 20


def load(
    folder: Path | None, file: Path, columns: tuple[str, ...], refused: Path | None, **options: Any
) -> None:
    """Take in invoice lines and tell what became of them; ``options`` are those of `load_lines`."""
    known = _accounts_known() if folder is None else None
    today = dt.date.today()
    loaded = load_lines(
        _ledger(folder), file, columns=_named(columns), today=today, accounts=known, **options
    )
    _tell(loaded, refused)


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
    return Ledger(folder or _home() / "ledger")


def _home() -> Path:
    return Path(os.environ.get("TERRIER_HOME") or "~/.terrier").expanduser()


def _has_office() -> bool:
    return bool(os.environ.get("DATABASE_URL")) or (_home() / "terrier.sqlite3").exists()


def _accounts_known() -> list[str] | None:
    """The numbers of the office's accounts; None where there is no office, or it is not ready."""
    if not _has_office():
        return None
    from terrier.cli.office import open_office  # noqa: PLC0415  heavy, and only where there is an office

    open_office()
    from django.db import DatabaseError  # noqa: PLC0415

    from terrier.office.sales.gateway import known_accounts  # noqa: PLC0415

    try:
        return known_accounts()
    except DatabaseError:
        return None


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
    if loaded.parked:
        _tell_parked(loaded.parked)
    if len(loaded.refused):
        click.echo(f"Refused: {counted(len(loaded.refused), 'row')}.")
        for row in loaded.refused.head(MOST_TOLD).iter_rows(named=True):
            value = "" if row["value"] is None else f" (found “{row['value'][:60]}”)"
            click.echo(f"  row {row['row']:,}, column “{row['column']}”: {row['reason']}{value}")
        if len(loaded.refused) > MOST_TOLD and refused is None:
            click.echo(f"  and {len(loaded.refused) - MOST_TOLD:,} more; --refused FILE writes them all.")
        if (loaded.refused["reason"] == COMMA).any():
            first = f"`terrier ledger withdraw {load.id}`, and then load it" if load else "load it"
            click.echo(f"If its numbers have decimal commas: {first} with --decimal , in place of this.")
    if refused is not None:
        loaded.refused.write_csv(refused)


def _tell_parked(parked: Mapping[str, int]) -> None:
    n_lines = counted(sum(parked.values()), "line")
    click.echo(f"Of accounts that the office does not know: {n_lines}, of {counted(len(parked), 'account')}.")
    most = sorted(parked.items(), key=lambda one: (-one[1], one[0]))[:MOST_TOLD]
    more = f" and {len(parked) - MOST_TOLD:,} more" if len(parked) > MOST_TOLD else ""
    click.echo(f"  {', '.join(f'{account} ({n:,})' for account, n in most)}{more}")
    click.echo(
        "  They count for the company, and for whoever covers these accounts as soon as the office knows them."
    )


def _amounts(cents: Any) -> str:
    return ", ".join(f"{amount / 100:,.2f} {currency}" for currency, amount in sorted(cents.items()))
