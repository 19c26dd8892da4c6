"""The frontier of realignment: from "move as little as balance needs" to "redesign", each plan warm-started from the last.

Every plan minimizes travel + toll × share moved within the tolerances, for one of a falling row of tolls. Among such
plans less travel can only be had for more moves, so that they are points of the Pareto frontier (its convex part; Geoffrion
1968). At each toll the transport relaxation is solved from the duals and columns of the one before (`flow.relax`), rounded,
and searched as any plan is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.border import Merit, State, merit, state_of
from terrier.engine.design.fewer_pairs import with_fewer_pairs
from terrier.engine.design.flow import Costs, Flow, entries, held_moves, lower_bound, relax
from terrier.engine.design.handovers import Handovers, handovers
from terrier.engine.design.instance import Floats, Instance, Ints, contract
from terrier.engine.design.least_moved import least_moved_bound
from terrier.engine.design.params import Params
from terrier.engine.design.plan import Plan, evaluate, stay_scale
from terrier.engine.design.problem import Problem
from terrier.engine.design.reach import within_reach
from terrier.engine.design.regions import subproblem
from terrier.engine.design.repair import repair
from terrier.engine.design.search import search, surplus_pieces
from terrier.engine.design.solve import brief, settle
from terrier.engine.design.start import first_market, market_anew
from terrier.engine.design.stop import AnyOf, MaxRounds, Stop
from terrier.engine.design.transport import Market, cool, offers
from terrier.engine.design.zones import follows
from terrier.errors import ProblemError

TOLLS = (0.0, 0.03, 0.07, 0.15, 0.3, 0.6, 1.2, 3.0, 10.0, 30.0)
"""What moving everything costs, as a multiple of today's travel."""
ROUNDS = 12
"""Of the search, at each toll."""
STARTS, FIRST_ROUNDS = 3, 2
"""Searches begun at each toll, side by side; where heavy accounts end is luck, and decides more than all later rounds."""
STRIDE = 1_000_003
"""Between the seeds of two starts."""
WARM = 0.03
"""Temperature at which a market that was settled for another toll is settled again."""
PENALTY = 10.0
"""Of widening all bands by their half-width, in mean territories' travel."""
PAIR_TOLL = 0.3
"""Least toll at which the cost of a pair is reckoned, so that it is not nothing where moves are free."""
PAIR_ROUNDS = 3
MOSTLY_TRAVEL = 1.5
"""Up to this toll the centers follow by cooling; beyond, they hardly move, and two relaxations do."""


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """One plan of the frontier.

    toll : that it was found for, in today's travels for all moves. travel : typical distance compared with today's, 1 when
    the same (by the objective's power: root mean square for squared distance). handovers : who gives how much to whom.
    value, bound : travel + toll · moved, and what no plan at these centers can undercut, as multiples of today's travel.
    """

    plan: Plan
    toll: float
    travel: float
    handovers: Handovers
    value: float
    bound: float

    @property
    def moved(self) -> float:
        assert self.plan.moved is not None
        return self.plan.moved

    @property
    def gap(self) -> float:
        """How far, as a ratio, the plan is from the bound at most."""
        return max(0.0, self.value / self.bound - 1) if self.bound > 0 else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Frontier:
    """Plans by share moved, least first; each travels less than the one before.

    must_move : share that any plan within the tolerances must move, a proven lower bound. Plans out of tolerance are
    among the points only when no plan within was found.
    """

    points: tuple[Point, ...]
    must_move: float

    def knee(self) -> int:
        """The plan from which more moves pay least."""
        return knee([(point.moved, point.travel) for point in self.points])

    def within(self, max_moved: float) -> int | None:
        """The plan of least travel that moves no more than so much, None when all move more."""
        fit = [i for i, point in enumerate(self.points) if point.moved <= max_moved + 1e-12]
        return max(fit, default=None)


def knee(points: Sequence[tuple[float, float]]) -> int:
    """Of plans' shares moved and travel, least moved first: the one farthest below the line between the first and the last."""
    if len(points) < 3:
        return 0
    moved, travel = np.array(points).T
    spans = max(float(np.ptp(moved)), 1e-12), max(float(np.ptp(travel)), 1e-12)
    below = (moved[-1] - moved) / spans[0] - (travel - travel[-1]) / spans[1]
    return int(below.argmax())


def frontier(
    problem: Problem,
    params: Params | None = None,
    tolls: Iterable[float] = TOLLS,
    stop_for: Callable[[float], Stop] | None = None,
    seed: int = 1,
    pair_weight: float = 3.0,
    groups: Ints | None = None,
    territory_groups: Ints | None = None,
    on_point: Callable[[int, int, Plan], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Frontier:
    """Find plans from the least disruption to a redesign.

    What a moved unit counts is ``problem.move_weights``; ``stay_weight`` and ``max_moved`` are set aside.

    Parameters
    ----------
    tolls : what moving everything costs at each point, as a multiple of today's travel; 0 is the redesign.
    stop_for : makes the rule that ends one search, from its share of all of them; by default 24 rounds each.
    pair_weight : what a pair of territories that hand over costs beside what they hand over, in average units moved. For
        fewer pairs no plan gets worse, by travel and toll, than by `fewer_pairs.MOST_WORSE`.
    groups, territory_groups : regions, as in `solve_by_group`.
    on_point : called with the number of the toll, of all tolls, and the plan found.
    is_cancelled : asked before each further toll; what was found by then is the answer.

    Raises
    ------
    ProblemError
        There is no present plan, or centers are tied to units.
    """
    if problem.present is None or not (problem.present >= 0).any():
        raise ProblemError("present: there is no present plan to move from")
    if problem.objective not in ("distance", "squared_distance"):
        raise ProblemError(f"objective: {problem.objective!r}; a frontier needs distance or squared_distance")
    if problem.centers != "free" or problem.travel is not None or problem.site_capacities is not None:
        raise ProblemError(
            "centers: a frontier needs free centers, without site capacities or a travel matrix"
        )
    params = params or Params()
    asked = replace(problem, stay_weight=0.0, max_moved=None)
    chains = _chains(asked, params, groups, territory_groups)
    row = sorted(set(tolls))
    found: list[NDArray[np.int32]] = []
    for number, toll in enumerate(row):
        if found and is_cancelled is not None and is_cancelled():
            break
        assignment = np.empty(problem.n_units, dtype=np.int32)
        for chain in chains:
            share = len(chain.units) / problem.n_units / len(row)
            stop = MaxRounds(ROUNDS) if stop_for is None else stop_for(share)
            assignment[chain.units] = chain.territories[chain.at(toll, stop, seed, pair_weight)]
        found.append(assignment)
        if on_point is not None:
            on_point(number, len(row), evaluate(asked, assignment))
    return Frontier(_points(asked, chains, found, row), _must_move(chains))


class _Chain:
    """One region, solved at one toll after the other; market, relaxation and state are handed on."""

    def __init__(
        self, whole: Problem, units: NDArray[np.intp], territories: Ints, params: Params, travel_today: float
    ) -> None:
        self.units, self.territories, self.params = units, territories, params
        part = subproblem(whole, units, territories, None)
        self.asked = contract(part)
        self.instance = within_reach(part, self.asked)
        self.market = first_market(self.instance)
        assert whole.present is not None
        held = whole.present >= 0
        self.share = float(part.move_weights[(part.present if part.present is not None else -1) >= 0].sum())
        self.share /= max(float(whole.move_weights[held].sum()), np.finfo(float).tiny)
        self.held = held_moves(part, self.instance.member) * self.share
        self.km = float(part.weights.sum()) / part.n_territories
        self.travel_today = travel_today / self.km
        self.pool: Ints | None = None
        self.flow: Flow | None = None
        self.flows: dict[float, Flow] = {}
        self.toll = 0.0
        self.state: State | None = None

    def at(self, toll: float, stop: Stop, seed: int, pair_weight: float) -> Ints:
        """Who goes where at this toll: (units,) territories by position in ``territories``."""
        self.toll = toll
        home = np.maximum(self.instance.home, 0)
        leaving = np.asarray(self.held[np.arange(len(home)), home]).ravel()
        stay = np.where(self.instance.home >= 0, toll * self.travel_today * leaving, 0.0)
        instance = replace(self.instance, stay=stay)
        anew = self.pool is None and toll == 0 and self._starts_anew()
        if anew:
            self.market = market_anew(instance)
            self.pool, assignment = settle(instance, self.market, brief(self.params))
            self.flow = self.flows[toll] = self._flow_at(toll)
        elif self.pool is None:
            self.pool, assignment = settle(instance, self.market, self.params)
        elif toll <= MOSTLY_TRAVEL:
            self.pool = cool(instance, self.market, self.params, WARM, self.params.cold)
            assignment = offers(instance, self.market, 1, self.pool).candidates[:, 0]
        else:
            assignment = offers(instance, self.market, 1, self.pool).candidates[:, 0]
        if self._is_small() and not anew:
            for _ in range(2):
                assignment = self._relaxed(toll)
        state = state_of(instance, repair(instance, self.market, assignment), self.market.centres)
        self.state = self._best_of_starts(instance, state, stop, seed)
        if not pair_weight:
            return self.state.assignment[self.instance.member]
        account = pair_weight * self.share / max(int((self.instance.home >= 0).sum()), 1)
        tidy = with_fewer_pairs(
            instance,
            self.state,
            account * max(toll, PAIR_TOLL) * self.travel_today,
            account,
            lambda asked, start: self._searched(
                asked,
                state_of(asked, start, self.market.centres),
                replace(self.market),
                MaxRounds(PAIR_ROUNDS),
                seed,
            ),
        )
        return tidy.assignment[self.instance.member]

    def _best_of_starts(self, instance: Instance, start: State, stop: Stop, seed: int) -> State:
        """Search on from the best of several first rounds and the plan handed on; changes ``market``."""

        def begun(number: int) -> tuple[State, Market]:
            market = replace(self.market)
            few = AnyOf((MaxRounds(FIRST_ROUNDS), stop))
            return self._searched(instance, start.copy(), market, few, seed + number * STRIDE), market

        with ThreadPoolExecutor(2) as threads:
            tried = list(threads.map(begun, range(STARTS if self._is_small() else 1)))
        best, self.market = min(tried, key=lambda one: self._merit(instance, one[0]))
        if self.state is not None:
            best = min(best, self.state.copy(), key=lambda state: self._merit(instance, state))
        return self._searched(instance, best, self.market, stop, seed, annealed=True)

    def _searched(
        self, instance: Instance, state: State, market: Market, stop: Stop, seed: int, annealed: bool = False
    ) -> State:
        assert self.pool is not None
        return search(instance, market, state, self.pool, self.params, stop, seed, lambda *_: None, annealed)

    def _merit(self, instance: Instance, state: State) -> Merit:
        return merit(instance, state, surplus_pieces(instance, state))

    def _is_small(self) -> bool:
        return self.instance.n_units <= self.params.coarse_above

    def _starts_anew(self) -> bool:
        """Whether a redesign is as good as one from nothing: any territory may take any part, and multipliers find the rest."""
        one = self.instance
        alike = not len(one.eligible) and not one.pull.any() and (one.fixed < 0).all()
        alike = alike and np.ptp(one.targets, axis=0).max() < 1e-9 and np.ptp(one.bands, axis=0).max() < 1e-9
        return bool(alike and self._is_small() and follows(one) and one.n_units >= self.params.brief_from)

    def _relaxed(self, toll: float) -> Ints:
        """Round the relaxation at the market's centers, which then follow it; changes ``market``."""
        self.flow = self.flows[toll] = self._flow_at(toll)
        self.market.prices = self.flow.prices
        assignment = self.flow.rounded()
        self.market.centres = state_of(self.instance, assignment, self.market.centres).centres
        return assignment

    def _flow_at(self, toll: float) -> Flow:
        return self.relaxed_at(toll, self.market.centres, self.flow, self.market.prices)

    def costs(self, toll: float, centres: Floats) -> Costs:
        return Costs(self.instance, centres, 1.0, toll * self.travel_today, self.held)

    def relaxed_at(self, toll: float, centres: Floats, similar: Flow | None, prices: Floats) -> Flow:
        mean = float(self.market.scale.mean()) * self.instance.n_territories
        columns = None if similar is None else similar.columns
        return relax(self.costs(toll, centres), prices, PENALTY * (1 + toll) * mean, columns=columns)

    def certified(self, toll: float, centres: Floats) -> float:
        """What no plan at these centers can undercut."""
        if not self._is_small():
            return lower_bound(self.costs(toll, centres), self.market.prices)
        similar = self.flows[toll]
        return self.relaxed_at(toll, centres, similar, similar.prices).bound

    def must_move(self) -> float:
        """Share of all move weight that any plan of the region must move; see `least_moved`."""
        return least_moved_bound(self.asked, self.held, self.flow, max(self.toll, 1.0) * self.travel_today)


def _travel_today(problem: Problem) -> float:
    """Σ weight × distance to the power as it is today, for the whole of the units; where it is nothing, 1 km each."""
    return (stay_scale(problem) or 1.0) * float(problem.weights.sum())


def _chains(
    problem: Problem, params: Params, groups: Ints | None, territory_groups: Ints | None
) -> list[_Chain]:
    today = _travel_today(problem)
    if groups is None or territory_groups is None:
        groups, territory_groups = (
            np.zeros(problem.n_units, dtype=np.int32),
            np.zeros(problem.n_territories, dtype=np.int32),
        )
    return [
        _Chain(
            problem,
            np.flatnonzero(groups == g),
            np.flatnonzero(territory_groups == g).astype(np.int32),
            params,
            today,
        )
        for g in range(int(groups.max()) + 1)
    ]


def _points(
    problem: Problem, chains: list[_Chain], found: list[NDArray[np.int32]], tolls: list[float]
) -> tuple[Point, ...]:
    """The plans found, less those that another beats in both moves and travel."""
    plans = [evaluate(problem, assignment) for assignment in found]
    fit = [i for i, plan in enumerate(plans) if plan.is_feasible] or list(range(len(plans)))
    today = _travel_today(problem)
    travels = np.array([plan.score.total / today for plan in plans])
    moved = np.array([plan.moved or 0.0 for plan in plans])
    order = sorted(fit, key=lambda i: (moved[i], travels[i]))
    points: list[Point] = []
    least = np.inf
    for i in order:
        if travels[i] < least:
            least = travels[i]
            points.append(_point(problem, chains, plans[i], tolls[i], float(travels[i]), today))
    return tuple(points)


def _point(
    problem: Problem, chains: list[_Chain], plan: Plan, toll: float, travel: float, today: float
) -> Point:
    value = bound = 0.0
    for chain in chains:
        k = len(chain.territories)
        position = np.full(problem.n_territories, -1, dtype=np.int32)
        position[chain.territories] = np.arange(k)
        assignment = np.empty(chain.instance.n_units, dtype=np.int32)
        assignment[chain.instance.member] = position[plan.assignment[chain.units]]
        centres = state_of(chain.instance, assignment, chain.market.centres).centres
        costs = chain.costs(toll, centres)
        own, _ = entries(costs, np.arange(len(assignment)), assignment.astype(np.int64))
        value += float(own.sum()) * chain.km
        bound += chain.certified(toll, centres) * chain.km
    power = 2 if problem.objective == "squared_distance" else 1
    return Point(
        plan=plan,
        toll=toll,
        travel=travel ** (1 / power),
        handovers=handovers(problem, plan.assignment),
        value=value / today,
        bound=bound / today,
    )


def _must_move(chains: list[_Chain]) -> float:
    """Lower bound on the share moved by any plan within the tolerances; units held from elsewhere must all move."""
    inside = sum(chain.share for chain in chains)
    return max(0.0, 1.0 - inside) + sum(chain.must_move() for chain in chains)
