"""Accounts: what they are, where they are, what they buy and how much work they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from terrier.sample import names
from terrier.sample.market import draw_places, draw_zips, market
from terrier.sample.trade import (
    CHANNELS,
    CLASS_SHARES,
    CLASSES,
    STATUSES,
    VISIT_LENGTH,
    VISITS_A_YEAR,
    Channel,
)

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

WALLET = (-0.95, 0.60)
"""Mean and σ of the logarithm of a customer's share of purchases made from us: 39 % at the median."""
LARGEST_SIGMA = 2.7
"""No account is further from its channel's median: a distributor has no customer larger than a territory."""
SITES_A_CHAIN = 25
LOCAL_TRIES = (1, 1, 2, 4, 12, 30)
"""A chain opens each site at the one of so many likely places that is nearest to its home: 1 is a national chain."""


@dataclass(frozen=True, slots=True, eq=False)
class Accounts:
    """n accounts. table : the columns for the user, without an owner. zips : (n,) position in the market's table."""

    table: pl.DataFrame
    chains: pl.DataFrame
    zips: Integers


def draw_accounts(count: int, rng: np.random.Generator) -> Accounts:
    channel = _allot(np.array([c.share for c in CHANNELS]), count, rng)
    status = draw_zips(np.array([share for _, share in STATUSES]), count, rng)
    zips = np.empty(count, dtype=np.int64)
    chain = np.full(count, -1, dtype=np.int64)
    chains: list[pl.DataFrame] = []
    for index, kind in enumerate(CHANNELS):
        units = np.flatnonzero(channel == index)
        weights = _likely_places(kind)
        zips[units] = draw_zips(weights, len(units), rng)
        members = units[rng.random(len(units)) < kind.chained]
        known = sum(len(table) for table in chains)
        if len(members):
            table, which = _form_chains(kind, zips[members], weights, known, rng)
            chains.append(table)
            chain[members] = which + known
            zips[members] = _near_home(table, which, weights, rng)
    every_chain = pl.concat(chains) if chains else pl.DataFrame(schema=_CHAIN_SCHEMA)
    sites = np.bincount(chain[chain >= 0], minlength=len(every_chain))
    table = _describe(channel, status, zips, chain, every_chain, rng)
    sited = every_chain.drop("home", "tries").with_columns(sites=pl.Series(sites, dtype=pl.Int64))
    return Accounts(table, sited.filter(pl.col("sites") > 0), zips)


_CHAIN_SCHEMA = {
    "chain_id": pl.String, "chain": pl.String, "channel": pl.String, "city": pl.String, "state": pl.String,
    "home": pl.Int64, "tries": pl.Int64,
}  # fmt: skip


def _allot(shares: Floats, count: int, rng: np.random.Generator) -> Integers:
    """Each kind in its exact share (to one), in random order."""
    bounds = np.round(np.cumsum(shares) / shares.sum() * count).astype(np.int64)
    return rng.permutation(np.repeat(np.arange(len(shares)), np.diff(bounds, prepend=0)))


def _likely_places(kind: Channel) -> Floats:
    """A weight for each ZIP code: its people, tilted to the country or to town."""
    tilt: Floats = market().near.astype(np.float64) ** (kind.urban - 1)
    weights: Floats = market().people * tilt
    return weights


def _form_chains(
    kind: Channel, zips: Integers, weights: Floats, known: int, rng: np.random.Generator
) -> tuple[pl.DataFrame, Integers]:
    """Chains of one channel, a few large and many small, and the chain of each member site."""
    count = max(1, round(len(zips) / SITES_A_CHAIN))
    home = draw_zips(weights, count, rng)
    at_home = market().table[home]
    tries = np.array(LOCAL_TRIES)[rng.integers(0, len(LOCAL_TRIES), count)]
    which = draw_zips(1.0 / (np.arange(count) + 3.0), len(zips), rng)
    table = pl.DataFrame(
        {
            "chain_id": [f"C{known + i + 1:04d}" for i in range(count)],
            "chain": names.chain_names(kind.name, rng, count).tolist(),
            "channel": [kind.name] * count,
            "city": at_home["city"],
            "state": at_home["state"],
            "home": home,
            "tries": tries.astype(np.int64),
        },
        schema=_CHAIN_SCHEMA,
    )
    return table, which


def _near_home(table: pl.DataFrame, which: Integers, weights: Floats, rng: np.random.Generator) -> Integers:
    """The ZIP code of each site: the best of its chain's tries."""
    points = market().points
    home = points[table["home"].to_numpy()[which]]
    tries = table["tries"].to_numpy()[which]
    best = np.zeros(len(which), dtype=np.int64)
    nearest = np.full(len(which), np.inf)
    for attempt in range(max(LOCAL_TRIES)):
        trying = np.flatnonzero(tries > attempt)
        found = draw_zips(weights, len(trying), rng)
        distance = ((points[found] - home[trying]) ** 2).sum(axis=1)
        better = distance < nearest[trying]
        best[trying[better]] = found[better]
        nearest[trying[better]] = distance[better]
    return best


def _describe(
    channel: Integers,
    status: Integers,
    zips: Integers,
    chain: Integers,
    chains: pl.DataFrame,
    rng: np.random.Generator,
) -> pl.DataFrame:
    count = len(channel)
    at = market().table[zips]
    places = draw_places(zips, rng)
    potential, sales = _money(channel, status, chain, len(chains), rng)
    grade = _grade(sales, potential, status)
    visits = np.array([VISITS_A_YEAR[name] for name, _ in STATUSES])[status, grade]
    online = channel == len(CHANNELS) - 1
    visits = np.where(online, np.maximum(1, visits // 3), visits)
    call = np.array([c.visit_minutes for c in CHANNELS])[channel] * np.array(VISIT_LENGTH)[grade]
    visit_minutes = (np.round(call / 5) * 5).astype(np.int64)
    travel_minutes = np.round(8 + 60 / np.sqrt(market().near[zips])).astype(np.int64)
    chained = chain >= 0
    chain_id = np.full(count, None, dtype=object)
    chain_name = np.full(count, None, dtype=object)
    chain_id[chained] = chains["chain_id"].to_numpy()[chain[chained]]
    chain_name[chained] = chains["chain"].to_numpy()[chain[chained]]
    return pl.DataFrame(
        {
            "account_id": pl.Series(np.arange(1, count + 1)).cast(pl.String).str.zfill(7),
            "name": _business_names(channel, chain, chain_name, at["city"].to_numpy(), rng).tolist(),
            "channel": np.array([c.name for c in CHANNELS], dtype=object)[channel].tolist(),
            "class": np.array(CLASSES, dtype=object)[grade].tolist(),
            "status": np.array([name for name, _ in STATUSES], dtype=object)[status].tolist(),
            "chain_id": pl.Series(chain_id.tolist(), dtype=pl.String),
            "chain": pl.Series(chain_name.tolist(), dtype=pl.String),
            "street": names.streets(rng, count).tolist(),
            "city": at["city"],
            "state": at["state"],
            "zip": at["zip"],
            "latitude": places[:, 1],
            "longitude": places[:, 0],
            "sales": sales,
            "potential": potential,
            "visits_per_year": visits,
            "visit_minutes": visit_minutes,
            "travel_minutes": travel_minutes,
            "workload_hours": np.round(visits * (visit_minutes + travel_minutes) / 60, 1),
        }
    ).with_columns(pl.lit("A").add(pl.col("account_id")).alias("account_id"))


def _money(
    channel: Integers, status: Integers, chain: Integers, n_chains: int, rng: np.random.Generator
) -> tuple[Integers, Integers]:
    """Potential and sales of the last 12 months in $; sites of a chain are somewhat alike."""
    spread = np.array([c.spread for c in CHANNELS])[channel]
    standard = rng.standard_normal(len(channel))
    alike = rng.standard_normal(n_chains)
    chained = chain >= 0
    standard[chained] = 0.8 * standard[chained] + 0.6 * alike[chain[chained]]
    beyond = np.abs(standard) > LARGEST_SIGMA
    standard[beyond] *= (
        2 * LARGEST_SIGMA / np.abs(standard[beyond]) - 1
    )  # Mirrored: a cut would pile up equal accounts.
    size = np.exp(spread * standard)
    potential = np.maximum(100, np.array([c.potential for c in CHANNELS])[channel] * size)
    wallet = np.minimum(0.95, np.exp(WALLET[0] + WALLET[1] * rng.standard_normal(len(channel))))
    sales = np.where(status == 0, potential * wallet, 0.0)
    return (np.ceil(potential / 100) * 100).astype(np.int64), np.round(sales).astype(np.int64)


def _grade(sales: Integers, potential: Integers, status: Integers) -> Integers:
    """Class A to D by rank of sales among customers; the others stand where a third of their potential would put them."""
    customers = np.sort(sales[status == 0])[::-1]
    if not len(customers):
        return np.full(len(sales), len(CLASSES) - 1, dtype=np.int64)
    upto = np.floor(np.cumsum(CLASS_SHARES)[:-1] * len(customers)).astype(np.int64)
    floors = customers[np.minimum(upto, len(customers) - 1)]
    worth = np.where(status == 0, sales, potential // 3)
    grade: Integers = (worth[:, None] <= floors).sum(axis=1).astype(np.int64)
    return grade


def _business_names(
    channel: Integers, chain: Integers, chain_name: names.Texts, cities: names.Texts, rng: np.random.Generator
) -> names.Texts:
    found = np.empty(len(channel), dtype=object)
    for index, kind in enumerate(CHANNELS):
        units = np.flatnonzero((channel == index) & (chain < 0))
        if len(units):
            found[units] = names.shop_names(kind.name, cities[units], rng)
    sites = np.flatnonzero(chain >= 0)
    # Sites of a chain are numbered in the order in which it opened them.
    order = sites[np.argsort(chain[sites], kind="stable")]
    start = np.searchsorted(chain[order], chain[order], side="left")
    number = (np.arange(len(order)) - start + 1).astype(str).astype(object)
    found[order] = chain_name[order] + " #" + number
    return found
