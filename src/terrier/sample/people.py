"""Sales people, and who owns which account today: the outcome of twenty years, not of a plan.

Territories were once drawn around the home bases of that time, by whole states and, in the large ones, by the first
three digits of ZIP codes, with more land for those who asked louder. Since then people moved and kept old accounts, a
chain stayed with whoever won it, one person left, one was hired and got a few accounts, and some new accounts were never
given to anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.spatial import KDTree

from terrier.sample.accounts import Accounts
from terrier.sample.market import THOUSAND_PEOPLE, draw_places, draw_zips, market
from terrier.sample.names import people_names

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

VACANT = "VACANT"
VACANCY, UNASSIGNED = -2, -1
SEASONED = 4
"""A force of so many people has a vacancy, a hire and legacies; a smaller one is too small for stories."""
LARGE_STATE = 6_000
SELLING_HOURS = 1_640
LEGACY_SHARE = 0.02
UNFAIR = 0.18
HIRE_SHARE = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Force:
    """p people, the last one the recent hire. table : the columns for the user. homes : (p,) position in the market.
    founders : (p, 3) where the founding territories were drawn around; the last one's founder has left.
    """

    table: pl.DataFrame
    homes: Integers
    founders: Floats


def draw_people(count: int, rng: np.random.Generator) -> Force:
    patch = _patches(count)
    where, town = market(), market().people * market().near
    shuffled = rng.permutation(count)
    homes = _one_in_each(patch, count, town, rng)[shuffled]
    if count >= SEASONED:
        homes[-1] = draw_zips(town, 1, rng)[0]
    at = market().table[homes]
    places = draw_places(homes, rng)
    names = people_names(rng, count)
    part_time = rng.random(count) < 0.1
    share = np.where(part_time, rng.choice([0.6, 0.8], count), 1.0)
    share[-1] = 1.0
    # The longest-serving first, as a list of staff numbers is; the last one was hired this year.
    days = np.sort(rng.integers(0, 365 * 18, count))
    start = np.datetime64("2006-03-01") + days
    start[-1] = np.datetime64("2026-08-17")
    mail = [f"{name.lower().replace(' ', '.').replace('..', '.')}@wholesaler.example" for name in names]
    table = pl.DataFrame(
        {
            "person_id": [f"P{i + 1:04d}" for i in range(count)],
            "name": names,
            "email": mail,
            "role": ["Territory manager"] * count,
            "territory": _territory_names(at),
            "city": at["city"],
            "state": at["state"],
            "zip": at["zip"],
            "latitude": places[:, 1],
            "longitude": places[:, 0],
            "employment_share": share,
            "capacity_hours": np.round(share * SELLING_HOURS).astype(np.int64),
            "start_date": pl.Series(start.astype("datetime64[D]")),
        }
    )
    return Force(table, homes, _centres(where.points, where.people, patch, count)[shuffled])


def present_owners(accounts: Accounts, force: Force, rng: np.random.Generator) -> pl.Series:
    """The name of each account's owner today, VACANT where theirs has left, null where it never had one."""
    people = len(force.homes)
    owner = _old_territories(accounts, force, rng)
    if people >= SEASONED:
        _keep_legacies(owner, accounts, people, rng)
        _settle_hire(owner, accounts, force)
    status = accounts.table["status"].to_numpy()
    owner[(status == "prospect") & (rng.random(len(owner)) < 0.12)] = UNASSIGNED
    named = np.array([*force.table["name"].to_list(), VACANT, None], dtype=object)
    return pl.Series("owner", named[owner].tolist(), dtype=pl.String)


def _patches(count: int) -> Integers:
    """The patch of each ZIP code, of ``count`` with equally many people: bands of longitude, each cut by latitude."""
    table, people = market().table, market().people
    n_bands = max(1, round(np.sqrt(1.6 * count)))
    bounds = np.round(np.linspace(0, count, n_bands + 1)).astype(np.int64)
    west_to_east = np.argsort(table["longitude"].to_numpy(), kind="stable")
    along = np.empty(len(table))
    along[west_to_east] = np.cumsum(people[west_to_east]) * count
    band = np.clip(np.searchsorted(bounds, along, side="right") - 1, 0, n_bands - 1)
    order = np.lexsort((table["latitude"].to_numpy(), band))
    patch = np.empty(len(table), dtype=np.int64)
    patch[order] = np.minimum(np.cumsum(people[order]) * count, count - 0.5)
    return patch


def _one_in_each(patch: Integers, count: int, weights: Floats, rng: np.random.Generator) -> Integers:
    """A ZIP code drawn from each patch in proportion to the weights."""
    order = np.argsort(patch, kind="stable")
    upto = np.concatenate([[0.0], np.cumsum(weights[order])])
    first, last = (np.searchsorted(patch[order], np.arange(count), side=side) for side in ("left", "right"))
    drawn = upto[first] + rng.random(count) * (upto[last] - upto[first])
    position = np.clip(np.searchsorted(upto, drawn, side="right") - 1, 0, len(order) - 1)
    found: Integers = order[position]
    return found


def _territory_names(at: pl.DataFrame) -> list[str]:
    """After the home base; numbered where there are several in one town."""
    taken: dict[str, int] = {}
    named = []
    for city, state in at.select("city", "state").iter_rows():
        name = f"{city} {state}"
        taken[name] = taken.get(name, 0) + 1
        named.append(name if taken[name] == 1 else f"{name} {taken[name]}")
    return named


def _old_territories(accounts: Accounts, force: Force, rng: np.random.Generator) -> Integers:
    """The founding territories: whole blocks to a base that is near, more of them to who pulled harder.

    Everybody but the hire holds one still; the last one's founder has left.
    """
    bases = force.founders
    block_of = _blocks(len(bases))
    weight = np.bincount(block_of, weights=market().people).astype(np.float64)
    centre = _centres(market().points, market().people, block_of, len(weight))
    found = KDTree(bases).query(centre, k=list(range(1, min(8, len(bases)) + 1)))
    distance, near = np.asarray(found[0], dtype=np.float64), np.asarray(found[1], dtype=np.int64)
    pull = _fair_pull(distance, near, weight, len(bases)) * np.exp(UNFAIR * rng.standard_normal(len(bases)))
    founder = _strongest(distance, near, pull)
    _endow_landless(founder, centre, bases)
    if len(bases) >= SEASONED:
        founder[founder == len(bases) - 1] = VACANCY
    return founder[block_of][accounts.zips]


def _endow_landless(founder: Integers, centre: Floats, bases: Floats) -> None:
    """Where two bases lie so close that one took all, the other gets the nearest block of somebody who has several."""
    held = np.bincount(founder, minlength=len(bases))
    landless = np.flatnonzero(held == 0)
    near = np.asarray(KDTree(centre).query(bases[landless], k=list(range(1, min(50, len(centre)) + 1)))[1])
    for base, blocks in zip(landless, near, strict=True):
        for block in blocks:
            if held[founder[block]] > 1:
                held[founder[block]] -= 1
                held[base] += 1
                founder[block] = base
                break


def _fair_pull(distance: Floats, near: Integers, weight: Floats, count: int) -> Floats:
    """The pulls that gave everybody about as much when the territories were drawn: the best of some rounds."""
    pull, fairest, least = np.ones(count), np.ones(count), np.inf
    for _ in range(30):
        load = np.bincount(_strongest(distance, near, pull), weights=weight, minlength=count) * count
        unfair = float(((load - 1) ** 2).sum())
        if unfair < least:
            fairest, least = pull, unfair
        pull = pull * np.clip(1 / np.maximum(load, 1e-9), 0.5, 2.0) ** 0.3
    return fairest


def _strongest(distance: Floats, near: Integers, pull: Floats) -> Integers:
    """Of the bases near each block the one with the least distance for its pull."""
    best = (distance / pull[near]).argmin(axis=1)
    founder: Integers = near[np.arange(len(near)), best]
    return founder


def _blocks(people: int) -> Integers:
    """The block of each ZIP code: states and parts of the large ones, or as finely as so many people need."""
    state, code = market().table["state"].to_list(), market().table["zip"].to_list()
    levels = [
        [s if THOUSAND_PEOPLE[s] < LARGE_STATE else s + z[:3] for s, z in zip(state, code, strict=True)],
        *([s + z[:digits] for s, z in zip(state, code, strict=True)] for digits in (3, 4, 5)),
    ]
    for level in levels:
        blocks, block_of = np.unique(np.array(level), return_inverse=True)
        if len(blocks) >= 10 * people:
            break
    return block_of.astype(np.int64)


def _centres(points: Floats, weights: Floats, group: Integers, count: int) -> Floats:
    """(count, 3) centre of gravity of each group; of the whole where a group is empty."""
    mass = np.bincount(group, weights=weights, minlength=count)
    centres = np.tile(np.average(points, axis=0, weights=weights), (count, 1))
    for axis in range(3):
        moment = np.bincount(group, weights=weights * points[:, axis], minlength=count)
        centres[mass > 0, axis] = moment[mass > 0] / mass[mass > 0]
    return centres


def _keep_legacies(owner: Integers, accounts: Accounts, people: int, rng: np.random.Generator) -> None:
    """Good accounts far away that a veteran kept, and chains that went whole to whoever won them."""
    veterans = max(2, people // 6)
    good = np.flatnonzero(accounts.table["class"].is_in(["A", "B"]).to_numpy() & (owner >= 0))
    wanted = min(len(good), round(LEGACY_SHARE * len(owner)))
    kept = rng.choice(good, wanted, replace=False)
    owner[kept] = rng.integers(0, veterans, wanted)
    middling = accounts.chains.sort("sites", "chain_id", descending=[True, False])["chain_id"][
        2 : 2 + veterans
    ]
    winner = {chain: person for person, chain in enumerate(middling.to_list())}
    won = accounts.table["chain_id"].replace_strict(winner, default=None, return_dtype=pl.Int64)
    owner[won.is_not_null().to_numpy()] = won.drop_nulls().to_numpy()


def _settle_hire(owner: Integers, accounts: Accounts, force: Force) -> None:
    """The hire got the accounts around home from the colleague with most of them there, and not many."""
    hire = len(force.homes) - 1
    points = market().points
    apart = np.linalg.norm(points - points[force.homes[hire]], axis=1)[accounts.zips]
    share = len(owner) / len(force.homes)
    near = np.argsort(apart, kind="stable")[: max(1, round(share))]
    held = owner[near]
    giver = np.bincount(held[held >= 0], minlength=hire).argmax() if (held >= 0).any() else VACANCY
    given = near[held == giver][: max(1, round(HIRE_SHARE * share))]
    owner[given] = hire
