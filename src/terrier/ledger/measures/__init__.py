"""Measures: what is summed over which rows, each with its definition. Written once, run on any engine that Ibis knows."""

from __future__ import annotations

from terrier.ledger.measures import amounts, customers
from terrier.ledger.measures.definition import Measure
from terrier.ledger.measures.sales import QuestionError, Sales

MEASURES: dict[str, Measure] = {measure.name: measure for measure in (*amounts.ALL, *customers.ALL)}

__all__ = ["MEASURES", "Measure", "QuestionError", "Sales"]
