"""What stands behind a plan whatever the plan is, so that it can be made while the search still runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from terrier.engine.design import Problem
from terrier.report.basemap import basemap
from terrier.report.outline import Ground, survey


@dataclass(frozen=True, slots=True, eq=False)
class Backdrop:
    """ground : what outlines are cut from, None where units are areas. land : as `basemap` has it."""

    ground: Ground | None
    land: dict[str, Any] | None


def backdrop(problem: Problem, *, areas: bool) -> Backdrop:
    """Survey the ground and draw the land. areas : whether units have outlines of their own."""
    return Backdrop(None if areas else survey(problem), basemap(problem))
