"""From a job and its plan to the document that the report's writers show."""

from __future__ import annotations

import math
import shlex
from datetime import datetime
from pathlib import Path

from terrier.cli.delivery import Delivery
from terrier.engine.design import Plan
from terrier.engine.design.problem import Objective
from terrier.engine.travel import Travel
from terrier.intake.job import DesignJob
from terrier.intake.request import DesignRequest, TravelRequest
from terrier.report import Choices, PlanDocument

MINIMIZED: dict[Objective, str] = {
    "squared_distance": "squared distance",
    "distance": "distance",
    "diameter": "largest distance within a territory",
    "cut_edges": "neighbors in different territories",
}


def describe(
    request: DesignRequest,
    job: DesignJob,
    plan: Plan,
    delivery: Delivery,
    search_note: str,
    findings: list[str],
    choices: Choices | None = None,
    travel: Travel | None = None,
) -> PlanDocument:
    """The whole job as one document."""
    title = delivery.title or f"Territories for {Path(request.accounts).stem.replace('_', ' ')}"
    return PlanDocument(
        title=title,
        created=datetime.now().astimezone(),
        command=shlex.join(delivery.command),
        settings=_settings(request, job, delivery),
        unit_ids=job.unit_ids,
        unit_names=job.unit_names,
        measure_names=job.measure_names,
        territory_names=job.territory_names,
        people=job.people,
        problem=job.problem,
        plan=plan,
        before_names=job.before_names,
        before=job.before,
        details=job.details,  # type: ignore[arg-type]
        shapes=job.shapes,
        travel=travel,
        unplaced=job.unplaced,
        choices=choices,
        miles=delivery.miles,
        notes=[*findings, *filter(None, [search_note]), *job.warnings, *job.notes],
    )


def _settings(request: DesignRequest, job: DesignJob, delivery: Delivery) -> list[tuple[str, str]]:
    problem = job.problem
    balance = ", ".join(
        f"{name} ±{tolerance * 100:g}%" if tolerance < math.inf else f"{name} not balanced"
        for name, tolerance in zip(job.measure_names, problem.tolerances, strict=True)
    )
    rows = [
        ("Accounts", request.accounts),
        (
            "Columns",
            ", ".join(f"{role} = {column}" for file, role, column in job.columns_read if file == job.file),
        ),
        ("Territories", f"{problem.n_territories:,}"),
        ("Balance", balance),
        ("Minimize", MINIMIZED[request.objective]),
        ("Centers", "accounts" if request.centers == "unit" else None),
        (
            "Capacities of centers",
            ", ".join(f"{name} = {column}" for name, column in request.center_capacities),
        ),
        ("Weight", request.weight or "1 for each account"),
        ("Regions", request.group_by),
        ("Today's territories", request.current),
        ("Closed", ", ".join(request.close)),
        ("Frozen", ", ".join(request.freeze)),
        ("Weight of staying", f"{problem.stay_weight:g}" if request.current else None),
        ("Most that may move", None if request.max_moved is None else f"{request.max_moved * 100:g}%"),
        ("Moved by", request.moved_by),
        ("People", request.seats),
        ("Pull of the home base", f"{request.seat_pull:g}" if request.seats else None),
        ("Matched by", ", ".join(request.match)),
        ("Capacities", ", ".join(f"{name} = {column}" for name, column in request.capacities)),
        ("Ramp", _ramp(request)),
        ("Locks", ", ".join(request.locks)),
        ("Together", request.together),
        ("Apart", request.apart),
        ("Travel", travel_settings(request.travel) if request.travel else None),
        ("Contiguous", "yes" if request.contiguous else "no"),
        ("Adjacency", request.adjacency or ("computed" if request.contiguous else None)),
        (
            "Search",
            " or ".join(
                [
                    *([] if delivery.seconds is None else [f"{delivery.seconds:g} s"]),
                    *(
                        []
                        if delivery.rounds is None
                        else [f"{delivery.rounds} round{'s'[: delivery.rounds > 1]}"]
                    ),
                ]
            )
            or "until it no longer pays, about a minute at most",
        ),
        (
            "Near enough",
            None if delivery.gap is None else f"within {delivery.gap * 100:g}% of the best possible",
        ),
        ("Seed", str(delivery.seed)),
    ]
    return [(label, value) for label, value in rows if value]


def _ramp(request: DesignRequest) -> str:
    parts = [
        " ".join(filter(None, [name, "by its column" if months is None else f"{months} months"]))
        for name, months in request.ramp
    ]
    return ", ".join(parts) + (f", as of {request.as_of}" if parts and request.as_of else "")


def travel_settings(travel: TravelRequest) -> str:
    """How travel was reckoned, in a few words."""
    if travel.times or travel.server:
        return f"{travel.times or travel.server}; days of {travel.workday:g} hours"
    return (
        f"great circles × {travel.circuity:g}, {travel.urban_kmh:g} to {travel.rural_kmh:g} km/h; "
        f"days of {travel.workday:g} hours"
    )
