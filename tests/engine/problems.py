"""Random small problems with every demand that can be made, on or off."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from terrier.engine.design import Graph, Problem

LAYOUTS = ("scattered", "two towns", "one place", "a line", "far north", "date line")


def coordinates_of(layout: str, metric: str, n: int, random: np.random.Generator) -> NDArray[np.float64]:
    """n places in degrees, or on a plane of about 1,000 km."""
    spread = random.random((n, 2))
    degrees = {
        "scattered": np.array([-100.0, 35.0]) + 10 * spread,
        "two towns": np.where(random.random((n, 1)) < 0.5, [-80.0, 30.0], [-75.0, 40.0]) + 0.1 * spread,
        "one place": np.tile([-93.6, 41.6], (n, 1)),
        "a line": np.column_stack([-100.0 + np.arange(n) % 7, np.full(n, 40.0)]),
        "far north": np.column_stack([360 * spread[:, 0] - 180, 85 + 5 * spread[:, 1]]),
        "date line": np.column_stack([(180 + 8 * spread[:, 0]) % 360 - 180 - 4, -20 + 5 * spread[:, 1]]),
    }[layout]
    if layout == "far north":
        degrees[0] = [0.0, 90.0]
    if layout == "date line":
        degrees[:, 0] = (degrees[:, 0] + 180) % 360 - 180
    return degrees if metric == "sphere" else degrees * 100


def connected_graph(n: int, random: np.random.Generator) -> Graph:
    """A random tree and half as many edges again."""
    tree = [(i, int(random.integers(0, i))) for i in range(1, n)]
    return Graph.from_edges(n, tree + random.integers(0, n, (n // 2, 2)).tolist())


def measures_of(kind: str, n: int, m: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Work of n units: even, heavy-tailed, mostly none, or nearly all at one unit."""
    values = random.lognormal(0, 1, (n, m)) if kind == "heavy" else random.random((n, m)) + 0.2
    if kind == "mostly none":
        values[random.random((n, m)) < 0.8] = 0
        values[random.integers(0, n)] += 1
    if kind == "giant":
        values[random.integers(0, n), 0] += 50 * n
    return values


@st.composite
def problems(
    draw: st.DrawFn,
    at_most: int = 60,
    layouts: tuple[str, ...] = LAYOUTS,
    restricted: bool = True,
    objectives: tuple[str, ...] = ("distance", "squared_distance"),
) -> Problem:
    """Any problem that can be stated without contradiction; whether it can be met is another matter.

    restricted : whether it may say who may serve what, freeze territories and limit what they hold.
    """
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    n = draw(st.integers(5, at_most))
    k = draw(st.one_of(st.integers(1, min(6, n)), st.integers(1, n)))
    m = draw(st.integers(1, 3))
    metric = draw(st.sampled_from(["sphere", "plane"]))
    demands: dict[str, Any] = {}
    if draw(st.booleans()):
        demands["adjacency"] = connected_graph(n, random)
        demands["contiguous"] = draw(st.booleans())
    fitting = [o for o in objectives if o != "cut_edges" or "adjacency" in demands]
    objective = draw(st.sampled_from(fitting))
    if objective == "cut_edges" and draw(st.booleans()):
        demands["edge_weights"] = random.random(len(demands["adjacency"].edges()))
    if draw(st.booleans()):
        demands["shares"] = random.random((k, m) if draw(st.booleans()) else k) + 0.3
    if draw(st.booleans()):
        demands["weights"] = random.random(n) + 0.1
    if draw(st.booleans()):
        seats = coordinates_of("scattered", metric, k, random)
        seats[random.random(k) < 0.3] = np.nan
        demands |= {"seats": seats, "seat_pull": draw(st.sampled_from([0.0, 0.5, 1.0]))}
    if draw(st.booleans()):
        demands["present"] = random.integers(-1, k, n)
        demands["stay_weight"] = draw(st.sampled_from([0.0, 0.5]))
        demands["max_moved"] = draw(st.sampled_from([None, 0.0, 0.2, 0.6]))
        demands["move_weights"] = random.random(n) if draw(st.booleans()) else None
    if draw(st.booleans()):
        together = np.where(random.random(n) < 0.3, random.integers(0, max(1, n // 5), n), -1)
        demands["together"] = together
    if draw(st.booleans()):
        demands["locks"] = locks_of(n, k, demands.get("together"), random)
    restricted = restricted and draw(st.booleans())
    if restricted and draw(st.booleans()):
        demands |= eligibility_of(n, k, demands, random)
    if restricted and draw(st.booleans()):
        demands |= frozen_of(k, demands, random)
    if draw(st.booleans()):
        demands["apart"] = random.integers(0, n, (draw(st.integers(0, 4)), 2))
    measures = measures_of(draw(st.sampled_from(["even", "heavy", "mostly none", "giant"])), n, m, random)
    tolerances = np.full(m, draw(st.sampled_from([0.001, 0.05, 0.5])))
    if restricted and draw(st.booleans()):
        capacities = measures.sum(axis=0) / k * random.choice([0.0, 0.9, 1.1, 1.5, np.nan], (k, m))
        demands["capacities"] = capacities
        tolerances[random.random(m) < 0.4] = np.inf
    return Problem(
        coordinates=coordinates_of(draw(st.sampled_from(layouts)), metric, n, random),
        measures=measures,
        tolerances=tolerances,
        n_territories=k,
        metric=metric,
        objective=objective,
        **demands,
    )


def locks_of(
    n: int, k: int, together: NDArray[np.int64] | None, random: np.random.Generator
) -> NDArray[np.int64]:
    """A fifth of the units locked, the members of a group all alike."""
    locks = np.where(random.random(n) < 0.2, random.integers(0, k, n), -1)
    if together is not None:
        for group in np.unique(together[together >= 0]):
            locks[together == group] = locks[np.flatnonzero(together == group)[0]]
    return locks


def eligibility_of(n: int, k: int, demands: dict[str, Any], random: np.random.Generator) -> dict[str, Any]:
    """Three kinds of units that about half the territories may serve, and what lets every lock and group agree."""
    eligible = random.random((3, k)) < 0.5
    eligible[:, random.integers(0, k)] = True  # somebody may serve all, whatever goes together
    kinds = random.integers(0, 3, n)
    locks = demands.get("locks")
    if locks is not None:
        together = demands.get("together", np.full(n, -1))
        for i in np.flatnonzero(locks >= 0):
            mates = (together == together[i]) & (together[i] >= 0)
            eligible[np.unique(kinds[mates | (np.arange(n) == i)]), locks[i]] = True
    return {"kinds": kinds, "eligible": eligible}


def frozen_of(k: int, demands: dict[str, Any], random: np.random.Generator) -> dict[str, Any]:
    """A frozen territory, where a present plan, groups, locks and eligibility leave room for one."""
    present = demands.get("present")
    if present is None or k < 2:
        return {}
    frozen = np.zeros(k, dtype=bool)
    frozen[random.integers(0, k)] = True
    together, locks = demands.get("together"), demands.get("locks")
    held = (present >= 0) & frozen[present]
    if together is not None and (held & (together >= 0)).any():
        return {}
    if locks is not None and ((held & (locks >= 0)).any() or frozen[locks[locks >= 0]].any()):
        return {}
    if "eligible" in demands and not (demands["eligible"] & ~frozen).all(axis=0).any():
        return {}
    return {"frozen": frozen}
