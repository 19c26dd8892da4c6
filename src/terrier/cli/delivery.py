"""What happens around a design: how long to search, and where and how the plan is shown."""

from __future__ import annotations

from dataclasses import dataclass

FILES = frozenset(
    [
        "placements.csv",
        "territories.csv",
        "frontier.csv",
        "plan.geojson",
        "plan.xlsx",
        "report.html",
        "unplaced.csv",
    ]
)
"""All that a plan's folder may hold."""
SEARCH_THREAD = "search"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How long to search, where the plan goes and how it is shown.

    rounds : of each search; with ``seconds`` too, whichever ends first. frontier : find a family of plans. choose : which of them to write, from 1; None picks by --max-moved or the knee. pair_weight : as
    `frontier` has it.
    """

    out: str
    force: bool
    title: str | None
    miles: bool
    seconds: float | None
    seed: int
    rounds: int | None = None
    frontier: bool = False
    choose: int | None = None
    pair_weight: float = 3.0
    command: tuple[str, ...]
    gap: float | None = None
