"""Two plans side by side: what each territory holds in either, and what moves between."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from terrier.office.alignment.models import Level, Plan, Territory

NOWHERE = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """One territory in two plans: accounts and sales in either. A plan without it has none."""

    name: str
    in_one: bool
    in_other: bool
    n_one: int
    n_other: int
    sales_one: Decimal
    sales_other: Decimal
    n_gained: int
    n_lost: int


@dataclass(frozen=True, slots=True)
class Flow:
    """Accounts that are in one territory in the first plan and in another in the second; empty where in none."""

    source: str
    target: str
    n_accounts: int
    sales: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    one: Plan
    other: Plan
    territories: tuple[Beside, ...]
    flows: tuple[Flow, ...]
    n_same: int
    n_moved: int
    n_only_one: int
    n_only_other: int

    @property
    def share_moved(self) -> float:
        """Of the accounts that both plans speak of."""
        both = self.n_same + self.n_moved
        return self.n_moved / both if both else 0.0


def compare_plans(one: Plan, other: Plan) -> Comparison:
    """What the second plan does otherwise than the first. One statement; territories are the same where their keys are."""
    rows = _rows(one, other)
    names = _names(one) | _names(other)
    keys_one, keys_other = _names(one).keys(), _names(other).keys()
    held: dict[str, list[tuple[int, Decimal]]] = defaultdict(lambda: [(0, Decimal(0)), (0, Decimal(0))])
    gained: dict[str, int] = defaultdict(int)
    lost: dict[str, int] = defaultdict(int)
    n_same = n_moved = n_only_one = n_only_other = 0
    flows = []
    for source, target, side, n_accounts, sales in rows:
        if side in {"both", "one"}:
            held[source][0] = _plus(held[source][0], n_accounts, sales)
        if side in {"both", "other"}:
            held[target][1] = _plus(held[target][1], n_accounts, sales)
        if side == "one":
            n_only_one += n_accounts
        elif side == "other":
            n_only_other += n_accounts
        elif source == target:
            n_same += n_accounts
        else:
            n_moved += n_accounts
            lost[source] += n_accounts
            gained[target] += n_accounts
            flows.append(Flow(names.get(source, ""), names.get(target, ""), n_accounts, sales))
    territories = tuple(
        Beside(
            names[key], key in keys_one, key in keys_other, held[key][0][0], held[key][1][0],
            held[key][0][1], held[key][1][1], gained[key], lost[key],
        )
        for key in sorted(names, key=lambda key: names[key].casefold())
    )  # fmt: skip
    flows.sort(key=lambda flow: (-flow.n_accounts, flow.source, flow.target))
    return Comparison(one, other, territories, tuple(flows), n_same, n_moved, n_only_one, n_only_other)


def _plus(held: tuple[int, Decimal], n_accounts: int, sales: Decimal) -> tuple[int, Decimal]:
    return held[0] + n_accounts, held[1] + sales


def _names(plan: Plan) -> dict[str, str]:
    rows = Territory.objects.filter(plan=plan, level=Level.TERRITORY).values_list("key", "name")
    return {key.hex: name for key, name in rows}


def _rows(one: Plan, other: Plan) -> list[tuple[str, str, str, int, Decimal]]:
    """Source and target key (empty: none), which plans speak of these accounts, how many, and their sales."""
    sql = (
        "SELECT a.key, b.key, 'both', COUNT(*), SUM(c.annual_sales) FROM alignment_placement p"
        " JOIN alignment_placement q ON q.account_id = p.account_id AND q.plan_id = %s"
        " JOIN accounts_account c ON c.id = p.account_id"
        " LEFT JOIN alignment_territory a ON a.id = p.territory_id"
        " LEFT JOIN alignment_territory b ON b.id = q.territory_id"
        " WHERE p.plan_id = %s GROUP BY a.key, b.key"
    )
    alone = (
        " SELECT {key} FROM alignment_placement p JOIN accounts_account c ON c.id = p.account_id"
        " LEFT JOIN alignment_territory a ON a.id = p.territory_id WHERE p.plan_id = %s AND NOT EXISTS"
        " (SELECT 1 FROM alignment_placement q WHERE q.plan_id = %s AND q.account_id = p.account_id) GROUP BY a.key"
    )
    first = alone.format(key="a.key, a.key, 'one', COUNT(*), SUM(c.annual_sales)")
    second = alone.format(key="a.key, a.key, 'other', COUNT(*), SUM(c.annual_sales)")
    with connection.cursor() as cursor:
        cursor.execute(
            f"{sql} UNION ALL {first} UNION ALL {second}",
            [other.pk, one.pk, one.pk, other.pk, other.pk, one.pk],
        )
        return [
            (_hex(source), _hex(target), side, int(n), Decimal(str(sales or 0)).quantize(Decimal("0.01")))
            for source, target, side, n, sales in cursor.fetchall()
        ]


def _hex(key: object) -> str:
    return NOWHERE if key is None else uuid.UUID(str(key)).hex
