"""Every measure by its definition, row by row: slow and obvious."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from terrier.ledger.credit import WHOLE
from terrier.ledger.period import Period
from tests.ledger.naive import Line

Key = tuple[Any, ...]
ACTIVE = ("new", "retained", "reactivated")


@dataclass(frozen=True)
class Part:
    """A line, or the part of it that is credited to somebody."""

    line: Line
    holder: str | None
    share: int


@dataclass(frozen=True)
class Account:
    """What is known of an account."""

    channel: str | None
    area: str | None
    potential: int | None
    calls: float


@dataclass(frozen=True)
class Oracle:
    """The answers. coverage : account, holder, since, until, share. market : area → potential customers, potential cents. fixed : holder → cents."""

    sold: list[Line]
    period: Period
    coverage: list[tuple[Any, ...]]
    categories: dict[str, str]
    accounts: dict[str, Account]
    market: dict[str, tuple[int, int]]
    call_cents: int
    fixed: dict[str, int]
    peers: tuple[str, ...]

    def holders(self, account: str, day: dt.date) -> list[tuple[str | None, int]]:
        held = [
            (row[1], row[4])
            for row in self.coverage
            if row[0] == account and row[2] <= day and (row[3] is None or day < row[3])
        ]
        left = WHOLE - sum(share for _, share in held)
        return [*held, *([(None, left)] if left else [])]

    def parts(self, lines: Iterable[Line]) -> list[Part]:
        return [Part(line, *held) for line in lines for held in self.holders(line.account, line.day)]

    def within(self, period: Period) -> list[Line]:
        return [line for line in self.sold if period.start <= line.day < period.end]

    @cached_property
    def now(self) -> list[Line]:
        return self.within(self.period)

    @cached_property
    def was(self) -> list[Line]:
        return self.within(self.period.a_year_before())

    def of(self, account: str) -> Account:
        return self.accounts.get(account, Account(None, None, None, 0))

    def key(self, by: tuple[str, ...], account: str, holder: str | None, category: str | None = None) -> Key:
        told = {"account": account, "holder": holder, "category": category}
        return tuple(told[name] if name in told else getattr(self.of(account), name) for name in by)

    def grouped(self, by: tuple[str, ...], lines: list[Line]) -> dict[Key, list[Part]]:
        found: dict[Key, list[Part]] = defaultdict(list)
        for part in self.parts(lines):
            found[
                self.key(by, part.line.account, part.holder, self.categories.get(part.line.product))
            ].append(part)
        return found

    def standing(self, account: str) -> str | None:
        now, was = (self.net(lines, account) for lines in (self.now, self.was))
        if now <= 0:
            return "lapsed" if was > 0 else None
        if was > 0:
            return "retained"
        first = min(
            (line.day for line in self.sold if line.account == account and not line.credit), default=None
        )
        return "new" if first is not None and first >= self.period.start else "reactivated"

    def net(self, lines: list[Line], account: str, category: str | None = None) -> int:
        return sum(
            line.net
            for line in lines
            if line.account == account and (category is None or self.categories.get(line.product) == category)
        )

    def ask(self, name: str, by: tuple[str, ...]) -> dict[Key, float | None]:
        """A measure by groups."""
        special = {
            "penetration": self.penetration,
            "market_share": self.market_share,
            "market_white_space": self.market_white_space,
            "share_of_potential": self.wallet,
            "white_space": self.white_space,
            "forecast": self.forecast,
            "cost_to_serve": lambda by: self.profit(by, margin=0, fixed=0, sign=1),
            "account_profit": lambda by: self.profit(by, margin=1, fixed=0, sign=-1),
            "territory_profit": lambda by: self.profit(by, margin=1, fixed=1, sign=-1),
            "off_rhythm": lambda by: self.rhythm(by, lambda rows: sum(off for _, _, off in rows)),
            "days_since_order": lambda by: self.rhythm(by, lambda rows: mean([since for _, since, _ in rows])),
            "order_interval": lambda by: self.rhythm(by, lambda rows: mean([one for one, _, _ in rows if one is not None])),
        }  # fmt: skip
        if name in special:
            return special[name](by)
        now, was = self.grouped(by, self.now), self.grouped(by, self.was)
        return {
            key: getattr(self, name)(by, now.get(key, []), was.get(key, [])) for key in {*now, *was} or {()}
        }

    def revenue(self, by: Any, now: list[Part], was: list[Part]) -> float:
        return money(now)

    def revenue_before(self, by: Any, now: list[Part], was: list[Part]) -> float:
        return money(was)

    def margin(self, by: Any, now: list[Part], was: list[Part]) -> float:
        return (
            sum((part.line.net - part.line.cost) * part.share for part in now if part.line.cost is not None)
            / 1e6
        )

    def margin_rate(self, by: Any, now: list[Part], was: list[Part]) -> float | None:
        return over(self.margin(by, now, was), money([part for part in now if part.line.cost is not None]))

    def growth(self, by: Any, now: list[Part], was: list[Part]) -> float | None:
        return over(money(now) - money(was), money(was))

    def like_for_like_growth(self, by: Any, now: list[Part], was: list[Part]) -> float | None:
        now, was = (
            [part for part in parts if self.standing(part.line.account) == "retained"] for parts in (now, was)
        )
        return over(money(now) - money(was), money(was))

    def count(self, parts: list[Part], *standings: str) -> int:
        return sum(self.standing(account) in standings for account in buyers(parts))

    def active(self, by: Any, now: list[Part], was: list[Part]) -> int:
        return self.count(now, *ACTIVE)

    def new(self, by: Any, now: list[Part], was: list[Part]) -> int:
        return self.count(now, "new")

    def retained(self, by: Any, now: list[Part], was: list[Part]) -> int:
        return self.count(now, "retained")

    def reactivated(self, by: Any, now: list[Part], was: list[Part]) -> int:
        return self.count(now, "reactivated")

    def lapsed(self, by: Any, now: list[Part], was: list[Part]) -> int:
        return self.count(was, "lapsed")

    def retention(self, by: Any, now: list[Part], was: list[Part]) -> float | None:
        return over(self.count(was, "retained"), self.count(was, "retained", "lapsed"))

    def acquisition(self, by: Any, now: list[Part], was: list[Part]) -> float | None:
        return over(self.count(now, "new"), self.count(was, "retained", "lapsed"))

    def customers_before(self, was: list[Part]) -> list[tuple[int, int]]:
        """What each account that was active bought then and buys now."""
        both = [(self.net(self.was, account), self.net(self.now, account)) for account in buyers(was)]
        return [(then, now) for then, now in both if then > 0]

    def value_retention(self, by: Any, now: list[Part], was: list[Part]) -> float | None:
        ours = self.customers_before(was)
        return over(sum(min(max(now, 0), then) for then, now in ours), sum(then for then, _ in ours))

    def net_revenue_retention(self, by: Any, now: list[Part], was: list[Part]) -> float | None:
        ours = self.customers_before(was)
        return over(sum(max(now, 0) for _, now in ours), sum(then for then, _ in ours))

    def upsell(self, by: Any, now: list[Part], was: list[Part]) -> float | None:
        ours = self.customers_before(was)
        return over(sum(max(now - then, 0) for then, now in ours), sum(then for then, _ in ours))

    def breadth(self, by: Any, now: list[Part], was: list[Part]) -> float | None:
        bought: dict[tuple[str, str], int] = defaultdict(int)
        for part in now:
            if part.line.product in self.categories:
                bought[part.line.account, self.categories[part.line.product]] += part.line.net * part.share
        kept = [pair for pair, net in bought.items() if net > 0]
        return over(len(kept), len({account for account, _ in kept}))

    def cross_sell(self, by: Any, now: list[Part], was: list[Part]) -> float | None:
        told = {
            (part.line.account, self.categories[part.line.product])
            for part in now
            if part.line.product in self.categories
        }
        told = {pair for pair in told if self.standing(pair[0]) == "retained"}
        added = {
            account
            for account, category in told
            if self.net(self.now, account, category) > 0 >= self.net(self.was, account, category)
        }
        return over(len(added), len({account for account, _ in told}))

    def orders(self, by: Any, now: list[Part], was: list[Part]) -> int:
        return len(
            {(part.line.account, part.line.invoice, part.line.day) for part in now if not part.line.credit}
        )

    def order_value(self, by: Any, now: list[Part], was: list[Part]) -> float | None:
        shared = {
            (part.line.account, part.line.invoice, part.line.day, part.holder, part.share)
            for part in now
            if not part.line.credit
        }
        return over(money(now), sum(share for *_, share in shared) / WHOLE)

    def order_frequency(self, by: Any, now: list[Part], was: list[Part]) -> float | None:
        return over(self.orders(by, now, was), len(buyers([part for part in now if not part.line.credit])))

    def slips(self, account: str) -> bool:
        return (
            self.standing(account) == "retained"
            and self.net(self.now, account) * 4 <= self.net(self.was, account) * 3
        )

    def slipping(self, by: Any, now: list[Part], was: list[Part]) -> int:
        return sum(map(self.slips, buyers(now)))

    def slipped(self, by: Any, now: list[Part], was: list[Part]) -> float:
        return money([part for part in was if self.slips(part.line.account)]) - money(
            [part for part in now if self.slips(part.line.account)]
        )

    def concentration(self, by: Any, now: list[Part], was: list[Part]) -> float | None:
        sums: dict[str, float] = defaultdict(float)
        for part in now:
            sums[part.line.account] += part.line.net * part.share
        bought = sorted((net for net in sums.values() if net > 0), reverse=True)
        return over(sum(bought[:10]), sum(bought))

    def growth_new(self, by: Any, now: list[Part], was: list[Part]) -> float:
        return self.differing("new", now, was)

    def growth_regained(self, by: Any, now: list[Part], was: list[Part]) -> float:
        return self.differing("reactivated", now, was)

    def growth_lapsed(self, by: Any, now: list[Part], was: list[Part]) -> float:
        return self.differing("lapsed", now, was)

    def differing(self, standing: str, now: list[Part], was: list[Part]) -> float:
        return sum(
            sign * money([part for part in parts if self.standing(part.line.account) == standing])
            for sign, parts in ((1, now), (-1, was))
        )

    def growth_moved(self, by: Any, now: list[Part], was: list[Part]) -> float:
        return (
            sum(share * then - before for share, _, then, _, before in self.stayed(by, now, was))
            if "holder" in by
            else 0.0
        )

    def growth_price(self, by: Any, now: list[Part], was: list[Part]) -> float:
        return sum(
            share * (amount(both[0]) - self.at_old_prices(both[0]))
            for share, both, *_ in self.stayed(by, now, was)
        )

    def growth_volume(self, by: Any, now: list[Part], was: list[Part]) -> float:
        found = 0.0
        for share, (lines, before), then, _, _ in self.stayed(by, now, was):
            units = sum(line.quantity for line in before)
            found += share * then * (sum(line.quantity for line in lines) / units - 1) if units > 0 else 0
        return found

    def growth_mix(self, by: Any, now: list[Part], was: list[Part]) -> float:
        others = ("new", "regained", "lapsed", "moved", "price", "volume")
        return money(now) - money(was) - sum(getattr(self, f"growth_{one}")(by, now, was) for one in others)

    def stayed(
        self, by: tuple[str, ...], now: list[Part], was: list[Part]
    ) -> list[tuple[float, tuple[list[Line], list[Line]], float, float, float]]:
        """Of retained accounts in a group: its share of what they buy now; their lines of both years within the group, whoever's; what they came to
        then and come to now; what the group had of it then."""
        found = []
        for account in buyers(now) | buyers(was):
            if self.standing(account) == "retained":
                mine = [[part for part in parts if part.line.account == account] for parts in (now, was)]
                category = self.categories.get((mine[0] or mine[1])[0].line.product)
                lines, before = (
                    [
                        line
                        for line in year
                        if line.account == account
                        and ("category" not in by or self.categories.get(line.product) == category)
                    ]
                    for year in (self.now, self.was)
                )
                if amount(lines):
                    found.append(
                        (
                            money(mine[0]) / amount(lines),
                            (lines, before),
                            amount(before),
                            amount(lines),
                            money(mine[1]),
                        )
                    )
        return found

    def at_old_prices(self, lines: list[Line]) -> float:
        return sum(line.net / 100 / self.index(self.categories.get(line.product)) for line in lines)

    def index(self, category: str | None) -> float:
        top = base = 0.0
        for product in {line.product for line in self.sold}:
            if self.categories.get(product) == category:
                sums = [
                    (
                        sum(line.net for line in year if line.product == product),
                        sum(line.quantity for line in year if line.product == product),
                    )
                    for year in (self.now, self.was)
                ]
                if all(one > 0 for pair in sums for one in pair):
                    top += sums[0][0]
                    base += sums[1][0] / sums[1][1] * sums[0][1]
        return top / base if base else 1.0

    def today(self, account: str, by: tuple[str, ...]) -> list[tuple[str | None, int]]:
        """Who holds an account on the last day; all of it nobody, where it is not asked by holder."""
        return (
            self.holders(account, self.period.end - dt.timedelta(days=1))
            if "holder" in by
            else [(None, WHOLE)]
        )

    def rhythm(
        self, by: tuple[str, ...], told: Callable[[list[tuple[float | None, int, bool]]], float | None]
    ) -> dict[Key, float | None]:
        rows: dict[Key, list[tuple[float | None, int, bool]]] = defaultdict(list)
        year = self.within(Period(self.period.end - dt.timedelta(days=365), self.period.end))
        for account in {line.account for line in year if not line.credit}:
            orders = {
                (line.invoice, line.day) for line in year if line.account == account and not line.credit
            }
            first, last = min(day for _, day in orders), max(day for _, day in orders)
            interval = (last - first).days / (len(orders) - 1) if len(orders) > 1 else None
            since = (self.period.end - last).days - 1
            off = len(orders) >= 3 and interval is not None and since > 2 * interval
            for holder, _share in self.today(account, by):
                rows[self.key(by, account, holder)].append((interval, since, off))
        return {key: told(found) for key, found in rows.items()}

    def profit(self, by: tuple[str, ...], *, margin: int, fixed: int, sign: int) -> dict[Key, float | None]:
        years, found = self.period.n_days / 365, defaultdict[Key, float](float)
        for key, parts in self.grouped(by, self.now).items():
            found[key] += margin * self.margin(by, parts, [])
        for account, told in self.accounts.items():
            for holder, share in self.today(account, by):
                found[self.key(by, account, holder)] += (
                    sign * told.calls * self.call_cents / 100 * years * share / WHOLE
                )
        for holder, cents in self.fixed.items():
            found[self.key(by, "", holder)] -= fixed * cents / 100 * years
        return dict(found)

    def wallet(self, by: tuple[str, ...]) -> dict[Key, float | None]:
        tops, bases = defaultdict[Key, float](float), defaultdict[Key, float](float)
        for account, told in self.accounts.items():
            if told.potential is not None:
                for holder, share in self.today(account, by):
                    bases[self.key(by, account, holder)] += (
                        told.potential / 100 * share / WHOLE * self.period.n_days / 365
                    )
        for part in self.parts(self.now):
            if self.of(part.line.account).potential is not None:
                tops[self.key(by, part.line.account, part.holder)] += money([part])
        return {key: over(tops[key], bases[key]) for key in {*tops, *bases}}

    def penetration(self, by: tuple[str, ...]) -> dict[Key, float | None]:
        return self.of_market(
            by,
            lambda lines: float(
                len({line.account for line in lines if self.standing(line.account) in ACTIVE})
            ),
            0,
            1.0,
        )

    def market_share(self, by: tuple[str, ...]) -> dict[Key, float | None]:
        return self.of_market(by, amount, 1, self.period.n_days / 365 / 100)

    def market_white_space(self, by: tuple[str, ...]) -> dict[Key, float | None]:
        years = self.period.n_days / 365
        left = {
            area: max(
                0.0,
                potential / 100 * years
                - amount([line for line in self.now if self.of(line.account).area == area]),
            )
            for area, (_customers, potential) in self.market.items()
        }
        return {(): sum(left.values())} if not by else {(area,): gap for area, gap in left.items()}

    def of_market(
        self, by: tuple[str, ...], top: Callable[[list[Line]], float], at: int, scale: float
    ) -> dict[Key, float | None]:
        groups = {(): list(self.market)} if not by else {(area,): [area] for area in self.market}
        return {
            key: over(
                top([line for line in self.now if self.of(line.account).area in areas]),
                sum(self.market[area][at] for area in areas) * scale,
            )
            for key, areas in groups.items()
        }

    def white_space(self, by: tuple[str, ...]) -> dict[Key, float | None]:
        found = defaultdict[Key, float](float)
        bought = {
            account: {
                category: net
                for category in set(self.categories.values())
                if (net := self.net(self.now, account, category)) > 0
            }
            for account in {line.account for line in self.now}
            if self.standing(account) in ACTIVE
        }
        for account, mine in bought.items():
            peers = [
                theirs
                for other, theirs in bought.items()
                if self.key(self.peers, other, None) == self.key(self.peers, account, None)
            ]
            whole = sum(sum(theirs.values()) for theirs in peers)
            for category in set(self.categories.values()):
                like = sum(theirs.get(category, 0) for theirs in peers)
                gap = sum(mine.values()) * like / whole - mine.get(category, 0) if whole else 0
                for holder, share in self.today(account, by):
                    found[self.key(by, account, holder, category)] += max(0.0, gap) / 100 * share / WHOLE
        return dict(found)

    def forecast(self, by: tuple[str, ...]) -> dict[Key, float | None]:
        end = self.period.end.replace(day=1)
        months: dict[Key, list[float]] = defaultdict(lambda: [0.0] * 36)
        for line in self.sold:
            back = (end.year - line.day.year) * 12 + end.month - line.day.month
            if 1 <= back <= 36:
                for holder, share in self.today(line.account, by):
                    key = self.key(by, line.account, holder, self.categories.get(line.product))
                    months[key][36 - back] += line.net * share / 1e6
        return {key: expected(series) for key, series in months.items()}


def expected(series: list[float]) -> float:
    before, last = sum(series[12:24]), sum(series[24:])
    trend = min(2.0, max(0.5, last / before)) if round(before, 6) > 0 else 1.0
    return sum(max(0.0, one) * trend for one in series[24:27])


def buyers(parts: list[Part]) -> set[str]:
    return {part.line.account for part in parts}


def money(parts: Iterable[Part]) -> float:
    return sum(part.line.net * part.share for part in parts) / 1e6


def amount(lines: list[Line]) -> float:
    return sum(line.net for line in lines) / 100


def over(top: float, base: float) -> float | None:
    return top / base if base and not math.isclose(base, 0, abs_tol=1e-9) else None


def mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
