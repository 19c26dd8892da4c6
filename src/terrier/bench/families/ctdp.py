"""Commercial territory design: three activities within ±5 %, territories in one piece.

ctdp_du: Σ distance to a center that is one of the units (Ríos-Mercado and others). ctdp_dl: the largest diameter
(Gliesch, Ritt & Moreira 2018).
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from terrier.bench import scoring
from terrier.bench.case import Case, Ints, Loaded, Scored
from terrier.bench.readers import Districts, read_dl, read_du, read_table
from terrier.engine.design import Graph, Problem
from terrier.engine.design.problem import Objective

QUICK_DU = {"2DU60-05-1", "2DU60-05-2", "2DU100-05-1", "2DU100-05-2", "DU150-05-1", "DU150-05-2"}
QUICK_DL = {"del-n1000-k10-s20090", "del-n5000-k25-s17706", "del-n5000-k80-s37325"}


def ctdp_du_cases(folder: Path) -> list[Case]:
    """One case for each instance with a published plan."""
    return [
        Case(
            family="ctdp_du",
            name=row["instance"],
            n=int(row["n"]),
            k=int(row["p"]),
            load=partial(_load_du, file := _file(folder, row["instance"])),
            best_known=float(row["sum_euclid_best_vertex_centre"]),
            source="plan of a published heuristic, scored again",
            seconds=(2.0,),
            quick=(2.0,) if row["instance"] in QUICK_DU else (),
            contents=str(file),
        )
        for row in read_table(folder / "best_known.csv")
    ]


def ctdp_dl_cases(folder: Path) -> list[Case]:
    """One case for each instance with the best of ten half hours of ATS."""
    return [
        Case(
            family="ctdp_dl",
            name=row["instance"],
            n=int(row["n"]),
            k=int(row["p"]),
            load=partial(_load_dl, file := _file(folder, row["instance"])),
            best_known=float(row["ATS_best_diameter"]),
            source="best of 10 runs of 1,800 s, Gliesch, Ritt and Moreira 2018",
            seconds=(120.0,),
            quick=(15.0,) if row["instance"] in QUICK_DL else (),
            contents=str(file),
        )
        for row in read_table(folder / "best_known.csv")
    ]


def _file(folder: Path, name: str) -> Path:
    """The instance of that name, whatever its ending; an edited one is the same instance cleaned by its publishers."""
    found = [
        file
        for file in sorted((folder / "instances").glob(f"{name}*"))
        if file.name.split(".")[0].removesuffix("-edited") == name
    ]
    return found[0] if found else folder / "instances" / name


def _load_du(file: Path) -> Loaded:
    instance = read_du(file)
    distances = scoring.euclid(instance.places)
    ones = np.ones(len(instance.places))

    def score(assignment: Ints) -> Scored:
        value = scoring.unit_centers(distances, ones, 1, assignment, instance.k)
        return Scored(value, _flaws(instance, assignment))

    return Loaded(_problem(instance, "distance"), score)


def _load_dl(file: Path) -> Loaded:
    instance = read_dl(file)
    distances = scoring.euclid(instance.places)

    def score(assignment: Ints) -> Scored:
        value = scoring.largest_diameter(distances, assignment, instance.k)
        return Scored(value, _flaws(instance, assignment))

    return Loaded(_problem(instance, "diameter"), score)


def _problem(instance: Districts, objective: Objective) -> Problem:
    return Problem(
        coordinates=instance.places,
        metric="plane",
        objective=objective,
        centers="unit" if objective == "distance" else "free",
        measures=instance.measures,
        tolerances=np.full(instance.measures.shape[1], instance.tolerance),
        n_territories=instance.k,
        adjacency=Graph.from_edges(len(instance.places), instance.edges),
        contiguous=True,
    )


def _flaws(instance: Districts, assignment: Ints) -> tuple[str, ...]:
    k = instance.k
    return (
        *scoring.wholeness(assignment, len(instance.places), k),
        *scoring.within_tolerance(instance.measures, instance.tolerance, assignment, k),
        *scoring.connected(instance.edges, assignment, k),
    )
