"""The kernel behind the lower bound: every territory looked at, true distances, nothing left out.

The search may miss a territory and lose a little; a bound that misses one is false. Here all k are looked at for every
block of units that must go together, in O(n k), and the distances are those of the score: great circles, not chords.
"""

import math

import numpy as np
from numba import njit

kernel = njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract", "reassoc", "arcp"})


@kernel
def cheapest(
    start, points, weights, present, leave, fixed, kinds, eligible, activity, centres, seats, pull, travel, prices,
    radius, power, width,
):  # fmt: skip
    """The ``width`` cheapest territories of each block at the given prices, cheapest first.

    start : (N + 1,) block b is the units start[b] … start[b + 1] - 1. points : (n, 3). weights, leave : (n,), leave being
    what it costs to leave ``present`` (n,), -1 for none. fixed : (N,) a block's only territory, or -1. kinds : (N,) and
    eligible : (c, k) as in `Instance`, or both empty. activity : (N, M). centres, seats : (k, 3). pull : (k,). travel :
    (n, k) instead of distances to the centres, or (0, 0). prices : (k, M). radius : of the sphere, 0 on a plane. power : 1 or 2.

    A chord is never longer than its arc, so the ``width`` cheapest by chord are measured along the arc, and none of the
    others can be below the dearest of them by chord.

    Returns candidates (N, width), cost (N, width), energy = cost + prices · activity (N, width), -1 and inf beyond k; and
    least (N,): no territory's energy is below it. Nearly always it is the first energy.
    """
    n_blocks, n_measures = activity.shape
    k = centres.shape[0]
    candidates = np.full((n_blocks, width), -1, np.int32)
    cost = np.full((n_blocks, width), np.inf)
    energy = np.full((n_blocks, width), np.inf)
    least = np.empty(n_blocks)
    # By axis, so that the loop over territories runs over neighbours in memory.
    cx, cy, cz = centres[:, 0].copy(), centres[:, 1].copy(), centres[:, 2].copy()
    sx, sy, sz = seats[:, 0].copy(), seats[:, 1].copy(), seats[:, 2].copy()
    charged = prices.T.copy()
    given, limited, pulled = travel.shape[0] > 0, eligible.shape[0] > 0, pull.max() > 0.0
    rough = np.empty(k)
    best_j = np.empty(width, np.int32)
    best_e = np.empty(width)
    last = width - 1
    for b in range(n_blocks):
        low, high = start[b], start[b + 1]
        for j in range(k):
            rough[j] = 0.0
        for m in range(n_measures):
            a = activity[b, m]
            for j in range(k):
                rough[j] += a * charged[m, j]
        for i in range(low, high):
            w, x, y, z = weights[i], points[i, 0], points[i, 1], points[i, 2]
            if given:
                for j in range(k):
                    far = travel[i, j]
                    rough[j] += w * (far * far if power == 2 else far)
            elif not pulled and power == 2:
                for j in range(k):
                    dx, dy, dz = x - cx[j], y - cy[j], z - cz[j]
                    rough[j] += w * (dx * dx + dy * dy + dz * dz)
            elif not pulled:
                for j in range(k):
                    dx, dy, dz = x - cx[j], y - cy[j], z - cz[j]
                    rough[j] += w * math.sqrt(dx * dx + dy * dy + dz * dz)
            else:
                for j in range(k):
                    dx, dy, dz = x - cx[j], y - cy[j], z - cz[j]
                    far = dx * dx + dy * dy + dz * dz
                    dx, dy, dz = x - sx[j], y - sy[j], z - sz[j]
                    way = dx * dx + dy * dy + dz * dz
                    if power == 1:
                        far, way = math.sqrt(far), math.sqrt(way)
                    rough[j] += w * ((1.0 - pull[j]) * far + pull[j] * way)
            if present[i] >= 0 and leave[i] > 0.0:
                for j in range(k):
                    rough[j] += leave[i]
                rough[present[i]] -= leave[i]
        for at in range(width):
            best_j[at] = -1
            best_e[at] = np.inf
        for j in range(k):
            e = rough[j]
            if e >= best_e[last]:
                continue
            if fixed[b] >= 0:
                if fixed[b] != j:
                    continue
            elif limited and not eligible[kinds[b], j]:
                continue
            at = last
            while at > 0 and best_e[at - 1] > e:
                best_j[at] = best_j[at - 1]
                best_e[at] = best_e[at - 1]
                at -= 1
            best_j[at] = j
            best_e[at] = e
        beyond = best_e[last]
        for at in range(width):
            j = best_j[at]
            if j < 0:
                break
            c = 0.0
            for i in range(low, high):
                if given:
                    far = travel[i, j]
                else:
                    dx, dy, dz = points[i, 0] - cx[j], points[i, 1] - cy[j], points[i, 2] - cz[j]
                    far = math.sqrt(dx * dx + dy * dy + dz * dz)
                    if radius > 0.0:
                        far = 2.0 * radius * math.asin(min(1.0, far / (2.0 * radius)))
                way = (1.0 - pull[j]) * (far * far if power == 2 else far)
                if pull[j] > 0.0:
                    dx, dy, dz = points[i, 0] - sx[j], points[i, 1] - sy[j], points[i, 2] - sz[j]
                    far = math.sqrt(dx * dx + dy * dy + dz * dz)
                    if radius > 0.0:
                        far = 2.0 * radius * math.asin(min(1.0, far / (2.0 * radius)))
                    way += pull[j] * (far * far if power == 2 else far)
                c += weights[i] * way
                if present[i] >= 0 and present[i] != j:
                    c += leave[i]
            e = c
            for m in range(n_measures):
                e += charged[m, j] * activity[b, m]
            to = at
            while to > 0 and energy[b, to - 1] > e:
                candidates[b, to] = candidates[b, to - 1]
                cost[b, to] = cost[b, to - 1]
                energy[b, to] = energy[b, to - 1]
                to -= 1
            candidates[b, to] = j
            cost[b, to] = c
            energy[b, to] = e
        least[b] = min(energy[b, 0], beyond)
    return candidates, cost, energy, least
