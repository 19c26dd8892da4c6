"""The anytime search for centers at units: annealed, zone by zone, on two halves of the map at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from terrier.engine.design.instance import Ints
from terrier.engine.design.kernels.sites import MOST_TERRITORIES, explore
from terrier.engine.design.params import Params
from terrier.engine.design.site_instance import SiteInstance, nearest, travel_of
from terrier.engine.design.site_recombine import Pool
from terrier.engine.design.site_state import SiteMerit, SiteState, site_merit, site_state
from terrier.engine.design.stop import Stop, seconds_left

Report = Callable[[int, SiteState, SiteMerit], None]


def search_sites(
    instance: SiteInstance, state: SiteState, params: Params, stop: Stop, seed: int, report: Report,
    prospect: Callable[[SiteState], SiteState | None] = lambda _: None,
) -> SiteState:  # fmt: skip
    """Anneal again and again, each time longer and from the best state met, until ``stop`` says so; return that state.

    Before each, ``prospect`` may know of another state, and what comes of it competes. After each, the best state is made up anew of the
    territories met so far.

    A round is one annealing. ``stop`` is asked between its steps as well, with the same counts, so that time and
    cancellation end it early.
    """
    rng = np.random.default_rng(seed)
    best, found = state, site_merit(instance, state)
    report(0, state, found)
    rounds = stale = 0
    pool = Pool(instance, params.site_pool)
    warm = max(params.site_heat, params.site_unit_heat * instance.base.n_territories / instance.base.n_units)

    def left() -> float:
        return 0.0 if stop(rounds, stale) else seconds_left(stop)

    with ThreadPoolExecutor(2) as threads:
        while not stop(rounds, stale):
            work = params.site_work * instance.base.n_units * params.site_growth**rounds / 2
            steps = max(params.site_steps, round(work / params.site_step))
            before = found
            lanes = [best]
            if (there := prospect(best)) is not None:
                lanes.append(there)
                if (now := site_merit(instance, there)) < found:
                    best, found = there, now
                    lanes.reverse()
                    report(rounds, best, found)
            for step in range(steps):
                if step and stop(rounds, stale):
                    break
                heat = warm * (1 - step / max(1, steps - 1)) ** 2 if found.beyond == 0 else 0.0
                lanes = advance(instance, lanes, params, int(work / steps), heat, found.total, rng, threads)
                for lane in lanes:
                    now = site_merit(instance, lane)
                    if now.beyond == 0:
                        pool.add(lane)
                    if now < found:
                        best, found = lane, now
                        report(rounds + 1, best, found)
            if found.beyond == 0 and not stop(rounds, stale):
                made = pool.best(best, params.site_piece, left)
                now = site_merit(instance, made)
                if now < found:
                    best, found = made, now
                    report(rounds + 1, best, found)
            rounds += 1
            better = found.beyond < before.beyond or found.total < before.total * (1 - 1e-9)
            stale = 0 if better else stale + 1
    return best


def advance(
    instance: SiteInstance, lanes: list[SiteState], params: Params, work: int, heat: float, total: float, rng: np.random.Generator,
    threads: ThreadPoolExecutor,
) -> list[SiteState]:  # fmt: skip
    """One step of annealing: two halves of the map at once, or two lanes of their own where there are few territories."""
    seeds = rng.integers(1, 2**31, 2)
    if instance.base.n_territories < params.site_lanes_below:
        lanes = [_fresh(instance, lanes[0]), _fresh(instance, lanes[-1])]
        sides = [np.flatnonzero(lane.sites >= 0).astype(np.int32) for lane in lanes]
        room = [instance.base.max_moved] * 2
    else:
        lanes = [_fresh(instance, lanes[0])]
        sides = _halves(instance, lanes[0], rng)
        spare = max(0.0, instance.base.max_moved - float(lanes[0].moved[0]))
        room = [float(lanes[0].moved[0]) + spare / 2] * 2
    most = 2 * int(np.sort(lanes[0].counts)[-MOST_TERRITORIES:].sum()) + 64
    near = [nearest(instance.points, instance.travel, lane.sites, params.site_neighbours) for lane in lanes]
    jobs = [
        threads.submit(
            _explore,
            instance,
            lane,
            side,
            beside,
            params,
            work,
            cap,
            most,
            heat,
            total / len(near[0]),
            int(one),
        )
        for lane, side, beside, cap, one in zip(
            [lanes[0], lanes[-1]], sides, [near[0], near[-1]], room, seeds, strict=True
        )
        if len(side) > 1
    ]
    for job in jobs:
        job.result()
    return [_fresh(instance, lane) for lane in lanes]


def _fresh(instance: SiteInstance, state: SiteState) -> SiteState:
    """A copy whose sums are free of rounding that has built up."""
    return site_state(instance, state.assignment, state.sites)


def _halves(instance: SiteInstance, state: SiteState, rng: np.random.Generator) -> list[Ints]:
    """Two halves of the territories: those nearer to one of two random centers than to the other, and the rest."""
    held = np.flatnonzero(state.sites >= 0).astype(np.int32)
    a, b = rng.choice(held, 2, replace=False)
    sites = state.sites[held]
    one = travel_of(instance, np.full(len(sites), state.sites[a]), sites)
    other = travel_of(instance, np.full(len(sites), state.sites[b]), sites)
    order = np.argsort(one - other, kind="stable")
    cut = len(order) // 2
    return [np.sort(held[order[:cut]]), np.sort(held[order[cut:]])]


def _explore(
    instance: SiteInstance, state: SiteState, allowed: Ints, near: Ints, params: Params, work: int, max_moved: float,
    most_units: int, heat: float, typical: float, seed: int,
) -> None:  # fmt: skip
    base = instance.base
    explore(
        state.assignment, state.sites, state.loads, state.counts, state.head, state.after, state.before,
        state.moved.copy(), max_moved, base.activity, instance.low, instance.high, instance.room, instance.travel,
        instance.points, instance.weights, instance.first, instance.owner, base.power, instance.curve, base.seats,
        base.pull, base.home, base.stay, base.move_weights, base.fixed, base.kinds, base.eligible, base.conflicts.indptr, base.conflicts.indices,
        allowed, instance.near, near, most_units, work, params.site_effort, heat * typical, typical, params.site_far, params.site_margin, seed,
    )  # fmt: skip
