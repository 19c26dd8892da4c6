"""Branches between connected territories with free centers: what single moves and swaps across a border cannot do.

Where a unit joins others to its territory it cannot leave alone, and on trees nearly every unit does. Here it leaves with all
that depends on it, or the zone is merged and cut anew; centers stand still meanwhile (see `kernels.exchange`).
"""

from __future__ import annotations

import numpy as np

from terrier.engine.design.border import State, moved_of
from terrier.engine.design.instance import Floats, Instance, Ints
from terrier.engine.design.params import Params
from terrier.engine.design.patch import Pace, Patch, can_be_cut, patch_of, trade, violation
from terrier.engine.design.sums import sums
from terrier.engine.design.tree_cut import cut_along_trees


def is_sparse(instance: Instance) -> bool:
    """Whether the graph is near enough to a tree that branches matter everywhere, not only where balance is missed."""
    return len(instance.neighbours.indices) < 3 * instance.n_units


def shift_branches(
    instance: Instance, state: State, territories: Ints, prices: Floats, params: Params, rng: np.random.Generator
) -> None:  # fmt: skip
    """Trade units and branches among some territories of ``state``; kept when less is out of tolerance, or all is cheaper.

    prices : (k, M) of imbalance.
    """
    if len(territories) < 2:
        return
    low, high = instance.targets - instance.bands, instance.targets + instance.bands
    patch = patch_of(instance, state.assignment, territories, low, high)
    targets = instance.targets[territories]
    before = np.searchsorted(territories, state.assignment[patch.units]).astype(np.int32)
    cost = _costs(instance, state.centres, patch)
    rows = np.arange(patch.n_units)
    was = violation(state.loads[territories], patch.lower, patch.upper, targets), cost[rows, before].sum()
    dear = prices[territories].copy()
    for attempt in range(params.branch_tries):
        now = before.copy()
        if attempt % 2 and can_be_cut(instance, patch):
            cut = cut_along_trees(patch, targets, rng)
            now = now if cut is None else cut
        heat = params.mild * 10.0 ** rng.uniform(-1.0, 0.5)
        pace = Pace(params.sweep * patch.n_units, heat, params.frozen, branch_share=0.3)
        nobody = np.full(len(territories), -1, dtype=np.int32)
        loads = trade(patch, now, cost, nobody, dear, pace, rng)
        found = violation(loads, patch.lower, patch.upper, targets), cost[rows, now].sum()
        if found[0] < was[0] - 1e-12 or (found[0] <= was[0] and found[1] < was[1] - 1e-12):
            _put(instance, state, patch, now)
            return
        if was[0] == 0:
            return
        out = (loads < patch.lower - 1e-9) | (loads > patch.upper + 1e-9)
        dear = np.where(out, dear * params.grow, dear)


def _put(instance: Instance, state: State, patch: Patch, now: Ints) -> None:
    """Make ``now`` the state of the patch's territories. For power 1 the centers stay for the search to move."""
    state.assignment[patch.units] = patch.territories[now]
    rows, p = patch.territories, patch.n_territories
    weights = instance.weights[patch.units]
    state.loads[rows] = sums(now, patch.activity, p)
    state.mass[rows] = sums(now, weights, p)
    state.counts[rows] = np.bincount(now, minlength=p)
    state.moved[0] = moved_of(instance, state.assignment)
    if instance.power == 2:
        held = state.mass[rows] > 0
        mean = (
            sums(now, weights[:, None] * instance.points[patch.units], p)[held] / state.mass[rows][held, None]
        )
        state.centres[rows[held]] = mean


def _costs(instance: Instance, centres: Floats, patch: Patch) -> Floats:
    """(n, p) what each unit costs in each territory of the patch, the centers standing still."""
    units, rows = patch.units, patch.territories
    far = _far(instance, units, centres[rows])
    pull = instance.pull[rows]
    if pull.any():
        far = (1 - pull) * far + pull * _far(instance, units, instance.seats[rows])
    leaves = (instance.home[units, None] >= 0) & (instance.home[units, None] != rows)
    cost = instance.weights[units, None] * far + instance.stay[units, None] * leaves
    if len(instance.eligible):
        may = instance.eligible[instance.kinds[units]][:, rows] | (instance.fixed[units, None] == rows)
        cost = np.where(may, cost, np.inf)
    return np.ascontiguousarray(cost)


def _far(instance: Instance, units: Ints, places: Floats) -> Floats:
    gap = instance.points[units][:, None, :] - places[None, :, :]
    squared: Floats = np.einsum("upd,upd->up", gap, gap)
    return squared if instance.power == 2 else np.sqrt(squared)
