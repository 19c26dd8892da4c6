"""b2b-territory-optimization: the largest account left goes to the poorest territory."""

from __future__ import annotations

import numpy as np
import pandas as pd
from b2b_territory_optimization import TerritoryAllocator

from terrier.bench.methods.answer import Answer, Watch
from terrier.engine.design import Problem


def solve(problem: Problem, seed: int, seconds: float) -> Answer:
    """Balance the first measure. There is no chance and no objective in it, so seed and time change nothing."""
    accounts = pd.DataFrame({"Account_ID": np.arange(problem.n_units), "size": problem.measures[:, 0]})
    watch = Watch()
    placed = TerritoryAllocator("size").allocate_bucket(accounts, problem.n_territories, "all")
    answer = watch.stop(Answer(np.empty(0, dtype=np.int32)))
    answer.assignment = placed["Territory_ID"].str.rsplit("_", n=1).str[1].astype(np.int32).to_numpy() - 1
    return answer
