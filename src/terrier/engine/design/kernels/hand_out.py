"""Who goes where in a zone whose centers stand: handed out at once, made better under hard limits, and centers moved to fit.

Shapes as in `kernels.sites`.
"""

import numpy as np

from terrier.engine.design.kernels.anneal import kernel
from terrier.engine.design.kernels.chance import small
from terrier.engine.design.kernels.site_costs import FORBIDDEN, way

TINY = 1e-12


@small
def outside(load, low, high):
    return max(0.0, load - high) + max(0.0, low - load)


@kernel
def hand_out(table, slot, units, owner, new_site, changed, activity, loads, low, high, n, g, price):
    """Units of a center that moved go where it is cheapest with what is left."""
    for u in range(n):
        a = slot[u]
        if not changed[a] or owner[new_site[a]] == units[u]:
            continue
        best, best_b = FORBIDDEN, a
        for b in range(g):
            cost = table[u, b]
            if cost >= FORBIDDEN / 2:
                continue
            if b != a:
                for m in range(loads.shape[1]):
                    w = activity[units[u], m]
                    cost += price * (
                        outside(loads[b, m] + w, low[b, m], high[b, m])
                        - outside(loads[b, m], low[b, m], high[b, m])
                    )
            if cost < best:
                best, best_b = cost, b
        if best_b != a:
            for m in range(loads.shape[1]):
                w = activity[units[u], m]
                loads[a, m] -= w
                loads[best_b, m] += w
            slot[u] = best_b


@kernel
def descend(table, slot, units, activity, loads, low, high, n, g, price, enough, out, most):
    """Relocate, swap and eject until nothing helps: least Σ table + price · (what is outside the limits).

    loads, low, high : (g, M). enough : what counts as help, well above rounding. out : (U,) scratch. An ejection puts a unit into a territory and one of that territory's
    units into a third, or back where the first came from, which is a swap. In a zone far outside its limits any two units might do:
    it ends after ``most`` work, for the rest is better spent on another zone. Returns the work done.
    """
    n_measures = loads.shape[1]
    work = 0
    improving = True
    while improving and work < most:
        improving = False
        relief = 0.0  # the most that any move can save of the price
        for a in range(g):
            for m in range(n_measures):
                relief += price * outside(loads[a, m], low[a, m], high[a, m])
        for u in range(n):
            here = slot[u]
            best = FORBIDDEN
            for b in range(g):
                if b != here:
                    best = min(best, table[u, b])
            out[u] = best - table[u, here]
        readiest = np.argsort(out[:n])
        first_out = out[readiest[0]]
        work += 2 * n * g
        for u in range(n):
            if work >= most:
                break
            if out[u] + min(0.0, first_out) >= relief - enough:
                continue
            for b in range(g):
                a = slot[u]
                if a == b:
                    continue
                step = table[u, b] - table[u, a]
                if step + min(0.0, first_out) >= relief - enough:
                    continue
                moved = False
                if step < relief - enough:
                    change = 0.0
                    for m in range(n_measures):
                        w = activity[units[u], m]
                        change += (
                            outside(loads[a, m] - w, low[a, m], high[a, m])
                            + outside(loads[b, m] + w, low[b, m], high[b, m])
                            - outside(loads[a, m], low[a, m], high[a, m])
                            - outside(loads[b, m], low[b, m], high[b, m])
                        )
                    if step + price * change < -enough:
                        for m in range(n_measures):
                            loads[a, m] -= activity[units[u], m]
                            loads[b, m] += activity[units[u], m]
                        slot[u] = b
                        moved = True
                best, best_v, best_c = -enough, -1, -1
                if not moved:
                    for r in range(n):
                        v = readiest[r]
                        work += 1
                        if step + out[v] >= relief + best:
                            break
                        if slot[v] != b:
                            continue
                        for c in range(g):
                            if c == b:
                                continue
                            cost = step + table[v, c] - table[v, b]
                            if cost >= relief + best:
                                continue
                            change = 0.0
                            for m in range(n_measures):
                                w = activity[units[u], m]
                                x = activity[units[v], m]
                                change += outside(loads[b, m] + w - x, low[b, m], high[b, m])
                                change -= outside(loads[b, m], low[b, m], high[b, m])
                                if c == a:
                                    change += outside(loads[a, m] - w + x, low[a, m], high[a, m])
                                else:
                                    change += outside(loads[a, m] - w, low[a, m], high[a, m])
                                    change += outside(loads[c, m] + x, low[c, m], high[c, m])
                                    change -= outside(loads[c, m], low[c, m], high[c, m])
                                change -= outside(loads[a, m], low[a, m], high[a, m])
                            if cost + price * change < best:
                                best, best_v, best_c = cost + price * change, v, c
                if best_v >= 0:
                    for m in range(n_measures):
                        w = activity[units[u], m]
                        x = activity[units[best_v], m]
                        loads[a, m] -= w
                        loads[b, m] += w - x
                        loads[best_c, m] += x
                    slot[u] = b
                    slot[best_v] = best_c
                    moved = True
                if moved:
                    improving = True
                    relief = 0.0
                    for c in range(g):
                        for m in range(n_measures):
                            relief += price * outside(loads[c, m], low[c, m], high[c, m])
    return work


@kernel
def better_site(
    a, j, s, table, slot, units, n, g, where, place, assignment, loads, low, zone_high, high, room, near_sites,
    travel, points, weights, first, owner, power, curve, pull, home, stay,
):  # fmt: skip
    """The best center near s for the zone's territory a, when its units are where they are, or -1 where none is better.

    A center in a large territory moves step by step, in a small one anywhere. Returns it, the change of cost and the work done.
    """
    here = 0.0
    work = 0
    for u in range(n):
        if slot[u] == a:
            here += table[u, a]
    best, best_site = here - 1e-9 * abs(here) - TINY, np.int32(-1)
    for at in range(1, near_sites.shape[1]):
        c = near_sites[s, at]
        if c < 0:
            break
        u = where[owner[c]]
        if place[assignment[owner[c]]] < 0 or u < 0 or slot[u] != a or units[u] != owner[c]:
            continue
        if u == where[owner[s]]:
            continue
        fits = True
        for m in range(loads.shape[1]):
            beyond = outside(loads[a, m], low[a, m], min(high[j, m], room[c, m]))
            if beyond > outside(loads[a, m], low[a, m], zone_high[a, m]):
                fits = False
        if not fits:
            continue
        total = 0.0
        for v in range(n):
            if slot[v] == a:
                total += way(units[v], c, travel, points, weights, first, power, curve)
                if total >= best and pull[j] == 0.0 and stay[units[v]] == 0.0:
                    break
        work += n // g
        if pull[j] > 0.0:
            total = here + (1.0 - pull[j]) * total
            for v in range(n):
                if slot[v] == a:
                    total -= (1.0 - pull[j]) * way(units[v], s, travel, points, weights, first, power, curve)
        else:
            for v in range(n):
                if slot[v] == a and home[units[v]] >= 0 and home[units[v]] != j:
                    total += stay[units[v]]
        if total < best:
            best, best_site = total, c
    return best_site, best - here, work
