"""The border search for territories in one piece that hang on springs: units leave with what only they join to their territory.

Shapes as in `kernels.anneal`. Borders move far here, so nobody keeps lists of them: a unit is drawn, then one of its neighbors.
"""

import math

import numpy as np

from terrier.engine.design.kernels.anneal import far2, kernel, norm, quarrels
from terrier.engine.design.kernels.chance import advance, below, fraction


@kernel
def branch_of(i, assignment, near_ptr, near, limit, seen, tick, after, heads, chunk):
    """Fill ``chunk`` with i and all units that only i joins to the rest of its territory; returns how many. 0 if over ``limit``,
    or if more than 8 times as many had to be looked at to know.

    Breadth-first from each of i's neighbors in its territory in turn, merging searches that meet, until all but one have come to
    an end: what those reached leaves with i. So the work is that of the small pieces, not of the rest.

    seen (N,) int64 holds stamps from ``tick`` on, one for each search, all earlier ones below. after (N,) links the units of a list;
    heads (4, d), of each search: the first unit to expand, the last, the first expanded, and the search that it was merged into.
    """
    a = assignment[i]
    chunk[0] = i
    searches = 0
    for at in range(near_ptr[i], near_ptr[i + 1]):
        q = near[at]
        if assignment[q] == a:
            seen[q] = tick + searches
            after[q] = -1
            heads[0, searches] = heads[1, searches] = q
            heads[2, searches] = -1
            heads[3, searches] = searches
            searches += 1
    alive, size, reached = searches, 1, 0
    while alive > 1:
        for s in range(searches):
            if heads[3, s] != s or heads[0, s] < 0:
                continue
            u = heads[0, s]
            heads[0, s] = after[u]
            after[u] = heads[2, s]
            heads[2, s] = u
            for at in range(near_ptr[u], near_ptr[u + 1]):
                v = near[at]
                if assignment[v] != a or v == i:
                    continue
                other = seen[v] - tick
                if other < 0:
                    seen[v] = tick + s
                    after[v] = -1
                    if heads[0, s] < 0:
                        heads[0, s] = v
                    else:
                        after[heads[1, s]] = v
                    heads[1, s] = v
                    reached += 1
                    continue
                while heads[3, other] != other:
                    other = heads[3, other]
                if other == s:
                    continue
                # The other search joins this one, with what it has still to expand and what it has expanded.
                heads[3, other] = s
                alive -= 1
                if heads[0, other] >= 0:
                    if heads[0, s] < 0:
                        heads[0, s] = heads[0, other]
                    else:
                        after[heads[1, s]] = heads[0, other]
                    heads[1, s] = heads[1, other]
                w = heads[2, other]
                while w >= 0:
                    following = after[w]
                    after[w] = heads[2, s]
                    heads[2, s] = w
                    w = following
            if alive > 1 and heads[0, s] < 0:
                # At an end: it leaves with i.
                alive -= 1
                w = heads[2, s]
                while w >= 0:
                    if size >= limit:
                        return 0
                    chunk[size] = w
                    size += 1
                    w = after[w]
            if alive == 1:
                break
        if reached > 8 * limit:
            return 0
    return size


@kernel
def n_outside(loads, targets, limits, j):
    """How many loads of territory j are farther than its limits from their targets."""
    many = 0
    for m in range(targets.shape[1]):
        if abs(loads[j, m] - targets[j, m]) > limits[j, m]:
            many += 1
    return many


@kernel
def roam(
    points, weights, activity, home, stay, move_weights, max_moved, bands, seats, pull, power,
    fixed, kinds, eligible, near_ptr, near, foe_ptr, foe, units, inside,
    assignment, loads, mass, centres, counts, moved, scale, springs, targets, duals,
    n_proposals, n_updates, hot, cold, limit, limits, state,
):  # fmt: skip
    """Try to move ``n_proposals`` of the units (U,), each with its branch of at most ``limit``, to a neighbor's territory while it cools.

    The units are those of the territories ``inside`` (k,), and stay among them.

    Every load hangs on a spring: springs (k,) / 2 × (what lies farther than bands (k, M) from its aim)², where the aim lies below the
    target by duals (k, M) / springs. Where limits (k, M) are given, it ends as soon as no load inside is farther than that from its target.
    ``n_updates`` times the duals take on the springs' tension (`kernels.anneal`). Temperatures from hot to
    cold are in mean unit weight × scale (k,). Contiguity, locks, eligibility, quarrels and the cap on moves are laws.
    Returns the change of the objective, springs left out.
    """
    n, n_measures = activity.shape
    k = targets.shape[0]
    widest = 1
    for row in range(n):
        widest = max(widest, near_ptr[row + 1] - near_ptr[row])
    seen = np.full(n, -1, np.int64)
    after = np.zeros(n, np.int32)
    heads = np.zeros((4, widest), np.int64)
    chunk = np.zeros(limit + 1, np.int32)
    shift_loads = np.zeros(n_measures)
    aims = np.empty((k, n_measures))
    for j in range(k):
        for m in range(n_measures):
            aims[j, m] = targets[j, m] - duals[j, m] / springs[j]
    n_units = len(units)
    if n_units == 0:
        return 0.0
    until = countdown = max(1, n_proposals // max(1, n_updates))
    tick = np.int64(0)
    block = 256
    cooling = (cold / hot) ** (block / max(1, n_proposals))
    heat = hot * k / n
    ends = len(limits) > 0
    outside = 0
    if ends:
        for j in range(k):
            if inside[j]:
                outside += n_outside(loads, targets, limits, j)
        if outside == 0:
            return 0.0
    chance = state[0]
    gained = 0.0
    for step in range(n_proposals):
        if countdown == 0:
            countdown = until
            for j in range(k):
                if not inside[j]:
                    continue
                for m in range(n_measures):
                    off = loads[j, m] - aims[j, m]
                    tension = springs[j] * max(0.0, abs(off) - bands[j, m])
                    duals[j, m] = tension if off > 0.0 else -tension
                    aims[j, m] = targets[j, m] - duals[j, m] / springs[j]
        countdown -= 1
        if step % block == block - 1:
            heat *= cooling
        chance = advance(chance)
        i = np.int64(units[below(chance, n_units)])
        degree = near_ptr[i + 1] - near_ptr[i]
        if degree == 0:
            continue
        chance = advance(chance)
        b = np.int64(assignment[near[near_ptr[i] + below(chance, degree)]])
        a = np.int64(assignment[i])
        if a == b or not inside[b]:
            continue
        tick += widest
        size = branch_of(i, assignment, near_ptr, near, limit, seen, tick, after, heads, chunk)
        if size == 0 or size >= counts[a]:
            continue
        w = ax = ay = az = bx = by = bz = in_a = in_b = seat_a = seat_b = delta = shift = 0.0
        for m in range(n_measures):
            shift_loads[m] = 0.0
        may = True
        for at in range(size):
            u = chunk[at]
            if fixed[u] >= 0 or (len(eligible) > 0 and not eligible[kinds[u], b]):
                may = False
                break
            if foe_ptr[u + 1] > foe_ptr[u] and quarrels(u, b, -1, assignment, foe_ptr, foe):
                may = False
                break
            v = weights[u]
            w += v
            x, y, z = points[u, 0] - centres[a, 0], points[u, 1] - centres[a, 1], points[u, 2] - centres[a, 2]
            in_a -= v * norm(x, y, z, power)
            ax, ay, az = ax + v * x, ay + v * y, az + v * z
            x, y, z = points[u, 0] - centres[b, 0], points[u, 1] - centres[b, 1], points[u, 2] - centres[b, 2]
            in_b += v * norm(x, y, z, power)
            bx, by, bz = bx + v * x, by + v * y, bz + v * z
            if pull[a] > 0.0:
                far = far2(points, u, seats, a)
                seat_a -= v * (far if power == 2 else math.sqrt(far))
            if pull[b] > 0.0:
                far = far2(points, u, seats, b)
                seat_b += v * (far if power == 2 else math.sqrt(far))
            if home[u] == a:
                delta += stay[u]
                shift += move_weights[u]
            elif home[u] == b:
                delta -= stay[u]
                shift -= move_weights[u]
            for m in range(n_measures):
                shift_loads[m] += activity[u, m]
        if not may or (shift > 0.0 and moved[0] + shift > max_moved):
            continue
        mass_a, mass_b = mass[a] - w, mass[b] + w
        if power == 2:
            # The shift of both centers taken into account (Hartigan & Wong 1979).
            in_a -= (ax * ax + ay * ay + az * az) / max(mass_a, 1e-300)
            in_b -= (bx * bx + by * by + bz * bz) / max(mass_b, 1e-300)
        delta += (1.0 - pull[a]) * in_a + (1.0 - pull[b]) * in_b + pull[a] * seat_a + pull[b] * seat_b
        place = delta
        for m in range(n_measures):
            r = shift_loads[m]
            off = loads[a, m] - aims[a, m]
            was, now = max(0.0, abs(off) - bands[a, m]), max(0.0, abs(off - r) - bands[a, m])
            delta += 0.5 * springs[a] * (now * now - was * was)
            off = loads[b, m] - aims[b, m]
            was, now = max(0.0, abs(off) - bands[b, m]), max(0.0, abs(off + r) - bands[b, m])
            delta += 0.5 * springs[b] * (now * now - was * was)
        if delta > 0.0:
            chance = advance(chance)
            if delta > -heat * 0.5 * (scale[a] + scale[b]) * math.log(fraction(chance)):
                continue
        gained += place
        for at in range(size):
            assignment[chunk[at]] = b
        counts[a] -= size
        counts[b] += size
        moved[0] += shift
        if ends:
            outside -= n_outside(loads, targets, limits, a) + n_outside(loads, targets, limits, b)
        for m in range(n_measures):
            loads[a, m] -= shift_loads[m]
            loads[b, m] += shift_loads[m]
        if power == 2:
            share_a, share_b = 1.0 / max(mass_a, 1e-300), 1.0 / max(mass_b, 1e-300)
            centres[a, 0] -= ax * share_a
            centres[a, 1] -= ay * share_a
            centres[a, 2] -= az * share_a
            centres[b, 0] += bx * share_b
            centres[b, 1] += by * share_b
            centres[b, 2] += bz * share_b
        mass[a], mass[b] = mass_a, mass_b
        if ends:
            outside += n_outside(loads, targets, limits, a) + n_outside(loads, targets, limits, b)
            if outside == 0:
                break
    state[0] = chance
    return gained
