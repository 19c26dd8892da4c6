"""The independent checker: trusts no figure of a plan, recomputes each one slowly, from its definition.

It shares no code with the solver or with `evaluate`: plain loops, one unit at a time.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

import numpy as np

from terrier.engine.design.plan import Plan, Shortfall
from terrier.engine.design.problem import Problem

RELATIVE = 1e-6
A_METRE = 1e-3


def check(problem: Problem, plan: Plan) -> list[str]:
    """Return one sentence for each way in which the plan is not what it says it is; empty when it holds.

    A plan may miss a tolerance, but then it must say so: an unmet demand without its shortfall is a finding, and so
    is a shortfall without an unmet demand. A moved lock or a split group is always a finding.
    """
    n, k = problem.n_units, problem.n_territories
    assignment = [int(t) for t in plan.assignment]
    if len(assignment) != n:
        return [f"{len(assignment)} placements for {n} units"]
    outside = [i for i, t in enumerate(assignment) if not 0 <= t < k]
    if outside:
        return [f"unit {outside[0]} is in territory {assignment[outside[0]]}; there are {k}"]
    members: list[list[int]] = [[] for _ in range(k)]
    for i, t in enumerate(assignment):
        members[t].append(i)
    return [
        *_locks_and_groups(problem, assignment),
        *_eligibility(problem, assignment),
        *_balance(problem, plan, members),
        *_sites(problem, plan, members),
        *_distances(problem, plan, assignment, members),
        *_extent(problem, plan, assignment, members),
        *_pieces(problem, plan, assignment),
        *_moves(problem, plan, assignment),
        *_apart(problem, plan, assignment),
        *_shortfalls(problem, plan, assignment),
        *_bound(plan),
    ]


def _locks_and_groups(problem: Problem, assignment: Sequence[int]) -> list[str]:
    found = []
    if problem.locks is not None:
        found += [
            f"unit {i} is locked to territory {lock} but sits in {assignment[i]}"
            for i, lock in enumerate(problem.locks.tolist())
            if lock >= 0 and assignment[i] != lock
        ]
    if problem.together is not None:
        first: dict[int, int] = {}
        for i, group in enumerate(problem.together.tolist()):
            if group >= 0 and assignment[i] != assignment[first.setdefault(group, i)]:
                found.append(f"units {first[group]} and {i} must go together but do not")
    return found


def _eligibility(problem: Problem, assignment: Sequence[int]) -> list[str]:
    found = []
    frozen = [False] * problem.n_territories if problem.frozen is None else problem.frozen.tolist()
    held = [-1] * problem.n_units if problem.present is None else problem.present.tolist()
    for i, (was, now) in enumerate(zip(held, assignment, strict=True)):
        if was >= 0 and frozen[was]:
            found += [] if now == was else [f"unit {i} left territory {was}, which is frozen"]
        elif frozen[now]:
            found.append(f"unit {i} entered territory {now}, which is frozen")
        elif not _may_serve(problem, now, i):
            found.append(f"unit {i} is in territory {now}, which may not serve its kind")
    return found


def _may_serve(problem: Problem, territory: int, unit: int) -> bool:
    if problem.kinds is None or problem.eligible is None:
        return True
    return bool(problem.eligible[problem.kinds[unit], territory])


def _balance(problem: Problem, plan: Plan, members: list[list[int]]) -> list[str]:
    found = []
    reported = {(s.territory, s.measure) for s in plan.shortfalls if s.kind == "tolerance"}
    empty = {s.territory for s in plan.shortfalls if s.kind == "empty"}
    for m in range(problem.n_measures):
        column = problem.measures[:, m].tolist()
        total = math.fsum(column)
        for j, units in enumerate(members):
            load = math.fsum(column[i] for i in units)
            target = total * _share(problem, j, m)
            scale = _scale(problem, total, j, m)
            deviation = (load - target) / scale
            if not _close(load, plan.loads[j, m], total):
                found.append(f"territory {j} measure {m}: load {plan.loads[j, m]} reported, {load} found")
            if not _close(deviation, plan.deviations[j, m], 1.0):
                found.append(
                    f"territory {j} measure {m}: deviation {plan.deviations[j, m]}, {deviation} found"
                )
            outside = abs(deviation) > float(problem.tolerances[m])
            surely = abs(abs(deviation) - float(problem.tolerances[m])) > 1e-8
            if surely and outside != ((j, m) in reported):
                found.append(
                    f"territory {j} measure {m}: deviation {deviation:.4f} and its shortfall disagree"
                )
            found += _capacity(problem, plan, j, m, load, total)
    for j, units in enumerate(members):
        if plan.counts[j] != len(units):
            found.append(f"territory {j}: {plan.counts[j]} units reported, {len(units)} found")
        if (not units) != (j in empty):
            found.append(f"territory {j}: emptiness and its shortfall disagree")
    return found


def _capacity(problem: Problem, plan: Plan, j: int, m: int, load: float, total: float) -> list[str]:
    said = any((s.kind, s.territory, s.measure, s.unit) == ("capacity", j, m, None) for s in plan.shortfalls)
    room = math.nan if problem.capacities is None else float(problem.capacities[j, m])
    over = 0.0 if math.isnan(room) else (load - room) / (total / problem.n_territories)
    if abs(over - 1e-9) > 1e-10 and (over > 1e-9) != said:
        return [f"territory {j} measure {m}: {load} of at most {room} and its shortfall disagree"]
    return []


def _scale(problem: Problem, total: float, territory: int, measure: int) -> float:
    return max(total * _share(problem, territory, measure), 1e-9 * total / problem.n_territories)


def _share(problem: Problem, territory: int, measure: int) -> float:
    column = problem.shares if problem.shares.ndim == 1 else problem.shares[:, measure]
    return float(column[territory]) / math.fsum(column.tolist())


def _distances(
    problem: Problem, plan: Plan, assignment: Sequence[int], members: list[list[int]]
) -> list[str]:
    found = []
    squared = problem.objective != "distance"
    travel = seat = total = 0.0
    far = [0.0] * problem.n_units
    places = problem.coordinates.tolist()
    centres = plan.centres.tolist()
    for i, t in enumerate(assignment):
        weight = float(problem.weights[i])
        far[i] = _distance(problem, places[i], centres[t])
        if problem.travel is not None and plan.sites is not None:
            far[i] = float(problem.travel[i, plan.sites[t]])
        to_centre = weight * (far[i] ** 2 if squared else far[i])
        pull = to_seat = 0.0
        if problem.seats is not None and not np.isnan(problem.seats[t]).any():
            d = _distance(problem, places[i], problem.seats[t].tolist())
            pull, to_seat = problem.seat_pull, weight * (d**2 if squared else d)
        travel += to_centre
        seat += to_seat
        total += (1 - pull) * to_centre + pull * to_seat
    for j, units in enumerate(members):
        if not units:
            continue
        weight = math.fsum(float(problem.weights[i]) for i in units)
        mean = math.fsum(float(problem.weights[i]) * far[i] for i in units) / weight
        if not _close(mean, plan.mean_distance[j], A_METRE):
            found.append(f"territory {j}: mean distance {plan.mean_distance[j]} reported, {mean} found")
        if problem.centers == "free":
            found += _centre_is_best(problem, units, centres[j], j)
    stay = _stay(problem, assignment)
    least = A_METRE * math.fsum(problem.weights.tolist())  # below it a relative error is rounding
    for name, value, said in (
        ("travel", travel, plan.score.travel),
        ("seat", seat, plan.score.seat),
        ("stay", stay, plan.score.stay),
        ("total", total + stay, plan.score.total),
    ):
        if name == "total" and problem.objective in ("diameter", "cut_edges"):
            continue  # see `_extent`
        if not _close(value, said, least):
            found.append(f"score: {name} {said} reported, {value} found")
    return found


def _extent(problem: Problem, plan: Plan, assignment: Sequence[int], members: list[list[int]]) -> list[str]:
    """The largest distance within a territory, from all pairs, and the edges cut, one by one."""
    diameter = cut = None
    if problem.objective == "diameter":
        diameter = max(_diameter(problem, units) for units in members)
    if problem.adjacency is not None:
        cut, edge = 0.0, 0
        graph = problem.adjacency
        for i in range(problem.n_units):
            for q in graph.indices[graph.indptr[i] : graph.indptr[i + 1]].tolist():
                if q < i:
                    continue
                if assignment[q] != assignment[i]:
                    cut += 1.0 if problem.edge_weights is None else float(problem.edge_weights[edge])
                edge += 1
    found = []
    for name, value, said in (
        ("diameter", diameter, plan.score.diameter),
        ("cut edges", cut, plan.score.cut_edges),
    ):
        if (value is None) != (said is None) or (
            value is not None and said is not None and not _close(value, said, A_METRE)
        ):
            found.append(f"score: {name} {said} reported, {value} found")
    asked = {"diameter": diameter, "cut_edges": cut}.get(problem.objective)
    if asked is not None and not _close(asked, plan.score.total, A_METRE):
        found.append(f"score: total {plan.score.total} reported, {asked} found")
    return found


def _diameter(problem: Problem, units: list[int]) -> float:
    """Every unit against all others of the territory, by straight lines; the longest is then measured as a distance."""
    places = problem.coordinates[units]
    points = places
    if problem.metric == "sphere":
        lon, lat = np.radians(places).T
        points = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    longest, ends = -1.0, (0, 0)
    for i in range(len(units)):
        squared = ((points[i + 1 :] - points[i]) ** 2).sum(axis=1)
        if squared.size and squared.max() > longest:
            longest, ends = float(squared.max()), (i, i + 1 + int(squared.argmax()))
    return _distance(problem, places[ends[0]].tolist(), places[ends[1]].tolist()) if longest > 0 else 0.0


def _centre_is_best(problem: Problem, units: list[int], centre: list[float], j: int) -> list[str]:
    """No place a little to any side of the centre does better, for the objective's own power of distance."""
    power = 1 if problem.objective == "distance" else 2
    places = problem.coordinates[units].tolist()
    weights = problem.weights[units].tolist()

    def cost(place: list[float]) -> float:
        return math.fsum(
            w * _distance(problem, p, place) ** power for w, p in zip(weights, places, strict=True)
        )

    here = cost(centre)
    reach = max(_distance(problem, p, centre) for p in places)
    if reach < RELATIVE * A_METRE:
        return []
    step = 0.05 * (math.degrees(reach / 6371.0) if problem.metric == "sphere" else reach)
    for dx, dy in ((step, 0), (-step, 0), (0, step), (0, -step)):
        x, y = centre[0] + dx, centre[1] + dy
        if problem.metric == "sphere":
            x, y = (x + 180) % 360 - 180, max(-90.0, min(90.0, y))
        if cost([x, y]) < here * (1 - 1e-3):
            return [f"territory {j}: its centre is not the best place"]
    return []


def _sites(problem: Problem, plan: Plan, members: list[list[int]]) -> list[str]:
    """Each center is a unit of its territory that may hold it, and none of the others would do better."""
    if problem.centers == "free":
        return [] if plan.sites is None else ["sites reported, but centers are free"]
    if plan.sites is None or len(plan.sites) != len(members):
        return ["sites not reported"]
    found = []
    said = {
        (s.territory, s.measure, s.unit)
        for s in plan.shortfalls
        if s.kind == "capacity" and s.unit is not None
    }
    over = set()
    columns = problem.measures.T.tolist()
    totals = [math.fsum(column) for column in columns]
    for j, units in enumerate(members):
        site = int(plan.sites[j])
        if not units:
            found += [] if site == -1 else [f"territory {j}: is empty, but unit {site} is its center"]
            continue
        if site not in units:
            return [*found, f"territory {j}: its center, unit {site}, is not one of its units"]
        if plan.centres[j].tolist() != problem.coordinates[site].tolist():
            found.append(f"territory {j}: its center is not where unit {site} is")
        held = [math.fsum(column[i] for i in units) for column in columns]
        beyond = {i: _beyond(problem, held, totals, i) for i in units}
        over |= {(j, m, site) for m, share in enumerate(beyond[site]) if share > 0}
        least = min(math.fsum(shares) for shares in beyond.values())
        if math.fsum(beyond[site]) > least + 1e-8:
            found.append(f"territory {j}: unit {site} is overloaded as its center, another would be less so")
        legal = [i for i in units if math.fsum(beyond[i]) <= least]
        best = min(_travel_to(problem, units, i) for i in legal)
        if _travel_to(problem, units, site) > best * (1 + RELATIVE) + A_METRE:
            found.append(f"territory {j}: its center, unit {site}, is not the best of its units")
    if over != said:
        found.append(f"over capacity {sorted(over)} but reported {said}")
    return found


def _beyond(problem: Problem, held: list[float], totals: list[float], site: int) -> list[float]:
    """By what share of each measure's total more is held than the site may hold."""
    if problem.site_capacities is None:
        return [0.0]
    return [
        (load - room) / total if load - room > 1e-9 * total / problem.n_territories else 0.0
        for load, room, total in zip(held, problem.site_capacities[site].tolist(), totals, strict=True)
    ]


def _travel_to(problem: Problem, units: list[int], site: int) -> float:
    power = 1 if problem.objective == "distance" else 2
    return math.fsum(float(problem.weights[i]) * _way(problem, i, site) ** power for i in units)


def _way(problem: Problem, unit: int, site: int) -> float:
    if problem.travel is not None:
        return float(problem.travel[unit, site])
    return _distance(problem, problem.coordinates[unit].tolist(), problem.coordinates[site].tolist())


def _stay(problem: Problem, assignment: Sequence[int]) -> float:
    if problem.present is None or problem.stay_weight == 0:
        return 0.0
    held = [i for i in range(problem.n_units) if problem.present[i] >= 0]
    if not held:
        return 0.0
    power = 1 if problem.objective == "distance" else 2
    cost = weight = 0.0
    for j in sorted({int(problem.present[i]) for i in held}):
        units = [i for i in held if problem.present[i] == j]
        weights = problem.weights[units].tolist()
        weight += math.fsum(weights)
        if problem.centers == "unit":
            cost += min(_travel_to(problem, units, site) for site in units)
            continue
        centre = _mean_place(problem, units, weights)
        for i, w in zip(units, weights, strict=True):
            cost += w * _distance(problem, problem.coordinates[i].tolist(), centre) ** power
    left = math.fsum(float(problem.stay_weights[i]) for i in held if assignment[i] != problem.present[i])
    return problem.stay_weight * cost / weight * left


def _mean_place(problem: Problem, units: list[int], weights: list[float]) -> list[float]:
    total = math.fsum(weights)
    if problem.metric == "plane":
        x = math.fsum(w * float(problem.coordinates[i, 0]) for i, w in zip(units, weights, strict=True))
        y = math.fsum(w * float(problem.coordinates[i, 1]) for i, w in zip(units, weights, strict=True))
        return [x / total, y / total]
    x = y = z = 0.0
    for i, w in zip(units, weights, strict=True):
        lon, lat = (math.radians(float(c)) for c in problem.coordinates[i])
        x += w * math.cos(lat) * math.cos(lon)
        y += w * math.cos(lat) * math.sin(lon)
        z += w * math.sin(lat)
    return [math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))]


def _pieces(problem: Problem, plan: Plan, assignment: Sequence[int]) -> list[str]:
    if problem.adjacency is None:
        return [] if plan.pieces is None else ["pieces reported without an adjacency"]
    if plan.pieces is None:
        return ["pieces not reported"]
    graph = problem.adjacency
    pieces = [0] * problem.n_territories
    seen = [False] * problem.n_units
    for start in range(problem.n_units):
        if seen[start]:
            continue
        pieces[assignment[start]] += 1
        seen[start] = True
        queue = deque([start])
        while queue:
            i = queue.popleft()
            for q in graph.indices[graph.indptr[i] : graph.indptr[i + 1]].tolist():
                if not seen[q] and assignment[q] == assignment[start]:
                    seen[q] = True
                    queue.append(q)
    found = [
        f"territory {j}: {plan.pieces[j]} pieces reported, {count} found"
        for j, count in enumerate(pieces)
        if plan.pieces[j] != count
    ]
    broken = {j for j, count in enumerate(pieces) if count > 1} if problem.contiguous else set()
    said = {s.territory for s in plan.shortfalls if s.kind == "contiguity"}
    return found if broken == said else [*found, f"broken territories {broken} but reported {said}"]


def _moves(problem: Problem, plan: Plan, assignment: Sequence[int]) -> list[str]:
    if problem.present is None:
        return [] if plan.moved is None else ["a share moved is reported without a present plan"]
    if plan.moved is None:
        return ["the share moved is not reported"]
    held = [i for i, t in enumerate(problem.present.tolist()) if t >= 0]
    total = math.fsum(float(problem.move_weights[i]) for i in held)
    left = math.fsum(float(problem.move_weights[i]) for i in held if assignment[i] != problem.present[i])
    moved = left / total if total > 0 else 0.0
    found = [] if _close(moved, plan.moved, 1.0) else [f"{plan.moved} moved reported, {moved} found"]
    if problem.max_moved is not None and abs(moved - problem.max_moved) > 1e-9:
        said = any(s.kind == "max_moved" for s in plan.shortfalls)
        if (moved > problem.max_moved) != said:
            found.append(f"{moved:.4f} moved, at most {problem.max_moved} wanted: the shortfall disagrees")
    return found


def _apart(problem: Problem, plan: Plan, assignment: Sequence[int]) -> list[str]:
    if problem.apart is None:
        return []
    same = {(a, b) for a, b in problem.apart.tolist() if assignment[a] == assignment[b]}
    said = {(s.unit, int(s.value)) for s in plan.shortfalls if s.kind == "apart"}
    return [] if same == said else [f"pairs {sorted(same)} share a territory but reported {sorted(said)}"]


def _shortfalls(problem: Problem, plan: Plan, assignment: Sequence[int]) -> list[str]:
    """Each shortfall answers a demand that was made, with the figures found; every oversized unit is named."""
    found = []
    totals = [math.fsum(column) for column in problem.measures.T.tolist()]
    broken = {(s.territory, s.measure) for s in plan.shortfalls if s.kind == "tolerance"}
    scales = {(j, m): _scale(problem, totals[m], j, m) for j, m in broken if j is not None and m is not None}
    oversized = set()
    for i, j in enumerate(assignment):
        for m in range(problem.n_measures):
            scale = scales.get((j, m))
            if scale is None:
                continue
            if float(problem.measures[i, m]) / scale > 1 + float(problem.tolerances[m]) + 1e-9:
                oversized.add((j, m, i))
    said = {(s.territory, s.measure, s.unit) for s in plan.shortfalls if s.kind == "unit_too_large"}
    if said != oversized:
        found.append(f"units {sorted(oversized)} are too large for their territories but reported {said}")
    for s in plan.shortfalls:
        value, bound = _figures(problem, plan, s, totals)
        if not (_close(value, s.value, 1.0) and _close(bound, s.bound, 1.0)):
            found.append(f"{s} reported, value {value} and bound {bound} found")
    return found


def _bound(plan: Plan) -> list[str]:
    """A bound is below the score it is about, and there is none where something is not met."""
    if plan.bound is None:
        return []
    if plan.shortfalls:
        return ["a bound is reported for a plan that does not meet all that is asked"]
    if not 0 <= plan.bound.value <= plan.score.total * (1 + RELATIVE):
        return [f"bound {plan.bound.value} reported for a score of {plan.score.total}"]
    return []


def _figures(problem: Problem, plan: Plan, s: Shortfall, totals: list[float]) -> tuple[float, float]:
    """The value and bound that a shortfall should state, NaN where nothing of the kind was asked."""
    match s.kind, s.territory, s.measure, s.unit:
        case "tolerance", int(j), int(m), None:
            return float(plan.deviations[j, m]), float(problem.tolerances[m])
        case "unit_too_large", int(j), int(m), int(i):
            share = float(problem.measures[i, m]) / _scale(problem, totals[m], j, m)
            return share, 1 + float(problem.tolerances[m])
        case "contiguity", int(j), None, None if problem.contiguous and plan.pieces is not None:
            return float(plan.pieces[j]), 1.0
        case "max_moved", None, None, None if problem.max_moved is not None and plan.moved is not None:
            return plan.moved, problem.max_moved
        case "apart", int(j), None, int(i) if problem.apart is not None and plan.assignment[i] == j:
            return s.value, 0.0
        case "capacity", int(j), int(m), None if problem.capacities is not None:
            return float(plan.loads[j, m]), float(problem.capacities[j, m])
        case "capacity", int(j), int(m), int(i) if problem.site_capacities is not None:
            return float(plan.loads[j, m]), float(problem.site_capacities[i, m])
        case "empty", int(), None, None:
            return 0.0, 1.0
    return math.nan, math.nan


def _distance(problem: Problem, a: Sequence[float], b: Sequence[float]) -> float:
    """Spherical law by Vincenty's formula (on a sphere), not the solver's haversine; Euclid on a plane."""
    if problem.metric == "plane":
        return math.hypot(a[0] - b[0], a[1] - b[1])
    lon_a, lat_a, lon_b, lat_b = (math.radians(v) for v in (a[0], a[1], b[0], b[1]))
    turn = lon_b - lon_a
    y = math.hypot(
        math.cos(lat_b) * math.sin(turn),
        math.cos(lat_a) * math.sin(lat_b) - math.sin(lat_a) * math.cos(lat_b) * math.cos(turn),
    )
    x = math.sin(lat_a) * math.sin(lat_b) + math.cos(lat_a) * math.cos(lat_b) * math.cos(turn)
    return 6371.0 * math.atan2(y, x)


def _close(a: float, b: float, scale: float) -> bool:
    return abs(a - b) <= RELATIVE * max(abs(a), abs(b), scale)
