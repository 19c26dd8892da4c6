"""Annealed border flips for objectives without centers: pairs of places too far apart, or edges cut.

Shapes: N search units, P places (a group of units that go together is one search unit with several places), k territories,
M measures. The places of territory j stand packed in the first ``filled[j]`` columns of row j of ``slots`` (k, C) and of
``xs``, ``ys``, ``zs``; ``column`` (P,) is where each stands.
"""

import math

import numpy as np

from terrier.engine.design.kernels.anneal import kernel, rest_is_whole
from terrier.engine.design.kernels.chance import advance, below, fraction

ANYWHERE = 0.2
"""How often a unit is offered to any territory, where edges cut count and territories may be in pieces."""


@kernel
def far_pairs(xs, ys, zs, filled, limit2):
    """How many pairs within a territory are farther apart than the limit, and the largest squared distance of all."""
    pairs, widest = 0, 0.0
    for j in range(len(filled)):
        for s in range(filled[j]):
            x, y, z = xs[j, s], ys[j, s], zs[j, s]
            for t in range(s):
                dx, dy, dz = xs[j, t] - x, ys[j, t] - y, zs[j, t] - z
                d2 = dx * dx + dy * dy + dz * dz
                widest = max(widest, d2)
                if d2 > limit2:
                    pairs += 1
    return pairs, widest


@kernel
def beyond(xs, ys, zs, j, n, x, y, z, limit2):
    """How many of the n places of territory j are farther from (x, y, z) than the limit, and by how much in all, squared."""
    hits, excess = 0, 0.0
    for s in range(n):
        dx, dy, dz = xs[j, s] - x, ys[j, s] - y, zs[j, s] - z
        hits += (dx * dx + dy * dy + dz * dz) > limit2
    if hits:
        for s in range(n):
            dx, dy, dz = xs[j, s] - x, ys[j, s] - y, zs[j, s] - z
            excess += max(0.0, dx * dx + dy * dy + dz * dz - limit2)
    return hits, excess


@kernel
def flip(
    places, place_ptr, unit_of, activity, home, move_weights, max_moved, locked, kinds, eligible, free,
    lower, upper, prices,
    contiguous, by_pairs, near_ptr, near, near_weight, foe_ptr, foe,
    assignment, loads, counts, moved, slots, column, filled, xs, ys, zs,
    best, record, shrink, pair_price, n_proposals, hot, cold, ramp_to, swap_share, patience, state,
):  # fmt: skip
    """Try ``n_proposals`` flips and swaps across borders while the temperature falls from hot to cold.

    The energy is Σ over pairs too far apart of ``pair_price`` + d²/limit² - 1 (``by_pairs``) or Σ weight of the edges cut, plus
    prices (k, M) × load outside [lower, upper] (k, M), the prices growing to ``ramp_to`` times. Whenever all loads are
    within, the share moved within ``max_moved``, and the objective below ``record[0]`` (squared diameter, or cut weight),
    the assignment is copied to ``best`` (N,) and the record updated. Where edges cut count and pieces are allowed, one flip in five is to any territory. By pairs, record[1] is the squared limit: it falls to
    ``shrink`` times each new record. free (F,) are the units that may move, locked (N,) tells the others;
    kinds (N,) and eligible (c, k) say who may be where (empty: all). Stops after ``patience`` proposals
    past the last record, if it made one. Returns the number of records.
    """
    n, n_measures = activity.shape
    k, capacity = slots.shape
    seen = np.zeros(n, np.int64)
    queue = np.zeros(n, np.int32)
    tick = np.int64(0)
    n_free = len(free)
    anywhere = not contiguous and not by_pairs
    records = 0
    if n_free == 0:
        return records
    outside = 0
    for j in range(k):
        for m in range(n_measures):
            if loads[j, m] > upper[j, m] or loads[j, m] < lower[j, m]:
                outside += 1
    cut, far, limit2 = 0.0, 0, 1.0
    if by_pairs:
        limit2 = record[1]
        far, _ = far_pairs(xs, ys, zs, filled, limit2)
    else:
        for one in range(n):
            for at in range(near_ptr[one], near_ptr[one + 1]):
                if near[at] > one and assignment[near[at]] != assignment[one]:
                    cut += near_weight[at]
    block = 256
    cooling = (cold / hot) ** (block / n_proposals)
    steepening = ramp_to ** (block / n_proposals)
    heat, ramp = hot, 1.0
    chance = state[0]
    last = 0
    for step in range(n_proposals):
        if step % block == block - 1:
            heat *= cooling
            ramp *= steepening
            if records and step - last > patience:
                break
        chance = advance(chance)
        i = np.int64(free[below(chance, n_free)])
        degree = near_ptr[i + 1] - near_ptr[i]
        if degree == 0:
            continue
        a = assignment[i]
        chance = advance(chance)
        b = assignment[near[near_ptr[i] + below(chance, degree)]]
        if anywhere:
            chance = advance(chance)
            if fraction(chance) < ANYWHERE:
                chance = advance(chance)
                b = np.int32(below(chance, k))
                if filled[b] == 0:
                    continue
        if a == b or (len(eligible) and not eligible[kinds[i], b]):
            continue
        q = -1
        chance = advance(chance)
        if fraction(chance) < swap_share:
            chance = advance(chance)
            q = unit_of[slots[b, below(chance, filled[b])]]
            if locked[q]:
                continue
            reaches = not contiguous
            for at in range(near_ptr[q], near_ptr[q + 1]):
                if assignment[near[at]] == a and near[at] != i:
                    reaches = True
            if not reaches:
                continue
            if len(eligible) and not eligible[kinds[q], a]:
                continue
        elif counts[a] <= 1:
            continue
        if filled[b] + place_ptr[i + 1] - place_ptr[i] > capacity:
            continue
        if q >= 0 and filled[a] + place_ptr[q + 1] - place_ptr[q] > capacity:
            continue
        quarrel = False
        for at in range(foe_ptr[i], foe_ptr[i + 1]):
            if foe[at] != q and assignment[foe[at]] == b:
                quarrel = True
        if q >= 0:
            for at in range(foe_ptr[q], foe_ptr[q + 1]):
                if foe[at] != i and assignment[foe[at]] == a:
                    quarrel = True
        if quarrel:
            continue

        # The cap on moves.
        shift = 0.0
        if home[i] == a:
            shift += move_weights[i]
        elif home[i] == b:
            shift -= move_weights[i]
        if q >= 0:
            if home[q] == b:
                shift += move_weights[q]
            elif home[q] == a:
                shift -= move_weights[q]
        if shift > 0.0 and moved[0] + shift > max_moved:
            continue

        # Balance.
        change = 0.0
        for m in range(n_measures):
            r = activity[i, m]
            if q >= 0:
                r -= activity[q, m]
            la, lb = loads[a, m], loads[b, m]
            change += prices[a, m] * (
                max(0.0, la - r - upper[a, m], lower[a, m] - la + r)
                - max(0.0, la - upper[a, m], lower[a, m] - la)
            ) + prices[b, m] * (
                max(0.0, lb + r - upper[b, m], lower[b, m] - lb - r)
                - max(0.0, lb - upper[b, m], lower[b, m] - lb)
            )
        delta = ramp * change
        chance = advance(chance)
        allowed = -heat * math.log(fraction(chance))

        # The objective.
        gone, come = 0, 0
        cut_change = 0.0
        if by_pairs:
            gain = loss = 0.0
            for turn in range(1 if q < 0 else 2):
                u, old, new = (i, a, b) if turn == 0 else (q, b, a)
                for p in range(place_ptr[u], place_ptr[u + 1]):
                    x, y, z = places[p, 0], places[p, 1], places[p, 2]
                    hits, excess = beyond(xs, ys, zs, old, filled[old], x, y, z, limit2)
                    gone += hits
                    gain += excess
                    hits, excess = beyond(xs, ys, zs, new, filled[new], x, y, z, limit2)
                    come += hits
                    loss += excess
            if q >= 0:
                for p in range(place_ptr[q], place_ptr[q + 1]):
                    x, y, z = places[p, 0], places[p, 1], places[p, 2]
                    # i and q were counted as if they met in a and in b.
                    for o in range(place_ptr[i], place_ptr[i + 1]):
                        dx, dy, dz = places[o, 0] - x, places[o, 1] - y, places[o, 2] - z
                        d2 = dx * dx + dy * dy + dz * dz
                        if d2 > limit2:
                            come -= 2
                            loss -= 2.0 * (d2 - limit2)
            delta += (loss - gain) / limit2 + pair_price * (come - gone)
        else:
            for at in range(near_ptr[i], near_ptr[i + 1]):
                u = near[at]
                if assignment[u] == a:
                    cut_change += near_weight[at]
                elif assignment[u] == b:
                    cut_change -= near_weight[at]
                    if u == q:
                        cut_change += 2.0 * near_weight[at]
            if q >= 0:
                for at in range(near_ptr[q], near_ptr[q + 1]):
                    u = near[at]
                    if assignment[u] == b:
                        cut_change += near_weight[at]
                    elif assignment[u] == a:
                        cut_change -= near_weight[at]
            delta += cut_change
        if delta > allowed:
            continue

        if contiguous:
            tick += 1
            if not rest_is_whole(i, assignment, near_ptr, near, seen, tick, queue):
                continue
            if q >= 0:
                assignment[i] = b
                tick += 1
                fine = rest_is_whole(q, assignment, near_ptr, near, seen, tick, queue)
                assignment[i] = a
                if not fine:
                    continue

        moved[0] += shift
        cut += cut_change
        far += come - gone
        for m in range(n_measures):
            r = activity[i, m]
            if q >= 0:
                r -= activity[q, m]
            outside -= loads[a, m] > upper[a, m] or loads[a, m] < lower[a, m]
            outside -= loads[b, m] > upper[b, m] or loads[b, m] < lower[b, m]
            loads[a, m] -= r
            loads[b, m] += r
            outside += loads[a, m] > upper[a, m] or loads[a, m] < lower[a, m]
            outside += loads[b, m] > upper[b, m] or loads[b, m] < lower[b, m]
        for turn in range(1 if q < 0 else 2):
            u, old, new = (i, a, b) if turn == 0 else (q, b, a)
            assignment[u] = new
            counts[old] -= 1
            counts[new] += 1
            for p in range(place_ptr[u], place_ptr[u + 1]):
                s, end = column[p], filled[old] - 1
                other = slots[old, end]
                slots[old, s], column[other] = other, s
                xs[old, s], ys[old, s], zs[old, s] = xs[old, end], ys[old, end], zs[old, end]
                filled[old] = end
                end = filled[new]
                slots[new, end], column[p] = p, end
                xs[new, end], ys[new, end], zs[new, end] = places[p, 0], places[p, 1], places[p, 2]
                filled[new] = end + 1

        if outside == 0 and moved[0] <= max_moved:
            if by_pairs:
                if far == 0:
                    _, widest = far_pairs(xs, ys, zs, filled, limit2)
                    if widest < record[0]:
                        record[0] = widest
                        best[:] = assignment
                        records += 1
                        last = step
                        limit2 = min(limit2, shrink * widest)
                        record[1] = limit2
                        far, _ = far_pairs(xs, ys, zs, filled, limit2)
            elif cut < record[0] - 1e-9:
                record[0] = cut
                best[:] = assignment
                records += 1
                last = step
    state[0] = chance
    return records
