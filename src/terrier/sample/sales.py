"""Three years of what the sample company invoiced: rhythm, season, trend, customers won and lost, prices, campaigns, returns.

What each account bought in the last year before ``until`` comes to its own ``sales``, to the cent.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from terrier.sample.products import CAMPAIGNS, DEAR, KINDS, RISES, Range, draw_range

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

YEARS = 3
LINES_AN_ACCOUNT = 122
"""A year, on average: 6,000 accounts have some 1.5 million lines in three years."""
WON, LOST, SLIPPING, PAUSED = 0.17, 0.05, 0.08, 0.02
"""Shares of today's customers: who came within the three years, who left or buys much less of late, who stayed away for over a year."""
BUYS = {
    "Groomer": (0.15, 0.05, 0.45, 0.05, 0.35, 1.0, 0.55, 0.03),
    "Veterinarian": (0.5, 0.45, 0.5, 0.1, 0.1, 1.0, 0.2, 0.05),
    "Kennel": (0.95, 0.15, 0.7, 0.1, 0.5, 0.75, 0.6, 0.05),
    "Farm and feed": (0.98, 0.75, 0.6, 0.5, 0.45, 0.65, 0.6, 0.7),
}
ELSE_BUYS = (0.97, 0.93, 0.85, 0.75, 0.75, 0.65, 0.6, 0.4)
"""How likely an account of a channel buys each category at all."""
WEST_GROWS = 0.05
"""How much more a year the west grows than the east."""
RETURNED = 0.012
LINE_SPREAD = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Sales:
    """lines and products, under headings that `terrier ledger` understands."""

    lines: pl.DataFrame
    products: pl.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class _Customer:
    """Those who ever bought. Days count from the first one. since, till : of their custom; drop : the day from which they buy ``left`` of
    what they did; away : the first day of a year and more without an order (beyond the end: none)."""

    row: Integers
    worth: Floats
    since: Integers
    till: Integers
    drop: Integers
    left: Floats
    away: Integers
    growth: Floats
    every: Floats
    buys: Floats


def draw_sales(accounts: pl.DataFrame, until: dt.date, seed: int = 1) -> Sales:
    """Make up the invoices of the three years before a day; the same arguments give the same ones anywhere.

    accounts : as `generate` makes them.
    """
    of_range, of_customers, of_lines = (
        np.random.Generator(np.random.PCG64(s)) for s in np.random.SeedSequence([seed, 7]).spawn(3)
    )
    start = until.replace(year=until.year - YEARS, day=min(until.day, 28))
    last = until.replace(year=until.year - 1, day=min(until.day, 28))
    n_days, last_year = (until - start).days, (last - start).days
    wares = draw_range(of_range)
    customers = _customers(accounts, n_days, last_year, of_customers)
    who, day = _orders(customers, n_days, of_lines)
    lines = _Lines(wares, customers, start, who, day, of_lines)
    return Sales(lines.table(accounts, last_year, of_lines), wares.table)


def _customers(accounts: pl.DataFrame, n_days: int, last_year: int, rng: np.random.Generator) -> _Customer:
    status = accounts["status"].to_numpy()
    row = np.flatnonzero((status == "active") | (status == "lapsed"))
    active = status[row] == "active"
    count = len(row)
    sales = accounts["sales"].to_numpy()[row].astype(np.float64)
    once = accounts["potential"].to_numpy()[row] * 0.3
    fate = rng.random(count)
    since = np.where(fate < WON, rng.integers(30, max(31, n_days - 75), count), 0)
    till = np.full(count, n_days)
    leaves = active & (fate > 1 - LOST)
    till[leaves] = n_days - rng.integers(45, 250, int(leaves.sum()))
    till[~active] = rng.integers(200, last_year - 20, int((~active).sum()))
    since[~active] = 0
    slips = active & (fate > 1 - LOST - SLIPPING) & ~leaves
    drop = np.where(slips, n_days - rng.integers(60, 230, count), n_days)
    pauses = active & (fate > 1 - LOST - SLIPPING - PAUSED) & ~leaves & ~slips
    away = np.where(pauses, rng.integers(120, max(121, last_year - 330), count), n_days + 1)
    east = (accounts["longitude"].to_numpy()[row] + 70) / 50  # 0 on the Atlantic, −1 on the Pacific
    growth = 0.02 - WEST_GROWS * east - 0.025 + 0.16 * rng.standard_normal(count)
    alive = np.clip((np.minimum(till, drop) - np.maximum(since, last_year)) / (n_days - last_year), 0.12, 1)
    worth = np.where(active, sales / alive, once)
    yearly = worth**0.65
    yearly *= LINES_AN_ACCOUNT * len(row) / yearly.sum()
    every = np.clip(365 / np.sqrt(np.maximum(yearly, 1)) / 1.6, 7, 75)
    channels = accounts["channel"].to_numpy()[row]
    chance = np.array([BUYS.get(name, ELSE_BUYS) for name in channels])
    usual = np.array([kind.share for kind in KINDS]) * rng.gamma(2.0, 0.5, (count, len(KINDS)))
    buys = usual * (rng.random(chance.shape) < chance)
    buys[np.arange(count), chance.argmax(axis=1)] += 0.12
    return _Customer(row, worth, since, till, drop, rng.uniform(0.25, 0.6, count), away, growth, every, buys)


def _orders(of: _Customer, n_days: int, rng: np.random.Generator) -> tuple[Integers, Integers]:
    """Who orders, and on which day: in everybody's own rhythm, never on a Sunday's delivery run twice."""
    slots = np.ceil(n_days / of.every).astype(np.int64) + 1
    who = np.repeat(np.arange(len(slots)), slots)
    number = np.arange(len(who)) - np.repeat(np.cumsum(slots) - slots, slots)
    begins = rng.random(len(slots))
    nominal = (number + begins[who]) * of.every[who]
    day = np.floor(nominal + 0.13 * of.every[who] * rng.standard_normal(len(who))).astype(np.int64)
    inside = (day >= of.since[who]) & (day < of.till[who]) & (day < n_days) & (day >= 0)
    inside &= ~((day >= of.away[who]) & (day < of.away[who] + 400))
    inside &= ~((day >= of.drop[who]) & (rng.random(len(who)) > 0.75))  # who slips also orders more seldom
    return who[inside], day[inside]


class _Lines:
    """The lines of all orders, array by array, so that a million of them take seconds."""

    def __init__(
        self,
        wares: Range,
        of: _Customer,
        start: dt.date,
        who: Integers,
        day: Integers,
        rng: np.random.Generator,
    ) -> None:
        self._wares, self._of = wares, of
        dates = np.datetime64(start) + day
        month = dates.astype("datetime64[M]").astype(int) % 12
        years_on = (day - day.max()) / 365.25
        level = np.exp(of.growth[who] * years_on)
        level *= np.where(day >= of.drop[who], of.left[who], 1.0)
        season = np.array([kind.season for kind in KINDS]).T[month]
        for _name, kind, months, more, _off in CAMPAIGNS:
            season[:, kind] *= np.where(np.isin(month + 1, months), 1 + more, 1.0)
        season *= np.exp(np.outer(years_on, [kind.trend for kind in KINDS]))
        wanted = of.buys[who] * season
        yearly = of.worth[who] ** 0.65
        yearly *= LINES_AN_ACCOUNT * len(of.row) / (of.worth**0.65).sum()
        swell = np.sqrt(level) * wanted.sum(axis=1) / of.buys[who].sum(axis=1)
        per_order = np.maximum(0.15, yearly * of.every[who] / 365 * swell)
        size = 1 + rng.poisson(np.maximum(0.0, per_order - 1))
        self.order = np.repeat(np.arange(len(who)), size)
        self.line = np.arange(len(self.order)) - np.repeat(np.cumsum(size) - size, size) + 1
        self.who, self.day, self.date = who[self.order], day[self.order], dates[self.order]
        self.month = month[self.order]
        kinds = _chosen(wanted / wanted.sum(axis=1, keepdims=True), self.order, rng)
        self.product = self._products(kinds, rng)
        target = of.worth[self.who] / np.maximum(1, yearly[self.order]) * np.sqrt(level)[self.order]
        target *= np.exp(LINE_SPREAD * rng.standard_normal(len(target)))
        price = wares.price[self.product]
        self.quantity = np.maximum(1, np.round(target / price))
        self.price, self.cost = self._prices(start)

    def _products(self, kinds: Integers, rng: np.random.Generator) -> Integers:
        """Best sellers for all, and of the others those that an account has taken to."""
        counts = np.array([kind.n_products for kind in KINDS])[kinds]
        own = (self.who * 7919 + kinds * 104_729) % counts
        popular = np.floor(counts * rng.random(len(kinds)) ** 2).astype(np.int64)
        favored = (own + np.floor(counts * 0.3 * rng.random(len(kinds)) ** 2)).astype(np.int64) % counts
        found: Integers = self._wares.first[kinds] + np.where(rng.random(len(kinds)) < 0.55, favored, popular)
        return found

    def _prices(self, start: dt.date) -> tuple[Floats, Floats]:
        """List prices on the day, less what a campaign takes off, and costs, which rise a little less."""
        brand = self._wares.brand[self.product]
        months = self.date.astype("datetime64[M]").astype(int)
        first = np.datetime64(start).astype("datetime64[M]").astype(int)
        february = first + (13 - first % 12) % 12
        rises = np.maximum(0, (months - february) // 12 + 1)
        usual = np.array(RISES)[brand]
        raised = (1 + usual) ** rises
        dear, more = DEAR
        raised *= np.where((brand == dear) & (rises == rises.max()), 1 + more, 1.0)
        off = np.zeros(len(self.product))
        kind = self._wares.kind[self.product]
        for _name, of, pushed, _more, share in CAMPAIGNS:
            off[(kind == of) & np.isin(self.month + 1, pushed)] = share
        price = self._wares.price[self.product] * raised * (1 - off)
        return price, self._wares.cost[self.product] * (1 + 0.9 * usual) ** rises

    def table(self, accounts: pl.DataFrame, last_year: int, rng: np.random.Generator) -> pl.DataFrame:
        """As a file of invoice lines, in the order in which they were invoiced; returns are credit notes of their own."""
        back = rng.random(len(self.order)) < RETURNED
        back &= self.quantity > 1
        returned = np.flatnonzero(back)
        at = np.concatenate([np.arange(len(self.order)), returned])
        credit = np.arange(len(at)) >= len(self.order)
        quantity = self.quantity[at]
        quantity[credit] = -np.ceil(quantity[credit] * rng.uniform(0.1, 0.6, len(returned)))
        gross = quantity * self.price[at]
        who, day = self.who[at], self.day[at]
        cents = self._to_their_sales(accounts, who, day, gross, last_year)
        # What is agreed lies below the list, and so do the costs: the margins of the categories are those that come of it.
        below = cents.sum() / gross.sum()
        cost = np.round(quantity * self.cost[at] * below).astype(np.int64)
        number = pl.Series(self.order[at]).rank("dense").to_numpy().astype(np.int64)
        table = pl.DataFrame(
            {
                "day": self.date[at].astype("datetime64[D]"),
                "order": number,
                "line": self.line[at],
                "who": who,
                "product": pl.Series(self._wares.table["product"]).gather(self.product[at]),
                "quantity": quantity.astype(np.int64),
                "cents": cents,
                "cost": cost,
                "credit": credit,
            }
        ).sort("day", "order", "credit", "line")
        names = accounts["account_id"].gather(self._of.row)
        found = pl.int_range(1, pl.len() + 1).over("order", "credit")
        dense = pl.struct("day", "order", "credit").rle_id()
        return table.select(
            (pl.when("credit").then(pl.lit("CN")).otherwise(pl.lit("IN")) + (dense + 1).cast(pl.String).str.zfill(7)).alias("invoice"),
            found.alias("line"),
            pl.col("day").cast(pl.Date).alias("date"),
            names.gather(table["who"]).alias("account"),
            "product",
            "quantity",
            (pl.col("cents") / 100).round(2).alias("net_amount"),
            (pl.col("cost") / 100).round(2).alias("cost"),
            pl.lit("USD").alias("currency"),
            pl.when("credit").then(pl.lit("credit note")).otherwise(pl.lit("invoice")).alias("kind"),
        )  # fmt: skip

    def _to_their_sales(
        self, accounts: pl.DataFrame, who: Integers, day: Integers, gross: Floats, last_year: int
    ) -> Integers:
        """Amounts in cents: everybody at the prices they have agreed, so that the last year comes to their sales."""
        recent = day >= last_year
        count = len(self._of.row)
        bought = np.bincount(who[recent], gross[recent], count)
        sales = accounts["sales"].to_numpy()[self._of.row]
        agreed = np.where((sales > 0) & (bought > 0), sales / np.where(bought > 0, bought, 1), 1.0)
        cents = np.round(gross * agreed[who] * 100).astype(np.int64)
        short = sales * 100 - np.bincount(who[recent], cents[recent], count).astype(np.int64)
        mine = np.flatnonzero(recent)
        order = np.lexsort((cents[mine], who[mine]))
        largest = mine[order[np.append(np.diff(who[mine][order]) > 0, True)]]
        cents[largest] += np.where(sales > 0, short, 0)[who[largest]]
        return cents


def _chosen(shares: Floats, order: Integers, rng: np.random.Generator) -> Integers:
    """A category for each line, by the shares of its order."""
    upto = np.cumsum(shares, axis=1)
    drawn = rng.random(len(order))
    found = np.zeros(len(order), dtype=np.int64)
    for kind in range(shares.shape[1] - 1):
        found += drawn > upto[order, kind]
    return found
