"""What the curve says: how many people, and how much it matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from terrier.engine.size.curve import Point
from terrier.engine.size.economics import Profit

FLAT = 0.01


@dataclass(frozen=True, slots=True)
class Answer:
    """by_workload : the fewest people whose hours suffice; None where none of the sizes do. by_profit : the size of most profit;
    None without economics. flat : first and last of the sizes around it whose profit is within `FLAT` of the most.
    at_edge : the best is the first or last size asked for, so a better one may lie beyond.
    """

    by_workload: int | None
    by_profit: int | None
    flat: tuple[int, int] | None
    at_edge: bool

    @property
    def people(self) -> int | None:
        return self.by_workload if self.by_profit is None else self.by_profit


def answer(points: Sequence[Point], profits: Mapping[int, Profit]) -> Answer:
    """Read the answer off a curve, whatever the order of its points.

    profits : by people, such as those of `profits_on_trend`; empty where only the workload is to tell.
    """
    points = sorted(points, key=lambda point: point.people)
    enough = [point.people for point in points if point.utilization <= 1 + 1e-9]
    by_workload = enough[0] if enough else None
    earned = [(point.people, profits[point.people].profit) for point in points if point.people in profits]
    if not earned:
        return Answer(by_workload, None, None, at_edge=by_workload in {None, points[0].people})
    best = max(range(len(earned)), key=lambda i: (earned[i][1], -earned[i][0]))
    floor = earned[best][1] - FLAT * abs(earned[best][1])
    first = last = best
    while first > 0 and earned[first - 1][1] >= floor:
        first -= 1
    while last < len(earned) - 1 and earned[last + 1][1] >= floor:
        last += 1
    flat = (earned[first][0], earned[last][0])
    return Answer(
        by_workload, earned[best][0], flat, at_edge=best in {0, len(earned) - 1} and len(earned) > 1
    )
