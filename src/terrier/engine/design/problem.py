"""What is asked: units to place, measures to balance, territories to fill."""

from __future__ import annotations

from dataclasses import dataclass
from operator import index
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terrier.engine.design import eligibility
from terrier.engine.design.geometry import Metric
from terrier.engine.design.graph import Graph
from terrier.errors import ProblemError

Objective = Literal["distance", "squared_distance", "diameter", "cut_edges"]
Centers = Literal["free", "unit"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """A territory design problem: n units, m measures, k territories. Immutable, picklable, free of database ids.

    Parameters
    ----------
    coordinates : (n, 2) float
        Longitude and latitude in degrees when ``metric`` is "sphere", x and y otherwise.
    measures : (n, m) float, ≥ 0
        What each unit brings to its territory: sales, workload, accounts …
    tolerances : (m,) float, > 0
        Largest allowed deviation of a territory from its target, as a ratio of the target (0.05 is ±5 %). inf
        means "not balanced": where a capacity limits it, or for a measure that is merely shown beside a balanced one.
    n_territories : int
        k, between 1 and n.
    shares : (k,) or (k, m) float, > 0, optional
        Target share of each territory in every measure, or in each; scaled to sum to 1. Equal by default.
    weights : (n,) float, > 0, optional
        What a kilometre to the unit counts in the objective. 1 by default.
    objective : "squared_distance", "distance", "diameter" or "cut_edges"
        Minimise Σ weight · distance² or Σ weight · distance to the territory's centre; the largest distance between two units
        of one territory; or Σ ``edge_weights`` of the adjacency edges between different territories. The last two
        know no centres and no cost of moving: seats and ``stay_weight`` do not count in them, ``max_moved`` holds.
    adjacency : Graph, optional
        Which units touch. Needed for ``contiguous``.
    contiguous : bool
        Each territory must be one connected piece of the adjacency.
    edge_weights : (e,) float, ≥ 0, optional
        What cutting each edge of ``adjacency.edges()`` counts. 1 by default. Only with "cut_edges".
    seats : (k, 2) float, optional
        Home base of each territory's person; NaN where there is none.
    seat_pull : float in [0, 1]
        Weight of the distance to the seat; the rest weighs the distance to the territory's own centre. 1 makes the seats
        given centres: nothing else counts, and the bound holds for all plans.
    present : (n,) int, optional
        The territory each unit is in today; -1 where in none. Gives a realignment.
    stay_weight : float, ≥ 0
        What moving a unit costs, in multiples of its ``stay_weights`` × the mean (squared) distance of today's plan.
    stay_weights : (n,) float, ≥ 0, optional
        What leaving its present territory counts for a unit in place of ``weight``: more for an older relationship.
    max_moved : float in [0, 1], optional
        Largest share of ``move_weights`` that may leave its present territory.
    move_weights : (n,) float, ≥ 0, optional
        What a moved unit counts in "share moved". 1 by default.
    locks : (n,) int, optional
        The territory a unit must be in; -1 where free.
    together : (n,) int, optional
        Units with the same number ≥ 0 go to the same territory; -1 where free.
    apart : (q, 2) int, optional
        Pairs of units that must not share a territory.
    kinds : (n,) int, optional
        Kind of each unit, 0 to c - 1: a language, a channel, a state, or a combination of them.
    eligible : (c, k) bool, optional
        Whether a territory may serve a kind of unit.
    frozen : (k,) bool, optional
        Territories that keep exactly the units they have in ``present``, whatever their kind, and get no others.
    capacities : (k, m) float, ≥ 0, optional
        The most a territory may hold of each measure, in the measure's unit; NaN where there is no limit.
    centers : "free" or "unit"
        Whether a territory's center may be any place or must be one of its own units.
    site_capacities : (n, m) float, ≥ 0, optional
        What a territory may hold when unit i is its center; NaN where there is no limit. Only with unit centers.
    travel : (n, n) float, ≥ 0, optional
        Distance or minutes from unit (row) to center (column); replaces those of the coordinates. Only with unit centers.

    Raises
    ------
    ProblemError
        Naming the field, the first offending index, its value and the bound.
    """

    coordinates: NDArray[np.float64]
    measures: NDArray[np.float64]
    tolerances: NDArray[np.float64]
    n_territories: int
    metric: Metric = "sphere"
    shares: NDArray[np.float64] = None  # type: ignore[assignment]
    weights: NDArray[np.float64] = None  # type: ignore[assignment]
    objective: Objective = "squared_distance"
    adjacency: Graph | None = None
    contiguous: bool = False
    seats: NDArray[np.float64] | None = None
    seat_pull: float = 0.5
    present: NDArray[np.int32] | None = None
    stay_weight: float = 0.0
    stay_weights: NDArray[np.float64] = None  # type: ignore[assignment]
    max_moved: float | None = None
    move_weights: NDArray[np.float64] = None  # type: ignore[assignment]
    locks: NDArray[np.int32] | None = None
    together: NDArray[np.int32] | None = None
    apart: NDArray[np.int32] | None = None
    kinds: NDArray[np.int32] | None = None
    eligible: NDArray[np.bool_] | None = None
    frozen: NDArray[np.bool_] | None = None
    capacities: NDArray[np.float64] | None = None
    centers: Centers = "free"
    site_capacities: NDArray[np.float64] | None = None
    travel: NDArray[np.float64] | None = None
    edge_weights: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        n = len(self.coordinates)
        if n == 0:
            raise ProblemError("coordinates: there are no units to place")
        try:
            object.__setattr__(self, "n_territories", index(self.n_territories))
        except TypeError:
            raise ProblemError(f"n_territories: {self.n_territories!r}; must be a whole number") from None
        k = self.n_territories
        if not 1 <= k <= n:
            raise ProblemError(f"n_territories: {k} territories for {n} units; must be between 1 and {n}")
        choices = {"metric": Metric, "objective": Objective, "centers": Centers}
        for field, known in ((field, get_args(of)) for field, of in choices.items()):
            if getattr(self, field) not in known:
                raise ProblemError(f"{field}: {getattr(self, field)!r}; must be one of {', '.join(known)}")
        measures = np.asarray(self.measures, dtype=np.float64)
        if measures.ndim != 2 or measures.shape[1] == 0:
            raise ProblemError(f"measures: shape {measures.shape}; must be (n, m) with m ≥ 1")
        m = measures.shape[1]
        self._floats("coordinates", self.coordinates, (n, 2))
        if self.metric == "sphere":
            _within("coordinates (longitude)", self.coordinates[:, 0], -180, 180)
            _within("coordinates (latitude)", self.coordinates[:, 1], -90, 90)
        self._floats("measures", measures, (n, m), at_least=0.0)
        with np.errstate(over="ignore"):
            totals = self.measures.sum(axis=0)
        for column, total in enumerate(totals):
            if not np.isfinite(total):
                raise ProblemError(f"measures: measure {column} sums to more than a float can hold")
            if total <= 0:
                raise ProblemError(f"measures: measure {column} sums to 0; there is nothing to balance")
        self._sites(n, m)
        if self.capacities is not None:
            self._floats("capacities", self.capacities, (k, m), at_least=0.0, allow_nan=True)
        asked = self.capacities is not None or self.site_capacities is not None
        asked = asked or bool(np.isfinite(np.asarray(self.tolerances, dtype=np.float64)).any())
        self._floats("tolerances", self.tolerances, (m,), above=0.0, allow_inf=asked)
        shares = np.ones(k) if self.shares is None else np.asarray(self.shares, dtype=np.float64)
        self._floats("shares", shares, (k, m) if shares.ndim == 2 else (k,), above=0.0)
        self._floats("shares", self.shares / self.shares.sum(axis=0), self.shares.shape)
        self._floats("weights", np.ones(n) if self.weights is None else self.weights, (n,), above=0.0)
        self._floats(
            "move_weights", np.ones(n) if self.move_weights is None else self.move_weights, (n,), at_least=0.0
        )
        stay = self.weights if self.stay_weights is None else self.stay_weights
        self._floats("stay_weights", stay, (n,), at_least=0.0)
        if self.contiguous and self.adjacency is None:
            raise ProblemError("contiguous: asked for, but adjacency is missing")
        if self.adjacency is not None and not isinstance(self.adjacency, Graph):
            raise ProblemError(
                f"adjacency: {type(self.adjacency).__name__}; must be a Graph, such as Graph.from_edges({n}, pairs)"
            )
        if self.adjacency is not None and self.adjacency.n_units != n:
            raise ProblemError(f"adjacency: {self.adjacency.n_units} units; must be {n}")
        self._edges()
        if self.seats is not None:
            self._floats("seats", self.seats, (k, 2), allow_nan=True)
        _within("seat_pull", np.array([self.seat_pull]), 0, 1)
        _within("stay_weight", np.array([self.stay_weight]), 0, np.inf)
        if self.max_moved is not None:
            _within("max_moved", np.array([self.max_moved]), 0, 1)
            if self.present is None:
                raise ProblemError("max_moved: asked for, but there is no present plan to move from")
        for field in ("present", "locks"):
            if getattr(self, field) is not None:
                self._integers(field, (n,), -1, k - 1)
        if self.together is not None:
            self._integers("together", (n,), -1, None)
            if self.locks is not None:
                self._agree(self.together, self.locks)
        if self.apart is not None:
            self._integers("apart", (len(self.apart), 2), 0, n - 1)
        self._eligibility(n, k)

    @property
    def n_units(self) -> int:
        return len(self.coordinates)

    @property
    def n_measures(self) -> int:
        return int(self.measures.shape[1])

    @property
    def targets(self) -> NDArray[np.float64]:
        """(k, m) what each territory should hold: its share of each measure's total."""
        targets: NDArray[np.float64] = self.shares.reshape(self.n_territories, -1) * self.measures.sum(axis=0)
        return targets

    @property
    def scales(self) -> NDArray[np.float64]:
        """(k, m) what deviations are ratios of: the target, or a billionth of the mean one where it is less."""
        least = 1e-9 * self.measures.sum(axis=0) / self.n_territories
        scales: NDArray[np.float64] = np.maximum(self.targets, least)
        return scales

    def _eligibility(self, n: int, k: int) -> None:
        table = eligibility.check_table(self.kinds, self.eligible, k)
        if table is not None:
            self._integers("kinds", (n,), 0, len(table) - 1)
            self._set("eligible", table)
        flags = eligibility.check_frozen(self.frozen, self.present, k)
        if flags is not None:
            self._set("frozen", flags)
        eligibility.refuse_contradictions(
            self.kinds, self.eligible, self.frozen, self.present, self.locks, self.together, n, k
        )

    def _sites(self, n: int, m: int) -> None:
        """Refuse what only unit centers can have, and check its figures."""
        for field in ("site_capacities", "travel"):
            if getattr(self, field) is not None and self.centers != "unit":
                raise ProblemError(f'{field}: only with centers "unit", not {self.centers!r}')
        if self.site_capacities is not None:
            self._floats("site_capacities", self.site_capacities, (n, m), at_least=0.0, allow_nan=True)
        if self.travel is not None:
            self._floats("travel", self.travel, (n, n), at_least=0.0)
            if self.seats is not None:
                raise ProblemError("travel: says nothing about the way to home bases; give no seats with it")

    def _edges(self) -> None:
        """Refuse what the objectives without centers cannot have, and check the edges' weights."""
        if self.objective in ("diameter", "cut_edges") and self.centers != "free":
            raise ProblemError(f'objective: {self.objective!r} knows no centers; centers must be "free"')
        if self.objective == "cut_edges" and self.adjacency is None:
            raise ProblemError("objective: 'cut_edges' needs an adjacency")
        if self.edge_weights is not None:
            if self.objective != "cut_edges" or self.adjacency is None:
                raise ProblemError(f"edge_weights: only with objective 'cut_edges', not {self.objective!r}")
            self._floats("edge_weights", self.edge_weights, (len(self.adjacency.edges()),), at_least=0.0)

    def _set(self, field: str, array: NDArray[np.generic]) -> None:
        array.flags.writeable = False
        object.__setattr__(self, field, array)

    def _floats(
        self,
        field: str,
        values: ArrayLike,
        shape: tuple[int, ...],
        *,
        at_least: float | None = None,
        above: float | None = None,
        allow_nan: bool = False,
        allow_inf: bool = False,
    ) -> None:
        array = np.array(values, dtype=np.float64, order="C")
        if array.shape != shape:
            raise ProblemError(f"{field}: shape {array.shape}; must be {shape}")
        bad = (np.isinf(array) & (not allow_inf)) | (np.isnan(array) & (not allow_nan))
        wanted = "finite"
        if at_least is not None and not bad.any():
            bad, wanted = array < at_least, f"at least {at_least:g}"
        if above is not None and not bad.any():
            bad, wanted = array <= above, f"above {above:g}"
        _refuse(field, array, bad, wanted)
        self._set(field, array)

    def _integers(self, field: str, shape: tuple[int, ...], low: int, high: int | None) -> None:
        given = np.asarray(getattr(self, field))
        if given.size and not np.issubdtype(given.dtype, np.integer):
            raise ProblemError(f"{field}: must be whole numbers, not {given.dtype}")
        if given.shape != shape:
            raise ProblemError(f"{field}: shape {given.shape}; must be {shape}")
        top = np.iinfo(np.int32).max if high is None else high
        _refuse(field, given, (given < low) | (given > top), f"between {low} and {top}")
        self._set(field, np.array(given, dtype=np.int32, order="C"))

    def _agree(self, together: NDArray[np.int32], locks: NDArray[np.int32]) -> None:
        """Refuse a group whose members are locked to different territories: no plan could keep both promises."""
        both = np.flatnonzero((together >= 0) & (locks >= 0))
        _, first, group = np.unique(together[both], return_index=True, return_inverse=True)
        leader = both[first[group]]
        for i, unit in zip(both, leader, strict=True):
            if locks[i] != locks[unit]:
                raise ProblemError(
                    f"locks[{i}]: {locks[i]}; must be {locks[unit]}, where unit {unit} of the same group is locked"
                )


def _within(field: str, values: NDArray[np.float64], low: float, high: float) -> None:
    _refuse(field, values, ~((values >= low) & (values <= high)), f"between {low:g} and {high:g}")


def _refuse(field: str, array: NDArray[np.generic], bad: NDArray[np.bool_], wanted: str) -> None:
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        position = f"[{', '.join(map(str, where))}]"
        raise ProblemError(f"{field}{position}: {array[where]}; must be {wanted}")
