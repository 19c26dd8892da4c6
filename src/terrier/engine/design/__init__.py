"""Territory design: `Problem` → `solve` → `Plan`, and `check`, which believes neither."""

from terrier.engine.design.bound import bound
from terrier.engine.design.check import check
from terrier.engine.design.exact import solve_exactly
from terrier.engine.design.frontier import Frontier, Point, frontier, knee
from terrier.engine.design.graph import Graph
from terrier.engine.design.handovers import Handovers, handovers
from terrier.engine.design.least_moved import least_moved
from terrier.engine.design.params import Params
from terrier.engine.design.plan import Bound, Plan, Score, Shortfall, evaluate
from terrier.engine.design.problem import Problem
from terrier.engine.design.solve import Progress, solve
from terrier.engine.design.stop import AnyOf, Cancelled, MaxRounds, MaxSeconds, NoImprovement, Stop, WithinGap

__all__ = [
    "AnyOf",
    "Bound",
    "Cancelled",
    "Frontier",
    "Graph",
    "Handovers",
    "MaxRounds",
    "MaxSeconds",
    "NoImprovement",
    "Params",
    "Plan",
    "Point",
    "Problem",
    "Progress",
    "Score",
    "Shortfall",
    "Stop",
    "WithinGap",
    "bound",
    "check",
    "evaluate",
    "frontier",
    "handovers",
    "knee",
    "least_moved",
    "solve",
    "solve_exactly",
]
