"""Many measures at once: those over the same rows in one pass."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from terrier.ledger.measures import MEASURES
from terrier.ledger.measures.definition import Measure, Rows, summed_up
from terrier.ledger.measures.sales import By, QuestionError, Sales


def scorecard(sales: Sales, measures: Iterable[str], by: By = ()) -> pl.DataFrame:
    """Some measures, side by side.

    Parameters
    ----------
    measures : names, as in `MEASURES`. by : columns to tell apart by, as `Sales` has them; none: one row over all.

    Returns
    -------
    The columns of ``by``, in order, and for each measure ``name``; for a ratio ``name.numerator`` and ``name.denominator`` as well: add
    those up to get the ratio of several rows. Money is in the currency; where it is divided, its numerator is in `AMOUNT`\\ ths of it. A group
    that a measure has nothing for has null there.

    Raises
    ------
    QuestionError
        There is no such measure, or nothing is told apart by such a column.
    """
    asked = [_measure(name) for name in dict.fromkeys(measures)]
    passes: dict[Rows, list[Measure]] = {}
    for one in asked:
        passes.setdefault(one.rows, []).append(one)
    tables = [sales.tables.fetched(summed_up(sales, alike, by)) for alike in passes.values()]
    card = tables[0]
    for table in tables[1:]:
        card = (
            card.join(table, on=by, how="full", coalesce=True, nulls_equal=True)
            if by
            else pl.concat([card, table], how="horizontal")
        )
    columns = [pl.col(column).alias(column.removesuffix(".value")) for one in asked for column in one.columns]
    return card.select(*by, *columns).sort(by, nulls_last=True) if by else card.select(columns)


def _measure(name: str) -> Measure:
    try:
        return MEASURES[name]
    except KeyError:
        raise QuestionError(f"There is no measure “{name}”; there are {', '.join(MEASURES)}.") from None
