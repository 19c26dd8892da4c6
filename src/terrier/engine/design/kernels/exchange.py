"""The search on sparse graphs: units, whole branches and chains of them change territory at costs read from a table.

Centers stand still while this runs, so that what a unit costs in a territory is one look-up; that makes room for moves
whose size is not known beforehand. Shapes: N units, k territories, M measures. Changed in place: assignment (N,),
loads (k, M), counts (k,), moved (1,). A territory's anchor, its center where that is a unit, never leaves it.
"""

import math

import numpy as np
from numba import njit

from terrier.engine.design.kernels.anneal import rest_is_whole
from terrier.engine.design.kernels.chance import advance, below, fraction, small

kernel = njit(cache=True, nogil=True, error_model="numpy", _nrt=False)  # type: ignore[call-overload]
"""Without Numba's reference counts: a call may then pass arrays for nothing, and compiles faster; but it cannot make any."""


@small
def beyond(load, low, high):
    return max(0.0, low - load, load - high)


@small
def worse(load, change, low, high):
    """How much farther out of its bounds a load gets by a change."""
    return beyond(load + change, low, high) - beyond(load, low, high)


@kernel
def touches(i, b, assignment, indptr, indices):
    for at in range(indptr[i], indptr[i + 1]):
        if assignment[indices[at]] == b:
            return True
    return False


@kernel
def quarrels(i, b, leaving, assignment, indptr, indices):
    """Whether some unit other than ``leaving`` that must stay apart from i sits in b."""
    for at in range(indptr[i], indptr[i + 1]):
        q = indices[at]
        if q != leaving and assignment[q] == b:
            return True
    return False


@kernel
def branch_of(i, anchor, weight, assignment, indptr, indices, seen, tick, queue):
    """What leaves with i so that its territory stays whole: every piece beyond i but the one that holds the anchor.

    Without an anchor (-1) the heaviest piece stays. The leaving units are ``queue[:result]``, i first; 0 when i may not
    leave. seen : (N,) scratch stamped with ``tick``.
    """
    if i == anchor:
        return 0
    a = assignment[i]
    seen[i] = tick
    queue[0] = i
    tail = 1
    kept_from, kept_to, kept_weight, anchored = 1, 1, -1.0, False
    for at in range(indptr[i], indptr[i + 1]):
        start = indices[at]
        if assignment[start] != a or seen[start] == tick:
            continue
        first = head = tail
        seen[start] = tick
        queue[tail] = start
        tail += 1
        heavy, holds_anchor = 0.0, False
        while head < tail:
            u = queue[head]
            head += 1
            heavy += weight[u]
            holds_anchor = holds_anchor or u == anchor
            for to in range(indptr[u], indptr[u + 1]):
                q = indices[to]
                if assignment[q] == a and seen[q] != tick:
                    seen[q] = tick
                    queue[tail] = q
                    tail += 1
        if holds_anchor or (not anchored and heavy > kept_weight):
            kept_from, kept_to, kept_weight, anchored = first, tail, heavy, holds_anchor
    for at in range(kept_to, tail):
        queue[kept_from + at - kept_to] = queue[at]
    return tail - (kept_to - kept_from)


@kernel
def settle_in(i, b, assignment, counts, indptr, indices, strangers, ring, place, n_ring):
    """Put i into b and keep the ring, the list of units with neighbours elsewhere, up to date; returns its length."""
    a = assignment[i]
    for at in range(indptr[i], indptr[i + 1]):
        q = indices[at]
        if assignment[q] == a:
            strangers[q] += 1
            strangers[i] += 1
            if strangers[q] == 1:
                ring[n_ring] = q
                place[q] = n_ring
                n_ring += 1
        elif assignment[q] == b:
            strangers[q] -= 1
            strangers[i] -= 1
            if strangers[q] == 0:
                n_ring -= 1
                ring[place[q]] = ring[n_ring]
                place[ring[n_ring]] = place[q]
                place[q] = -1
    if strangers[i] > 0 and place[i] < 0:
        ring[n_ring] = i
        place[i] = n_ring
        n_ring += 1
    elif strangers[i] == 0 and place[i] >= 0:
        n_ring -= 1
        ring[place[i]] = ring[n_ring]
        place[ring[n_ring]] = place[i]
        place[i] = -1
    assignment[i] = b
    counts[a] -= 1
    counts[b] += 1
    return n_ring


@kernel
def exchange(
    cost, activity, lower, upper, anchors, fixed, home, move_weights, max_moved, near_ptr, near, foe_ptr, foe,
    assignment, loads, counts, moved, scale, prices,
    n_proposals, hot, cold, ramp_from, ramp_to, chain_share, branch_share, state, cheapest,
    seen, queue, leaving, strangers, place, ring, weight, shifts,
):  # fmt: skip
    """Try ``n_proposals`` moves while the temperature falls from hot to cold; returns the change of the total cost.

    cheapest (N,), where it has a length, becomes the cheapest assignment met with every load within its bounds, if any
    was; its first entry is -1 if none. Where bounds are tight few assignments are, and the last is seldom the best of them.

    A move takes a unit, or with ``branch_share`` a unit and all that only it joins to its territory, across an edge to the
    neighbour b; with ``chain_share`` another goes on from b at once: back (a swap) or to a third territory (a chain).
    cost (N, k); lower, upper (k, M) what a load may be, prices (k, M) per activity beyond, times a ramp.
    seen … shifts : scratch, see `patch.trade`.
    anchors (k,) unit or -1; fixed (N,) territory or -1; scale (k,) mean cost of a unit: temperatures are relative to it.
    """
    n, n_measures = activity.shape
    gained = 0.0
    tick = np.int64(0)
    n_ring = 0
    for u in range(n):
        strangers[u], place[u], seen[u], weight[u] = 0, -1, 0, 0.0
        for m in range(n_measures):
            weight[u] += activity[u, m]
        for at in range(near_ptr[u], near_ptr[u + 1]):
            if assignment[near[at]] != assignment[u]:
                strangers[u] += 1
        if strangers[u] > 0:
            ring[n_ring] = u
            place[u] = n_ring
            n_ring += 1
    if n_ring == 0 or n_proposals <= 0:
        return gained
    block = 64
    cooling = (cold / hot) ** (block / n_proposals)
    steepening = (ramp_to / ramp_from) ** (block / n_proposals)
    heat, ramp, chance = hot, ramp_from, state[0]
    keeps, least, n_out = cheapest.shape[0] > 0, np.inf, 0
    for j in range(loads.shape[0]):
        for m in range(n_measures):
            n_out += beyond(loads[j, m], lower[j, m], upper[j, m]) > 1e-9
    if keeps:
        cheapest[0] = -1
        if n_out == 0:
            least = 0.0
            for u in range(n):
                cheapest[u] = assignment[u]
    for step in range(n_proposals):
        if step % block == block - 1:
            heat *= cooling
            ramp *= steepening
        if n_ring == 0:
            break
        # Who goes (i from a to b), and who goes on (q from b to c).
        chance = advance(chance)
        i = ring[below(chance, n_ring)]
        a = assignment[i]
        degree = near_ptr[i + 1] - near_ptr[i]
        chance = advance(chance)
        at = below(chance, degree)
        while assignment[near[near_ptr[i] + at]] == a:
            at = at + 1 if at + 1 < degree else 0
        b = assignment[near[near_ptr[i] + at]]
        if anchors[a] == i or fixed[i] >= 0:
            continue
        chance = advance(chance)
        by_branch = fraction(chance) < branch_share
        chance = advance(chance)
        q, c = -1, b
        if fraction(chance) < chain_share:
            for _ in range(64):
                chance = advance(chance)
                u = ring[below(chance, n_ring)]
                if assignment[u] == b:
                    q = u
                    break
            if q < 0 or anchors[b] == q or fixed[q] >= 0:
                continue
            degree = near_ptr[q + 1] - near_ptr[q]
            chance = advance(chance)
            at = below(chance, degree)
            while assignment[near[near_ptr[q] + at]] == b:
                at = at + 1 if at + 1 < degree else 0
            c = assignment[near[near_ptr[q] + at]]
        if counts[a] <= 1 and c != a:
            continue

        # The units that leave: leaving[:n_first] from a to b, leaving[n_first:n_all] from b to c.
        n_first = n_all = 1
        leaving[0] = i
        if by_branch:
            tick += 1
            n_first = n_all = branch_of(i, anchors[a], weight, assignment, near_ptr, near, seen, tick, queue)
            if n_first >= counts[a]:
                continue
            for at in range(n_first):
                leaving[at] = queue[at]
            if q >= 0:
                for at in range(n_first):
                    assignment[leaving[at]] = b
                tick += 1
                n_more = branch_of(q, anchors[b], weight, assignment, near_ptr, near, seen, tick, queue)
                fine = 0 < n_more < counts[b] and touches(q, c, assignment, near_ptr, near)
                for at in range(n_first):
                    assignment[leaving[at]] = a
                for at in range(n_more):
                    fine = fine and assignment[queue[at]] == b  # what has just come does not go on
                if not fine:
                    continue
                for at in range(n_more):
                    leaving[n_first + at] = queue[at]
                n_all = n_first + n_more
        elif q >= 0:
            leaving[1] = q
            n_all = 2

        delta, shift, legal = 0.0, 0.0, True
        for m in range(n_measures):
            shifts[0, m] = 0.0
            shifts[1, m] = 0.0
        for at in range(n_all):
            u = leaving[at]
            source, target, part = (a, b, 0) if at < n_first else (b, c, 1)
            if fixed[u] >= 0:
                legal = False
                break
            if foe_ptr[u + 1] > foe_ptr[u]:
                skip = -1
                if n_all == 2 and n_first == 1:
                    skip = q if at == 0 else i
                if quarrels(u, target, skip, assignment, foe_ptr, foe):
                    legal = False
                    break
            delta += cost[u, target] - cost[u, source]
            for m in range(n_measures):
                shifts[part, m] += activity[u, m]
            if home[u] == source:
                shift += move_weights[u]
            elif home[u] == target:
                shift -= move_weights[u]
        if not legal or (shift > 0.0 and moved[0] + shift > max_moved):
            continue
        place_delta = delta
        for m in range(n_measures):
            out, on = shifts[0, m], shifts[1, m]
            back = on if c == a else 0.0
            push = prices[a, m] * worse(loads[a, m], back - out, lower[a, m], upper[a, m])
            push += prices[b, m] * worse(loads[b, m], out - on, lower[b, m], upper[b, m])
            if c not in (a, b):
                push += prices[c, m] * worse(loads[c, m], on, lower[c, m], upper[c, m])
            delta += ramp * push
        if delta > 0.0:
            chance = advance(chance)
            if delta > -heat * 0.5 * (scale[a] + scale[b]) * math.log(fraction(chance)):
                continue

        if not by_branch:
            tick += 1
            if not rest_is_whole(i, assignment, near_ptr, near, seen, tick, queue):
                continue
            if q >= 0:
                assignment[i] = b
                tick += 1
                fine = touches(q, c, assignment, near_ptr, near) and rest_is_whole(
                    q, assignment, near_ptr, near, seen, tick, queue
                )
                assignment[i] = a
                if not fine:
                    continue

        for at in range(n_all):
            n_ring = settle_in(
                leaving[at], b if at < n_first else c, assignment, counts, near_ptr, near, strangers, ring, place, n_ring
            )  # fmt: skip
        for m in range(n_measures):
            n_out -= beyond(loads[a, m], lower[a, m], upper[a, m]) > 1e-9
            n_out -= beyond(loads[b, m], lower[b, m], upper[b, m]) > 1e-9
            if c not in (a, b):
                n_out -= beyond(loads[c, m], lower[c, m], upper[c, m]) > 1e-9
            loads[a, m] -= shifts[0, m]
            loads[b, m] += shifts[0, m] - shifts[1, m]
            loads[c, m] += shifts[1, m]
            n_out += beyond(loads[a, m], lower[a, m], upper[a, m]) > 1e-9
            n_out += beyond(loads[b, m], lower[b, m], upper[b, m]) > 1e-9
            if c not in (a, b):
                n_out += beyond(loads[c, m], lower[c, m], upper[c, m]) > 1e-9
        moved[0] += shift
        gained += place_delta
        if keeps and n_out == 0 and gained < least - 1e-12:
            least = gained
            for u in range(n):
                cheapest[u] = assignment[u]
    state[0] = chance
    return gained
