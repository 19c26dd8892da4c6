"""How long each size of a curve is searched: the first until it no longer pays, the others, which start near their answer, briefly."""

from __future__ import annotations

from dataclasses import replace

from terrier.engine.design import AnyOf, MaxRounds, NoImprovement, Params, Plan, Problem, solve
from terrier.engine.design.stop import Stop
from terrier.engine.travel.settle import Design

STALE_ROUNDS = 4
WARM_ROUNDS = 2
WARM_HOT = 0.05
"""First temperature of a search that starts near its answer."""


def designer(watch: Stop, seed: int) -> Design:
    """Designs the sizes of `curve`. watch : asked often; it may end a search, or raise to end them all."""

    def design(problem: Problem, warm: bool) -> Plan:
        rule = MaxRounds(WARM_ROUNDS) if warm else NoImprovement(STALE_ROUNDS)
        params = replace(Params(), hot=WARM_HOT) if warm else None
        return solve(problem, params, AnyOf((rule, watch)), seed)

    return design
