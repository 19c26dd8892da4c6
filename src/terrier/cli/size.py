"""`terrier size`: its options, and how they become a request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from terrier.cli.folder import refuse_existing
from terrier.cli.options import GroupedCommand, Ratio, Real, Whole, in_section, option
from terrier.cli.shared_options import READING, TRAVEL, travel_request
from terrier.cli.size_request import FILES, SizeRequest
from terrier.errors import InputError
from terrier.intake.files import refuse_unreadable
from terrier.intake.request import DesignRequest

EXAMPLES = """
\b
Examples:
  terrier size accounts.csv --from 10 --to 40
  terrier size accounts.csv --from 10 --to 40 --margin 25% --cost 95000 --cost-km 0.4
  terrier size accounts.xlsx --from 5 --to 12 --hours 1500 --utilization 90% --visit-minutes 40
"""


class Elasticity(click.ParamType[float | str]):
    """A number between 0 and 1, or "fit"."""

    name = "elasticity"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float | str:
        if value == "fit":
            return "fit"
        number = Real(min=0, max=1, min_open=True).convert(value, param, ctx)
        if number >= 1:
            self.fail(
                f"“{value}”: must be below 1, or every further hour would earn as much as the first.",
                param,
                ctx,
            )
        return number


@click.command(cls=GroupedCommand, epilog=EXAMPLES)
@click.argument("accounts", type=click.Path())
@in_section(
    "Sizes",
    [
        option(
            "--from",
            "smallest",
            type=Whole(min=1),
            required=True,
            metavar="K",
            help="The fewest people to look at.",
        ),
        option(
            "--to",
            "largest",
            type=Whole(min=1),
            required=True,
            metavar="K",
            help="The most people to look at.",
        ),
        option(
            "--tolerance",
            type=Ratio(10.0),
            default=0.10,
            metavar="RATIO",
            help="How evenly work is to be spread. 10% by default.",
        ),
    ],
)
@in_section(
    "People",
    [
        option(
            "--hours",
            type=Real(min=0, max=8784, min_open=True),
            default=1600.0,
            show_default=True,
            metavar="HOURS",
            help="Hours a year that a full-time person has for calls and travel.",
        ),
        option(
            "--utilization",
            type=Ratio(),
            default=1.0,
            metavar="RATIO",
            help="Share of them that may be planned. 100% by default.",
        ),
        option(
            "--employment",
            type=Ratio(),
            default=1.0,
            metavar="RATIO",
            help="Mean share of full time. 100% by default.",
        ),
    ],
)
@in_section(
    "Money",
    [
        option(
            "--margin",
            type=Ratio(),
            metavar="RATIO",
            help="Margin on sales, before the cost of selling. With --cost, profit decides.",
        ),
        option(
            "--cost",
            type=Real(min=0),
            metavar="AMOUNT",
            help="What a person costs in a year, all in but travel.",
        ),
        option(
            "--cost-km",
            type=Real(min=0),
            default=0.0,
            show_default=True,
            metavar="AMOUNT",
            help="What a kilometer of travel costs.",
        ),
        option("--sales", metavar="COLUMN", help="Sales a year of each account. Guessed by default."),
    ],
)
@in_section(
    "Response of sales to effort",
    [
        option(
            "--elasticity",
            type=Elasticity(),
            default=0.31,
            show_default=True,
            metavar="0…1|fit",
            help="By how many percent sales rise with 1% more effort; fit takes it from the accounts.",
        ),
        option(
            "--response",
            type=click.Choice(["power", "saturating"]),
            default="power",
            show_default=True,
            help="Whether more effort always sells more, or there is a most.",
        ),
        option(
            "--carry-over",
            type=Ratio(),
            default=0.0,
            metavar="RATIO",
            help="Share of a year's sales that come again in the next without effort. 0% by default.",
        ),
        option(
            "--years",
            type=Whole(1, 20),
            default=3,
            show_default=True,
            metavar="YEARS",
            help="Over how many years profit counts.",
        ),
        option(
            "--least-effort",
            type=Ratio(),
            default=0.5,
            metavar="RATIO",
            help="What each account gets at least of today's hours. 50% by default.",
        ),
        option(
            "--most-effort",
            type=Ratio(100.0),
            default=2.0,
            metavar="RATIO",
            help="What each account gets at most of today's hours. 200% by default.",
        ),
    ],
)
@in_section("Travel", TRAVEL)
@in_section(
    "Search",
    [
        option(
            "--seed",
            type=Whole(0, 2**31 - 1),
            default=1,
            show_default=True,
            help="The same seed gives the same curve.",
        )
    ],
)
@in_section("Reading the file", [given for given in READING if given[0][0] != "--plane"])
@in_section(
    "Output",
    [
        option("-o", "--out", type=click.Path(), default="size", show_default=True, metavar="FOLDER",
               help="The folder to write; it must not exist."),
        option("--force", is_flag=True, help="Replace the folder, if it holds a curve of sizes."),
        option("--title", help="Title of the page."),
    ],
)  # fmt: skip
@click.pass_context
def size(ctx: click.Context, /, **options: Any) -> None:
    """Say how many people the ACCOUNTS take (CSV, XLSX or Parquet), by workload and by profit.

    Territories are designed for every number of people, their travel is reckoned, and with --margin and --cost so is what they
    earn. Ctrl-C keeps the sizes found so far.
    """
    smallest, largest = options.pop("smallest"), options.pop("largest")
    if largest < smallest:
        raise InputError("--to", f"is less than --from, {smallest}", value=str(largest))
    if largest - smallest > 500:
        raise InputError("--to", "asks for more than 500 sizes at once", value=str(largest))
    if (options["margin"] is None) != (options["cost"] is None):
        missing, given = ("--cost", "--margin") if options["cost"] is None else ("--margin", "--cost")
        raise InputError(missing, f"is missing: with {given}, profit is to be reckoned")
    for name in ("utilization", "employment", "margin", "most_effort"):
        if options[name] == 0:
            raise InputError(f"--{name.replace('_', '-')}", "must be above 0", value="0")
    if options["carry_over"] >= 1:
        raise InputError("--carry-over", "must be below 100%: else no effort would change anything")
    if not options["least_effort"] <= 1 <= options["most_effort"]:
        raise InputError("--least-effort", "must be at most 100%, and --most-effort at least")
    settings = {name: options.pop(name) for name in SizeRequest.SETTINGS}
    request = SizeRequest(
        smallest=smallest,
        largest=largest,
        command=tuple(ctx.obj or ("terrier", "size")),
        accounts=DesignRequest(
            n_territories=smallest,
            tolerance=options.pop("tolerance"),
            travel=travel_request(options),
            **options,
        ),
        **settings,
    )
    refuse_existing(Path(request.out), FILES, force=request.force)
    refuse_unreadable(request.accounts.accounts)
    from terrier.cli.size_run import run  # noqa: PLC0415  heavy: not for --help, nor for what is refused above

    run(request)
