"""Territory design: `Problem` → `solve` → `Plan`, and `check`, which believes neither."""

from terrier.engine.design.bound import bound
from terrier.engine.design.check import check
from terrier.engine.design.graph import Graph
from terrier.engine.design.params import Params
from terrier.engine.design.plan import Bound, Plan, Score, Shortfall, evaluate
from terrier.engine.design.problem import Problem
from terrier.engine.design.solve import Progress, solve
from terrier.engine.design.stop import AnyOf, Cancelled, MaxRounds, MaxSeconds, NoImprovement, Stop

__all__ = [
    "AnyOf",
    "Bound",
    "Cancelled",
    "Graph",
    "MaxRounds",
    "MaxSeconds",
    "NoImprovement",
    "Params",
    "Plan",
    "Problem",
    "Progress",
    "Score",
    "Shortfall",
    "Stop",
    "bound",
    "check",
    "evaluate",
    "solve",
]
