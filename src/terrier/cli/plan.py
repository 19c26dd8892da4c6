"""`terrier plan`: the office's territory plans from the command line."""

from __future__ import annotations

from pathlib import Path

import click

from terrier.cli.options import Whole

KINDS = ("design", "realign", "repair", "frontier")
STATES = ("planning", "in_review", "approved", "active", "archived")

_number = click.argument("number", type=Whole(min=1), metavar="PLAN")
_person = click.option(
    "--as",
    "email",
    help="The e-mail address of the person in whose name it is done, within what they may see and do.",
)


@click.group()
def plan() -> None:
    """List the office's plans, look at one, export it, ask the engine about it, let it take effect.

    PLAN is its number, which `terrier plan list` tells. Settings come from the environment: see docs/guide/run-the-office.md.
    """


@plan.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only those in a state.")
@_person
def list_plans(state: str | None, email: str | None) -> None:
    """List the plans, the last changed first."""
    from terrier.cli import plan_run  # noqa: PLC0415 - needs Django

    plan_run.list_plans(state, email)


@plan.command("show")
@_number
@_person
def show_plan(number: int, email: str | None) -> None:
    """Show the balance of a PLAN, territory by territory."""
    from terrier.cli import plan_run  # noqa: PLC0415 - needs Django

    plan_run.show_plan(number, email)


@plan.command("export")
@_number
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="The file to write; its ending says what: .geojson, .xlsx or .pdf.",
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@_person
def export_plan(number: int, out: Path, force: bool, email: str | None) -> None:
    """Write a PLAN as GeoJSON, as a workbook or as a PDF."""
    from terrier.cli import plan_run  # noqa: PLC0415 - needs Django

    plan_run.export_plan(number, out, force, email)


@plan.command("design")
@_number
@click.option("--kind", type=click.Choice(KINDS), default="realign", show_default=True)
@click.option("--take", is_flag=True, help="Take the recommended one over into the plan.")
@_person
def design_plan(number: int, kind: str, take: bool, email: str | None) -> None:
    """Ask the engine for better territories of a PLAN, and list what it finds.

    Nothing changes without --take. What it balances, and within which tolerances, is said in the plan's settings.
    """
    from terrier.cli import plan_run  # noqa: PLC0415 - needs Django

    plan_run.design_plan(number, kind, take, email)


@plan.command("activate")
@_number
@_person
def activate_plan(number: int, email: str | None) -> None:
    """Write the coverage of an approved PLAN, from the day on that it was approved for.

    It can be taken back until that day, in the browser.
    """
    from terrier.cli import plan_run  # noqa: PLC0415 - needs Django

    plan_run.activate_plan(number, email)
