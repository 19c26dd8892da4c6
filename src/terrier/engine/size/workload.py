"""The workload method (Talley 1961): people = work of a year / selling hours of a person.

References
----------
Talley (1961), How to design sales territories, Journal of Marketing 25(3).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SellingTime:
    """What a person has for customers in a year, travel included.

    hours : of a full-time person. utilization : share of them that may be planned; the rest is for what comes up.
    employment : mean share of full time; 0.9 where every fifth person works half time.
    """

    hours: float = 1600.0
    utilization: float = 1.0
    employment: float = 1.0

    def __post_init__(self) -> None:
        if not (0 < self.hours <= 8784 and 0 < self.utilization <= 1 and 0 < self.employment <= 1):
            raise ValueError(f"{self}: must have 0 < hours ≤ 8784, and shares above 0 and at most 1")

    @property
    def of_a_person(self) -> float:
        """Hours a year that a mean person can be planned for."""
        return self.hours * self.utilization * self.employment


def people_needed(work_hours: float, time: SellingTime) -> float:
    """How many people the work of a year takes; not rounded."""
    return work_hours / time.of_a_person
