"""What a measure is: its definition in words, the rows it is reckoned from, and what is summed over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ibis.expr import types as ir

from terrier.ledger.measures.sales import AMOUNT, By, Sales

Unit = Literal["money", "ratio", "accounts", "number"]
Rows = Callable[[Sales, By], ir.Table]
Sum = Callable[[ir.Table], ir.Value]


@dataclass(frozen=True)
class Measure:
    """One measure: its definition in words and as a function.

    rows : from the sales and the columns to tell apart by, the rows that it sums over. top : what is summed. base : what that is divided by; None where
    it is not. example : its value for the worked example of docs/measures.md.
    """

    name: str
    title: str
    unit: Unit
    formula: str
    edges: tuple[str, ...]
    rows: Rows
    top: Sum
    base: Sum | None
    example: str

    def of(self, sales: Sales, by: By = ()) -> ir.Table:
        """The columns to tell apart by, and ``value``; for a ratio its ``numerator`` and ``denominator``, too, which add up where ratios do not."""
        parts = summed_up(sales, [self], by)
        columns = {name.removeprefix(f"{self.name}."): parts[name] for name in self.columns}
        return parts.select(*by, **columns)

    @property
    def columns(self) -> tuple[str, ...]:
        """Of `summed_up` and of a scorecard."""
        parts = ("value",) if self.base is None else ("value", "numerator", "denominator")
        return tuple(f"{self.name}.{part}" for part in parts)

    def sums(self, rows: ir.Table) -> dict[str, ir.Value]:
        """Its columns: money in the currency, a ratio null where there is nothing to divide by."""
        top = self.top(rows).fill_null(0)
        if self.base is None:
            return {f"{self.name}.value": top.cast("float64") / AMOUNT if self.unit == "money" else top}
        base = self.base(rows).fill_null(0)
        ratio = top.cast("float64") / base.cast("float64").nullif(0)
        value = ratio / AMOUNT if self.unit == "money" else ratio
        return dict(zip(self.columns, (value, top, base), strict=True))


def summed_up(sales: Sales, measures: Sequence[Measure], by: By) -> ir.Table:
    """Measures over the same rows in one pass: by columns to tell apart by, the columns of each."""
    sales.check(by)
    rows = measures[0].rows(sales, by)
    sums = {name: value for one in measures for name, value in one.sums(rows).items()}
    return rows.group_by(list(by)).agg(**sums) if by else rows.agg(**sums)
