"""What a position is expected to earn in a year, from its own terms: base, rate, quota. The pay capability takes this function over.

At full time, on sales S a year with a quota Q:  base + rate · (min(S, Q) + accelerator · max(0, S - Q)). Without a quota
all sales are paid alike. Of a position with half a job base and quota count half; its sales are its own already.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from terrier.office.people.models import Position

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class PayTerms:
    """base : a year, at full time. rate : of sales, 0.01 for 1 %. quota : a year, at full time; None: there is none."""

    base: Decimal
    rate: Decimal
    quota: Decimal | None = None
    accelerator: Decimal = Decimal(1)


def terms_of(position: Position) -> PayTerms | None:
    """A position's own terms; None where neither a base nor a rate is kept."""
    if position.base_pay is None and position.commission_rate is None:
        return None
    return PayTerms(
        position.base_pay or Decimal(0),
        position.commission_rate or Decimal(0),
        position.quota,
        position.accelerator,
    )


def expected_pay(position: Position, sales: Decimal, *, otherwise: PayTerms | None = None) -> Decimal | None:
    """Pay of a year on which a position is credited with ``sales``, rounded to the cent.

    otherwise : terms for positions that have none of their own; without them the answer is None, nobody knows.
    """
    terms = terms_of(position) or otherwise
    if terms is None:
        return None
    share, sold = position.employment_share, max(sales, Decimal(0))
    quota = sold if terms.quota is None else terms.quota * share
    paid = min(sold, quota) + terms.accelerator * max(Decimal(0), sold - quota)
    return (terms.base * share + terms.rate * paid).quantize(CENT, ROUND_HALF_UP)
