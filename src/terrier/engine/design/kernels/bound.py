"""The kernel behind the lower bound: every territory looked at, true distances, nothing left out.

The search may miss a territory and lose a little; a bound that misses one is false. Here all k are looked at for every
block of units that must go together, in O(n k), and the distances are those of the score: great circles, not chords.
"""

import math

import numpy as np
from numba import njit

kernel = njit(cache=True, nogil=True, error_model="numpy")


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

    Returns candidates (N, width), cost (N, width) and energy = cost + prices · activity (N, width); -1 and inf beyond k.
    """
    n_blocks, n_measures = activity.shape
    k = centres.shape[0]
    candidates = np.full((n_blocks, width), -1, np.int32)
    cost = np.full((n_blocks, width), np.inf)
    energy = np.full((n_blocks, width), np.inf)
    best_j = np.empty(width, np.int32)
    best_c = np.empty(width)
    best_e = np.empty(width)
    last = width - 1
    given = travel.shape[0] > 0
    limited = eligible.shape[0] > 0
    for b in range(n_blocks):
        for at in range(width):
            best_j[at] = -1
            best_c[at] = np.inf
            best_e[at] = np.inf
        low, high = start[b], start[b + 1]
        for j in range(k):
            if fixed[b] >= 0:
                if fixed[b] != j:
                    continue
            elif limited and not eligible[kinds[b], j]:
                continue
            priced = 0.0
            for m in range(n_measures):
                priced += prices[j, m] * activity[b, m]
            if power == 2 and high - low == 1 and pull[j] == 0.0 and not given:
                # A chord is never longer than its arc: what is too dear by the chord needs no arcsine.
                i = low
                dx, dy = points[i, 0] - centres[j, 0], points[i, 1] - centres[j, 1]
                dz = points[i, 2] - centres[j, 2]
                far = dx * dx + dy * dy + dz * dz
                if weights[i] * far * 0.999999 + priced >= best_e[last]:
                    continue
            c = 0.0
            for i in range(low, high):
                if given:
                    far = travel[i, j]
                else:
                    dx, dy = points[i, 0] - centres[j, 0], points[i, 1] - centres[j, 1]
                    dz = points[i, 2] - centres[j, 2]
                    far = math.sqrt(dx * dx + dy * dy + dz * dz)
                    if radius > 0.0:
                        far = 2.0 * radius * math.asin(min(1.0, far / (2.0 * radius)))
                way = (1.0 - pull[j]) * (far * far if power == 2 else far)
                if pull[j] > 0.0:
                    dx, dy = points[i, 0] - seats[j, 0], points[i, 1] - seats[j, 1]
                    dz = points[i, 2] - seats[j, 2]
                    far = math.sqrt(dx * dx + dy * dy + dz * dz)
                    if radius > 0.0:
                        far = 2.0 * radius * math.asin(min(1.0, far / (2.0 * radius)))
                    way += pull[j] * (far * far if power == 2 else far)
                c += weights[i] * way
                if present[i] >= 0 and present[i] != j:
                    c += leave[i]
            e = c + priced
            if e < best_e[last]:
                at = last
                while at > 0 and best_e[at - 1] > e:
                    best_j[at] = best_j[at - 1]
                    best_c[at] = best_c[at - 1]
                    best_e[at] = best_e[at - 1]
                    at -= 1
                best_j[at] = j
                best_c[at] = c
                best_e[at] = e
        for at in range(width):
            candidates[b, at] = best_j[at]
            cost[b, at] = best_c[at]
            energy[b, at] = best_e[at]
    return candidates, cost, energy
