"""The frontier of realignment: from "move as little as balance needs" to "redesign", each plan warm-started from the last.

Every plan minimizes travel + toll × share moved within the tolerances, for one of a falling row of tolls. Among such
plans less travel can only be had for more moves, so that they are points of the Pareto frontier (its convex part; Geoffrion
1968). At each toll the transport relaxation is solved from the duals and columns of the one before (`flow.relax`), rounded,
and searched as any plan is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design.border import Merit, State, state_of
from terrier.engine.design.fewer_pairs import with_fewer_pairs
from terrier.engine.design.flow import Costs, Flow, entries, held_moves, lower_bound, relax
from terrier.engine.design.handovers import Handovers, handovers
from terrier.engine.design.instance import Floats, Instance, Ints, contract
from terrier.engine.design.least_moved import least_moved_bound
from terrier.engine.design.multipliers import slower
from terrier.engine.design.params import Params
from terrier.engine.design.plan import Plan, evaluate, stay_scale
from terrier.engine.design.problem import Problem
from terrier.engine.design.reach import within_reach
from terrier.engine.design.regions import subproblem
from terrier.engine.design.repair import repair
from terrier.engine.design.search import judge, rescue, search
from terrier.engine.design.solve import brief, settle
from terrier.engine.design.start import first_market, market_anew
from terrier.engine.design.stop import AnyOf, MaxRounds, Stop, never
from terrier.engine.design.threads import long_for_each
from terrier.engine.design.transport import Market, cool, offers
from terrier.engine.design.zones import follows
from terrier.errors import ProblemError

TOLLS = (0.0, 0.03, 0.07, 0.15, 0.3, 0.6, 1.2, 3.0, 10.0, 30.0)
"""What moving everything costs, as a multiple of today's travel."""
ROUNDS = 6
"""Of the search, at each toll."""
STARTS, FIRST_ROUNDS = 2, 6
"""Searches begun at each toll, side by side; where heavy accounts end is luck, and decides more than all later rounds."""
SLOWLY = 2
"""Times as many proposals and updates as elsewhere, for the multipliers of each: it decides more than a further search."""
STRIDE = 1_000_003
"""Between the seeds of two starts."""
WARM = 0.03
"""Temperature at which a market that was settled for another toll is settled again."""
PENALTY = 10.0
"""Of widening all bands by their half-width, in mean territories' travel."""
PAIR_TOLL = 0.3
"""Least toll at which the cost of a pair is reckoned, so that it is not nothing where moves are free."""
PAIR_ROUNDS, HOPELESS = 3, 0.005
"""Of the search between fewer pairs; a start that is out of tolerance or dearer by so much is not searched."""
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
    stop_for : makes the rule that ends one search, from its share of all of them; by default `ROUNDS` rounds each.
    pair_weight : what a pair of territories that hand over costs beside what they hand over, in average units moved. For
        fewer pairs no plan gets worse, by travel and toll, than by `fewer_pairs.MOST_WORSE`.
    groups, territory_groups : regions, as in `solve_by_group`.
    on_point : called with the number of the toll, of all tolls, and the plan found.
    is_cancelled : asked before each further toll, and at the end; what was found by then is the answer, with fewer pairs where those were sought by then.

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
    searched: list[list[_Found]] = []
    tidied: list[Future[list[State]]] = []

    def cancelled() -> bool:
        return is_cancelled is not None and is_cancelled()

    def tidy(here: list[_Found]) -> list[State]:
        return [
            chain.with_fewer_pairs(one, seed, pair_weight) for chain, one in zip(chains, here, strict=True)
        ]

    # Nothing that comes later asks for fewer pairs: they are sought while relaxations leave a core idle.
    beside = ThreadPoolExecutor(1)
    try:
        for number, toll in enumerate(row):
            if searched and cancelled():
                break
            here = []
            for chain in chains:
                share = len(chain.units) / problem.n_units / len(row)
                stop = MaxRounds(ROUNDS) if stop_for is None else stop_for(share)
                here.append(chain.at(toll, stop, seed))
            searched.append(here)
            if pair_weight:
                tidied.append(beside.submit(tidy, here))
            if on_point is not None:
                plan = _together(problem, chains, [one.state for one in here])
                on_point(number, len(row), evaluate(asked, plan))
        if cancelled():
            beside.shutdown(cancel_futures=True)
        found = [
            _together(
                problem,
                chains,
                [one.state for one in here] if known is None or known.cancelled() else known.result(),
            )
            for here, known in zip_longest(searched, tidied)
        ]
    finally:
        beside.shutdown(cancel_futures=True)
    return Frontier(_points(asked, chains, found, row), _must_move(chains))


def _together(problem: Problem, chains: Sequence[_Chain], states: Sequence[State]) -> Ints:
    """(n,) who goes where in all regions."""
    assignment = np.empty(problem.n_units, dtype=np.int32)
    for chain, state in zip(chains, states, strict=True):
        assignment[chain.units] = chain.territories[chain.placed(state)]
    return assignment


def _slowly(params: Params) -> Params:
    return replace(slower(params, SLOWLY), spring_updates=params.spring_updates * SLOWLY)


def _unheard(_rounds: int, _state: State, _judged: Merit) -> None:
    pass


@dataclass(frozen=True)
class _After:
    """A rule for rounds that come after so many others."""

    rounds: int
    stop: Stop

    def __call__(self, rounds: int, stale: int) -> bool:
        return self.stop(self.rounds + rounds if rounds >= 0 else rounds, stale)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What a region's search ended with at one toll."""

    toll: float
    instance: Instance
    pool: Ints
    market: Market
    state: State


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

    def at(self, toll: float, stop: Stop, seed: int) -> _Found:
        """What is found at this toll, warm from the toll before."""
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
        return _Found(toll, instance, self.pool, replace(self.market), self.state)

    def _best_of_starts(self, instance: Instance, start: State, stop: Stop, seed: int) -> State:
        """Search on from the best of several beginnings and the plan handed on; changes ``market``."""
        assert self.pool is not None
        pool, few = self.pool, AnyOf((MaxRounds(FIRST_ROUNDS), stop))
        params = _slowly(self.params) if self._is_small() else self.params

        def begun(number: int) -> tuple[State, Market]:
            market = replace(self.market)
            chance = seed + number * STRIDE
            return search(instance, market, start.copy(), pool, params, few, chance, _unheard), market

        tried = long_for_each(range(STARTS if self._is_small() else 1), begun)
        best, self.market = min(tried, key=lambda one: judge(instance, one[0]))
        rest: Stop = _After(FIRST_ROUNDS, stop) if self._is_small() else stop
        if self.state is not None and judge(instance, self.state) < judge(instance, best):
            best, rest = self.state.copy(), stop
        return search(instance, self.market, best, pool, self.params, rest, seed, _unheard, annealed=True)

    def placed(self, state: State) -> Ints:
        """(units,) territories by position in ``territories``."""
        return state.assignment[self.instance.member]

    def with_fewer_pairs(self, found: _Found, seed: int, pair_weight: float) -> State:
        """The same plan between fewer pairs, where one is found that costs little more."""
        account = pair_weight * self.share / max(int((self.instance.home >= 0).sum()), 1)
        found_merit = judge(found.instance, found.state)
        pair_cost = account * max(found.toll, PAIR_TOLL) * self.travel_today

        def again(asked: Instance, start: Ints) -> State:
            state, market = state_of(asked, start, found.market.centres), replace(found.market)
            rng, before = np.random.default_rng(seed), judge(asked, state)
            few = MaxRounds(PAIR_ROUNDS)
            state, now = rescue(
                asked, market, state, before, found.pool, self.params, never, rng, _unheard, annealed=True
            )
            if now.violation > found_merit.violation or now.total > found_merit.total * (1 + HOPELESS):
                return state
            return search(asked, market, state, found.pool, self.params, few, seed, _unheard, annealed=True)

        return with_fewer_pairs(found.instance, found.state, pair_cost, account, again)

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
    problem: Problem, chains: list[_Chain], found: list[Ints], tolls: list[float]
) -> tuple[Point, ...]:
    """The plans found, less those that another beats in both moves and travel."""
    plans = [evaluate(problem, assignment) for assignment in found]
    fit = [i for i, plan in enumerate(plans) if plan.is_feasible] or list(range(len(plans)))
    today = _travel_today(problem)
    travels = np.array([plan.score.total / today for plan in plans])
    moved = np.array([plan.moved or 0.0 for plan in plans])
    order = sorted(fit, key=lambda i: (moved[i], travels[i]))
    kept: list[int] = []
    for i in order:
        if not kept or travels[i] < travels[kept[-1]]:
            kept.append(i)

    def point(i: int) -> Point:
        return _point(problem, chains, plans[i], tolls[i], float(travels[i]), today)

    return tuple(long_for_each(kept, point))


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
