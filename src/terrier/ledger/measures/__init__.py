"""Measures: what is summed over which rows, each with its definition. Written once, run on any engine that Ibis knows."""

from __future__ import annotations

from terrier.ledger.measures import amounts, bridge, buying, customers, forecast, potential, profit
from terrier.ledger.measures.definition import Measure
from terrier.ledger.measures.sales import Given, QuestionError, Sales

_ROOMS = (amounts, bridge, customers, buying, potential, profit, forecast)
MEASURES: dict[str, Measure] = {measure.name: measure for room in _ROOMS for measure in room.ALL}

__all__ = ["MEASURES", "Given", "Measure", "QuestionError", "Sales"]
