"""Centers at units: close and open a few, hand their neighborhood out anew under hard limits, keep what is better.

Shapes: N search units, n problem units (every one a possible center, a "site"), k territories, M measures.
State, changed in place: assignment (N,), sites (k,), loads (k, M), counts (k,), and the units of each territory as linked lists
head (k,), after (N,), before (N,). ``moved`` (1,) is the share of today's plan that has moved.

A *zone* is a few territories and all their units: ``units`` (U,), ``slot`` (U,) which of the zone's territories each is in, and
``table`` (U, g) what each would cost in each of them.
"""

import math

import numpy as np
from numba import njit

from terrier.engine.design.kernels.anneal import advance, below, fraction, kernel, small

bare = njit(forceinline=True, error_model="numpy", _nrt=False)  # type: ignore[call-overload]
"""For small functions of arrays: without the counting of references that would cost more than what they compute."""

FORBIDDEN = 1e30
MOST_TERRITORIES = 12
TINY = 1e-12


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


@small
def outside(load, low, high):
    return max(0.0, load - high) + max(0.0, low - load)


@kernel
def descend(table, slot, units, activity, loads, low, high, n, g, price, enough, out):
    """Relocate, swap and eject until nothing helps: least Σ table + price · (what is outside the limits).

    loads, low, high : (g, M). enough : what counts as help, well above rounding. out : (U,) scratch. An ejection puts a unit into a territory and one of that territory's
    units into a third, or back where the first came from, which is a swap. Returns the work done.
    """
    n_measures = loads.shape[1]
    work = 0
    improving = True
    while improving:
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


@kernel
def commit(zone, old_slot, slot, units, n, assignment, head, after, before, counts):
    """Move the units of a zone from list to list."""
    for u in range(n):
        if slot[u] == old_slot[u]:
            continue
        i, a, b = units[u], zone[old_slot[u]], zone[slot[u]]
        if before[i] >= 0:
            after[before[i]] = after[i]
        else:
            head[a] = after[i]
        if after[i] >= 0:
            before[after[i]] = before[i]
        before[i] = -1
        after[i] = head[b]
        if head[b] >= 0:
            before[head[b]] = i
        head[b] = i
        counts[a] -= 1
        counts[b] += 1
        assignment[i] = b


@kernel
def explore(
    assignment, sites, loads, counts, head, after, before, moved, max_moved,
    activity, low, high, room, travel, points, weights, first, owner, power, curve,
    seats, pull, home, stay, move_weights, fixed, kinds, eligible, conflict_start, conflicts,
    allowed, near_sites, near_territories, most_u, budget, temperature, typical, far_odds, margin, seed,
):  # fmt: skip
    """Try zones among the allowed territories until ``budget`` steps of work are done; returns (trials, kept, change of cost).

    allowed : the territories that may take part, at least two. near_sites : (n, K) the sites nearest to each, itself first, and
    near_territories : (k, L) likewise, -1 where there are fewer. room : (n, M) what a territory may hold at each site.
    most_u : the most units of a zone. typical : cost of a usual territory. temperature : a zone may get worse by ``temperature`` times an exponential variate.
    far_odds : how often a center is closed in one place and opened in another. margin : how much dearer nearest centers may
    make an average territory of a zone before handing out is not even tried, as a ratio, again times an exponential variate.
    """
    k, n_measures = loads.shape
    most_g = MOST_TERRITORIES
    n_allowed = len(allowed)
    table = np.empty((most_u, most_g))
    units = np.empty(most_u, dtype=np.int32)
    old_slot = np.empty(most_u, dtype=np.int32)
    slot = np.empty(most_u, dtype=np.int32)
    out = np.empty(most_u)
    nearest_old = np.empty(most_u)
    zone = np.empty(most_g, dtype=np.int32)
    new_site = np.empty(most_g, dtype=np.int32)
    changed = np.empty(most_g, dtype=np.bool_)
    dirty = np.empty(most_g, dtype=np.bool_)
    zone_loads = np.empty((most_g, n_measures))
    zone_low = np.empty((most_g, n_measures))
    zone_high = np.empty((most_g, n_measures))
    place = np.full(k, -1, dtype=np.int32)  # slot of a territory in the zone
    may = np.zeros(k, dtype=np.bool_)
    where = np.full(len(assignment), -1, dtype=np.int32)  # position of a unit in the zone
    for t in range(n_allowed):
        may[allowed[t]] = True
    width = near_territories.shape[1]
    chance = np.uint64(seed) * np.uint64(2654435761) + np.uint64(88172645463325252)
    for _ in range(8):
        chance = advance(chance)
    zero, nowhere = np.int64(0), np.int32(-1)  # plain numbers would have kernels compiled for themselves
    gain = 0.0
    trials, kept = 0, 0
    work = zero
    while work < budget:
        trials += 1
        work += 50
        # Which territories.
        chance = advance(chance)
        main = allowed[below(chance, n_allowed)]
        chance = advance(chance)
        is_far = fraction(chance) <= far_odds and n_allowed > 6
        chance = advance(chance)
        size = 2 + below(chance, 5)
        zone[0] = main
        place[main] = 0
        g = zero + 1
        other, far_site = nowhere, nowhere
        if is_far:
            loss, steps = closing(
                main, head, after, sites, near_territories, may, travel, points, weights, first, power, curve
            )
            work += steps
            chance = advance(chance)
            loss += typical * margin * math.log(fraction(chance))
            for _ in range(8):
                chance = advance(chance)
                other = allowed[below(chance, n_allowed)]
                if other == main:
                    continue
                i = head[other]
                chance = advance(chance)
                for _ in range(below(chance, counts[other])):
                    i = after[i]
                chance = advance(chance)
                site = np.int32(first[i] + below(chance, first[i + 1] - first[i]))
                saved, steps = opening(
                    site,
                    other,
                    main,
                    head,
                    after,
                    sites,
                    near_territories,
                    may,
                    travel,
                    points,
                    weights,
                    first,
                    power,
                    curve,
                )
                work += steps
                if saved > loss:
                    far_site = site
                    break
            if far_site < 0:
                place[main] = -1
                continue
            chance = advance(chance)
            size = 4 + below(chance, 2)
        for part in range(2):
            middle = main if part == 0 else other
            if middle < 0:
                continue
            if place[middle] < 0:
                zone[g] = middle
                place[middle] = g
                g += 1
            wanted = min(g - 1 + size, most_g)
            for at in range(width):
                if g >= wanted:
                    break
                j = near_territories[middle, at]
                chance = advance(chance)
                if j >= 0 and may[j] and place[j] < 0 and (at < 3 or fraction(chance) < 0.6):
                    zone[g] = j
                    place[j] = g
                    g += 1
        n = zero
        fits = True
        for a in range(g):
            i = head[zone[a]]
            if n + counts[zone[a]] > most_u:
                fits = False
                break
            while i >= 0:
                units[n] = i
                old_slot[n] = a
                slot[n] = a
                where[i] = n
                n += 1
                i = after[i]
        if not fits or g < 2:
            for a in range(g):
                place[zone[a]] = -1
            continue
        # Which centers.
        for a in range(g):
            new_site[a] = sites[zone[a]]
            changed[a] = False
        chance = advance(chance)
        kind = fraction(chance)
        legal = True
        n_changes = 1
        if not is_far and kind < 0.25:
            n_changes = 2
        for change in range(n_changes):
            a = 0
            if change == 1:
                chance = advance(chance)
                a = below(chance, g)
            chance = advance(chance)
            if is_far:
                new_site[a] = far_site  # close the main one, open anew beside the other
            elif kind < 0.7:
                new_site[a] = near_sites[sites[zone[a]], 1 + below(chance, near_sites.shape[1] - 1)]
            else:
                i = units[below(chance, n)]
                chance = advance(chance)
                new_site[a] = first[i] + below(chance, first[i + 1] - first[i])
            changed[a] = True
        for a in range(g):
            if new_site[a] < 0:
                legal = False
                break
            i = owner[new_site[a]]
            if place[assignment[i]] < 0 or (fixed[i] >= 0 and fixed[i] != zone[a]):
                legal = False
            for b in range(a):
                if owner[new_site[b]] == i:
                    legal = False
        if not legal:
            for a in range(g):
                place[zone[a]] = -1
            continue
        # What was.
        old_cost, old_out = 0.0, 0.0
        for a in range(g):
            j = zone[a]
            column(
                table, a, j, sites[j], units, zero, n, travel, points, weights, first, power, curve, seats, pull, home, stay,
                fixed, kinds, eligible, assignment,
            )  # fmt: skip
            for m in range(n_measures):
                old_out += outside(loads[j, m], low[j, m], min(high[j, m], room[sites[j], m]))
        work += n * g
        usual = 0.0
        for u in range(n):
            old_cost += table[u, old_slot[u]]
            nearest_old[u] = FORBIDDEN
            for a in range(g):
                nearest_old[u] = min(nearest_old[u], table[u, a])
            for m in range(n_measures):
                usual += activity[units[u], m] / n_measures
        for a in range(g):
            j = zone[a]
            dirty[a] = changed[a]
            if changed[a]:
                column(
                    table, a, j, new_site[a], units, zero, n, travel, points, weights, first, power, curve, seats, pull,
                    home, stay, fixed, kinds, eligible, assignment,
                )  # fmt: skip
            for m in range(n_measures):
                zone_loads[a, m] = loads[j, m]
                zone_low[a, m] = low[j, m]
                zone_high[a, m] = min(high[j, m], room[new_site[a], m])
        # Had every unit its cheapest center, old or new: what the change promises.
        promise = 0.0
        for u in range(n):
            now = FORBIDDEN
            for a in range(g):
                now = min(now, table[u, a])
            promise += now - nearest_old[u]
        for a in range(g):
            if table[where[owner[new_site[a]]], a] >= FORBIDDEN / 2:
                promise = FORBIDDEN
        chance = advance(chance)
        if promise >= FORBIDDEN / 2:
            old_out = 0.0
        if old_out <= 1e-9 and promise > -math.log(fraction(chance)) * margin * old_cost / g:
            for a in range(g):
                place[zone[a]] = -1
            continue
        # Pin the owners of the new centers.
        for a in range(g):
            u = where[owner[new_site[a]]]
            for b in range(g):
                if b != a:
                    table[u, b] = FORBIDDEN
            if slot[u] != a:
                for m in range(n_measures):
                    zone_loads[slot[u], m] -= activity[units[u], m]
                    zone_loads[a, m] += activity[units[u], m]
                slot[u] = a
        chance = advance(chance)
        # What distance costs a usual load is what a load outside the limits should cost; nearly nothing would loop on rounding.
        price = (0.3 + 1.7 * fraction(chance)) * max(old_cost, 1e-6) / max(usual, 1e-3)
        enough = 1e-9 * max(old_cost, 1e-6)
        hand_out(
            table,
            slot,
            units,
            owner,
            new_site,
            changed,
            activity,
            zone_loads,
            zone_low,
            zone_high,
            n,
            g,
            price,
        )
        cost, beyond = 0.0, 0.0
        for attempt in range(8):
            work += descend(
                table, slot, units, activity, zone_loads, zone_low, zone_high, n, g, price, enough, out
            )
            cost, beyond = 0.0, 0.0
            for u in range(n):
                cost += table[u, slot[u]]
            for a in range(g):
                for m in range(n_measures):
                    beyond += outside(zone_loads[a, m], zone_low[a, m], zone_high[a, m])
            if beyond > old_out + 1e-9:
                if attempt >= 5:
                    break
                price *= 3.0
                continue
            if cost - old_cost > 0.3 * old_cost:
                break
            # Better centers, when the units are where they are.
            better = False
            for a in range(g):
                s = new_site[a]
                best_site, change, steps = better_site(
                    a, zone[a], s, table, slot, units, n, g, where, place, assignment, zone_loads, zone_low, zone_high, high,
                    room, near_sites, travel, points, weights, first, owner, power, curve, pull, home, stay,
                )  # fmt: skip
                work += steps
                if best_site >= 0:
                    better = True
                    cost += change
                    new_site[a] = best_site
                    column(
                        table, a, zone[a], best_site, units, zero, n, travel, points, weights, first, power, curve, seats,
                        pull, home, stay, fixed, kinds, eligible, assignment,
                    )  # fmt: skip
                    # The former owner may leave again, the new one may not.
                    former = np.int64(where[owner[s]])
                    for b in range(g):
                        if b != a:
                            column(
                                table, b, zone[b], new_site[b], units, former, former + 1, travel, points, weights, first,
                                power, curve, seats, pull, home, stay, fixed, kinds, eligible, assignment,
                            )  # fmt: skip
                    u = where[owner[best_site]]
                    for b in range(g):
                        if b != a:
                            table[u, b] = FORBIDDEN
                            table[where[owner[new_site[b]]], a] = FORBIDDEN
                    for m in range(n_measures):
                        zone_high[a, m] = min(high[zone[a], m], room[best_site, m])
            if not better:
                break
        chance = advance(chance)
        allowance = -temperature * math.log(fraction(chance))
        keep = beyond < old_out - 1e-9 or (beyond <= old_out + 1e-9 and cost < old_cost - TINY + allowance)
        if keep:
            shift = 0.0
            for u in range(n):
                if slot[u] == old_slot[u]:
                    continue
                i = units[u]
                if home[i] >= 0:
                    was = 1.0 if home[i] != zone[old_slot[u]] else 0.0
                    now = 1.0 if home[i] != zone[slot[u]] else 0.0
                    shift += move_weights[i] * (now - was)
                for at in range(conflict_start[i], conflict_start[i + 1]):
                    v = where[conflicts[at]]
                    inside = place[assignment[conflicts[at]]] >= 0
                    if inside and v >= 0 and units[v] == conflicts[at] and slot[v] == slot[u]:
                        keep = False
            if shift > 0.0 and moved[0] + shift > max_moved + 1e-12:
                keep = False
        if keep:
            kept += 1
            gain += cost - old_cost
            moved[0] += shift
            for a in range(g):
                sites[zone[a]] = new_site[a]
                for m in range(n_measures):
                    loads[zone[a], m] = zone_loads[a, m]
            commit(zone, old_slot, slot, units, n, assignment, head, after, before, counts)
        for a in range(g):
            place[zone[a]] = -1
    return trials, kept, gain
