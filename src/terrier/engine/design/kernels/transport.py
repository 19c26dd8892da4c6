"""Kernels of the smoothed transport dual: who would go where at given prices, and how that reacts.

Shapes throughout: N units, k territories, M measures, K candidate territories a unit.

points : (N, 3) km. weights : (N,) > 0. activity : (N, M) ≥ 0. candidates : (N, K) territory indices, -1 for none.
centres, seats : (k, 3). pull : (k,) share of the seat in the cost. home : (N,) or -1. stay : (N,) cost of leaving home.
kinds : (N,) and eligible : (c, k) bool: territory j may serve unit i when eligible[kinds[i], j]; (0, 0) when all may all.
prices : (k, M) cost per activity. heat : (N,) softmin temperature, in cost. power : 1 or 2.
"""

import math

import numpy as np
from numba import njit

kernel = njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract", "reassoc", "arcp"})
FEW = 1e-7
"""Of a unit: whatever smaller part of it goes somewhere does not count for how loads give way."""


@kernel
def nearest(
    points, weights, activity, home, stay, kinds, eligible, pool, centres, seats, pull, prices, power, width
):
    """The ``width`` cheapest territories of each unit, cheapest first, and their cost without and with prices.

    A cost is weight × distance to centre and seat, to the power, without the part that every unit of the territory pays
    alike, the way between centre and seat. Near balance that is a constant, and left in, prices would first have to make
    up for it, anew whenever a centre moves. For power 2 what remains is the squared distance to a point between the two.

    pool : (N, P) territories to look at, or (0, 0) to look at all k. Home is always among the result, if it is wider than 1.
    A home must be eligible.
    Returns candidates (N, width), cost (N, width), energy (N, width) = cost + prices · activity.
    """
    n, n_measures = activity.shape
    k = centres.shape[0]
    candidates = np.full((n, width), -1, np.int32)
    cost = np.full((n, width), np.inf)
    energy = np.full((n, width), np.inf)
    n_pool = pool.shape[1]
    restricted = eligible.shape[0] > 0
    n_look = n_pool if n_pool > 0 else k
    middle = np.empty((k, 3))
    between = np.zeros(k)
    for j in range(k):
        way = 0.0
        for axis in range(3):
            middle[j, axis] = (1.0 - pull[j]) * centres[j, axis] + pull[j] * seats[j, axis]
            way += (centres[j, axis] - seats[j, axis]) ** 2
        between[j] = min(pull[j], 1.0 - pull[j]) * math.sqrt(way)
    last = width - 1
    best_j = np.empty(width, np.int32)
    best_c = np.empty(width)
    best_e = np.empty(width)
    for i in range(n):
        for at in range(width):
            best_j[at] = -1
            best_c[at] = np.inf
            best_e[at] = np.inf
        here, leaving, weight = home[i], stay[i], weights[i]
        x, y, z = points[i, 0], points[i, 1], points[i, 2]
        held = here < 0
        for step in range(n_look + 1):
            if step < n_look:
                j = pool[i, step] if n_pool > 0 else step
            elif held:
                break
            else:
                # Home was not looked at, or cheaper ones pushed it off the list: it stays on it all the same.
                j = here
            if j < 0 or (restricted and not eligible[kinds[i], j]):
                continue
            # Written out: as a function it is many times slower, for numba counts references to its arrays.
            if power == 2 or pull[j] == 0.0:
                dx, dy, dz = x - middle[j, 0], y - middle[j, 1], z - middle[j, 2]
                far = dx * dx + dy * dy + dz * dz
                if power == 1:
                    far = math.sqrt(far)
            else:
                dx, dy, dz = x - centres[j, 0], y - centres[j, 1], z - centres[j, 2]
                far = (1.0 - pull[j]) * math.sqrt(dx * dx + dy * dy + dz * dz) - between[j]
                dx, dy, dz = x - seats[j, 0], y - seats[j, 1], z - seats[j, 2]
                far += pull[j] * math.sqrt(dx * dx + dy * dy + dz * dz)
            c = weight * far
            if here >= 0 and j != here:
                c += leaving
            e = c
            for m in range(n_measures):
                e += prices[j, m] * activity[i, m]
            if e < best_e[last] or (step == n_look and width > 1):
                at = last
                if here >= 0 and best_j[last] == here:
                    held = False
                while at > 0 and best_e[at - 1] > e:
                    best_j[at] = best_j[at - 1]
                    best_c[at] = best_c[at - 1]
                    best_e[at] = best_e[at - 1]
                    at -= 1
                best_j[at] = j
                best_c[at] = c
                best_e[at] = e
                if j == here:
                    held = True
        for at in range(width):
            candidates[i, at] = best_j[at]
            cost[i, at] = best_c[at]
            energy[i, at] = best_e[at]
    return candidates, cost, energy


@kernel
def spread(candidates, cost, activity, heat, prices, n_territories):
    """Softmin assignment at the given prices.

    Returns the dual's unit part Σ_i softmin, fractions (N, K), loads (k, M) and the diagonal blocks (k, M, M) of the
    negative Hessian.
    """
    n, width = candidates.shape
    n_measures = activity.shape[1]
    fractions = np.zeros((n, width))
    loads = np.zeros((n_territories, n_measures))
    blocks = np.zeros((n_territories, n_measures, n_measures))
    value = 0.0
    for i in range(n):
        least = np.inf
        for a in range(width):
            j = candidates[i, a]
            if j < 0:
                continue
            e = cost[i, a]
            for m in range(n_measures):
                e += prices[j, m] * activity[i, m]
            fractions[i, a] = e
            least = min(least, e)
        total = 0.0
        for a in range(width):
            if candidates[i, a] >= 0:
                fractions[i, a] = math.exp((least - fractions[i, a]) / heat[i])
                total += fractions[i, a]
        value += least - heat[i] * math.log(total)
        for a in range(width):
            j = candidates[i, a]
            x = fractions[i, a] / total
            fractions[i, a] = x
            if x > 0.0:
                curve = x * (1.0 - x) / heat[i]
                for m in range(n_measures):
                    loads[j, m] += x * activity[i, m]
                    for o in range(n_measures):
                        blocks[j, m, o] += curve * activity[i, m] * activity[i, o]
    return value, fractions, loads, blocks


@kernel
def couple(candidates, fractions, activity, heat, n_territories, room):
    """The blocks beside the diagonal of the negative Hessian of the unit part, with their signs turned.

    room : a power of 2 above the number of pairs of territories between which some unit wavers. Returns how many pairs there are, or -1 if they are too many for
    the room; their territories (room, 2), the smaller first; and their blocks (room, M, M), of which only the first so many count.
    """
    n, width = candidates.shape
    n_measures = activity.shape[1]
    # Open addressing: where a pair stands in the lists, less 1.
    table = np.zeros(2 * room, np.int32)
    pairs = np.empty((room, 2), np.int32)
    blocks = np.zeros((room, n_measures, n_measures))
    filled = 0
    mask = np.uint64(2 * room - 1)
    for i in range(n):
        for a in range(width):
            x = fractions[i, a]
            if x < FEW:
                continue
            for b in range(a + 1, width):
                y = fractions[i, b]
                if y < FEW:
                    continue
                low, high = candidates[i, a], candidates[i, b]
                if low > high:
                    low, high = high, low
                key = np.uint64(low) * np.uint64(n_territories) + np.uint64(high)
                slot = ((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & mask
                while True:
                    at = table[slot] - 1
                    if at < 0:
                        if filled == room:
                            return -1, pairs, blocks
                        at = filled
                        pairs[at, 0] = low
                        pairs[at, 1] = high
                        filled += 1
                        table[slot] = filled
                        break
                    if pairs[at, 0] == low and pairs[at, 1] == high:
                        break
                    slot = (slot + np.uint64(1)) & mask
                bond = x * y / heat[i]
                for m in range(n_measures):
                    for o in range(n_measures):
                        blocks[at, m, o] += bond * activity[i, m] * activity[i, o]
    return filled, pairs, blocks


@kernel
def conjugate(indptr, indices, data, inverse, slope, steps, exact):
    """Conjugate gradients with block-Jacobi preconditioning, ended after ``steps`` or at a relative residual of ``exact``.

    indptr, indices, data : a symmetric matrix of (k·M)² in compressed rows. inverse : (k, M, M) of its diagonal blocks, about.
    slope : (k, M) the right side. Returns (k, M).
    """
    k, n_measures = slope.shape
    size = k * n_measures
    x, r, z, p, bent = np.zeros(size), slope.ravel().copy(), np.empty(size), np.zeros(size), np.empty(size)
    rz, target = 0.0, 0.0
    for step in range(steps + 1):
        before, rz = rz, 0.0
        for j in range(k):
            for m in range(n_measures):
                at = j * n_measures + m
                z[at] = 0.0
                for o in range(n_measures):
                    z[at] += inverse[j, m, o] * r[j * n_measures + o]
                rz += r[at] * z[at]
        if step == 0:
            target = max(exact * exact * rz, 1e-300)
        if step == steps or not rz > target:
            break
        turn = rz / before if step > 0 else 0.0
        along = 0.0
        for at in range(size):
            p[at] = z[at] + turn * p[at]
        for at in range(size):
            total = 0.0
            for entry in range(indptr[at], indptr[at + 1]):
                total += data[entry] * p[indices[entry]]
            bent[at] = total
            along += p[at] * total
        # Prices of a demand that cannot be met run away.
        if not (0.0 < along < np.inf):
            break
        for at in range(size):
            x[at] += rz / along * p[at]
            r[at] -= rz / along * bent[at]
    return x.reshape(k, n_measures)


@kernel
def pull_centres(points, weights, candidates, fractions, centres, power):
    """One centre step: the mean of the fractions, or for power 1 one Weiszfeld step (weights divided by distance).

    Returns the new centres (k, 3), each territory's mean distance to the power (k,), and its weight (k,).
    """
    k = centres.shape[0]
    n, width = candidates.shape
    moment = np.zeros((k, 3))
    mass = np.zeros(k)
    weight = np.zeros(k)
    scale = np.zeros(k)
    for i in range(n):
        for a in range(width):
            x = fractions[i, a]
            if x > 1e-9:
                j = candidates[i, a]
                dx = points[i, 0] - centres[j, 0]
                dy = points[i, 1] - centres[j, 1]
                dz = points[i, 2] - centres[j, 2]
                far = dx * dx + dy * dy + dz * dz
                w = x * weights[i]
                weight[j] += w
                if power == 1:
                    far = math.sqrt(far)
                    scale[j] += w * far
                    w /= max(far, 1e-3)
                else:
                    scale[j] += w * far
                mass[j] += w
                for axis in range(3):
                    moment[j, axis] += w * points[i, axis]
    moved = centres.copy()
    for j in range(k):
        if mass[j] > 0.0:
            for axis in range(3):
                moved[j, axis] = moment[j, axis] / mass[j]
            scale[j] /= weight[j]
    return moved, scale, weight
