"""`terrier places`: places that packages carry, as files to design with."""

from __future__ import annotations

from pathlib import Path

import click

_out = click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path), help="The CSV file to write."
)
_force = click.option("--force", is_flag=True, help="Overwrite files that exist.")


@click.group()
def places() -> None:
    """Write ZIP codes or counties that Terrier carries, to try a design on."""


@places.command("zips")
@click.option("--state", required=True, help="Postal code of the state, such as OH.")
@_out
@_force
def zips_command(state: str, out: Path, force: bool) -> None:
    """Write every ZIP code of a state that delivers to street addresses."""
    from terrier.cli.places_run import write_zips  # noqa: PLC0415  heavy, and not needed for --help

    write_zips(state, out, force=force)


@places.command("counties")
@_out
@click.option(
    "--edges", type=click.Path(path_type=Path), help="Also write which counties touch: a CSV file of pairs."
)
@click.option("--shapes", type=click.Path(path_type=Path), help="Also write their outlines: a GeoJSON file.")
@_force
def counties_command(out: Path, edges: Path | None, shapes: Path | None, force: bool) -> None:
    """Write the counties of the lower 48 states and DC, with how many ZIP codes each holds."""
    from terrier.cli.places_run import write_counties  # noqa: PLC0415  heavy, and not needed for --help

    write_counties(out, edges, shapes, force=force)
