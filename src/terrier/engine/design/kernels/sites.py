"""Centers at units: close and open a few, hand their neighborhood out anew under hard limits, keep what is better.

Shapes: N search units, n problem units (every one a possible center, a "site"), k territories, M measures.
State, changed in place: assignment (N,), sites (k,), loads (k, M), counts (k,), and the units of each territory as linked lists
head (k,), after (N,), before (N,). ``moved`` (1,) is the share of today's plan that has moved.

A *zone* is a few territories and all their units: ``units`` (U,), ``slot`` (U,) which of the zone's territories each is in, and
``table`` (U, g) what each would cost in each of them.
"""

import math

import numpy as np

from terrier.engine.design.kernels.anneal import kernel
from terrier.engine.design.kernels.chance import advance, below, fraction
from terrier.engine.design.kernels.hand_out import TINY, better_site, descend, hand_out, outside
from terrier.engine.design.kernels.site_costs import FORBIDDEN, closing, column, opening

MOST_TERRITORIES = 12


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
    allowed, near_sites, near_territories, most_u, budget, effort, temperature, typical, far_odds, margin, seed,
):  # fmt: skip
    """Try zones among the allowed territories until ``budget`` steps of work are done; returns (trials, kept, change of cost).

    allowed : the territories that may take part, at least two. near_sites : (n, K) the sites nearest to each, itself first, and
    near_territories : (k, L) likewise, -1 where there are fewer. room : (n, M) what a territory may hold at each site.
    most_u : the most units of a zone. effort : the most work on handing one out at a time. typical : cost of a usual territory. temperature : a zone may get worse by ``temperature`` times an exponential variate.
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
        old_cost, old_out = 0.0, 0.0
        for a in range(g):
            j = zone[a]
            new_site[a] = sites[j]
            changed[a] = False
            for m in range(n_measures):
                old_out += outside(loads[j, m], low[j, m], min(high[j, m], room[sites[j], m]))
        chance = advance(chance)
        kind = fraction(chance)
        legal = True
        n_changes = 1
        if not is_far and kind < 0.25:
            n_changes = 2
        # Where few have room another center may only make it worse: now and then units move between those there are.
        chance = advance(chance)
        if not is_far and fraction(chance) < (0.3 if old_out > 1e-9 else 0.03):
            n_changes = 0
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
        for a in range(g):
            j = zone[a]
            column(
                table, a, j, sites[j], units, zero, n, travel, points, weights, first, power, curve, seats, pull, home, stay,
                fixed, kinds, eligible, assignment,
            )  # fmt: skip
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
                table,
                slot,
                units,
                activity,
                zone_loads,
                zone_low,
                zone_high,
                n,
                g,
                price,
                enough,
                out,
                effort,
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
