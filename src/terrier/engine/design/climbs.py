"""Climbs: the whole search from its start, side by side and again and again with other chances; the best plan of all counts.

Where the heaviest units go is decided while all is hot, and no zone is large enough to change it later. So the best of a few short
searches is worth more than a long one; and where a balanced plan is a matter of chance, one of several is found sooner.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from queue import SimpleQueue

import numpy as np

from terrier.engine.design.border import Merit, State
from terrier.engine.design.multipliers import slower
from terrier.engine.design.params import Params
from terrier.engine.design.search import Report
from terrier.engine.design.stop import BEFORE_ROUNDS, Stop, asks_for_gap, told
from terrier.engine.design.transport import Market


@dataclass(frozen=True, slots=True, eq=False)
class Summit:
    """Where a climb ended after so many rounds, the last ``stale`` of them without a better state."""

    merit: Merit
    state: State
    market: Market
    rounds: int
    stale: int


Climb = Callable[[Summit | None, Params, Stop, int, Report], tuple[State, Market]]
"""A whole search, or what can still be done from a summit, with these settings, until that rule says so, by that seed. Returns the state, and the
market as the search left it."""


def climb_again(
    climb: Climb, params: Params, stop: Stop, gap: Callable[[], float], seed: int, report: Report, early: bool
) -> Summit:  # fmt: skip
    """Climb ``params.lanes`` times side by side, then again and again until ``stop`` says so; return the best summit.

    From the second time on the first lane goes on from the best summit, and the others begin anew with more proposals.

    Same seed, same summit, wherever ``stop`` depends on nothing else: each climb ends by itself, and only when all have ended is it looked
    at what others found.

    gap : how far above its bound the best state reported is at most, for `WithinGap`; asked between climbs.
    report : called in this thread, with each state that is better than all before.
    early : whether the first climb is alone and has all cores, so that there is a plan early.
    """
    best: Summit | None = None
    rounds = stale = n = 0
    while best is None or not told(stop, gap)(rounds, stale):
        alone, anew = early and n == 0, n <= early
        rule = told(stop, _always(gap() if best is not None and asks_for_gap(stop) else float("inf")))
        own = _early(params) if alone else _longer(params, n - early)
        lanes = [
            _Lane(
                None if anew or lane > 0 else best,
                own,
                _seed(seed, n, lane),
                rule,
                rounds,
                None if best is None else stale,
            )
            for lane in range(1 if alone else params.lanes)
        ]
        summits = _side_by_side(climb, lanes, rounds, best, report)
        highest = min(summits, key=lambda summit: summit.merit)
        spent = max(summit.rounds for summit in summits)
        rounds, n = rounds + spent, n + 1
        if best is None or highest.merit.is_worth(best.merit, params.worthwhile):
            stale = 0 if alone else highest.stale
        else:
            stale += spent
        best = highest if best is None else min(best, highest, key=lambda summit: summit.merit)
    return best


class _Lane:
    """One climb of several, and when it ends: when the caller's rule says so, or after so many rounds without a better state.

    The rule counts the rounds ``done`` before, and the ``stale`` ones among them; None for a first climb, whose own count.
    """

    def __init__(
        self, begin: Summit | None, params: Params, seed: int, stop: Stop, done: int, stale: int | None
    ) -> None:
        self.begin, self.params, self.seed = begin, params, seed
        self._stop, self._done, self._stale = stop, done, stale
        self.rounds = self.stale = 0
        self.is_given_up = False

    def ends(self, rounds: int, stale: int) -> bool:
        if self.is_given_up:
            return True
        if rounds == BEFORE_ROUNDS:
            return self._stop(BEFORE_ROUNDS, 0)
        self.rounds, self.stale = rounds, stale
        if stale >= self.params.climb_patience:
            return True
        return self._stop(self._done + rounds, stale if self._stale is None else self._stale)


def _side_by_side(
    climb: Climb, lanes: list[_Lane], done: int, best: Summit | None, report: Report
) -> list[Summit]:
    """All lanes to their ends. What they report is passed on in this thread: who listens need not know of others."""
    heard: SimpleQueue[tuple[int, State, Merit] | None] = SimpleQueue()
    highest = None if best is None else best.merit

    def alone(lane: _Lane) -> Summit:
        last: list[Merit] = []

        def tell(rounds: int, state: State, judged: Merit) -> None:
            if highest is None or judged < highest:
                heard.put((rounds, state.copy(), judged))
            last[:] = [judged]

        state, market = climb(lane.begin, lane.params, lane.ends, lane.seed, tell)
        return Summit(last[0], state, market, lane.rounds, lane.stale)

    with ThreadPoolExecutor(len(lanes)) as threads:
        jobs = [threads.submit(alone, lane) for lane in lanes]
        for job in jobs:
            job.add_done_callback(lambda _: heard.put(None))
        left = len(jobs)
        try:
            while left:
                news = heard.get()
                if news is None:
                    left -= 1
                elif highest is None or news[2] < highest:
                    highest = news[2]
                    report(done + news[0], news[1], news[2])
        except BaseException:
            for lane in lanes:
                lane.is_given_up = True
            raise
    return [job.result() for job in jobs]


def _always(gap: float) -> Callable[[], float]:
    return lambda: gap


def _seed(seed: int, climb: int, lane: int) -> int:
    """The caller's own for the very first."""
    if climb == lane == 0:
        return seed
    return int(np.random.SeedSequence([seed, climb, lane]).generate_state(1)[0])


def _early(params: Params) -> Params:
    """The same for a climb that has all cores and makes way for others soon."""
    return replace(params, regions=params.early_regions, climb_patience=params.early_patience)


def _longer(params: Params, climb: int) -> Params:
    """The same with more proposals to all borders at once."""
    growth = min(params.climb_growth**climb, params.climb_longest)
    return replace(
        slower(params, growth),
        roam_sweep=int(params.roam_sweep * growth),
        roam_most=int(params.roam_most * growth),
    )
