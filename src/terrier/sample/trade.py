"""The trade: what kinds of accounts a pet-products wholesaler has, and what each is like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["active", "prospect", "lapsed"]


@dataclass(frozen=True, slots=True)
class Channel:
    """share : of all accounts. chained : share that belongs to chains. urban : 1 follows the people, less goes to
    the country, more to town (exponent of density). potential : median purchases a year, in $. spread : σ of its logarithm.
    visit_minutes : of a call on a class A account.
    """

    name: str
    share: float
    chained: float
    urban: float
    potential: float
    spread: float
    visit_minutes: int


CHANNELS = (
    Channel("Independent pet", 0.31, 0.00, 0.95, 14_000, 1.35, 75),
    Channel("Pet chain", 0.13, 1.00, 1.05, 32_000, 0.85, 60),
    Channel("Groomer", 0.17, 0.04, 1.00, 5_000, 1.20, 45),
    Channel("Veterinarian", 0.14, 0.22, 0.95, 13_000, 1.15, 60),
    Channel("Kennel", 0.08, 0.00, 0.65, 6_500, 1.15, 60),
    Channel("Farm and feed", 0.09, 0.35, 0.45, 17_000, 1.20, 75),
    Channel("Grocery", 0.05, 0.65, 0.90, 19_000, 1.05, 50),
    Channel("E-commerce", 0.03, 0.00, 1.15, 17_000, 1.30, 40),
)

STATUSES: tuple[tuple[Status, float], ...] = (("active", 0.74), ("prospect", 0.18), ("lapsed", 0.08))

CLASSES = ("A", "B", "C", "D")
CLASS_SHARES = (0.05, 0.15, 0.30, 0.50)
VISITS_A_YEAR = {"active": (24, 12, 6, 3), "prospect": (12, 6, 4, 2), "lapsed": (6, 4, 2, 2)}
VISIT_LENGTH = (1.0, 0.8, 0.65, 0.5)
"""Length of a call on each class, as a share of one on class A."""
