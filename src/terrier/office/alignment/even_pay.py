"""Of how many sales each territory must hold that what people are expected to earn is even: base pay stays with the position wherever
accounts go, so whoever has less of it needs more sales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from terrier.office.alignment.choices import Choices
from terrier.office.alignment.expected_pay import PayTerms, terms_of
from terrier.office.alignment.models import Territory
from terrier.office.alignment.workload import Floats

LEAST = 0.2
"""Of an even part of the sales, which everybody gets however high their base is."""


@dataclass(frozen=True, slots=True)
class Paid:
    """What territories pay, as arrays over them: base and quota (inf for none) a year by employment share, rate, accelerator."""

    base: Floats
    rate: Floats
    quota: Floats
    accelerator: Floats

    @classmethod
    def of(cls, territories: Sequence[Territory], choices: Choices) -> Paid:
        otherwise = PayTerms(Decimal(str(choices.terms.base)), Decimal(str(choices.terms.rate)))
        rows = []
        for one in territories:
            terms = (terms_of(one.position) if one.position else None) or otherwise
            share = float(one.position.employment_share) if one.position else 1.0
            quota = np.inf if terms.quota is None else float(terms.quota) * share
            rows.append((float(terms.base) * share, float(terms.rate), quota, float(terms.accelerator)))
        return cls(*np.array(rows).T)

    def on(self, sales: Floats) -> Floats:
        """(k,) what each territory pays on its sales."""
        within = np.minimum(sales, self.quota)
        pay: Floats = self.base + self.rate * (within + self.accelerator * (sales - within))
        return pay

    def sales_for(self, pay: Floats) -> Floats:
        """(k,) the sales on which each territory pays so much; 0 where its base alone is more, none where sales pay nothing."""
        paid = np.maximum(pay - self.base, 0.0) / np.where(self.rate > 0, self.rate, np.nan)
        beyond = np.maximum(paid - self.quota, 0.0)
        sales: Floats = np.where(beyond > 0, self.quota + beyond / np.maximum(self.accelerator, 1e-9), paid)
        return sales


def even_sales(paid: Paid, shares: Floats, sales: float) -> Floats:
    """(k,) of sales, what each territory should hold so that pay is even by share: as exactly as ``LEAST`` allows.

    Where sales pay nothing, or there are none, they are even themselves.
    """
    even: Floats = sales * shares / shares.sum()
    if sales <= 0 or not (paid.rate > 0).any():
        return even

    def held(level: float) -> Floats:
        found = paid.sales_for(level * shares)
        return np.maximum(np.where(np.isnan(found), even, found), LEAST * even)

    low, high = 0.0, 1.0
    while held(high).sum() < sales and high < 1e15:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if held(middle).sum() < sales else (low, middle)
    found = held(high)
    found *= sales / found.sum()
    return found
