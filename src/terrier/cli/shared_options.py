"""Options that several commands share: how travel is reckoned, and how the file is read."""

from __future__ import annotations

from typing import Any

import click

from terrier.cli.options import Real, Span, Whole, option
from terrier.intake.request import TravelRequest

TRAVEL = [
    option("--visits", metavar="COLUMN", help="Visits a year of each account. Guessed by default."),
    option(
        "--visit-minutes",
        metavar="COLUMN|MINUTES",
        help="How long a visit takes: a column, or one number for all. Guessed by default, else 45.",
    ),
    option(
        "--workday",
        type=Real(min=0, max=24, min_open=True),
        default=8.0,
        show_default=True,
        metavar="HOURS",
        help="Hours of a day in the field, travel included.",
    ),
    option(
        "--circuity",
        type=Real(min=1, max=10),
        default=1.3,
        show_default=True,
        metavar="FACTOR",
        help="How much longer roads are than great circles.",
    ),
    option(
        "--speeds",
        type=Span(),
        default="30,75",
        show_default=True,
        metavar="TOWN,COUNTRY",
        help="Door to door, in km/h, where places lie close together and far apart.",
    ),
    option(
        "--travel-times",
        metavar="FILE",
        help="Travel times between all accounts: columns from, to, minutes and perhaps km. Up to 3,000 accounts.",
    ),
    option(
        "--routing",
        metavar="KIND=URL",
        help="A routing server to ask for them: osrm=http://localhost:5000 or valhalla=http://localhost:8002.",
    ),
]


def travel_request(options: dict[str, Any]) -> TravelRequest:
    """Take the travel options out of ``options``."""
    urban, rural = options.pop("speeds")
    return TravelRequest(
        visits=options.pop("visits"),
        visit_minutes=options.pop("visit_minutes"),
        workday=options.pop("workday"),
        circuity=options.pop("circuity"),
        urban_kmh=urban,
        rural_kmh=rural,
        times=options.pop("travel_times"),
        server=options.pop("routing"),
    )


READING = [
    option("--id-column", metavar="COLUMN"),
    option("--name-column", metavar="COLUMN"),
    option("--lat-column", metavar="COLUMN", help="Latitude, or y with --plane."),
    option("--lon-column", metavar="COLUMN", help="Longitude, or x with --plane."),
    option(
        "--zip-column",
        metavar="COLUMN",
        help="US ZIP code, for rows without coordinates. Columns are guessed by default.",
    ),
    option("--plane", is_flag=True, help="Coordinates are x and y on a plane, in any unit."),
    option("--skip-unplaced", is_flag=True, help="Leave out rows that cannot be placed, and list them."),
    option("--blanks-as-zero", is_flag=True, help="A blank in a number column means 0."),
    option("--decimal", type=click.Choice([".", ","]), help="The decimal sign of the file."),
    option(
        "--header-row",
        type=Whole(min=1),
        default=1,
        metavar="ROW",
        help="The row that names the columns. 1 by default.",
    ),
    option("--sheet", metavar="NAME", help="Sheet of the workbook. The first by default."),
    option("--encoding", metavar="NAME", help="Encoding of the file, such as cp1252. UTF-8 by default."),
]
