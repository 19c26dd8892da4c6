"""Weighted recursive bisection along the principal axis."""

import math

import numpy as np
from numba import njit

kernel = njit(cache=True, nogil=True, error_model="numpy")


@kernel
def bisect(points, activity, shares):
    """Cut the units into ``len(shares)`` compact pieces whose activity follows the shares; O(n log n log k).

    Each cut is across the direction in which the units spread most, where the activity on both sides is in proportion
    to the pieces that each side gets. Every piece gets at least one unit, while there are enough.

    points : (n, d). activity : (n,) ≥ 0, what is halved. shares : (k,) > 0. Returns (n,) piece of each unit.
    """
    n, k = points.shape[0], shares.shape[0]
    before = np.zeros(k + 1)
    for j in range(k):
        before[j + 1] = before[j] + shares[j]
    order = np.arange(n)
    assignment = np.zeros(n, np.int32)
    # At most one open range per level and side: 2 log2 k + 2 is plenty, k + 1 always.
    stack = np.zeros((k + 1, 4), np.int64)
    stack[0, 1], stack[0, 3] = n, k
    top = 1
    while top > 0:
        top -= 1
        start, end, low, high = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3]
        if high - low == 1:
            for at in range(start, end):
                assignment[order[at]] = low
            continue
        units = order[start:end].copy()
        size = end - start
        axis = principal_axis(points, units)
        along = np.empty(size)
        for at in range(size):
            along[at] = 0.0
            for a in range(len(axis)):
                along[at] += points[units[at], a] * axis[a]
        rank = np.argsort(along)
        middle = (low + high) // 2
        total = 0.0
        for at in range(size):
            total += activity[units[at]]
        wanted = total * (before[middle] - before[low]) / (before[high] - before[low])
        filled = 0.0
        cut = 0
        for at in range(size):
            half = activity[units[rank[at]]] / 2
            if filled + half >= wanted:
                break
            filled += 2 * half
            cut += 1
        # With fewer units than pieces the later pieces are served first.
        cut = max(0, min(max(cut, middle - low), size - (high - middle)))
        for at in range(size):
            order[start + at] = units[rank[at]]
        for side in range(2):
            stack[top + side, 0] = start + cut * side
            stack[top + side, 1] = end if side else start + cut
            stack[top + side, 2] = middle if side else low
            stack[top + side, 3] = high if side else middle
        top += 2
    return assignment


@kernel
def principal_axis(points, units):
    """The direction in which the units spread most, by power iteration on their d × d scatter."""
    d = points.shape[1]
    mean = np.zeros(d)
    for i in units:
        for a in range(d):
            mean[a] += points[i, a] / len(units)
    scatter = np.zeros((d, d))
    for i in units:
        for a in range(d):
            for b in range(d):
                scatter[a, b] += (points[i, a] - mean[a]) * (points[i, b] - mean[b])
    # The widest column is never orthogonal to the answer unless the scatter is zero.
    widest = 0
    for a in range(1, d):
        if scatter[a, a] > scatter[widest, widest]:
            widest = a
    axis, turned = np.zeros(d), np.zeros(d)
    for a in range(d):
        axis[a] = scatter[a, widest]
    for _ in range(40):
        length = 0.0
        for a in range(d):
            length += axis[a] * axis[a]
        length = math.sqrt(length)
        if length <= 0.0:
            axis[0] = 1.0
            break
        for a in range(d):
            turned[a] = 0.0
            for b in range(d):
                turned[a] += scatter[a, b] * axis[b] / length
        for a in range(d):
            axis[a] = turned[a]
    return axis
