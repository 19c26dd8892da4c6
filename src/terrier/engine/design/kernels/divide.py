"""Divisible units, one measure, few territories: the transport problem solved by shortest augmenting paths."""

from __future__ import annotations

import numpy as np
from numba import njit

NONE = -1
TINY = 1e-11
"""Of an average territory's activity: less than this is nothing left to carry."""


@njit(cache=True, nogil=True, error_model="numpy")
def divide_one_measure(cost, activity, lower, upper, worth, prices, shares):
    """Divide units among territories at the least cost with each load within its bounds; False where that cannot be.

    Territories are the nodes of a small graph: the arc from j to l carries the unit of j that is dearer by least in l, for each
    bit of activity, and one node more takes in what each territory has above its lower bound. Flow is optimal for its prices
    from the first moment, and what then is over or under goes along shortest paths (Ahuja, Magnanti & Orlin 1993, 9.7). Prices
    of a similar problem leave little to carry. A path costs O(p²) and a look at the units of the territories whose
    dearest unit left. What has been carried, and what the rest will cost at least, is a lower bound that only grows; the search ends
    with False where it is not below ``worth``.

    Parameters
    ----------
    cost : (n, p) float64, infinite where a unit may not go. activity : (n,) float64, not negative.
    lower, upper : (p,) float64 bounds of the loads.
    worth : float64, what a division has to cost less than.
    prices : (p,) float64, any to begin with; on return those that prove the division to be the cheapest.
    shares : (n, p) float64, filled in.
    """
    n, p = cost.shape
    shares[:] = 0.0
    spent = 0.0
    loads = np.zeros(p)
    size = np.zeros(p, dtype=np.int64)
    members = np.empty((p, n), dtype=np.int32)
    position = np.empty((n, p), dtype=np.int32)
    for i in range(n):
        first = 0
        least = np.inf
        for j in range(p):
            energy = cost[i, j] + activity[i] * prices[j]
            if energy < least:
                least = energy
                first = j
        if least == np.inf:
            return False
        shares[i, first] = 1.0
        spent += cost[i, first]
        if activity[i] > 0.0:
            loads[first] += activity[i]
            members[first, size[first]] = i
            position[i, first] = size[first]
            size[first] += 1
    # What each territory passes on to the last node, as its price asks; and what it then has too much of.
    passed = np.empty(p)
    over = np.zeros(p + 1)
    for j in range(p):
        if prices[j] > 0.0:
            passed[j] = upper[j]
        elif prices[j] < 0.0:
            passed[j] = lower[j]
        else:
            passed[j] = min(max(loads[j], lower[j]), upper[j])
        over[j] = loads[j] - passed[j]
        over[p] += passed[j] - loads[j]
    step = np.full((p, p), np.inf)
    carrier = np.full((p, p), NONE, dtype=np.int64)
    for j in range(p):
        for to in range(p):
            if to != j:
                _look(cost, activity, members, size, j, to, step, carrier)
    potential = np.zeros(p + 1)
    potential[:p] = -prices
    distance = np.empty(p + 1)
    before = np.empty(p + 1, dtype=np.int64)
    done = np.empty(p + 1, dtype=np.bool_)
    # Each path ends an excess or a need, empties a unit's share or fills an arc: far fewer than this.
    for _ in range(100 * (n + p) + 1000):
        found = False
        at_least = spent
        for j in range(p + 1):
            at_least -= over[j] * potential[j]
            distance[j] = 0.0 if over[j] > TINY else np.inf
            found = found or over[j] > TINY
            before[j] = NONE
            done[j] = False
        if at_least >= worth:
            return False
        if not found:
            break
        end = NONE
        while True:
            here = NONE
            for j in range(p + 1):
                if not done[j] and distance[j] < np.inf and (here == NONE or distance[j] < distance[here]):
                    here = j
            if here == NONE:
                return False
            done[here] = True
            if over[here] < -TINY:
                end = here
                break
            for to in range(p + 1):
                if done[to]:
                    continue
                length = np.inf
                if here < p and to < p:
                    length = step[here, to]
                elif (passed[here] < upper[here] - TINY) if here < p else (passed[to] > lower[to] + TINY):
                    length = 0.0
                if length < np.inf:
                    reduced = max(0.0, length + potential[here] - potential[to])
                    if distance[here] + reduced < distance[to]:
                        distance[to] = distance[here] + reduced
                        before[to] = here
        for j in range(p + 1):
            potential[j] += min(distance[j], distance[end])
        amount = -over[end]
        to = end
        while before[to] != NONE:
            here = before[to]
            if here < p and to < p:
                unit = carrier[here, to]
                amount = min(amount, shares[unit, here] * activity[unit])
            elif here < p:
                amount = min(amount, upper[here] - passed[here])
            else:
                amount = min(amount, passed[to] - lower[to])
            to = here
        amount = min(amount, over[to])
        over[to] -= amount
        over[end] += amount
        to = end
        while before[to] != NONE:
            here = before[to]
            if here < p and to < p:
                unit = carrier[here, to]
                spent += amount * step[here, to]
                _carry(cost, activity, shares, members, size, position, unit, here, to, amount, step, carrier)
            elif here < p:
                passed[here] += amount
            else:
                passed[to] -= amount
            to = here
    for j in range(p):
        prices[j] = potential[p] - potential[j]
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _look(cost, activity, members, size, j, to, step, carrier):
    """The unit of j that is dearer by least in another territory, for each bit of activity."""
    step[j, to] = np.inf
    carrier[j, to] = NONE
    for at in range(size[j]):
        i = members[j, at]
        dearer = (cost[i, to] - cost[i, j]) / activity[i]
        if dearer < step[j, to]:
            step[j, to] = dearer
            carrier[j, to] = i


@njit(cache=True, nogil=True, error_model="numpy")
def _carry(cost, activity, shares, members, size, position, unit, here, to, amount, step, carrier):
    """Let a unit go from here to there with so much of its activity."""
    p = cost.shape[1]
    if shares[unit, to] == 0.0:
        members[to, size[to]] = unit
        position[unit, to] = size[to]
        size[to] += 1
        for other in range(p):
            if other != to:
                dearer = (cost[unit, other] - cost[unit, to]) / activity[unit]
                if dearer < step[to, other]:
                    step[to, other] = dearer
                    carrier[to, other] = unit
    shares[unit, to] += amount / activity[unit]
    shares[unit, here] -= amount / activity[unit]
    if shares[unit, here] * activity[unit] > TINY:
        return
    shares[unit, to] += shares[unit, here]
    shares[unit, here] = 0.0
    size[here] -= 1
    last = members[here, size[here]]
    members[here, position[unit, here]] = last
    position[last, here] = position[unit, here]
    for other in range(p):
        if other != here and carrier[here, other] == unit:
            _look(cost, activity, members, size, here, other, step, carrier)
