"""Areas with what they could buy and what they do: the ledger's measures over the market, as far as somebody sees it."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import polars as pl

from terrier.atlas.outlines import POSTAL
from terrier.ledger import Given, Period, Sales, scorecard
from terrier.ledger.credit import Credit
from terrier.office.market.places import areas_on, counties_of_accounts, state_names
from terrier.office.market.potential import potential_now
from terrier.office.people.models import Person, Position
from terrier.office.people.scope import scope_of, visible_to
from terrier.office.sales import gateway
from terrier.office.sales.credit import coverage_version, credit_now
from terrier.office.sales.explaining import AMOUNT

MEASURED = ("penetration", "market_share", "market_white_space")
COLUMNS = (
    "penetration.numerator",
    "market_share.numerator",
    "market_share.denominator",
    "market_white_space",
)
COUNTY, STATE, TERRITORY = "county", "state", "territory"
MOST_KEPT = 12


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area. code : a county's FIPS number, a state's postal code or a territory's position. Figures are of the period; None where
    nobody has told them: customers ÷ places is its penetration, sales ÷ potential its share, white the potential without sales."""

    code: str
    name: str
    state: str = ""
    territory: int | None = None
    territory_name: str = ""
    customers: int = 0
    places: int | None = None
    sales: float = 0.0
    potential: float | None = None
    white: float | None = None

    @property
    def penetration(self) -> float | None:
        return self.customers / self.places if self.places else None

    @property
    def market_share(self) -> float | None:
        return self.sales / self.potential if self.potential else None


def all_of(rows: Iterable[AreaRow], code: str = "", name: str = "", **more: Any) -> AreaRow:
    """Areas as one: numerators and denominators added up, as the ledger says of its ratios."""
    listed = list(rows)
    return AreaRow(
        code,
        name,
        customers=sum(row.customers for row in listed),
        places=_added(row.places for row in listed),
        sales=sum(row.sales for row in listed),
        potential=_added(row.potential for row in listed),
        white=_added(row.white for row in listed),
        **more,
    )


def _added(values: Iterable[Any]) -> Any:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def counties(person: Person, period: Period, on: dt.date) -> list[AreaRow]:
    """The counties that somebody sees: all for those who see the company, else those of the territories at and below theirs; of each what is
    credited within their scope."""
    scope = scope_of(person)
    areas = areas_on(on).join(potential_now(), on="area")
    if not scope.whole_company:
        areas = areas.filter(pl.col("territory").is_in([str(one) for one in scope.positions]))
    if areas.is_empty():
        return []
    held = None if scope.whole_company else tuple(sorted(str(one) for one in scope.positions))
    names: dict[str, str] = {
        str(pk): name for pk, name in visible_to(person, Position, on).values_list("pk", "name")
    }
    card = _card(areas, period, held)
    return [_row(row, names) for row in areas.join(card, on="area", how="left").iter_rows(named=True)]


def states(person: Person, rows: Sequence[AreaRow], period: Period, *, alone: bool = True) -> list[AreaRow]:
    """Counties added up by state; for those who see the company, also states of which only a whole is told, unless not ``alone``."""
    by_state: dict[str, list[AreaRow]] = {}
    for row in rows:
        by_state.setdefault(row.state, []).append(row)
    names = state_names()
    found = [
        all_of(inside, state, names.get(state, state), state=state) for state, inside in by_state.items()
    ]
    if not alone or not scope_of(person).whole_company:
        return found
    return found + _states_alone(rows, period)


def territories(rows: Sequence[AreaRow]) -> list[AreaRow]:
    """Counties added up by territory; those of none last, as one."""
    by_territory: dict[int | None, list[AreaRow]] = {}
    for row in rows:
        by_territory.setdefault(row.territory, []).append(row)
    return [
        all_of(inside, str(territory or ""), inside[0].territory_name, territory=territory)
        for territory, inside in by_territory.items()
    ]


_cards: OrderedDict[Any, pl.DataFrame] = OrderedDict()
_lock = Lock()


def _card(areas: pl.DataFrame, period: Period, held: tuple[str, ...] | None) -> pl.DataFrame:
    """The measures of each area, as this process keeps the last few of them."""
    if gateway.extent() is None:
        return areas.select("area", **{name: pl.lit(None, pl.Float64) for name in COLUMNS})
    held_ledger, credit, accounts = gateway.ledger(), credit_now(coverage_version()), counties_of_accounts()
    key = (
        str(held_ledger.folder),
        held_ledger.manifest().version,
        credit.digest,
        *(int(table.hash_rows(seed=0).sum()) for table in (areas, accounts)),
        period,
        held,
    )
    with _lock:
        if key in _cards:
            _cards.move_to_end(key)
            return _cards[key]
    found = _reckoned(areas, accounts, credit, period, held)
    with _lock:
        _cards[key] = found
        while len(_cards) > MOST_KEPT:
            _cards.popitem(last=False)
    return found


def _reckoned(
    areas: pl.DataFrame, accounts: pl.DataFrame, credit: Credit, period: Period, held: tuple[str, ...] | None
) -> pl.DataFrame:
    market = areas.select("area", "potential_customers", "potential_cents", holder="territory")
    if len(areas["area"][0]) == 2:  # states of which only a whole is told
        accounts = accounts.with_columns(pl.col("area").str.head(2))
    sales = Sales(
        gateway.ledger().open(),
        credit,
        period,
        accounts,
        gateway.main_currency(),
        only={} if held is None else {"holder": list(held)},
        given=Given(market=market),
    )
    return scorecard(sales, MEASURED, ("area",))


def _row(row: dict[str, Any], names: dict[str, str]) -> AreaRow:
    territory = row["territory"]
    known = row["potential_cents"] is not None
    return AreaRow(
        row["area"],
        row["name"],
        row["state"],
        int(territory) if territory else None,
        names.get(territory or "", ""),
        int(row["penetration.numerator"] or 0),
        row["potential_customers"],
        float(row["market_share.numerator"] or 0) / AMOUNT,
        float(row["market_share.denominator"] or 0) / AMOUNT if known else None,
        float(row["market_white_space"] or 0) if known else None,
    )


def _states_alone(rows: Sequence[AreaRow], period: Period) -> list[AreaRow]:
    names = state_names()
    counted = {row.state for row in rows}
    whole = potential_now().filter(pl.col("area").str.len_chars() == 2)
    whole = whole.filter(~pl.col("area").replace_strict(dict(POSTAL), default="").is_in(list(counted)))
    if whole.is_empty():
        return []
    areas = whole.with_columns(
        state=pl.col("area").replace_strict(dict(POSTAL), default=""),
        territory=pl.lit(None, pl.String),
    ).with_columns(name=pl.col("state").replace_strict(names, default=pl.col("state")))
    card = _card(areas, period, None)
    alone = (_row(row, {}) for row in areas.join(card, on="area", how="left").iter_rows(named=True))
    return [replace(row, code=row.state) for row in alone]
