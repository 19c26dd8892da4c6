"""How many people: by the workload, and by what one more of them earns."""

from terrier.engine.size.allocate import Allocation, allocate
from terrier.engine.size.answer import Answer, answer
from terrier.engine.size.curve import Point, Situation, curve, one_fewer, one_more
from terrier.engine.size.designing import designer
from terrier.engine.size.economics import Economics, profit_of
from terrier.engine.size.response import Response, carried_over, fit_elasticity
from terrier.engine.size.trend import profits_on_trend
from terrier.engine.size.workload import SellingTime, people_needed

__all__ = [
    "Allocation",
    "Answer",
    "Economics",
    "Point",
    "Response",
    "SellingTime",
    "Situation",
    "allocate",
    "answer",
    "carried_over",
    "curve",
    "designer",
    "fit_elasticity",
    "one_fewer",
    "one_more",
    "people_needed",
    "profit_of",
    "profits_on_trend",
]
