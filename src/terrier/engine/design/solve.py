"""The composition root of territory design: a problem in, a plan out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from terrier.engine.design.border import Merit, State, moved_of, state_of
from terrier.engine.design.bound import bound
from terrier.engine.design.cap import within_cap
from terrier.engine.design.climbs import Summit, climb_again
from terrier.engine.design.coarse import coarsen
from terrier.engine.design.compact import improve
from terrier.engine.design.connected import balances_several, mean_measure, spread_over
from terrier.engine.design.costs import Costs
from terrier.engine.design.instance import Floats, Instance, Ints, contract
from terrier.engine.design.params import Params
from terrier.engine.design.patchwork import Layout, search_patches
from terrier.engine.design.plan import Plan, evaluate
from terrier.engine.design.problem import Problem
from terrier.engine.design.provinces import Design, by_provinces, has_provinces
from terrier.engine.design.reach import beyond_asked, within_reach
from terrier.engine.design.repair import repair, return_home
from terrier.engine.design.search import Report, judge, search
from terrier.engine.design.site_descent import Prospects
from terrier.engine.design.site_instance import roomy, with_room, with_sites
from terrier.engine.design.site_search import search_sites
from terrier.engine.design.site_state import SiteMerit, SiteState, outside_limits, site_state
from terrier.engine.design.start import first_assignment, first_market, scattered_market
from terrier.engine.design.stop import BEFORE_ROUNDS, AnyOf, MaxRounds, NoImprovement, Stop, never, told
from terrier.engine.design.sums import sums
from terrier.engine.design.threads import long_for_each
from terrier.engine.design.transport import Market, ascend, cool, near_territories, neighborhoods, offers
from terrier.engine.design.zones import follows
from terrier.errors import ProblemError

FIRST_ROUNDS = 16
"""Of each beginning at most, where there are two; they end when balanced."""

WORTH_MERGING = 1.5
"""Units for each micro-unit from which merging saves time."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A better plan was found. ``excess`` is the largest deviation beyond its tolerance, as a ratio; 0 when none."""

    rounds: int
    total: float
    excess: float
    moved: float | None


def solve(
    problem: Problem,
    params: Params | None = None,
    stop: Stop | None = None,
    seed: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """Design territories: find an assignment within every tolerance with the least objective.

    Infeasible is a result, not an error: the best plan found comes back with its shortfalls. The same problem, params,
    seed and number of rounds give the same plan.

    Parameters
    ----------
    stop : Stop, optional
        When to end; by default after 8 rounds without a better plan.
    on_progress : callable, optional
        Called with each better plan's figures.

    Raises
    ------
    ProblemError
        ``seed`` is no whole number of 0 or more.
    """
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise ProblemError(f"seed: {seed!r}; must be a whole number of 0 or more")
    params, stop = params or Params(), stop or NoImprovement(8)
    stop(BEFORE_ROUNDS, 0)  # a clock starts with the first question
    if problem.objective in ("diameter", "cut_edges"):
        return _without_centers(problem, params, stop, seed, on_progress)
    asked = contract(problem)
    instance = within_reach(problem, asked)
    if problem.centers == "unit" and not problem.contiguous:
        return _at_units(problem, asked, params, stop, seed, on_progress)
    # A plan in one piece that balances several measures begins balanced by their mean.
    several = balances_several(instance) and problem.centers == "free"
    priced = mean_measure(instance) if several else instance
    market = first_market(priced)
    start = replace(market)
    few = instance.n_units <= params.coarse_above
    # Where units are very few no time is saved, and prices of demands that cannot be met need all their steps.
    many = instance.n_units >= params.brief_from
    followed = (
        few and many and problem.centers == "free" and not problem.contiguous and problem.present is None
    )
    divided = problem.centers == "free" and has_provinces(instance, params)
    if divided:
        assignment, market.prices = by_provinces(instance, params, _alone(stop), seed)
    else:
        pool, assignment = settle(priced, market, brief(params) if followed else params, stop)
    if several:
        spread_over(market, instance.n_measures)
        spread_over(start, instance.n_measures)
    searched = instance
    if instance.max_moved < np.inf and few and problem.centers == "free":
        searched, assignment = within_cap(instance, market, pool, assignment, lambda: stop(BEFORE_ROUNDS, 0))
    assignment = repair(searched, market, assignment)
    state = state_of(instance, assignment, market.centres)
    if stop(BEFORE_ROUNDS, 0):
        state = _better_of(instance, state, start, market)
    km = problem.weights.sum() / problem.n_territories
    # What must leave in any case counts as moved, but not in the search.
    forced = max(0.0, 1.0 - float(instance.move_weights.sum())) if instance.move_weights.any() else 0.0

    gap = _GapOfBest(problem, instance, market)

    def report(rounds: int, found: State | Layout, judged: Merit) -> None:
        gap.heard(rounds, found)
        if on_progress is not None:
            moved = None if problem.present is None else forced + moved_of(instance, found.assignment)
            left = (instance.home >= 0) & (found.assignment != instance.home)
            cost = judged.total - float((searched.stay - instance.stay)[left].sum())
            on_progress(Progress(rounds, cost * km, beyond_asked(asked, found.loads), moved))

    best: State | Layout
    if problem.centers == "unit":
        costs = Costs(problem, instance)
        best = search_patches(costs, assignment, params, told(stop, gap), seed, report)
    else:
        if divided:
            params = replace(params, few_out=params.divided_few_out)
            market.centres = state.centres.copy()
            pool = near_territories(instance, market, params.fine_pool, neighborhoods(instance, params.pool))
        capped = searched is not instance
        if capped:
            market, state = _begun(searched, instance.stay, market, state, pool, params, stop, seed)
            searched = replace(searched, stay=instance.stay)  # the toll has done its work: the cap is a law
        if few and not capped and not divided:

            def climb(begin: Summit | None, own: Params, rule: Stop, chance: int, tell: Report) -> tuple[State, Market]:  # fmt: skip
                start, now = (market, state) if begin is None else (begin.market, begin.state)
                there = replace(start)
                found = search(instance, there, now.copy(), pool, own, rule, chance, tell, begin is not None)
                return found, there

            free = follows(instance) and instance.max_moved == np.inf
            early = free and instance.n_units >= params.early_from
            summit = climb_again(climb, params, stop, gap, seed, report, early)
            best, market = summit.state, summit.market
        else:
            best = search(
                searched, market, state, pool, params, told(stop, gap), seed, report, divided or capped
            )
    plan = evaluate(problem, best.assignment[instance.member])
    return replace(plan, bound=bound(problem, plan, market.prices * km)) if params.bound else plan


def _begun(
    instance: Instance,
    stay: Floats,
    market: Market,
    state: State,
    pool: Ints,
    params: Params,
    stop: Stop,
    seed: int,
) -> tuple[Market, State]:
    """The better of two beginnings where a cap on moves presses: with multipliers, and from what the relaxation says as it is.

    Both are led by the toll on leaving home in ``instance``, but judged by what it costs, ``stay``: for within the cap moves are free, and a plan
    that left half of them unused won by the toll that it had not paid. Where hardly anything may move, multipliers spend the moves on
    what only balances, and no later round gets them back; where more may, they find more.
    """
    judged = replace(instance, stay=stay)

    def begun(annealed: bool) -> tuple[Market, State]:
        own = replace(market)
        until = _UntilBalanced(stop, FIRST_ROUNDS)
        rule = AnyOf((stop, until))
        return own, search(instance, own, state.copy(), pool, params, rule, seed, until.heard, annealed)

    tried = long_for_each((False, True), begun)
    return min(tried, key=lambda one: judge(judged, one[1]))


def _alone(stop: Stop) -> Design:
    """How provinces, and each of them, are designed: as anything else, but no longer than until balanced, and without a report."""

    def design(instance: Instance, params: Params, seed: int) -> tuple[Ints, Floats]:
        market = first_market(instance)
        if stop(BEFORE_ROUNDS, 0):
            return first_assignment(instance, market), market.prices
        start = replace(market)
        many = instance.n_units >= params.brief_from
        few = many and instance.n_units <= params.coarse_above
        pool, assignment = settle(instance, market, brief(params) if few else params, stop)
        state = state_of(instance, repair(instance, market, assignment), market.centres)
        if stop(BEFORE_ROUNDS, 0):
            state = _better_of(instance, state, start, market)
        until = _UntilBalanced(stop, params.province_rounds)
        return search(
            instance, market, state, pool, params, until, seed, until.heard
        ).assignment, market.prices

    return design


class _UntilBalanced:
    """Stop once zones were searched and all is within tolerance, after so many rounds, or when there is no more time."""

    def __init__(self, stop: Stop, rounds: int) -> None:
        self._stop, self._rounds, self._balanced = stop, rounds, False

    def heard(self, rounds: int, _: State, judged: Merit) -> None:
        self._balanced = rounds > 1 and judged.violation == 0

    def __call__(self, rounds: int, stale: int) -> bool:
        return self._balanced or rounds >= self._rounds or self._stop(BEFORE_ROUNDS, 0)


def _better_of(instance: Instance, state: State, start: Market, market: Market) -> State:
    """The state, or where territories began if that is better: prices that were cut short may be worse than none."""
    earlier = state_of(instance, repair(instance, start, first_assignment(instance, start)), start.centres)
    if judge(instance, earlier) < judge(instance, state):
        market.prices = start.prices
        return earlier
    return state


class _GapOfBest:
    """The gap of the best plan so far, for a stopping rule to ask. Proved anew only now and then: it costs a little."""

    def __init__(self, problem: Problem, instance: Instance, market: Market) -> None:
        self._problem, self._instance, self._market = problem, instance, market
        self._state: State | Layout | SiteState | None = None
        self._rounds = self._next = 0
        self._known = float("inf")

    def heard(self, rounds: int, state: State | Layout | SiteState) -> None:
        self._rounds, self._state = rounds, state

    def __call__(self) -> float:
        if self._state is not None and self._rounds >= self._next:
            self._next = self._rounds + 1 + self._rounds // 4
            plan = evaluate(self._problem, self._state.assignment[self._instance.member])
            km = self._problem.weights.sum() / self._problem.n_territories
            found = bound(self._problem, plan, self._market.prices * km)
            self._known = float("inf") if found is None else found.gap(plan.score)
        return self._known


def _without_centers(
    problem: Problem, params: Params, stop: Stop, seed: int, on_progress: Callable[[Progress], None] | None
) -> Plan:
    """Start from a balanced plan of least squared distance, then search by the objective itself."""
    near = replace(problem, objective="squared_distance", edge_weights=None)
    first = solve(
        near, replace(params, bound=False), AnyOf((stop, MaxRounds(params.rounds_with_centers))), seed
    )
    instance = within_reach(near, contract(near))

    def fresh(rng: np.random.Generator) -> Ints | None:
        if problem.present is not None or problem.seats is not None:
            return None
        market = scattered_market(instance, rng)
        return repair(instance, market, settle(instance, market, params, stop)[1])

    def report(rounds: int, total: float, excess: float, moved: float | None) -> None:
        if on_progress is not None:
            on_progress(Progress(rounds, total, excess, moved))

    return evaluate(problem, improve(problem, first.assignment, params, stop, seed, report, fresh))


def _at_units(
    problem: Problem, asked: Instance, params: Params, stop: Stop, seed: int,
    on_progress: Callable[[Progress], None] | None,
) -> Plan:  # fmt: skip
    """Territories whose centers are units: start from free centers with room to spare, then search among units.

    Several measures are hard to balance once centers are fixed: there it starts from a plan that is searched with free ones.
    """
    discrete = with_sites(problem, within_reach(problem, asked), params.near_sites)
    instance = discrete.base
    free = roomy(discrete)
    market = first_market(free)
    assignment = repair(free, market, settle(free, market, params, stop)[1])
    if instance.n_measures > 1 and problem.travel is None and np.isfinite(problem.tolerances).any():
        near = replace(problem, centers="free", site_capacities=None)
        rule = AnyOf((stop, MaxRounds(params.rounds_with_centers)))
        assignment[instance.member] = solve(near, replace(params, bound=False), rule, seed).assignment
    state = site_state(discrete, *with_room(discrete, assignment))
    km = problem.weights.sum() / problem.n_territories
    forced = max(0.0, 1.0 - float(instance.move_weights.sum())) if instance.move_weights.any() else 0.0

    gap = _GapOfBest(problem, instance, market)

    def report(rounds: int, found: SiteState, merit: SiteMerit) -> None:
        gap.heard(rounds, found)
        if on_progress is not None:
            sites = float((outside_limits(discrete, found) / instance.targets).max())
            excess = max(sites, beyond_asked(asked, found.loads))
            moved = None if problem.present is None else forced + float(found.moved[0])
            on_progress(Progress(rounds, merit.total * km, excess, moved))

    prospects = Prospects(problem, discrete, params, stop, seed)
    best = search_sites(discrete, state, params, told(stop, gap), seed, report, prospects.next)
    plan = evaluate(problem, best.assignment[instance.member])
    return replace(plan, bound=bound(problem, plan, market.prices * km)) if params.bound else plan


def brief(params: Params) -> Params:
    """The same, with prices no further settled than multipliers need to take over from them.

    The centers move last of all where it cools, and prices that do not follow may send a city to whoever charges for its suburbs.
    """
    cold = params.brief_cold
    return replace(
        params, cold=cold, cooling=params.brief_cooling, finish=(cold,), micro_units=params.brief_micro_units
    )


def settle(instance: Instance, market: Market, params: Params, stop: Stop = never) -> tuple[Ints, Ints]:
    """Find centres and prices, and who goes where at them, as far as ``stop`` lets us; changes ``market``.

    When more than the cap would move and units are many, leaving home is made dearer until it does not.
    Returns (N, pool) the near territories of each unit, all that the rest of the search looks at, and (N,) its cheapest.
    """
    start = replace(market)
    stay = instance.stay
    for attempt in range(params.dearer_steps):
        priced = replace(instance, stay=stay)
        few = instance.n_units <= params.coarse_above
        pool, assignment = (_prices if few else _prices_of_many)(priced, market, params, stop)
        left = (instance.home >= 0) & (assignment != instance.home)
        # Where there are few enough units, `within_cap` knows better.
        if few or instance.move_weights[left].sum() <= instance.max_moved or stop(BEFORE_ROUNDS, 0):
            break
        # In proportion to what the cap counts, like the multiplier of a constraint.
        toll = instance.move_weights * instance.n_territories
        stay = instance.stay + 0.05 * 2.0**attempt * float(np.average(start.scale)) * toll
        market.centres, market.prices, market.scale, market.damping = (
            start.centres, start.prices, start.scale, start.damping,
        )  # fmt: skip
    return pool, return_home(instance, market, assignment)


def _prices(instance: Instance, market: Market, params: Params, stop: Stop) -> tuple[Ints, Ints]:
    """Settle the market to the end. Returns (N, pool) the near territories of each unit, and (N,) the one it goes to."""
    hot = params.hot
    n_micro = params.micro_units * instance.n_territories
    if 0 < WORTH_MERGING * n_micro < instance.n_units:
        cool(
            _with_room(coarsen(instance, params.micro_units)[0], params.room),
            market,
            params,
            hot,
            params.cold,
            stop,
        )
        hot = params.cold
    instance = _with_room(instance, params.room)
    cool(instance, market, params, hot, params.cold, stop)
    for heat in params.finish:
        near = offers(instance, market, params.pool).candidates
        ascend(instance, market, params, heat, params.newton_steps, params.settled, near, stop)
    pool = offers(instance, market, params.pool).candidates
    return pool, offers(instance, market, 1, pool).candidates[:, 0]


def _prices_of_many(instance: Instance, market: Market, params: Params, stop: Stop) -> tuple[Ints, Ints]:
    """The same for many units: hot on few micro-units, cooler on more, and on the units themselves until they are lukewarm.

    Where ``stop`` cuts that short each unit goes where its micro-unit would. Where prices ran away there are none: the search
    begins with the pieces that the market began with.
    """
    start = replace(market)
    for per_territory, hot, cold in zip(
        params.coarse_units, params.coarse_hot, params.coarse_cold, strict=True
    ):
        small, member = coarsen(instance, per_territory)
        small = _with_room(small, params.many_room)
        near = cool(small, market, params, hot, cold, stop)
        where = offers(small, market, 1, near).candidates[:, 0]
        off = np.abs(sums(where, small.activity, small.n_territories) - small.targets) / small.targets
        if float(off.max()) > params.lost:
            market.centres, market.prices = start.centres, start.prices
            market.scale, market.damping = start.scale, start.damping
            blocks = neighborhoods(instance, params.pool)
            near = near_territories(instance, market, params.fine_pool, blocks)
            return near, first_assignment(instance, market)
        if stop(BEFORE_ROUNDS, 0):
            return np.ascontiguousarray(near[member, : params.fine_pool]), where[member]
    roomy = _with_room(instance, params.many_room)
    near = cool(roomy, market, params, params.fine_hot, params.warm, stop)
    found = ascend(roomy, market, params, params.warm, params.newton_steps, params.fine_settled, near, stop)[
        0
    ]
    return np.ascontiguousarray(near[:, : params.fine_pool]), found.candidates[:, 0]


def _with_room(instance: Instance, used: float) -> Instance:
    """Whole units cannot fill every band to its edge, a counted measure's apart: prices leave them room."""
    return replace(instance, bands=instance.bands * np.where(instance.counts, 1.0, used))
