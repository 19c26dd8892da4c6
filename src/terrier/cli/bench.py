"""`terrier bench`: measure Terrier beside its peers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from terrier.cli.options import Whole


class Names(click.ParamType[tuple[str, ...]]):
    """ "cpmp,hess": names, parted by commas."""

    name = "names"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        return (
            value if isinstance(value, tuple) else tuple(filter(None, (p.strip() for p in value.split(","))))
        )


class Budgets(click.ParamType[tuple[float, ...]]):
    """ "10,60": seconds, parted by commas."""

    name = "seconds"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        if isinstance(value, tuple):
            return value
        try:
            found = tuple(float(part) for part in value.split(","))
        except ValueError:
            found = ()
        if not found or not all(0 < seconds < float("inf") for seconds in found):
            self.fail(f"“{value}” is not a list of seconds such as 10,60.", param, ctx)
        return found


@click.group()
def bench() -> None:
    """Measure Terrier beside its peers."""


@bench.command("design")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--only",
    type=Names(),
    metavar="FAMILY,…",
    help="cpmp, hess, cut, ctdp_du, ctdp_dl, counties, sales, count, realign.",
)
@click.option(
    "--instances", default="*", metavar="GLOB", help="Only instances of such names, such as “cpmp0*”."
)
@click.option(
    "--seconds", type=Budgets(), metavar="S,…", help="Time budgets of Terrier, for all instances alike."
)
@click.option("--seeds", type=Whole(1, 100), default=3, show_default=True, metavar="N")
@click.option(
    "--peers", type=Names(), metavar="NAME,…", help="Only these peers; none for no peer. [default: all]"
)
@click.option(
    "--peer-seconds",
    type=click.FloatRange(0.1),
    metavar="S",
    help="Limit of each peer. [default: 300; 30 with --quick]",
)
@click.option(
    "--quick", is_flag=True, help="A representative choice of instances and times: about 25 minutes."
)
@click.option(
    "--until-known", is_flag=True, help="End each run of Terrier's at a plan as good as the best-known value."
)
@click.option(
    "--kept",
    is_flag=True,
    help="Run nothing: gather what is kept in --out, families with different seconds and seeds.",
)
@click.option("--out", type=click.Path(path_type=Path), default=Path("results"), show_default=True)
@click.option("--page", type=click.Path(path_type=Path), help="Refresh the figures of this Markdown page.")
def design_command(
    folder: Path | None,
    only: tuple[str, ...] | None,
    instances: str,
    seconds: tuple[float, ...] | None,
    seeds: int,
    peers: tuple[str, ...] | None,
    peer_seconds: float | None,
    quick: bool,
    until_known: bool,
    kept: bool,
    out: Path,
    page: Path | None,
) -> None:
    """Run the public instances in FOLDER and Terrier's own made-up cases; without FOLDER the latter only.

    Every plan is scored again by code that shares nothing with the search. Interrupted, the same command goes on where it
    was stopped.
    """
    from rich.console import Console  # noqa: PLC0415  heavy, and not needed for --help

    from terrier.bench.bench import bench_design  # noqa: PLC0415
    from terrier.bench.plan import Request  # noqa: PLC0415

    request = Request(
        folder=folder,
        only=only or (),
        instances=instances,
        seconds=seconds,
        seeds=seeds,
        peers=() if peers == ("none",) else peers,
        peer_seconds=peer_seconds or (30.0 if quick else 300.0),
        quick=quick,
        until_known=until_known,
        kept=kept,
        out=out,
        page=page,
    )
    if not bench_design(request, Console()):
        raise click.exceptions.Exit(130)
