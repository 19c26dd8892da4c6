"""Climbs side by side: the best counts, chance alone decides, and who listens hears of it in their own thread."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from terrier.engine.design import Graph, MaxRounds, NoImprovement, Params, Problem, check, climbs, solve
from terrier.engine.design.border import Merit, State, merit, state_of
from terrier.engine.design.climbs import Summit, climb_again
from terrier.engine.design.instance import contract
from terrier.engine.design.search import Report
from terrier.engine.design.start import first_assignment, first_market
from terrier.engine.design.stop import AnyOf, Stop, WithinGap
from terrier.engine.design.transport import Market

PARAMS = Params(climb_patience=2, bound=False)


def market_day(n: int = 600, k: int = 6, contiguous: bool = False) -> Problem:
    random = np.random.default_rng(5)
    side = int(np.sqrt(n))
    return Problem(
        coordinates=1000 * random.random((n, 2)), measures=random.lognormal(0, 0.8, (n, 2)),
        tolerances=[0.05, 0.05], n_territories=k, metric="plane", contiguous=contiguous,
        adjacency=_grid(side, n) if contiguous else None,
    )  # fmt: skip


def _grid(side: int, n: int) -> Graph:
    at = np.arange(n)
    across = np.column_stack([at, at + 1])[(at % side < side - 1) & (at + 1 < n)]
    down = np.column_stack([at, at + side])[at + side < n]
    return Graph.from_edges(n, np.concatenate([across, down]))


class Hills:
    """Climbs that do no work: the summit of each is told beforehand."""

    def __init__(self, totals: list[float], rounds: int = 3) -> None:
        self.totals, self.rounds = totals, rounds
        self.seeds: list[int] = []
        self.params: list[Params] = []
        self.begun: list[float | None] = []
        self._lock = threading.Lock()
        instance = contract(market_day(36, 2))
        self.market = first_market(instance)
        self.state = state_of(instance, first_assignment(instance, self.market))

    def __call__(
        self, begin: Summit | None, params: Params, stop: Stop, seed: int, report: Report
    ) -> tuple[State, Market]:
        with self._lock:
            self.begun.append(None if begin is None else begin.merit.total)
            total = self.totals[min(len(self.seeds), len(self.totals) - 1)]
            self.seeds.append(seed)
            self.params.append(params)
        rounds = 0
        while not stop(rounds, max(0, rounds - 1)):
            rounds += 1
            report(rounds, self.state, Merit(0, 0.0, total))
        return self.state, self.market


def climbed(hills: Hills, stop: Stop, params: Params = PARAMS, early: bool = False) -> tuple[Summit, list[float]]:  # fmt: skip
    heard: list[float] = []
    here = threading.current_thread()

    def listen(rounds: int, state: State, judged: Merit) -> None:
        assert threading.current_thread() is here
        heard.append(judged.total)

    summit = climb_again(hills, params, stop, lambda: float("inf"), 7, listen, early)
    return summit, heard


def test_the_best_summit_counts_and_only_better_ones_are_heard_of() -> None:
    summit, heard = climbed(Hills([5.0, 4.0, 6.0, 3.0, 9.0, 9.0]), MaxRounds(9))
    assert summit.merit.total == 3.0
    assert heard == sorted(set(heard), reverse=True)
    assert heard[-1] == 3.0


def test_two_climb_at_a_time_and_each_with_chances_of_its_own() -> None:
    hills = Hills([5.0])
    climbed(hills, MaxRounds(9))
    assert len(hills.seeds) == 6  # three rounds each, two at a time
    assert len(set(hills.seeds)) == 6
    assert 7 in hills.seeds[:2]


def test_from_the_second_time_on_one_lane_goes_on_from_the_best_summit() -> None:
    hills = Hills([5.0, 4.0, 6.0, 3.0, 9.0, 9.0])
    climbed(hills, MaxRounds(9))
    assert hills.begun[:2] == [None, None]
    assert sorted(hills.begun[2:4], key=str) == [4.0, None]
    assert sorted(hills.begun[4:], key=str) == [3.0, None]


def test_later_climbs_are_longer() -> None:
    hills = Hills([5.0])
    climbed(hills, MaxRounds(9))
    sweeps = sorted(params.spring_sweep for params in hills.params)
    assert sweeps == [600, 600, 840, 840, 1175, 1175]
    assert hills.params[-1].roam_most > hills.params[0].roam_most


def test_an_early_climb_is_alone_in_several_regions_and_others_follow_even_if_it_was_stale() -> None:
    hills = Hills([5.0])
    climbed(hills, NoImprovement(2), early=True)
    assert [params.regions for params in hills.params] == [2, 1, 1]
    assert hills.params[1].spring_sweep == PARAMS.spring_sweep


def test_a_rule_about_rounds_without_a_better_plan_counts_those_of_all_climbs() -> None:
    hills = Hills([5.0])
    climbed(hills, NoImprovement(2))
    assert len(hills.seeds) == 2  # the first two waited long enough
    hills = Hills([5.0])
    climbed(hills, NoImprovement(6))
    assert len(hills.seeds) == 6  # 2, and 3 each of two more that found nothing


def test_a_gap_is_asked_for_between_climbs_only() -> None:
    hills = Hills([5.0])
    asked: list[int] = []

    def gap() -> float:
        asked.append(len(hills.seeds))
        return 0.0

    climb_again(hills, PARAMS, AnyOf((MaxRounds(100), WithinGap(0.01))), gap, 7, lambda *_: None, False)
    assert len(hills.seeds) == 2
    assert set(asked) == {2}
    climb_again(hills, PARAMS, MaxRounds(20), gap, 7, lambda *_: None, False)
    assert set(asked) == {2}  # whose rule does not ask need not wait for it


def test_who_listens_may_fail_and_no_climb_goes_on() -> None:
    hills = Hills([5.0], rounds=10**9)

    def refuse(rounds: int, state: State, judged: Merit) -> None:
        raise KeyboardInterrupt

    endless = Params(climb_patience=10**9, bound=False)
    with pytest.raises(KeyboardInterrupt):
        climb_again(hills, endless, MaxRounds(10**9), lambda: float("inf"), 7, refuse, False)


def test_the_same_plan_on_one_core_as_on_several(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = market_day(2500, 20)
    several = solve(problem, PARAMS, MaxRounds(12), seed=3)
    monkeypatch.setattr(climbs, "ThreadPoolExecutor", lambda _: ThreadPoolExecutor(1))
    alone = solve(problem, PARAMS, MaxRounds(12), seed=3)
    np.testing.assert_array_equal(several.assignment, alone.assignment)
    assert (solve(problem, PARAMS, MaxRounds(12), seed=4).assignment != alone.assignment).any()


@pytest.mark.parametrize("contiguous", [False, True])
def test_climbs_find_a_plan_no_worse_than_their_first_lane(contiguous: bool) -> None:
    problem = market_day(contiguous=contiguous)
    instance = contract(problem)

    def judged(params: Params) -> Merit:
        plan = solve(problem, params, MaxRounds(3), seed=2)
        assert not check(problem, plan)
        return merit(instance, state_of(instance, plan.assignment))

    assert judged(PARAMS) <= judged(Params(lanes=1, climb_patience=2, bound=False))
