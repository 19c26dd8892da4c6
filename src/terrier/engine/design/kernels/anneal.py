"""The border search: annealed relocations and swaps with exact differences, balance as a price, contiguity as a law.

Shapes: N units, k territories, M measures. Territory state, changed in place: assignment (N,), loads (k, M),
mass (k,) = Σ weight, centres (k, 3), counts (k,), moved (1,) share moved. For power 2 a centre is always the mean of its units;
for power 1 it stays where the caller put it.
"""

import math

import numpy as np
from numba import njit

from terrier.engine.design.kernels.chance import advance, below, fraction, small

kernel = njit(cache=True, nogil=True, error_model="numpy")
inlined = njit(inline="always")

ALIKE = 16
"""Entries around one, of those sorted by activity, that every other swap chooses from: between units alike loads hardly change."""


@inlined
def far2(points, i, places, j):
    dx = points[i, 0] - places[j, 0]
    dy = points[i, 1] - places[j, 1]
    dz = points[i, 2] - places[j, 2]
    return dx * dx + dy * dy + dz * dz


@small
def norm(x, y, z, power):
    """Length of a vector, or its square for power 2."""
    squared = x * x + y * y + z * z
    return squared if power == 2 else math.sqrt(squared)


@small
def strain(load, target, band, price, aim, stiffness):
    """What a load costs: a price beyond its band, and a spring beyond the band around its aim."""
    beyond = max(0.0, abs(load - aim) - band)
    return price * max(0.0, abs(load - target) - band) + 0.5 * stiffness * beyond * beyond


@kernel
def rest_is_whole(i, assignment, indptr, indices, seen, tick, queue):
    """Whether i's territory stays as connected as it is when i leaves: its same-territory neighbours reach each other.

    Breadth-first from the first of them until all are met; without i, and never out of the territory.
    seen : (N,) scratch stamped with ``tick``. queue : (N,) scratch.
    """
    a = assignment[i]
    wanted = 0
    start = -1
    for at in range(indptr[i], indptr[i + 1]):
        q = indices[at]
        if assignment[q] == a:
            wanted += 1
            start = q
    if wanted <= 1:
        return True
    seen[i] = tick
    for at in range(indptr[i], indptr[i + 1]):
        q = indices[at]
        if assignment[q] == a:
            seen[q] = -tick
    seen[start] = tick
    queue[0] = start
    head, tail, met = 0, 1, 1
    while head < tail:
        u = queue[head]
        head += 1
        for at in range(indptr[u], indptr[u + 1]):
            q = indices[at]
            if assignment[q] == a and seen[q] != tick:
                if seen[q] == -tick:
                    met += 1
                    if met == wanted:
                        return True
                seen[q] = tick
                queue[tail] = q
                tail += 1
    return False


@inlined
def touches(i, b, assignment, indptr, indices):
    for at in range(indptr[i], indptr[i + 1]):
        if assignment[indices[at]] == b:
            return True
    return False


@inlined
def quarrels(i, b, leaving, assignment, indptr, indices):
    """Whether some unit other than ``leaving`` that must stay apart from i sits in b."""
    for at in range(indptr[i], indptr[i + 1]):
        q = indices[at]
        if q != leaving and assignment[q] == b:
            return True
    return False


@kernel
def anneal(
    points, weights, activity, home, stay, move_weights, max_moved, move_price, targets, bands, seats, pull, power,
    contiguous, near_ptr, near, foe_ptr, foe, entries, face_of, face_start, face_pair,
    assignment, loads, mass, centres, counts, moved, scale, prices,
    n_proposals, hot, cold, ramp_from, ramp_to, swap_share, duals, soft_from, soft_to, n_updates, state,
):  # fmt: skip
    """Try ``n_proposals`` relocations and swaps across the borders while the temperature falls from hot to cold.

    entries (E,) units by border, alike ones next to each other, face_of (E,) the border each stands at, face_start (F + 1,) rows, face_pair (F, 2) its
    two territories. scale (k,) mean cost per weight, prices (k, M) cost per activity beyond tolerance, multiplied by
    a ramp. hot, cold : in mean unit weight × local scale. Returns the change of the objective, prices left out.

    With ``n_updates`` > 0 every load also has a spring with a multiplier, duals (k, M), changed in place: the augmented Lagrangian
    of its band (Hestenes 1969, Powell 1969, for ranges Rockafellar 1974). A load that moves by soft changes its multiplier by
    one scale, where soft falls from ``soft_from`` to ``soft_to``; the multipliers of the territories that have borders here
    take on the springs' tension ``n_updates`` times.
    """
    n, n_measures = activity.shape
    k = targets.shape[0]
    n_entries = entries.shape[0]
    seen = np.zeros(n if contiguous else 1, np.int64)
    queue = np.zeros(n if contiguous else 1, np.int32)
    tick = np.int64(0)
    gained = 0.0
    if n_entries == 0 or n_proposals <= 0:
        return gained
    unit_weight = k / n
    block = 256
    cooling = (cold / hot) ** (block / n_proposals)
    steepening = (ramp_to / ramp_from) ** (block / n_proposals)
    heat = hot * unit_weight
    chance = state[0]
    ramp = ramp_from
    aims = targets.copy()
    stiff = 0.0
    until, softening = n_proposals, 1.0
    if n_updates > 0:
        stiff = 1.0 / soft_from
        softening = (soft_from / soft_to) ** (1.0 / n_updates)
        until = n_proposals // n_updates
        for f in range(face_pair.shape[0]):
            for side in range(2):
                j = face_pair[f, side]
                for m in range(n_measures):
                    aims[j, m] = targets[j, m] - duals[j, m] / (stiff * scale[j])
    countdown = until
    for step in range(n_proposals):
        countdown -= 1
        if countdown == 0:
            countdown = until
            if n_updates > 0:
                # Twice through, as a territory has several borders and its aims must not change while tensions are read.
                for f in range(face_pair.shape[0]):
                    for side in range(2):
                        j = face_pair[f, side]
                        for m in range(n_measures):
                            off = loads[j, m] - aims[j, m]
                            beyond = max(0.0, abs(off) - bands[j, m])
                            duals[j, m] = stiff * scale[j] * (beyond if off > 0.0 else -beyond)
                stiff *= softening
                for f in range(face_pair.shape[0]):
                    for side in range(2):
                        j = face_pair[f, side]
                        for m in range(n_measures):
                            aims[j, m] = targets[j, m] - duals[j, m] / (stiff * scale[j])
        if step % block == block - 1:
            heat *= cooling
            ramp *= steepening
        chance = advance(chance)
        e = below(chance, n_entries)
        i = np.int64(entries[e])
        f = face_of[e]
        a = assignment[i]
        if a == face_pair[f, 0]:
            b = face_pair[f, 1]
        elif a == face_pair[f, 1]:
            b = face_pair[f, 0]
        else:
            continue
        q = -1
        chance = advance(chance)
        if fraction(chance) < swap_share:
            chance = advance(chance)
            size = face_start[f + 1] - face_start[f]
            span = min(size, ALIKE) if chance & np.uint64(1) else size
            first = min(max(face_start[f], e - span // 2), face_start[f + 1] - span)
            q = entries[first + below(chance, span)]
            if assignment[q] != b:
                continue
        elif counts[a] <= 1:
            continue
        if contiguous and not touches(i, b, assignment, near_ptr, near):
            continue
        if foe_ptr[i + 1] > foe_ptr[i] and quarrels(i, b, q, assignment, foe_ptr, foe):
            continue
        if q >= 0 and foe_ptr[q + 1] > foe_ptr[q] and quarrels(q, a, i, assignment, foe_ptr, foe):
            continue

        # Places: what i and q cost in a and in b, with the shift of both centres taken into account. The differences
        # are written out: a function that takes arrays costs more than what it does, for numba counts references.
        w, v = weights[i], 0.0
        iax, iay, iaz = (
            points[i, 0] - centres[a, 0],
            points[i, 1] - centres[a, 1],
            points[i, 2] - centres[a, 2],
        )
        ibx, iby, ibz = (
            points[i, 0] - centres[b, 0],
            points[i, 1] - centres[b, 1],
            points[i, 2] - centres[b, 2],
        )
        qax = qay = qaz = qbx = qby = qbz = 0.0
        if q >= 0:
            v = weights[q]
            qax, qay, qaz = (
                points[q, 0] - centres[a, 0],
                points[q, 1] - centres[a, 1],
                points[q, 2] - centres[a, 2],
            )
            qbx, qby, qbz = (
                points[q, 0] - centres[b, 0],
                points[q, 1] - centres[b, 1],
                points[q, 2] - centres[b, 2],
            )
        in_a = v * norm(qax, qay, qaz, power) - w * norm(iax, iay, iaz, power)
        in_b = w * norm(ibx, iby, ibz, power) - v * norm(qbx, qby, qbz, power)
        mass_a, mass_b = mass[a] - w + v, mass[b] + w - v
        # How far the moments shift, measured from the present centres.
        sax, say, saz = v * qax - w * iax, v * qay - w * iay, v * qaz - w * iaz
        sbx, sby, sbz = w * ibx - v * qbx, w * iby - v * qby, w * ibz - v * qbz
        if power == 2:
            in_a -= (sax * sax + say * say + saz * saz) / max(mass_a, 1e-300)
            in_b -= (sbx * sbx + sby * sby + sbz * sbz) / max(mass_b, 1e-300)
        delta = (1.0 - pull[a]) * in_a + (1.0 - pull[b]) * in_b
        if pull[a] > 0.0:
            to_i, to_q = far2(points, i, seats, a), 0.0
            if q >= 0:
                to_q = far2(points, q, seats, a)
            if power == 1:
                to_i, to_q = math.sqrt(to_i), math.sqrt(to_q)
            delta += pull[a] * (v * to_q - w * to_i)
        if pull[b] > 0.0:
            to_i, to_q = far2(points, i, seats, b), 0.0
            if q >= 0:
                to_q = far2(points, q, seats, b)
            if power == 1:
                to_i, to_q = math.sqrt(to_i), math.sqrt(to_q)
            delta += pull[b] * (w * to_i - v * to_q)

        # Relationships.
        shift = 0.0
        if home[i] == a:
            delta += stay[i]
            shift += move_weights[i]
        elif home[i] == b:
            delta -= stay[i]
            shift -= move_weights[i]
        if q >= 0:
            if home[q] == b:
                delta += stay[q]
                shift += move_weights[q]
            elif home[q] == a:
                delta -= stay[q]
                shift -= move_weights[q]
        place = delta
        if shift != 0.0 and max_moved < np.inf:
            if shift > 0.0 and moved[0] + shift > max_moved:
                continue
            delta += move_price * (max(0.0, moved[0] + shift - max_moved) - max(0.0, moved[0] - max_moved))

        # Balance.
        stiff_a, stiff_b = stiff * scale[a], stiff * scale[b]
        for m in range(n_measures):
            r = activity[i, m]
            if q >= 0:
                r -= activity[q, m]
            here, price = loads[a, m], ramp * prices[a, m]
            delta += strain(here - r, targets[a, m], bands[a, m], price, aims[a, m], stiff_a)
            delta -= strain(here, targets[a, m], bands[a, m], price, aims[a, m], stiff_a)
            here, price = loads[b, m], ramp * prices[b, m]
            delta += strain(here + r, targets[b, m], bands[b, m], price, aims[b, m], stiff_b)
            delta -= strain(here, targets[b, m], bands[b, m], price, aims[b, m], stiff_b)

        if delta > 0.0:
            chance = advance(chance)
            if delta > -heat * 0.5 * (scale[a] + scale[b]) * math.log(fraction(chance)):
                continue

        if contiguous:
            tick += 1
            if not rest_is_whole(i, assignment, near_ptr, near, seen, tick, queue):
                continue
            if q >= 0:
                assignment[i] = b
                tick += 1
                fine = touches(q, a, assignment, near_ptr, near) and rest_is_whole(
                    q, assignment, near_ptr, near, seen, tick, queue
                )
                assignment[i] = a
                if not fine:
                    continue

        gained += place
        assignment[i] = b
        counts[a] -= 1
        counts[b] += 1
        if q >= 0:
            assignment[q] = a
            counts[a] += 1
            counts[b] -= 1
        for m in range(n_measures):
            r = activity[i, m]
            if q >= 0:
                r -= activity[q, m]
            loads[a, m] -= r
            loads[b, m] += r
        moved[0] += shift
        if power == 2:
            share_a, share_b = 1.0 / max(mass_a, 1e-300), 1.0 / max(mass_b, 1e-300)
            centres[a, 0] += sax * share_a
            centres[a, 1] += say * share_a
            centres[a, 2] += saz * share_a
            centres[b, 0] += sbx * share_b
            centres[b, 1] += sby * share_b
            centres[b, 2] += sbz * share_b
        mass[a] = mass_a
        mass[b] = mass_b
    state[0] = chance
    return gained
