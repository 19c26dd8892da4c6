"""Districting of US states (Validi, Buchanan & Lykhovyd 2022): moment of inertia, and cut edges.

Population within [L, U]; in the models called shir, cut and lcut districts are in one piece, in the model called hess not.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from terrier.bench import scoring
from terrier.bench.case import Case, Ints, Loaded, Scored
from terrier.bench.readers import Districts, read_hess, read_table
from terrier.engine.design import Graph, Problem
from terrier.engine.design.neighbours import join_components

WITH_CHAINS = {"county_OK", "tract_NE", "tract_UT", "tract_OH"}
"""Where gerrychain takes part: few, as it needs minutes on each."""
QUICK_STATES = {"county_AL", "county_OK", "tract_UT", "tract_CO", "tract_OH", "county_LA-free"}
QUICK_CUTS = {"county_AL", "county_OK", "tract_NE", "tract_UT", "tract_AR"}
LEAST_WEIGHT = 1e-3
"""People in a unit without any: the engine wants weights above 0."""
EXACT_UP_TO = 80
PUBLISHED_TO = 0.01
"""The last digit of the values to compare with."""


def hess_cases(folder: Path) -> list[Case]:
    """For each state and level: in one piece, beside the best of three models; free, beside the model called hess."""
    rows = read_table(folder / "best_known.csv")
    found = []
    for level, state in dict.fromkeys((row["level"], row["state"]) for row in rows):
        here = [row for row in rows if (row["level"], row["state"]) == (level, state)]
        for contiguous in (True, False):
            plans = [row for row in here if (row["model"] != "hess") == contiguous]
            if plans:
                found.append(_case(folder, plans, contiguous))
    return found


def cut_cases(folder: Path) -> list[Case]:
    """Fewest cut edges: in one piece and free."""
    found = []
    for row in read_table(folder / "cut_edges_best_known.csv"):
        contiguous = row["contiguity"] == "contig"
        stem = f"{row['level']}_{row['state']}"
        file = folder / "graphs" / f"{stem}.txt"
        found.append(
            Case(
                family="cut",
                name=stem if contiguous else f"{stem}-free",
                n=int(row["n"]),
                k=int(row["k"]),
                load=partial(_load_cut, file, contiguous),
                best_known=float(row["best_obj"]),
                source="Validi and Buchanan",
                proved=row["proved_optimal"] == "True",
                seconds=(10.0,) if row["level"] == "county" else (10.0, 60.0),
                quick=(5.0,) if contiguous and stem in QUICK_CUTS else (),
                peers=("gerrychain",) if contiguous and stem in WITH_CHAINS else (),
                quick_peers=("gerrychain",) if stem == "tract_NE" and contiguous else (),
                contents=str(file),
            )
        )
    return found


def _case(folder: Path, plans: list[dict[str, str]], contiguous: bool) -> Case:
    # A plan that lost a few units of the graph, or is in pieces, has an unfair value where districts must be whole.
    whole = [row for row in plans if row["connected_districts"] == "True"] if contiguous else []
    in_pieces = contiguous and not whole
    best = min(whole or plans, key=lambda row: float(row["rescored_obj_1e6_person_km2"]))
    n, stem = int(best["n"]), f"{best['level']}_{best['state']}"
    name = stem if contiguous else f"{stem}-free"
    file = folder / "graphs" / f"{stem}.txt"
    exact = not contiguous and n <= EXACT_UP_TO
    # None counts as proved: those that were are so under their authors' distances, not under these.
    return Case(
        family="hess",
        name=name,
        n=n,
        k=int(best["k"]),
        load=partial(_load_inertia, file, contiguous),
        best_known=float(best["rescored_obj_1e6_person_km2"]),
        source=f"published plan of the model {best['model']}, scored again",
        rounding=PUBLISHED_TO / 2,
        in_pieces=in_pieces,
        seconds=(10.0,) if best["level"] == "county" else (10.0, 60.0),
        quick=(5.0,) if name in QUICK_STATES else (),
        peers=("highs",) if exact else ("gerrychain",) if name in WITH_CHAINS else (),
        quick_peers=("highs",) if exact else ("gerrychain",) if name == "tract_UT" else (),
        contents=str(file),
    )


def _load_inertia(file: Path, contiguous: bool) -> Loaded:
    instance = read_hess(file)
    people = instance.measures[:, 0]
    distances = scoring.great_circle(instance.places)
    graph = _graph(instance)

    def score(assignment: Ints) -> Scored:
        value = scoring.unit_centers(distances, people, 2, assignment, instance.k) / 1e6
        return Scored(value, _flaws(instance, graph, contiguous, assignment))

    problem = Problem(
        coordinates=instance.places,
        objective="squared_distance",
        centers="unit",
        weights=np.maximum(people, LEAST_WEIGHT),
        measures=instance.measures,
        tolerances=_tolerance(instance),
        n_territories=instance.k,
        adjacency=graph,
        contiguous=contiguous,
    )
    return Loaded(problem, score, unit=1e-6)


def _load_cut(file: Path, contiguous: bool) -> Loaded:
    instance = read_hess(file)
    graph = _graph(instance)

    def score(assignment: Ints) -> Scored:
        value = float(scoring.cut_edges(instance.edges, assignment))
        return Scored(value, _flaws(instance, graph, contiguous, assignment))

    problem = Problem(
        coordinates=instance.places,
        objective="cut_edges",
        weights=np.maximum(instance.measures[:, 0], LEAST_WEIGHT),
        measures=instance.measures,
        tolerances=_tolerance(instance),
        n_territories=instance.k,
        adjacency=graph,
        contiguous=contiguous,
    )
    return Loaded(problem, score)


def _flaws(instance: Districts, graph: Graph, contiguous: bool, assignment: Ints) -> tuple[str, ...]:
    k = instance.k
    loads = scoring.loads_of(instance.measures[:, 0], assignment, k)
    return (
        *scoring.wholeness(assignment, len(instance.places), k),
        *scoring.within(loads, instance.low, instance.high, "population"),
        *(scoring.connected(graph.edges(), assignment, k) if contiguous else ()),
    )


def _tolerance(instance: Districts) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The narrower side of [L, U] around the mean, which the engine balances evenly."""
    mean = float(instance.measures.sum()) / instance.k
    return np.array([min(instance.high - mean, mean - instance.low) / mean])


def _graph(instance: Districts) -> Graph:
    graph = Graph.from_edges(len(instance.places), instance.edges)
    pieces = int(graph.components().max()) + 1
    return graph if pieces == 1 else join_components(graph, instance.places, "sphere")[0]
