"""What a sales force of a given size earns: margin on what it sells, less what it costs.

References
----------
Sinha & Zoltners (2001), Sales-force decision models: insights from 25 years of implementation. · Zoltners & Lorimer (2000), Sales
territory alignment: an overlooked productivity tool.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from terrier.engine.design.geometry import Floats
from terrier.engine.size.allocate import allocate
from terrier.engine.size.response import Response


@dataclass(frozen=True, slots=True)
class Economics:
    """margin : of sales, before the sales force. cost_of_person : a year, all in. cost_of_km : of travel.

    least, most : bounds of an account's effort, as multiples of today's (see `allocate`).
    """

    margin: float
    cost_of_person: float
    cost_of_km: float = 0.0
    response: Response = field(default_factory=Response)
    least: float = 0.5
    most: float = 2.0

    def __post_init__(self) -> None:
        if not (0 < self.margin <= 1 and self.cost_of_person >= 0 and self.cost_of_km >= 0):
            raise ValueError(f"{self}: must have 0 < margin ≤ 1 and costs of 0 or more")


@dataclass(frozen=True, slots=True)
class Profit:
    """Of one size, a year. sales, sales_in_proportion : with effort shared out at its best, and each account's scaled alike."""

    sales: float
    sales_in_proportion: float
    margin: float
    people_cost: float
    travel_cost: float

    @property
    def profit(self) -> float:
        return self.margin - self.people_cost - self.travel_cost


def profit_of(
    people: int, call_hours: float, km: float, sales: Floats, hours: Floats, economics: Economics
) -> Profit:
    """Profit of ``people`` who spend ``call_hours`` a year with accounts and travel ``km`` for it.

    sales, hours : (n,) of each account today; ``hours`` with the account, without travel.
    """
    shared = allocate(
        call_hours, hours, sales * economics.margin, economics.response, economics.least, economics.most
    )
    ratio = min(call_hours / float(hours.sum()), economics.most)
    alike = float(economics.response.sales(np.array(ratio))) * float(sales[hours > 0].sum())
    return Profit(
        sales=shared.total / economics.margin,
        sales_in_proportion=alike + float(sales[hours <= 0].sum()),
        margin=shared.total,
        people_cost=people * economics.cost_of_person,
        travel_cost=km * economics.cost_of_km,
    )
