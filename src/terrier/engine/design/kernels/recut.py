"""Merge two neighboring territories and cut them anew along an edge of a random spanning tree."""

import numpy as np

from terrier.engine.design.kernels.anneal import kernel
from terrier.engine.design.kernels.chance import advance, below


@kernel
def recut(
    units, a, b, activity, locked, kinds, eligible, lower, upper, near_ptr, near, near_weight, assignment, slack, tries, state, scratch,
):  # fmt: skip
    """Cut the connected union of territories a and b in two, best of ``tries`` uniform spanning trees (Wilson 1996).

    Among the trees' edges that leave both sides at most ``slack`` outside their bounds (summed over measures), the one whose two
    sides share the least edge weight is taken, and ``assignment`` changed. units (U,) are those of a and b, locked
    (N,) their territory or -1, kinds (N,) and eligible (c, k) who may be where (empty: all). scratch (4, N) int32. Returns that weight, or -1 when no edge serves.
    """
    n_units, n_measures = len(units), activity.shape[1]
    parent, waiting, order, side = scratch[0], scratch[1], scratch[2], scratch[3]
    below_load = np.zeros((n_units, n_measures))
    position = parent.copy()
    for s in range(n_units):
        position[units[s]] = s
    total = np.zeros(n_measures)
    for s in range(n_units):
        for m in range(n_measures):
            total[m] += activity[units[s], m]
    least = -1.0
    chosen = np.zeros(n_units, np.int32)
    chance = state[0]
    for _ in range(tries):
        # Wilson: walk at random from each unit until the tree is met; the last way out of each unit is its branch.
        for s in range(n_units):
            side[units[s]] = 0
            waiting[units[s]] = 0
            for m in range(n_measures):
                below_load[s, m] = activity[units[s], m]
        chance = advance(chance)
        root = units[below(chance, n_units)]
        side[root] = 1
        parent[root] = -1
        for s in range(n_units):
            u = units[s]
            while side[u] == 0:
                while True:
                    chance = advance(chance)
                    v = near[near_ptr[u] + below(chance, near_ptr[u + 1] - near_ptr[u])]
                    if assignment[v] == a or assignment[v] == b:
                        break
                parent[u] = v
                u = v
            u = units[s]
            while side[u] == 0:
                side[u] = 1
                waiting[parent[u]] += 1
                u = parent[u]
        # Leaves first, every unit before its parent.
        tail = 0
        for s in range(n_units):
            if waiting[units[s]] == 0:
                order[tail] = units[s]
                tail += 1
        head = 0
        while head < tail:
            u = order[head]
            head += 1
            v = parent[u]
            if v < 0:
                continue
            for m in range(n_measures):
                below_load[position[v], m] += below_load[position[u], m]
            waiting[v] -= 1
            if waiting[v] == 0:
                order[tail] = v
                tail += 1
        for at in range(n_units - 1):
            x = order[at]
            for turn in range(2):
                inner, outer = (a, b) if turn == 0 else (b, a)
                off = 0.0
                for m in range(n_measures):
                    load = below_load[position[x], m]
                    rest = total[m] - load
                    off += max(0.0, load - upper[inner, m], lower[inner, m] - load)
                    off += max(0.0, rest - upper[outer, m], lower[outer, m] - rest)
                if off > slack:
                    continue
                for back in range(n_units - 1, -1, -1):
                    u = order[back]
                    side[u] = inner if u == x or (parent[u] >= 0 and side[parent[u]] == inner) else outer
                weight = 0.0
                for s in range(n_units):
                    u = units[s]
                    barred = len(eligible) > 0 and locked[u] < 0 and not eligible[kinds[u], side[u]]
                    if barred or (locked[u] >= 0 and locked[u] != side[u]):
                        weight = np.inf
                        break
                    for e in range(near_ptr[u], near_ptr[u + 1]):
                        v = near[e]
                        if assignment[v] != a and assignment[v] != b:
                            continue
                        if v > u and side[v] != side[u]:
                            weight += near_weight[e]
                if weight < np.inf and (least < 0.0 or weight < least):
                    least = weight
                    for s in range(n_units):
                        chosen[s] = side[units[s]]
    if least >= 0.0:
        for s in range(n_units):
            assignment[units[s]] = chosen[s]
    state[0] = chance
    return least
