"""`terrier design`: its options, and how they become a request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from terrier.cli.delivery import FILES, Delivery
from terrier.cli.folder import refuse_existing
from terrier.cli.options import (
    Date,
    GroupedCommand,
    Pair,
    Ramps,
    Ratio,
    Real,
    Tolerances,
    Whole,
    in_section,
    names_option,
    option,
)
from terrier.cli.shared_options import READING, TRAVEL, travel_request
from terrier.errors import InputError
from terrier.intake.files import refuse_unreadable
from terrier.intake.request import DesignRequest, TravelRequest

EXAMPLES = """
\b
Examples:
  terrier design accounts.csv --territories 24
  terrier design accounts.xlsx --balance sales,workload --current owner --seats reps.csv
  terrier design accounts.csv -k 30 --group-by state --tolerance sales=5%,workload=10%
  terrier design accounts.csv --current owner --frontier --relationship tenure_years
  terrier design areas.csv -k 12 --balance people --contiguous --adjacency areas.geojson
"""


@click.command(cls=GroupedCommand, epilog=EXAMPLES)
@click.argument("accounts", type=click.Path())
@in_section(
    "What to design",
    [
        option(
            "-k",
            "--territories",
            type=Whole(min=1),
            metavar="K",
            help="How many territories. By default those of --current and --seats.",
        ),
        names_option(
            "-b",
            "--balance",
            metavar="COLUMNS",
            help="Columns to balance, such as sales,workload; “accounts” counts them. Guessed by default.",
        ),
        option(
            "-t",
            "--tolerance",
            type=Tolerances(),
            metavar="RATIO",
            multiple=True,
            help="Largest deviation from a fair share: 5% for all (the default), or sales=5%,workload=none.",
        ),
        option(
            "--minimize",
            type=click.Choice(["squared-distance", "distance", "diameter", "cut-edges"]),
            default="squared-distance",
            show_default=True,
            help="What makes a plan compact: distances summed over the accounts, the largest distance within a territory, "
            "or neighbors in different territories.",
        ),
        option(
            "--weight",
            metavar="COLUMN",
            help="How much a kilometer to each account counts, such as visits. 1 by default.",
        ),
        option(
            "--centers",
            type=click.Choice(["anywhere", "account"]),
            default="anywhere",
            show_default=True,
            help="Where distances are counted from: any place, or one of the territory's own accounts, as for depots.",
        ),
        option(
            "--center-capacity",
            "center_capacities",
            type=Pair(),
            multiple=True,
            metavar="MEASURE=COLUMN",
            help="With --centers account: column with the most that a territory around that account may hold. May be repeated.",
        ),
        option(
            "--group-by",
            metavar="COLUMN",
            help="Design each region, such as each state, on its own: no territory crosses a border.",
        ),
    ],
)
@in_section(
    "Today's territories",
    [
        option(
            "-c",
            "--current",
            metavar="COLUMN",
            help="Who holds each account today; the plan then changes as little as it can.",
        ),
        option(
            "--max-moved",
            type=Ratio(),
            metavar="RATIO",
            help="Largest share that may change hands, such as 15%.",
        ),
        option(
            "--moved-by", metavar="COLUMN", help="What that share counts, such as sales. Accounts by default."
        ),
        option(
            "--stay",
            type=Real(min=0),
            metavar="WEIGHT",
            help="What a move costs, in mean distances: 0 is free, 0.3 the default, 1 strong.",
        ),
        names_option(
            "--relationship",
            metavar="COLUMNS",
            help="What makes an account costlier to move, such as tenure_years,key_contacts.",
        ),
        option(
            "--frontier",
            is_flag=True,
            help="Find a family of plans, from the least that must move to a redesign, to choose from.",
        ),
        option(
            "--pair-weight",
            type=Real(min=0),
            default=3.0,
            show_default=True,
            metavar="ACCOUNTS",
            help="What each pair of people who hand over costs the --frontier, in moved accounts.",
        ),
        option(
            "--choose",
            type=Whole(min=1),
            metavar="N",
            help="The plan of the --frontier to write. By default the best within --max-moved, or where more moves stop paying.",
        ),
        option(
            "--close",
            multiple=True,
            metavar="NAME",
            help="Close this territory and share out its accounts. May be repeated.",
        ),
        option(
            "--freeze",
            multiple=True,
            metavar="NAME",
            help="Leave this territory exactly as it is: no account in, none out. May be repeated.",
        ),
        option(
            "--vacant",
            multiple=True,
            metavar="NAME",
            help="This name in --current means nobody, as VACANT, OPEN and blanks do.",
        ),
    ],
)
@in_section(
    "People",
    [
        option(
            "-s",
            "--seats",
            metavar="FILE",
            help="People with their home bases (coordinates or ZIP), territory and, for part-timers, share.",
        ),
        option(
            "--seat-pull",
            type=Real(0, 1),
            default=0.5,
            show_default=True,
            metavar="0…1",
            help="Distance to the home base against distance to the territory's own center.",
        ),
        names_option(
            "--match",
            metavar="COLUMNS",
            help="Columns of both files, such as language,channel: an account goes only to who lists its value.",
        ),
        option(
            "--capacity",
            "capacities",
            type=Pair(),
            multiple=True,
            metavar="MEASURE=COLUMN",
            help="Column of --seats with the most each may hold, such as workload=capacity_hours. May be repeated.",
        ),
        option(
            "--ramp",
            type=Ramps(),
            default=(),
            metavar="MONTHS",
            help="Months from the start date to a full share: 6 for all, or sales=6. A column “ramp” goes before.",
        ),
        option(
            "--as-of",
            type=Date(),
            metavar="DATE",
            help="The day that ramps are counted to. Today by default.",
        ),
    ],
)
@in_section(
    "Rules",
    [
        option(
            "--lock",
            multiple=True,
            metavar="RULE",
            help="ID=TERRITORY, a file of ids and territories, or a column (territories, or yes to stay). May be repeated.",
        ),
        option(
            "--together",
            metavar="COLUMN",
            help="Accounts with the same value, such as a chain's sites, get one territory.",
        ),
        option("--apart", metavar="FILE", help="Pairs of ids that must not share a territory."),
        option("--contiguous", is_flag=True, help="Every territory in one connected piece."),
        option(
            "--adjacency",
            metavar="FILE",
            help="Who touches whom: pairs of ids, or GeoJSON polygons. Computed by default.",
        ),
        option(
            "--join-islands",
            is_flag=True,
            help="Tie the separate pieces of the adjacency to the nearest ones.",
        ),
    ],
)
@in_section(
    "Travel",
    [
        option(
            "--with-travel",
            is_flag=True,
            help="Balance workload with the travel that the plan itself implies.",
        ),
        *TRAVEL,
    ],
)
@in_section(
    "Search",
    [
        option(
            "--time",
            type=Real(min=0, min_open=True),
            metavar="SECONDS",
            help="Search for so long. By default until it no longer pays, about a minute at most.",
        ),
        option(
            "--rounds",
            type=Whole(1),
            metavar="N",
            help="Search for so many rounds, however long they take: the same plan on any machine.",
        ),
        option(
            "--gap",
            type=Ratio(),
            metavar="RATIO",
            help="Stop as soon as the plan is proved to be so near the best possible with its centers, such as 1%.",
        ),
        option(
            "--seed",
            type=Whole(0, 2**31 - 1),
            default=1,
            show_default=True,
            help="The same seed gives the same plan, unless time ends the search.",
        ),
    ],
)
@in_section("Reading the file", READING)
@in_section(
    "Output",
    [
        option(
            "-o",
            "--out",
            type=click.Path(),
            default="plan",
            show_default=True,
            metavar="FOLDER",
            help="The folder to write; it must not exist.",
        ),
        option("--force", is_flag=True, help="Replace the folder, if it holds a plan."),
        option("--title", help="Title of the report."),
        option("--miles", is_flag=True, help="Miles instead of kilometers, here and when the report opens."),
    ],
)
@click.pass_context
def design(ctx: click.Context, /, **options: Any) -> None:
    """Design territories that are balanced and compact from a file of ACCOUNTS (CSV, XLSX or Parquet).

    Each row is one account with an id and a place: coordinates, or else a US ZIP code. Columns are recognized by their
    headings. Ctrl-C keeps the best plan found so far.
    """
    tolerances = [pair for given in options.pop("tolerance") for pair in given]
    minimize, centers = options.pop("minimize"), options.pop("centers")
    travel: TravelRequest | None = travel_request(options)
    if not options.pop("with_travel"):
        _refuse_travel_alone(ctx)
        travel = None
    delivery = Delivery(
        out=options.pop("out"),
        force=options.pop("force"),
        title=options.pop("title"),
        miles=options.pop("miles"),
        seconds=options.pop("time"),
        rounds=options.pop("rounds"),
        gap=options.pop("gap"),
        seed=options.pop("seed"),
        frontier=options.pop("frontier"),
        choose=options.pop("choose"),
        pair_weight=options.pop("pair_weight"),
        command=tuple(ctx.obj or ("terrier", "design")),
    )
    request = DesignRequest(
        n_territories=options.pop("territories"),
        balance=options.pop("balance"),
        tolerance=next((ratio for name, ratio in reversed(tolerances) if name is None), 0.05),
        tolerances={name: ratio for name, ratio in tolerances if name is not None},
        locks=options.pop("lock"),
        objective=minimize.replace("-", "_"),
        centers="unit" if centers == "account" else "free",
        stay_weight=options.pop("stay"),
        relationship=options.pop("relationship"),
        travel=travel,
        **options,
    )
    _refuse_pointless(request, delivery)
    if _is_given(ctx, "pair_weight") and not delivery.frontier:
        raise InputError("--pair-weight", "needs --frontier: one plan does not weigh pairs")
    refuse_existing(Path(delivery.out), FILES, force=delivery.force)
    refuse_unreadable(request.accounts)
    from terrier.cli.design_run import run  # noqa: PLC0415  heavy: not for --help, nor for what is refused above

    run(request, delivery)


def _refuse_gap(request: DesignRequest, delivery: Delivery) -> None:
    """Where nothing is proved while the search goes on, it would not end by a gap."""
    if delivery.frontier:
        raise InputError(
            "--gap", "cannot be had with --frontier: each of its plans is searched for so many rounds"
        )
    if request.travel is not None:
        raise InputError("--gap", "cannot be had with --with-travel: the workload changes with each plan")
    if request.objective in ("diameter", "cut_edges"):
        raise InputError("--gap", "needs distances to minimize: for diameter and cut-edges there is no bound")


def _refuse_pointless(request: DesignRequest, delivery: Delivery) -> None:
    """Settings that say nothing without another."""
    if delivery.choose is not None and not delivery.frontier:
        raise InputError("--choose", "needs --frontier: without it there is one plan")
    if request.as_of is not None and not request.ramp:
        raise InputError("--as-of", "needs --ramp: nothing else is counted to a day")
    if delivery.gap is not None:
        _refuse_gap(request, delivery)
    _refuse_centers(request, delivery)
    if delivery.frontier and request.travel is not None:
        raise InputError(
            "--frontier", "cannot be had with --with-travel: its plans count one workload, not each its own"
        )
    if delivery.frontier and request.objective in ("diameter", "cut_edges"):
        raise InputError(
            "--frontier", "weighs moves against distances: not with --minimize diameter or cut-edges"
        )
    if delivery.frontier and request.current is None:
        raise InputError("--frontier", "needs --current: without it nothing has a territory to leave")
    if request.relationship and request.current is None:
        raise InputError("--relationship", "needs --current: without it nobody holds an account yet")
    if request.relationship and request.moved_by is not None:
        raise InputError("--relationship", "says what a move counts, as --moved-by does; pass one of them")


def _refuse_centers(request: DesignRequest, delivery: Delivery) -> None:
    """What centers at accounts cannot be had with, and what needs them."""
    if request.centers == "free":
        if request.center_capacities:
            raise InputError(
                "--center-capacity", "needs --centers account: elsewhere there is no account to ask"
            )
        return
    if delivery.frontier:
        raise InputError("--frontier", "cannot be had with --centers account: its centers are free")
    if request.objective in ("diameter", "cut_edges"):
        raise InputError("--centers", f"--minimize {request.objective.replace('_', '-')} knows no centers")


def _refuse_travel_alone(ctx: click.Context) -> None:
    """Settings of travel that nothing asks for are a mistake, not a wish."""
    for names, _ in TRAVEL:
        name = names[0].removeprefix("--").replace("-", "_")
        if _is_given(ctx, name):
            raise InputError(names[0], "needs --with-travel: without it no travel is reckoned")


def _is_given(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
