"""`terrier sample`: make up a wholesaler to try things on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

import click

from terrier.cli.options import Whole

Kind = Literal["csv", "xlsx", "parquet"]
KINDS: tuple[Kind, ...] = ("csv", "xlsx", "parquet")


@click.command()
@click.argument("out", type=click.Path())
@click.option("--accounts", type=Whole(500, 1_000_000), default=6000, show_default=True, metavar="N")
@click.option("--people", type=Whole(2, 2000), default=24, show_default=True, metavar="K")
@click.option("--seed", type=Whole(0, 2**31 - 1), default=1, show_default=True)
@click.option("--format", "kind", type=click.Choice(KINDS), default="csv", show_default=True)
@click.option(
    "--lines", is_flag=True, help="Also write three years of invoice lines, and the products in them."
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day before which the invoices were written; today by default.",
)
@click.option("--force", is_flag=True, help="Replace the folder, if it holds a sample.")
def sample(
    out: str,
    accounts: int,
    people: int,
    seed: int,
    kind: Kind,
    lines: bool,
    until: dt.datetime | None,
    force: bool,
) -> None:
    """Write a made-up pet-products wholesaler to the folder OUT: its accounts, its sales people, and with --lines its invoices.

    Places are true US places; everything else is invented. The same seed gives the same sample.
    """
    from terrier.cli.folder import refuse_existing, written_whole  # noqa: PLC0415  heavy, and not needed for --help
    from terrier.sample import draw_sales, generate, write  # noqa: PLC0415

    names = ("accounts", "reps", "chains", "lines", "products")
    own = {f"{name}.{ending}" for name in names for ending in KINDS}
    folder = Path(out)
    refuse_existing(folder, own, force=force)
    made = generate(accounts, people, seed)
    day = until.date() if until else dt.date.today()
    sales = draw_sales(made.accounts, day, seed) if lines else None
    with written_whole(folder, own, force=force) as draft:
        write(made, draft, kind, sales=sales)
        written = sorted(path.name for path in draft.iterdir())
    click.echo(f"Wrote {', '.join(str(folder / name) for name in written)}.")
    click.echo(
        f"Try: terrier design {folder}/accounts.{kind} --balance sales,workload --current owner "
        f"--seats {folder}/reps.{kind}"
    )
    if lines:
        click.echo(
            f"Try: terrier ledger products {folder}/products.{kind} && terrier ledger load {folder}/lines.{kind}"
        )
