"""The direction of a Newton step of the smoothed dual: the curvature of all units together, as one sparse matrix, and its solution.

A pass over the units for every step of the conjugate gradients would take most of the time. Added up once, the curvature has a block for each pair of
territories between which some unit wavers, however many units there are.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import bsr_array, csr_array, diags_array, kron
from scipy.spatial import KDTree

from terrier.engine.design.instance import Floats, Ints
from terrier.engine.design.kernels.transport import conjugate, couple
from terrier.engine.design.threads import in_parts

STEPS = 200
"""Of the conjugate gradients at most."""
EXACT = 0.05
"""Relative residual at which they end."""


def curvature(
    candidates: Ints, fractions: Floats, blocks: Floats, activity: Floats, warmth: Floats
) -> csr_array:
    """(k·M, k·M) how loads give way to prices.

    candidates, fractions : (N, K) of each unit. blocks : (k, M, M) of the diagonal. activity : (N, M). warmth : (N,) temperatures.
    """
    k, n_measures = blocks.shape[:2]
    # Only who wavers between territories answers to a change of prices, and as it cools few do.
    wavers = np.flatnonzero(fractions.max(axis=1) < 1 - 1e-7)
    candidates, fractions = candidates[wavers], fractions[wavers]
    activity, warmth = activity[wavers], warmth[wavers]

    def part(at: slice) -> tuple[Ints, Floats]:
        room = 1 << int(16 * k).bit_length()
        while True:
            found, pairs, bonds = couple(candidates[at], fractions[at], activity[at], warmth[at], k, room)
            if found >= 0:
                return pairs[:found], bonds[:found]
            room *= 4

    found, bonds = (np.concatenate(lists) for lists in zip(*in_parts(len(wavers), part), strict=True))
    low, high = found.astype(np.int64).T
    everyone = np.arange(k)
    row, column = np.concatenate([everyone, low, high]), np.concatenate([everyone, high, low])
    blocks = np.concatenate([blocks, -bonds, -bonds])
    order = np.argsort(row, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=k))])
    size = k * n_measures
    return csr_array(bsr_array((blocks[order], column[order], starts), shape=(size, size)))


def direction(curved: csr_array, diagonal: Floats, slope: Floats) -> Floats:
    """(k, M) where slope (k, M) vanishes, by conjugate gradients with block-Jacobi preconditioning.

    curved : (k·M, k·M). diagonal : (k, M), to be added to its diagonal.
    """
    k, n_measures = slope.shape
    matrix = csr_array(curved + diags_array(diagonal.ravel()))
    inverse = np.linalg.inv(_diagonal_blocks(matrix, k, n_measures))
    step: Floats = conjugate(matrix.indptr, matrix.indices, matrix.data, inverse, slope, STEPS, EXACT)
    return step


def _diagonal_blocks(matrix: csr_array, k: int, n_measures: int) -> Floats:
    blocks = np.empty((k, n_measures, n_measures))
    for shift in range(-n_measures + 1, n_measures):
        along = matrix.diagonal(shift)
        for m in range(max(0, -shift), min(n_measures, n_measures - shift)):
            at = np.arange(k) * n_measures + min(m, m + shift)
            blocks[:, m, m + shift] = along[at]
    # Measures in proportion to each other, where no price can help, would leave nothing to divide by.
    ridge = 1e-10 * np.trace(blocks, axis1=1, axis2=2)
    regular: Floats = blocks + ridge[:, None, None] * np.eye(n_measures)
    return regular


def rough_curvature(centres: Floats, power: int, mixing: Floats) -> csr_array:
    """(k·M, k·M) how loads would shift with prices if units were spread evenly: the damping that knows the map.

    Where a price difference δ moves the border of two territories D apart by δ / 2D, it moves δ / 2D² of a load. Near
    a vertex the true curvature can vanish (no unit wavers), and a step that trusts it goes astray. Damping each price
    by itself would forbid what a city must do most: raise all its prices together.

    mixing : (M, M) as `mixing` tells it.
    """
    k = len(centres)
    width = min(7, k)
    beside = np.asarray(KDTree(centres).query(centres, width)[1]).reshape(k, -1)[:, 1:]
    pairs = np.column_stack([np.repeat(np.arange(k), width - 1), beside.ravel()])
    squared = ((centres[pairs[:, 0]] - centres[pairs[:, 1]]) ** 2).sum(axis=1)
    flow = 0.5 / np.maximum(squared, max(1e-6 * float(squared.mean()), 1e-12) if k > 1 else 1.0)
    if power == 1:
        flow = np.sqrt(0.5 * flow)
    matrix = csr_array((flow, (pairs[:, 0], pairs[:, 1])), shape=(k, k))
    matrix = matrix + matrix.T
    laplacian = csr_array(diags_array(np.asarray(matrix.sum(axis=1)).ravel()) - matrix)
    return csr_array(kron(laplacian, mixing))


def mixing(activity: Floats, weights: Floats, heavy: Floats) -> Floats:
    """(M, M) how a unit's measures go together: Σ activity activityᵀ / (weight · heaviness), per territory's worth."""
    scaled = activity / np.sqrt(weights * heavy)[:, None]
    product: Floats = scaled.T @ scaled / weights.sum()
    return product
