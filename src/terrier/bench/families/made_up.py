"""Cases that Terrier makes up: wholesale accounts of any number, and the counties of the lower 48 states.

No value is known for them from elsewhere: plans are compared with the lower bound where one is had, and with one another.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from terrier.atlas.outlines import MAINLAND, counties
from terrier.bench import scoring
from terrier.bench.case import Case, Floats, Ints, Loaded, Scored
from terrier.engine.design import Graph, Problem
from terrier.engine.design.neighbours import join_components, point_adjacency
from terrier.sample import generate
from terrier.sample.market import market

TOLERANCE = 0.05
SEED = 1
VACANT = "VACANT"
"""Whose accounts nobody holds today."""
THOUSAND_PEOPLE = 330_000.0
N_COUNTIES, N_COUNTY_TERRITORIES = 3108, 40


def sales_cases() -> list[Case]:
    """Accounts of `terrier sample`: sales, hours and number within ±5 %, Σ visits · km²; free, then contiguous."""
    slow = ("kmeans-repair", "b2b")
    sizes = (
        (10_000, 40, (1.0, 10.0), (1.0, 10.0), slow, slow),
        (30_000, 120, (3.0,), (3.0,), (), ()),
        (100_000, 400, (10.0, 60.0), (10.0,), ("b2b",), ()),
        (300_000, 1_200, (30.0,), (), (), ()),
        (1_000_000, 4_000, (60.0,), (60.0,), (), ()),
    )
    free = [
        Case(
            family="sales",
            name=f"{n}-{k}",
            n=n,
            k=k,
            load=partial(_sales, n, k, contiguous=False),
            seconds=seconds,
            quick=quick,
            peers=peers,
            quick_peers=quick_peers,
            quick_seeds=3 if n <= 100_000 else 1,
        )
        for n, k, seconds, quick, peers, quick_peers in sizes
    ]
    whole = [
        Case(
            family="sales",
            name=f"{n}-{k}-contiguous",
            n=n,
            k=k,
            load=partial(_sales, n, k, contiguous=True),
            seconds=seconds,
            quick=seconds,
            quick_seeds=3 if n <= 10_000 else 1,
        )
        for n, k, seconds in ((10_000, 40, (10.0,)), (100_000, 400, (60.0,)))
    ]
    return free + whole


def count_cases() -> list[Case]:
    """The problem of k-means-constrained: the number of accounts within ±5 %, Σ km²."""
    peers = ("k-means-constrained", "kmeans-repair")
    return [
        Case(
            family="count",
            name=f"{n}-{k}",
            n=n,
            k=k,
            load=partial(_count, n, k),
            seconds=seconds,
            quick=seconds if n == 10_000 else (),
            peers=peers,
            quick_peers=peers[:1],
            quick_peer_seeds=3,
        )
        for n, k, seconds in ((10_000, 40, (0.5, 1.0, 10.0)), (100_000, 400, (10.0,)))
    ]


def county_cases() -> list[Case]:
    """Counties on their true borders in 40 territories: one measure beside peers that know one only, and three."""
    one = ("gerrychain", "spopt-maxp", "kmeans-repair", "b2b")
    about = [("customers", 1, one, ("gerrychain",)), ("three-measures", 3, (), ())]
    return [
        Case(
            family="counties",
            name=name,
            n=N_COUNTIES,
            k=N_COUNTY_TERRITORIES,
            load=partial(_counties, n_measures),
            seconds=(1.0, 10.0),
            quick=(1.0, 10.0),
            peers=peers,
            quick_peers=quick_peers,
        )
        for name, n_measures, peers, quick_peers in about
    ]


def realign_cases() -> list[Case]:
    """The same accounts with their present owners: the whole frontier, at most as far above its bounds as its worst plan."""
    return [
        Case(
            family="realign",
            name=f"{n}-{k}",
            n=n,
            k=k,
            load=partial(_realign, n, k),
            best_known=1.0,
            source="lower bound at each plan's centers",
            ours="frontier",
            seconds=(30.0,),
            quick=(30.0,),
            quick_seeds=1,
        )
        for n, k in ((10_000, 40),)
    ]


def _realign(n: int, k: int) -> Loaded:
    """Values are multiples of today's travel; what is moved counts by sales."""
    loaded = _sales(n, k, contiguous=False)
    accounts = generate(n, k, SEED).accounts
    owners = accounts["owner"].to_list()
    names = sorted({name for name in owners if name and name != VACANT})
    if len(names) != k:
        raise ValueError(f"{len(names)} owners for {k} territories")
    number = {name: j for j, name in enumerate(names)}
    present = np.array([number.get(name, -1) for name in owners], dtype=np.int32)
    problem = replace(
        loaded.problem, present=present, move_weights=np.maximum(accounts["sales"].to_numpy(), 1.0)
    )
    held = present >= 0
    places, weights = problem.coordinates, problem.weights
    today = scoring.free_centers(places[held], weights[held], present[held], k)
    today *= float(weights.sum() / weights[held].sum())

    def score(assignment: Ints) -> Scored:
        found = loaded.score(assignment)
        return Scored(found.value / today, found.flaws)

    return Loaded(problem, score)


def _sales(n: int, k: int, *, contiguous: bool) -> Loaded:
    accounts = generate(n, k, SEED).accounts
    places = accounts.select("longitude", "latitude").to_numpy()
    measures = np.column_stack([accounts.select("sales", "workload_hours").to_numpy(), np.ones(n)])
    weights = np.maximum(accounts["visits_per_year"].to_numpy().astype(np.float64), 1.0)
    graph = point_adjacency(places, "sphere") if contiguous else None
    return _balanced(places, measures, weights, k, graph)


def _count(n: int, k: int) -> Loaded:
    places = generate(n, k, SEED).accounts.select("longitude", "latitude").to_numpy()
    return _balanced(places, np.ones((n, 1)), np.ones(n), k, None)


def _counties(n_measures: int) -> Loaded:
    outlines = counties().of(MAINLAND)
    graph, _ = join_components(
        Graph.from_edges(len(outlines), outlines.edges), outlines.coordinates, "sphere"
    )
    measures = _county_measures()
    return _balanced(
        outlines.coordinates, measures[:, :n_measures], measures[:, 0], N_COUNTY_TERRITORIES, graph
    )


@cache
def _county_measures() -> Floats:
    """(n, 3) customers, sales and hours of each county.

    Customers follow people, less than in proportion, as cities have more competitors: else Los Angeles alone would be larger
    than a territory may be. Sales and hours follow customers, with a spread, and add up over counties as they do over customers: hours
    that follow a power of a county's customers would be a third more in the plains and a third less on the coasts, which no plan of compact territories can make up for.
    """
    outlines = counties().of(MAINLAND)
    where = market()
    county = outlines.containing(where.table.select("longitude", "latitude").to_numpy())
    people = np.bincount(county[county >= 0], where.people[county >= 0], len(outlines))
    people = np.maximum(people / people.sum() * THOUSAND_PEOPLE, 0.3)
    customers = np.maximum(np.round(people**0.65), 1.0)
    rng = np.random.Generator(np.random.PCG64(SEED))
    sales = customers * rng.lognormal(0.0, 0.3, len(people))
    hours = customers * rng.lognormal(0.0, 0.3, len(people))
    return np.column_stack([customers, sales, hours])


def _balanced(places: Floats, measures: Floats, weights: Floats, k: int, graph: Graph | None) -> Loaded:
    """Every measure within ±5 %, Σ weight · km² to the territories' weighted mean places, in one piece with a graph."""
    edges: NDArray[np.int32] | None = None if graph is None else graph.edges()

    def score(assignment: Ints) -> Scored:
        flaws = (
            *scoring.wholeness(assignment, len(places), k),
            *scoring.within_tolerance(measures, TOLERANCE, assignment, k),
            *(() if edges is None else scoring.connected(edges, assignment, k)),
        )
        return Scored(scoring.free_centers(places, weights, assignment, k), flaws)

    problem = Problem(
        coordinates=places,
        measures=measures,
        tolerances=np.full(measures.shape[1], TOLERANCE),
        n_territories=k,
        weights=weights,
        adjacency=graph,
        contiguous=graph is not None,
    )
    return Loaded(problem, score)
