"""The kernel of the Lagrangian bound for unit centers: what each site would earn at the units' prices."""

import numpy as np
from numba import njit

kernel = njit(cache=True, nogil=True, error_model="numpy")


@kernel
def site_values(sites, keep, cost, activity, low, high, earned):
    """Each site's least reduced cost, and how much of each unit it takes for that.

    sites : (s,) to look at. keep : whether to say what they take. cost : (n, n) of site (row) for unit (column). activity : (M, n). low : (M,) and high : (n, M) what a site must and may
    hold. earned : (n,) what each unit pays to whoever takes it. A site always takes itself.

    For one measure at a time the best that fits is a fractional knapsack: units in order of reduced cost per activity, as
    long as it pays and there is room, and on until there is enough; O(n) expected. Each is a lower bound; the largest counts.
    Returns values (s,), and taken (s, n), or (0, n) without ``keep``: how much of each unit a site takes for its value.
    """
    n_measures, n = activity.shape
    n_sites = len(sites)
    values = np.full(n_sites, -np.inf)
    taken = np.zeros((n_sites if keep else 0, n))
    part = np.empty(n)
    rest = np.empty(n, np.int64)
    reduced = np.empty(n)
    ratio = np.empty(n)
    for s in range(n_sites):
        i = sites[s]
        for u in range(n):
            reduced[u] = cost[i, u] - earned[u]
        for m in range(n_measures):
            value, load, paying = reduced[i], activity[m, i], 0.0
            for u in range(n):
                part[u] = 0.0
                if u != i and reduced[u] < 0.0:
                    paying += activity[m, u]
            part[i] = 1.0
            fits = load + paying <= high[i, m]
            wanted = low[m] if fits else high[i, m]
            enough = load + paying >= low[m]
            n_rest = 0
            for u in range(n):
                if u == i:
                    continue
                if reduced[u] < 0.0 and (activity[m, u] == 0.0 or fits):
                    value += reduced[u]
                    part[u] = 1.0
                elif activity[m, u] > 0.0 and (reduced[u] < 0.0 or not enough):
                    rest[n_rest] = u
                    ratio[n_rest] = reduced[u] / activity[m, u]
                    n_rest += 1
            if fits:
                load += paying
            value += fill(rest, ratio, n_rest, activity[m], reduced, wanted - load, part)
            if value > values[s]:
                values[s] = value
                if keep:
                    taken[s] = part
    return values, taken


@kernel
def fill(units, ratio, n, activity, reduced, space, part):
    """Take of the first n units those of least ratio until the space is full; return what they cost. Expected O(n): a quickselect."""
    value, low, high = 0.0, 0, n
    while low < high and space > 0.0:
        # Those below the pivot come first, then the pivot's equals, then the rest.
        pivot = ratio[(low + high) // 2]
        less, at, more = low, low, high
        inside = 0.0
        while at < more:
            if ratio[at] < pivot:
                inside += activity[units[at]]
                units[less], units[at] = units[at], units[less]
                ratio[less], ratio[at] = ratio[at], ratio[less]
                less += 1
                at += 1
            elif ratio[at] > pivot:
                more -= 1
                units[more], units[at] = units[at], units[more]
                ratio[more], ratio[at] = ratio[at], ratio[more]
            else:
                at += 1
        if inside >= space:
            high = less
            continue
        for at in range(low, less):
            part[units[at]] = 1.0
            value += reduced[units[at]]
        space -= inside
        for at in range(less, more):
            u = units[at]
            share = min(1.0, max(0.0, space / activity[u]))
            part[u] = share
            value += share * reduced[u]
            space -= share * activity[u]
        low = more
    return value
