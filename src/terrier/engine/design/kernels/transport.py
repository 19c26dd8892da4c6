"""Kernels of the smoothed transport dual: who would go where at given prices, and how that reacts.

Shapes throughout: N units, k territories, M measures, K candidate territories a unit.

points : (N, 3) km. weights : (N,) > 0. activity : (N, M) ≥ 0. candidates : (N, K) territory indices, -1 for none.
centres, seats : (k, 3). pull : (k,) share of the seat in the cost. home : (N,) or -1. stay : (N,) cost of leaving home.
prices : (k, M) cost per activity. heat : (N,) softmin temperature, in cost. power : 1 or 2.
"""

import math

import numpy as np
from numba import njit

kernel = njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract", "reassoc", "arcp"})


@njit(inline="always")
def place_cost(points, i, weights, middle, centres, seats, pull, j, power):
    """Cost of unit i in territory j before prices: weight × distance to centre and seat, to the power.

    Without the part that every unit of the territory pays alike, the way between centre and seat. Near balance that is
    a constant, and left in, prices would first have to make up for it, anew whenever a centre moves. For power 2 what
    remains is the squared distance to ``middle`` (k, 3), the point between centre and seat.
    """
    dx = points[i, 0] - middle[j, 0]
    dy = points[i, 1] - middle[j, 1]
    dz = points[i, 2] - middle[j, 2]
    far = dx * dx + dy * dy + dz * dz
    if power == 1:
        far = math.sqrt(far)
        beta = pull[j]
        if beta > 0.0:
            dx = points[i, 0] - centres[j, 0]
            dy = points[i, 1] - centres[j, 1]
            dz = points[i, 2] - centres[j, 2]
            far = (1.0 - beta) * math.sqrt(dx * dx + dy * dy + dz * dz)
            dx = points[i, 0] - seats[j, 0]
            dy = points[i, 1] - seats[j, 1]
            dz = points[i, 2] - seats[j, 2]
            far += beta * math.sqrt(dx * dx + dy * dy + dz * dz)
            dx = centres[j, 0] - seats[j, 0]
            dy = centres[j, 1] - seats[j, 1]
            dz = centres[j, 2] - seats[j, 2]
            far -= min(beta, 1.0 - beta) * math.sqrt(dx * dx + dy * dy + dz * dz)
    return weights[i] * far


@kernel
def nearest(points, weights, activity, home, stay, pool, centres, seats, pull, prices, power, width):
    """The ``width`` cheapest territories of each unit, cheapest first, and their cost without and with prices.

    pool : (N, P) territories to look at, or (0, 0) to look at all k. Home is always among the result, if it is wider than 1.
    Returns candidates (N, width), cost (N, width), energy (N, width) = cost + prices · activity.
    """
    n, n_measures = activity.shape
    k = centres.shape[0]
    candidates = np.full((n, width), -1, np.int32)
    cost = np.full((n, width), np.inf)
    energy = np.full((n, width), np.inf)
    n_pool = pool.shape[1]
    n_look = n_pool if n_pool > 0 else k
    middle = np.empty((k, 3))
    for j in range(k):
        for axis in range(3):
            middle[j, axis] = (1.0 - pull[j]) * centres[j, axis] + pull[j] * seats[j, axis]
    last = width - 1
    best_j = np.empty(width, np.int32)
    best_c = np.empty(width)
    best_e = np.empty(width)
    for i in range(n):
        best_j[:] = -1
        best_c[:] = np.inf
        best_e[:] = np.inf
        here, own, leaving = home[i], activity[i], stay[i]
        held = here < 0
        for step in range(n_look + 1):
            if step < n_look:
                j = pool[i, step] if n_pool > 0 else step
            elif held:
                break
            else:
                # Home was not looked at, or cheaper ones pushed it off the list: it stays on it all the same.
                j = here
            if j < 0:
                continue
            c = place_cost(points, i, weights, middle, centres, seats, pull, j, power)
            if here >= 0 and j != here:
                c += leaving
            e = c
            for m in range(n_measures):
                e += prices[j, m] * own[m]
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
        candidates[i] = best_j
        cost[i] = best_c
        energy[i] = best_e
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
def bend(candidates, fractions, activity, heat, direction):
    """Negative Hessian of the unit part times ``direction`` (k, M)."""
    n, width = candidates.shape
    n_measures = activity.shape[1]
    out = np.zeros_like(direction)
    pulled = np.zeros(width)
    for i in range(n):
        mean = 0.0
        for a in range(width):
            x = fractions[i, a]
            if x > 1e-12:
                u = 0.0
                for m in range(n_measures):
                    u += activity[i, m] * direction[candidates[i, a], m]
                pulled[a] = u
                mean += x * u
        for a in range(width):
            x = fractions[i, a]
            if x > 1e-12 and x < 1.0 - 1e-12:
                change = x * (pulled[a] - mean) / heat[i]
                j = candidates[i, a]
                for m in range(n_measures):
                    out[j, m] += change * activity[i, m]
    return out


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
