"""Where territories begin: at their seats, at today's accounts, or by weighted recursive bisection."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from terrier.engine.design.instance import Booleans, Floats, Instance, Ints, may_serve
from terrier.engine.design.kernels.bisect import bisect
from terrier.engine.design.sums import at_least_a_little, sums
from terrier.engine.design.transport import Market, offers


def first_market(instance: Instance) -> Market:
    """Put every territory somewhere sensible, with no prices yet.

    A territory that holds units today starts at their mean. When none does, the units are bisected, and the pieces
    given to the territories so that seats and locked units lie near. A new territory beside present ones starts at its
    seat, or splits the largest among the units that it may serve.
    """
    k = instance.n_territories
    today = np.where(instance.fixed >= 0, instance.fixed, instance.home)
    held = instance.home >= 0
    if not held.any():
        piece = bisect(instance.points, instance.activity.mean(axis=1), instance.targets.mean(axis=1))
        centres, scale = _means(instance, piece, np.ones(instance.n_units, dtype=bool))
        order = _match(instance, centres, piece)
        return Market(
            centres[order],
            np.zeros((k, instance.n_measures)),
            at_least_a_little(scale[order]),
            instance.power,
        )
    centres, scale = _means(instance, np.maximum(today, 0), today >= 0)
    counts = np.bincount(today[today >= 0], minlength=k)
    for new in np.flatnonzero(counts == 0):
        if instance.pull[new] > 0:
            centres[new] = instance.seats[new]
            scale[new] = scale[counts > 0].mean()
            continue
        members = _splittable(instance, today, counts, int(new))
        half = members[
            bisect(instance.points[members], instance.activity[members].mean(axis=1), np.ones(2)) == 1
        ]
        today = today.copy()
        today[half] = new
        centres, scale = _means(instance, np.maximum(today, 0), today >= 0)
        counts = np.bincount(today[today >= 0], minlength=k)
    return Market(centres, np.zeros((k, instance.n_measures)), at_least_a_little(scale), instance.power)


def market_anew(instance: Instance) -> Market:
    """Begin with bisected pieces although territories hold units today: each piece goes to who holds most of it, all in all.

    For territories that are all alike: without locks, seats, eligibility or shares of their own.
    """
    k = instance.n_territories
    blank = replace(instance, home=np.full_like(instance.home, -1))
    market = first_market(blank)
    kept, held = np.zeros((k, k)), instance.home >= 0
    pieces = first_assignment(blank, market)[held]
    np.add.at(kept, (instance.home[held], pieces), instance.move_weights[held])
    piece_of = linear_sum_assignment(kept, maximize=True)[1]
    return replace(market, centres=market.centres[piece_of], scale=market.scale[piece_of])


def first_assignment(instance: Instance, market: Market) -> Ints:
    """A plan to fall back on, (N,) territories: today's where there is one, else the pieces that the market began with.

    market : as `first_market` made it.
    """
    if (instance.home >= 0).any():
        return np.where(instance.home >= 0, instance.home, offers(instance, market, 1).candidates[:, 0])
    piece = bisect(instance.points, instance.activity.mean(axis=1), instance.targets.mean(axis=1))
    centres, _ = _means(instance, piece, np.ones(instance.n_units, dtype=bool))
    territory: Ints = np.argsort(_match(instance, centres, piece)).astype(np.int32)[piece]
    return territory


def scattered_market(instance: Instance, rng: np.random.Generator) -> Market:
    """Begin around units drawn at random, each far from those before (k-means++, Arthur & Vassilvitskii 2007)."""
    k = instance.n_territories
    load = instance.activity.mean(axis=1)
    far = np.full(instance.n_units, np.inf)
    piece = np.zeros(instance.n_units, dtype=np.int32)
    centres = np.empty((k, 3))
    for j in range(k):
        odds = load if j == 0 else load * far
        total = odds.sum()
        unit = rng.choice(instance.n_units, p=odds / total) if total > 0 else rng.integers(instance.n_units)
        centres[j] = instance.points[unit]
        gap = ((instance.points - centres[j]) ** 2).sum(axis=1)
        piece[gap < far] = j
        far = np.minimum(far, gap)
    scale = at_least_a_little(np.full(k, float(np.average(far, weights=instance.weights))))
    return Market(
        centres[_match(instance, centres, piece)], np.zeros((k, instance.n_measures)), scale, instance.power
    )


def _splittable(instance: Instance, today: Ints, counts: np.ndarray, new: int) -> NDArray[np.intp]:
    """The units of the territory that is largest in what the new one may serve; all it may serve where none has two."""
    k = instance.n_territories
    serves = _serves(instance, new)
    load = sums(np.maximum(today, 0), np.where((today >= 0) & serves, instance.activity.mean(axis=1), 0.0), k)
    donor = int(np.argmax(np.where(counts > 1, load / instance.targets.mean(axis=1), -np.inf)))
    members = np.flatnonzero((today == donor) & serves)
    if len(members) < 2:
        members = np.flatnonzero(serves)
    return members if len(members) else np.arange(instance.n_units)


def _serves(instance: Instance, territory: int) -> Booleans:
    """(N,) the units that a territory may take."""
    units = np.arange(instance.n_units, dtype=np.int32)
    return may_serve(instance, units, np.full_like(units, territory)) & (instance.fixed < 0)


def _match(instance: Instance, centres: Floats, piece: Ints) -> Ints:
    """Which piece each territory takes, by the cheapest matching of pieces to seats, locked units and eligible ones."""
    k = len(centres)
    if not (instance.pull.any() or len(instance.eligible) or (instance.fixed >= 0).any()):
        return np.arange(k, dtype=np.int32)
    cost = np.zeros((k, k))
    seated = instance.pull > 0
    if seated.any():
        gap = instance.seats[seated, None, :] - centres[None, :, :]
        cost[seated] = (gap**2).sum(axis=2)
    locked = np.flatnonzero(instance.fixed >= 0)
    if locked.size:
        gap = instance.points[locked, None, :] - centres[None, :, :]
        np.add.at(cost, instance.fixed[locked], instance.weights[locked, None] * (gap**2).sum(axis=2))
    if len(instance.eligible):
        # What of a piece a territory may not serve lies as far away as the units lie apart.
        c = len(instance.eligible)
        mix = sums(piece * c + instance.kinds, instance.weights, k * c).reshape(k, c)
        mix /= np.maximum(mix.sum(axis=1, keepdims=True), np.finfo(float).tiny)
        apart = instance.points - instance.points.mean(axis=0)
        cost += float((apart**2).sum(axis=1).mean()) * (~instance.eligible.T @ mix.T)
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
