"""Hand-overs between fewer pairs of people: small flows are emptied, and the plan is mended without them.

A pair that exchanges accounts, to either side, has a fixed cost, a conversation each: the fixed-charge network design problem (Magnanti & Wong 1984).
Pairs that carry little are closed, their units sent home, and the search evens out what that upset through the pairs still open;
the new plan is kept only when all is within tolerance and it is cheaper, the pairs' cost included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.border import State, merit
from terrier.engine.design.handovers import pair_keys
from terrier.engine.design.instance import Instance, Ints

CLOSED = (0.15, 0.4)
"""Of the pairs that carry less than they cost: the share closed in the first and in the second attempt, smallest first."""
MOST_WORSE = 0.002
"""By how much, as a ratio, the objective may get worse for it: where moves are free, pairs would buy away the best plans."""
EASILY = 0.001
"""By how much it may have got worse in the first attempt for a second one to be worth its time."""


def with_fewer_pairs(
    instance: Instance, state: State, pair_cost: float, small: float, again: Callable[[Instance, Ints], State]
) -> State:
    """A state with fewer pairs where one is found, else the one given.

    pair_cost : in the instance's scale. small : share moved below which a pair is worth closing. again : searches an
    instance from an assignment.
    """
    pairs, flow = _flows(instance, state.assignment)
    order = np.argsort(flow, kind="stable")
    worth = int((flow < small).sum())
    before = merit(instance, state)
    most = before.total * (1 + MOST_WORSE)
    cost = before.total + pair_cost * len(pairs)
    known, n_closed = state, 0
    for share in CLOSED:
        closed = pairs[order[: int(np.ceil(worth * share))]]
        if len(closed) == n_closed:
            break
        n_closed = len(closed)
        found = again(_without(instance, pairs, closed), _sent_home(instance, state.assignment, closed))
        now = merit(instance, found)
        n_pairs = len(_flows(instance, found.assignment)[0])
        reckoned = now.total + pair_cost * n_pairs
        if now.violation > before.violation or now.total > most or reckoned >= cost:
            break
        known, cost = found, reckoned
        if now.total > before.total * (1 + EASILY):
            break
    return known


def _flows(instance: Instance, assignment: Ints) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(q,) pairs as by `pair_keys`, and the share that each moves to either side."""
    left = np.flatnonzero((instance.home >= 0) & (assignment != instance.home))
    key = pair_keys(instance.home[left], assignment[left], instance.n_territories)
    pairs, which = np.unique(key, return_inverse=True)
    moved = np.bincount(which.ravel(), instance.move_weights[left], len(pairs)).astype(np.float64)
    return pairs, moved


def _sent_home(instance: Instance, assignment: Ints, closed: NDArray[np.int64]) -> Ints:
    left = (instance.home >= 0) & (assignment != instance.home) & (instance.fixed < 0)
    back = left & np.isin(pair_keys(instance.home, assignment, instance.n_territories), closed)
    return np.where(back, instance.home, assignment).astype(np.int32)


def _without(instance: Instance, pairs: NDArray[np.int64], closed: NDArray[np.int64]) -> Instance:
    """The instance in which units may go only home, or to a territory with which theirs is an open pair."""
    k = instance.n_territories
    table = np.eye(k, dtype=np.bool_)
    still = np.setdiff1d(pairs, closed)
    table[still // k, still % k] = table[still % k, still // k] = True
    table = np.vstack([table, np.ones((1, k), dtype=np.bool_)])  # the last row is of units without a home
    whose = np.where(instance.home >= 0, instance.home, k).astype(np.int64)
    if not len(instance.eligible):
        return replace(instance, kinds=whose.astype(np.int32), eligible=table)
    both, kinds = np.unique(instance.kinds.astype(np.int64) * (k + 1) + whose, return_inverse=True)
    eligible = instance.eligible[both // (k + 1)] & table[both % (k + 1)]
    return replace(instance, kinds=kinds.ravel().astype(np.int32), eligible=eligible)
