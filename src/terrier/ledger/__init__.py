"""What was sold: append-only invoice lines, and the measures over them. Knows nothing of the engine or the office.

A ledger is opened, its sales of a period are credited by coverage, and measures are asked of them:

    tables = Ledger(folder).open()
    sales = Sales(tables, Credit(coverage), Period(date(2026, 7, 1), date(2026, 10, 1)), accounts, only={"holder": ["T017"]})
    card = scorecard(sales, ["revenue", "growth", "retention"], by=("category",))
"""

from __future__ import annotations

from terrier.ledger.books import remembered_rows
from terrier.ledger.credit import COVERAGE, WHOLE, CoverageError, Credit
from terrier.ledger.loading import Loaded, load_lines, load_products, withdraw
from terrier.ledger.market import PET_TRADE, AreaValues, Patterns, read_area_values, read_business_patterns
from terrier.ledger.measures import MEASURES, Given, Measure, QuestionError, Sales
from terrier.ledger.measures.forecast import forecast
from terrier.ledger.measures.scorecard import scorecard
from terrier.ledger.period import Period
from terrier.ledger.store import Ledger, Load, WriterBusyError
from terrier.ledger.tables import Tables

__all__ = [
    "COVERAGE",
    "MEASURES",
    "PET_TRADE",
    "WHOLE",
    "AreaValues",
    "CoverageError",
    "Credit",
    "Given",
    "Ledger",
    "Load",
    "Loaded",
    "Measure",
    "Patterns",
    "Period",
    "QuestionError",
    "Sales",
    "Tables",
    "WriterBusyError",
    "forecast",
    "load_lines",
    "load_products",
    "read_area_values",
    "read_business_patterns",
    "remembered_rows",
    "scorecard",
    "withdraw",
]
