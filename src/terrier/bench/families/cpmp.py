"""The capacitated p-median instances of OR-Library, Lorena and Senne, and Stefanello and others."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from terrier.bench import scoring
from terrier.bench.case import Case, Ints, Loaded, Scored
from terrier.bench.readers import read_medians, read_table
from terrier.engine.design import Problem

QUICK = {
    "cpmp01",
    "cpmp12",
    "cpmp20",
    "SJC1",
    "SJC4a",
    "lin318_040",
    "u724_030",
    "pr2392_150",
    "fnl4461_0250",
}
EXACT_UP_TO = 50
"""Vertices; n² yes-or-no variables are as many as an exact solver takes in reasonable time."""


def cpmp_cases(folder: Path) -> list[Case]:
    """One case for each instance with a best-known value."""
    found = []
    for row in read_table(folder / "best_known.csv"):
        name, n = row["instance"], int(row["n"])
        file = next(
            iter(sorted((folder / "instances").glob(f"{name}.*"))), folder / "instances" / f"{name}.txt"
        )
        easy = name.startswith(("cpmp", "SJC"))
        budgets = (10.0,) if easy else (10.0, 60.0)
        found.append(
            Case(
                family="cpmp",
                name=name,
                n=n,
                k=int(row["p"]),
                load=partial(_load, file, floored="floor" in row["objective"]),
                best_known=float(row["target"]),
                source=row["target_source"],
                proved="optimal" in row["target_source"],
                seconds=budgets,
                quick=() if name not in QUICK else (3.0,) if easy else (10.0,),
                peers=("highs", "spopt-pmedian") if n <= EXACT_UP_TO else (),
                quick_peers=("highs", "spopt-pmedian") if name == "cpmp01" else (),
                contents=str(file),
            )
        )
    return found


def _load(file: Path, *, floored: bool) -> Loaded:
    instance = read_medians(file)
    n, p = len(instance.demand), instance.p
    distances = (scoring.floored_euclid if floored else scoring.euclid)(instance.places)

    def score(assignment: Ints) -> Scored:
        return scoring.capacitated_median(distances, instance.demand, instance.capacity, assignment, p)

    everybody = np.arange(n)
    problem = Problem(
        coordinates=instance.places,
        metric="plane",
        objective="distance",
        centers="unit",
        measures=instance.demand[:, None],
        tolerances=np.array([np.inf]),
        site_capacities=instance.capacity[:, None],
        travel=distances(everybody, everybody) if floored else None,
        n_territories=p,
    )
    return Loaded(problem, score)
