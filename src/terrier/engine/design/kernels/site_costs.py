"""What centers at units cost: units in a territory with a center, and closing one center and opening another.

Shapes as in `kernels.sites`.
"""

import math

from numba import njit

from terrier.engine.design.kernels.anneal import kernel

bare = njit(forceinline=True, error_model="numpy", _nrt=False)  # type: ignore[call-overload]
"""For small functions of arrays: without the counting of references that would cost more than what they compute."""

FORBIDDEN = 1e30


@bare
def way(i, site, travel, points, weights, first, power, curve):
    """What search unit i pays to a site: Σ weight · distance^power over its problem units first[i] … first[i+1]-1.

    ``curve`` is 1 / (2R)² on a sphere of radius R, where a chord c spans an arc of c (1 + x/6 + 3x²/40 …), x = curve c²; 0 on a plane.
    """
    total = 0.0
    for q in range(first[i], first[i + 1]):
        if travel.shape[0] > 0:
            d = travel[q, site]
        else:
            dx = points[q, 0] - points[site, 0]
            dy = points[q, 1] - points[site, 1]
            dz = points[q, 2] - points[site, 2]
            squared = dx * dx + dy * dy + dz * dz
            x = curve * squared
            d = math.sqrt(squared) * (1.0 + x * (1.0 / 6.0 + x * (3.0 / 40.0 + x * (5.0 / 112.0))))
        total += weights[q] * (d * d if power == 2 else d)
    return total


@kernel
def column(
    table,
    a,
    j,
    site,
    units,
    begin,
    end,
    travel,
    points,
    weights,
    first,
    power,
    curve,
    seats,
    pull,
    home,
    stay,
    fixed,
    kinds,
    eligible,
    assignment,
):
    """Fill column a of the table for the units from begin to end: what each pays in territory j with its center at ``site``.

    The unit that owns the site cannot leave (the caller pins it), nor can a locked one come or go, or one come that is not
    eligible.
    """
    for u in range(begin, end):
        i = units[u]
        barred = eligible.shape[0] > 0 and not eligible[kinds[i], j]
        if assignment[i] != j and (fixed[i] >= 0 or barred):
            table[u, a] = FORBIDDEN
            continue
        cost = way(i, site, travel, points, weights, first, power, curve)
        if pull[j] > 0.0:
            away = 0.0
            for q in range(first[i], first[i + 1]):
                dx = points[q, 0] - seats[j, 0]
                dy = points[q, 1] - seats[j, 1]
                dz = points[q, 2] - seats[j, 2]
                squared = dx * dx + dy * dy + dz * dz
                x = curve * squared
                d = math.sqrt(squared) * (1.0 + x * (1.0 / 6.0 + x * (3.0 / 40.0 + x * (5.0 / 112.0))))
                away += weights[q] * (d * d if power == 2 else d)
            cost = (1.0 - pull[j]) * cost + pull[j] * away
        if home[i] >= 0 and home[i] != j:
            cost += stay[i]
        table[u, a] = cost


@kernel
def closing(main, head, after, sites, near_territories, may, travel, points, weights, first, power, curve):
    """What closing a territory's center would cost, were there room everywhere; and the work done."""
    loss = 0.0
    work = 0
    i = head[main]
    while i >= 0:
        second = FORBIDDEN
        for at in range(1, min(5, near_territories.shape[1])):
            j = near_territories[main, at]
            if j >= 0 and may[j]:  # the other half of the map is changing
                second = min(second, way(i, sites[j], travel, points, weights, first, power, curve))
        loss += second - way(i, sites[main], travel, points, weights, first, power, curve)
        work += 5
        i = after[i]
    return loss, work


@kernel
def opening(
    site, other, main, head, after, sites, near_territories, may, travel, points, weights, first, power, curve
):
    """What another center at ``site``, beside that of territory ``other``, would save once main is closed; and the work done."""
    saved = 0.0
    work = 0
    for at in range(0, min(4, near_territories.shape[1])):
        j = near_territories[other, at]
        if j < 0 or not may[j] or j == main:
            continue
        i = head[j]
        while i >= 0:
            was = way(i, sites[j], travel, points, weights, first, power, curve)
            saved += max(0.0, was - way(i, site, travel, points, weights, first, power, curve))
            work += 2
            i = after[i]
    return saved, work
