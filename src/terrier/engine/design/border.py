"""The border search around its kernel: state, borders, and rounds of annealing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.instance import Floats, Instance, Ints, may_serve
from terrier.engine.design.kernels.anneal import anneal
from terrier.engine.design.sums import at_least_a_little, distinct, sums
from terrier.engine.design.threads import in_parts
from terrier.engine.design.transport import Market, Offers

NO_DUALS = np.empty((0, 0))


@dataclass(slots=True)
class State:
    """A whole assignment and what the kernel keeps up to date with it (see `kernels.anneal`)."""

    assignment: Ints
    loads: Floats
    mass: Floats
    centres: Floats
    counts: Ints
    moved: Floats

    def copy(self) -> State:
        return State(
            self.assignment.copy(), self.loads.copy(), self.mass.copy(), self.centres.copy(), self.counts.copy(),
            self.moved.copy(),
        )  # fmt: skip

    def put_back(self, earlier: State) -> None:
        """Become what ``earlier`` is, in place."""
        self.assignment[:], self.loads[:], self.mass[:] = earlier.assignment, earlier.loads, earlier.mass
        self.centres[:], self.counts[:], self.moved[:] = earlier.centres, earlier.counts, earlier.moved


@dataclass(frozen=True, slots=True, order=True)
class Merit:
    """What makes one state better than another, first things first. All three are better when smaller.

    pieces : surplus connected pieces. violation : Σ load beyond tolerance, plus share moved beyond its cap, in territories' worth.
    total : the objective.
    """

    pieces: int
    violation: float
    total: float

    def is_worth(self, before: Merit, worthwhile: float) -> bool:
        """Whether it is so much better that the search goes on: 5% less is out of tolerance, or the objective is lower by that ratio."""
        return self.violation < 0.95 * before.violation or self.total < before.total * (1 - worthwhile)


def state_of(instance: Instance, assignment: Ints, centres: Floats | None = None) -> State:
    """Compute the state of an assignment. For power 1 the centres are refined from ``centres`` (see `recentre`)."""
    k = instance.n_territories
    a = np.ascontiguousarray(assignment, dtype=np.int32)
    mass = sums(a, instance.weights, k)
    safe = np.maximum(mass, np.finfo(float).tiny)
    mean = sums(a, instance.weights[:, None] * instance.points, k) / safe[:, None]
    if centres is not None:
        mean[mass == 0] = centres[mass == 0]
    loads = sums(a, instance.activity, k)
    state = State(
        assignment=a,
        loads=loads,
        mass=mass,
        centres=mean,
        counts=np.bincount(a, minlength=k).astype(np.int32),
        moved=np.array([moved_of(instance, a)]),
    )
    if instance.power == 1:
        state.centres = _medians(instance, a, mean if centres is None else centres)
    return state


def moved_of(instance: Instance, assignment: Ints) -> float:
    """The share of the move weight that is not at home."""
    left = (instance.home >= 0) & (assignment != instance.home)
    return float(instance.move_weights[left].sum())


def merit(instance: Instance, state: State, pieces: int = 0) -> Merit:
    """Judge a state from its figures; the objective is recomputed from the assignment in O(N)."""
    beyond = np.maximum(0.0, np.abs(state.loads - instance.targets) - instance.bands)
    beyond[beyond < 1e-9] = 0.0
    over_cap = max(0.0, float(state.moved[0]) - instance.max_moved)
    violation = (
        float((beyond / instance.targets).sum())
        + over_cap * instance.n_territories
        + int((state.counts == 0).sum())
    )
    return Merit(pieces, violation, total(instance, state))


def total(instance: Instance, state: State) -> float:
    """The objective in the instance's scale."""
    a = state.assignment
    far = _far(instance, state.centres[a])
    pull = instance.pull[a]
    if pull.any():
        far = (1 - pull) * far + pull * _far(instance, instance.seats[a])
    left = (instance.home >= 0) & (a != instance.home)
    return float(instance.weights @ far + instance.stay[left].sum())


def spreads(instance: Instance, state: State) -> Floats:
    """(k,) mean cost per weight to the centre: the local scale of temperatures and prices."""
    far = _far(instance, state.centres[state.assignment])
    weight = np.maximum(state.mass, np.finfo(float).tiny)
    mean = sums(state.assignment, instance.weights * far, instance.n_territories) / weight
    return at_least_a_little(mean)


@dataclass(frozen=True, slots=True, eq=False)
class Borders:
    """Who stands at which border: entries by face, as the kernel wants them, in each face the least active first.

    Every entry may be in either territory of its face, so that the search needs not ask who may serve it.
    """

    entries: Ints
    face_of: Ints
    face_start: Ints
    face_pair: Ints


def borders(
    instance: Instance, state: State, market: Market, found: Offers, reach: float | Floats
) -> Borders:
    """Find the units for which two territories are nearly as good, by energy, and the borders those pairs make.

    A unit stands at the border of its own (or its cheapest) territory and each other whose energy is within ``reach``
    local scales of the cheapest; (k,) where it differs by the territory that is cheapest. In contiguous problems also at every border that an edge of it crosses.
    """
    k = instance.n_territories
    order = np.argsort(instance.activity.mean(axis=1), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))

    def part(at: slice) -> NDArray[np.int64]:
        candidates, energy = found.candidates[at], found.energy[at]
        local = (reach * market.scale)[np.maximum(candidates[:, 0], 0)]
        heavy = np.maximum(1.0, (instance.activity[at] / instance.weights[at, None]).max(axis=1))
        slack = instance.weights[at] * local * heavy
        free = instance.fixed[at] < 0
        close = (candidates >= 0) & (energy <= (energy[:, :1] + slack[:, None])) & free[:, None]
        rows, columns = (places.astype(np.int32) for places in np.nonzero(close))
        units, other = rows + np.int32(at.start), candidates[rows, columns]
        return distinct(
            np.concatenate(
                [
                    _keys(instance, rank[units], state.assignment[units], other),
                    _keys(instance, rank[units], candidates[rows, 0], other),
                ]
            )
        )

    keys = in_parts(instance.n_units, part)
    if instance.contiguous:
        edges = instance.neighbours.edges()
        cut = edges[state.assignment[edges[:, 0]] != state.assignment[edges[:, 1]]]
        ends = np.concatenate([cut[:, 0], cut[:, 1]])
        across = np.concatenate([cut[:, 1], cut[:, 0]])
        may = (instance.fixed[ends] < 0) & may_serve(instance, ends, state.assignment[across])
        ends, across = ends[may], across[may]
        keys.append(_keys(instance, rank[ends], state.assignment[ends], state.assignment[across]))
    key = distinct(np.concatenate(keys))
    face, unit = key // instance.n_units, order[key % instance.n_units]
    pairs, start = np.unique(face, return_index=True)
    start = np.append(start, len(key))
    return Borders(
        entries=unit.astype(np.int32),
        face_of=np.repeat(np.arange(len(pairs), dtype=np.int32), np.diff(start)),
        face_start=start.astype(np.int32),
        face_pair=np.column_stack([pairs // k, pairs % k]).astype(np.int32),
    )


def inside(at: Borders, assignment: Ints, territories: Ints, k: int) -> Borders:
    """The borders between some of the territories, and who stands there and is in one of them."""
    member = np.zeros(k, dtype=bool)
    member[territories] = True
    faces = np.flatnonzero(member[at.face_pair].all(axis=1))
    starts, sizes = at.face_start[faces], at.face_start[faces + 1] - at.face_start[faces]
    before = np.cumsum(sizes) - sizes
    rows = np.arange(sizes.sum(), dtype=np.int32) + np.repeat(starts - before, sizes)
    face_of = np.repeat(np.arange(len(faces), dtype=np.int32), sizes)
    stays = member[assignment[at.entries[rows]]]
    face_of = face_of[stays]
    return Borders(
        entries=at.entries[rows[stays]],
        face_of=face_of,
        face_start=np.searchsorted(face_of, np.arange(len(faces) + 1)).astype(np.int32),
        face_pair=at.face_pair[faces],
    )


def _keys(instance: Instance, ranks: NDArray[np.int64], a: Ints, b: Ints) -> NDArray[np.int64]:
    """(smaller territory, larger territory, rank of the unit) as one sortable number, where the two differ."""
    apart = a != b
    low, high = np.minimum(a[apart], b[apart]).astype(np.int64), np.maximum(a[apart], b[apart])
    keys: NDArray[np.int64] = (low * instance.n_territories + high) * instance.n_units + ranks[apart]
    return keys


@dataclass(frozen=True, slots=True)
class Heat:
    """One annealing run: proposals, first and last temperature, how steep the prices get, and how soft the springs are.

    soft_from, soft_to, updates : see `kernels.anneal.anneal`; without updates there are no springs.
    """

    proposals: int
    hot: float
    cold: float
    ramp_from: float = 1.0
    ramp_to: float = 4.0
    swap_share: float = 0.7
    soft_from: float = 1.0
    soft_to: float = 1.0
    updates: int = 0

    def parts(self, most: int) -> list[Heat]:
        """The same run in parts of at most about ``most`` proposals, one after the other."""
        n = -(-self.proposals // most)
        if n <= 1:
            return [self]

        def at(first: float, last: float, part: int) -> float:
            return float(first * (last / first) ** (part / n))

        return [
            replace(
                self,
                proposals=self.proposals * (part + 1) // n - self.proposals * part // n,
                hot=at(self.hot, self.cold, part), cold=at(self.hot, self.cold, part + 1),
                ramp_from=at(self.ramp_from, self.ramp_to, part), ramp_to=at(self.ramp_from, self.ramp_to, part + 1),
                soft_from=at(self.soft_from, self.soft_to, part), soft_to=at(self.soft_from, self.soft_to, part + 1),
            )
            for part in range(n)
        ]  # fmt: skip


def run(
    instance: Instance,
    state: State,
    at: Borders,
    scale: Floats,
    prices: Floats,
    heat: Heat,
    margin: float,
    rng: np.random.Generator,
    duals: Floats = NO_DUALS,
) -> float:
    """Anneal ``state`` in place, aiming at ``margin`` × the bands; returns the change of the objective.

    duals : (k, M) multipliers of the bands, changed in place, where the heat has updates for them.
    """
    # xorshift needs a state other than 0.
    chance = rng.integers(1, 2**64, size=1, dtype=np.uint64)
    # Inside a band of whole accounts there is nothing to aim at but its edge.
    aim = instance.bands * np.where(instance.counts, 1.0, margin)
    dearest = max(float(prices.max()), float(np.abs(duals).max(initial=0.0)))
    move_price = 4.0 * dearest * instance.n_territories if instance.max_moved < np.inf else 0.0
    # Those at the borders, side by side: scattered among all others, each would have to be waited for.
    who: Ints | slice = slice(None)
    entries, n = at.entries, instance.n_units
    if not instance.contiguous and not len(instance.conflicts.indices):
        who = there = distinct(at.entries)
        entries, n = np.searchsorted(there, at.entries).astype(np.int32), len(there)
    assignment = state.assignment[who]
    share = n / instance.n_units
    gained = anneal(
        instance.points[who], instance.weights[who], instance.activity[who], instance.home[who], instance.stay[who],
        instance.move_weights[who], instance.max_moved, move_price, instance.targets, aim,
        instance.seats, instance.pull, instance.power, instance.contiguous,
        instance.neighbours.indptr, instance.neighbours.indices,
        instance.conflicts.indptr[: n + 1], instance.conflicts.indices,
        entries, at.face_of, at.face_start, at.face_pair,
        assignment, state.loads, state.mass, state.centres, state.counts, state.moved, scale, prices,
        heat.proposals, heat.hot * share, heat.cold * share, heat.ramp_from, heat.ramp_to, heat.swap_share,
        duals, heat.soft_from, heat.soft_to, heat.updates, chance,
    )  # fmt: skip
    if not isinstance(who, slice):  # a view of all: others may be at work beside it
        state.assignment[who] = assignment
    return float(gained)


def recentre(instance: Instance, state: State) -> None:
    """For power 1, move the centres to the weighted medians of their units, which the kernel leaves alone."""
    if instance.power == 1:
        state.centres = _medians(instance, state.assignment, state.centres)


def _far(instance: Instance, places: Floats) -> Floats:
    gap = instance.points - places
    squared: Floats = np.einsum("ij,ij->i", gap, gap)
    return squared if instance.power == 2 else np.sqrt(squared)


def _medians(instance: Instance, assignment: Ints, centres: Floats, steps: int = 20) -> Floats:
    k = instance.n_territories
    for _ in range(steps):
        gap = instance.points - centres[assignment]
        pull = instance.weights / np.maximum(np.sqrt(np.einsum("ij,ij->i", gap, gap)), 1e-3)
        mass = sums(assignment, pull, k)
        moment = sums(assignment, pull[:, None] * instance.points, k)
        centres = np.where(mass[:, None] > 0, moment / np.maximum(mass, 1e-300)[:, None], centres)
    return centres
