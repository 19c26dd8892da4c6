"""Where territories begin: at their seats, at today's accounts, or by weighted recursive bisection."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from terrier.engine.design.instance import Floats, Instance, Ints
from terrier.engine.design.kernels.bisect import bisect
from terrier.engine.design.sums import at_least_a_little, sums
from terrier.engine.design.transport import Market


def first_market(instance: Instance) -> Market:
    """Put every territory somewhere sensible, with no prices yet.

    A territory that holds units today starts at their mean. When none does, the units are bisected, and the pieces
    given to the territories so that seats and locked units lie near. A new territory beside present ones starts at its
    seat, or splits the largest.
    """
    k = instance.n_territories
    today = np.where(instance.fixed >= 0, instance.fixed, instance.home)
    held = instance.home >= 0
    if not held.any():
        piece = bisect(instance.points, instance.activity.mean(axis=1), instance.targets.mean(axis=1))
        centres, scale = _means(instance, piece, np.ones(instance.n_units, dtype=bool))
        order = _match(instance, centres)
        return Market(
            centres[order],
            np.zeros((k, instance.n_measures)),
            at_least_a_little(scale[order]),
            instance.power,
        )
    centres, scale = _means(instance, np.maximum(today, 0), today >= 0)
    counts = np.bincount(today[today >= 0], minlength=k)
    load = sums(np.maximum(today, 0), np.where(today >= 0, instance.activity.mean(axis=1), 0.0), k)
    for new in np.flatnonzero(counts == 0):
        if instance.pull[new] > 0:
            centres[new] = instance.seats[new]
            scale[new] = scale[counts > 0].mean()
            continue
        donor = int(np.argmax(np.where(counts > 1, load / instance.targets.mean(axis=1), -np.inf)))
        members = np.flatnonzero(today == donor)
        if len(members) < 2:
            members = np.arange(instance.n_units)
        half = members[
            bisect(instance.points[members], instance.activity[members].mean(axis=1), np.ones(2)) == 1
        ]
        today = today.copy()
        today[half] = new
        centres, scale = _means(instance, np.maximum(today, 0), today >= 0)
        counts = np.bincount(today[today >= 0], minlength=k)
        load = sums(np.maximum(today, 0), np.where(today >= 0, instance.activity.mean(axis=1), 0.0), k)
    return Market(centres, np.zeros((k, instance.n_measures)), at_least_a_little(scale), instance.power)


def _match(instance: Instance, centres: Floats) -> Ints:
    """Which piece each territory takes, by the cheapest matching of pieces to seats and locked units."""
    k = len(centres)
    cost = np.zeros((k, k))
    seated = instance.pull > 0
    if seated.any():
        gap = instance.seats[seated, None, :] - centres[None, :, :]
        cost[seated] = (gap**2).sum(axis=2)
    locked = np.flatnonzero(instance.fixed >= 0)
    if locked.size:
        gap = instance.points[locked, None, :] - centres[None, :, :]
        np.add.at(cost, instance.fixed[locked], instance.weights[locked, None] * (gap**2).sum(axis=2))
    order: Ints = linear_sum_assignment(cost)[1].astype(np.int32)
    return order


def _means(
    instance: Instance, assignment: Ints, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[Floats, Floats]:
    """Mean place (k, 3) and mean (squared) distance (k,) of the chosen units of each territory."""
    k = instance.n_territories
    weights = np.where(chosen, instance.weights, 0.0)
    mass = np.maximum(sums(assignment, weights, k), np.finfo(float).tiny)
    centres = sums(assignment, weights[:, None] * instance.points, k) / mass[:, None]
    gap = instance.points - centres[assignment]
    far = np.einsum("ij,ij->i", gap, gap)
    if instance.power == 1:
        far = np.sqrt(far)
    return centres, sums(assignment, weights * far, k) / mass
