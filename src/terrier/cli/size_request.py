"""What `terrier size` was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from terrier.intake.request import DesignRequest

FILES = frozenset(["size.csv", "size.xlsx", "size.html"])
"""All that the folder of a sizing may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeRequest:
    """Ratios are 0.05 for 5%. accounts : how the file is read, and how travel is reckoned."""

    SETTINGS: ClassVar[tuple[str, ...]] = (
        "hours", "utilization", "employment", "margin", "cost", "cost_km", "sales", "elasticity", "response", "carry_over",
        "years", "least_effort", "most_effort", "seed", "out", "force", "title",
    )  # fmt: skip

    accounts: DesignRequest
    smallest: int
    largest: int
    hours: float
    utilization: float
    employment: float
    margin: float | None
    cost: float | None
    cost_km: float
    sales: str | None
    elasticity: float | Literal["fit"]
    response: Literal["power", "saturating"]
    carry_over: float
    years: int
    least_effort: float
    most_effort: float
    seed: int
    out: str
    force: bool
    title: str | None
    command: tuple[str, ...]
