"""What an account sells when it gets more or less effort: a concave function, so that each further hour earns less.

References
----------
Little (1970), Models and managers: the concept of a decision calculus. · Lodish (1971), CALLPLAN: an interactive salesman's
call planning system. · Albers, Mantrala & Sridhar (2010), Personal selling elasticities: a meta-analysis. · Sinha & Zoltners
(2001), Sales-force decision models: insights from 25 years of implementation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from terrier.engine.design.geometry import Floats
from terrier.engine.design.instance import Ints

Shape = Literal["power", "saturating"]

USUAL_ELASTICITY = 0.31
"""Of sales to effort; the mean of 506 estimates, corrected, in Albers, Mantrala & Sridhar (2010)."""


@dataclass(frozen=True, slots=True)
class Response:
    """Sales of an account, as a multiple of today's, at u times today's effort: carry_over + (1 - carry_over) · r(u), r(1) = 1.

    "power": r = u^elasticity, which never ends. "saturating": r = u / ((1 - elasticity) · u + elasticity), which tends to
    1 / (1 - elasticity); ADBUDG with exponent 1 (Little 1970, Lodish 1971). Both have the given elasticity at today's
    effort.

    elasticity : between 0 and 1. carry_over : share of sales that no effort of the period changes, from 0 to below 1.
    """

    elasticity: float = USUAL_ELASTICITY
    carry_over: float = 0.0
    shape: Shape = "power"

    def __post_init__(self) -> None:
        if not 0 < self.elasticity < 1:
            raise ValueError(f"elasticity: {self.elasticity}; must be above 0 and below 1")
        if not 0 <= self.carry_over < 1:
            raise ValueError(f"carry_over: {self.carry_over}; must be 0 or more and below 1")

    def sales(self, ratio: Floats) -> Floats:
        """Multiple of today's sales at ``ratio`` times today's effort."""
        ratio = np.asarray(ratio, dtype=np.float64)
        if self.shape == "power":
            moved = ratio**self.elasticity
        else:
            moved = ratio / (self._fullness * ratio + 1 - self._fullness)
        found: Floats = self.carry_over + (1 - self.carry_over) * moved
        return found

    def ratio_at(self, slope: Floats) -> Floats:
        """The multiple of today's effort at which one more of it adds ``slope`` of today's sales: the slope's inverse."""
        with np.errstate(divide="ignore", over="ignore"):
            slope = np.asarray(slope, dtype=np.float64) / (1 - self.carry_over)
            if self.shape == "power":
                return np.asarray((self.elasticity / slope) ** (1 / (1 - self.elasticity)))
            left = 1 - self._fullness
            return np.asarray(np.maximum(0.0, (np.sqrt(left / slope) - left) / self._fullness))

    @property
    def _fullness(self) -> float:
        """How near to the most that effort can bring an account is today: r'(1) = 1 - fullness is the elasticity."""
        return 1 - self.elasticity


def carried_over(retention: float, years: float) -> float:
    """Mean share of sales over so many years that today's effort does not decide, where ``retention`` of a year's sales come
    again in the next by themselves: (retention + retention² + …) / years."""
    whole = np.arange(1, int(years) + 1)
    return float((retention**whole).sum() / max(len(whole), 1))


def fit_elasticity(sales: Floats, hours: Floats, classes: Ints) -> tuple[float, float]:
    """Elasticity of sales to hours of effort, and its standard error, from how they go together within classes.

    A regression of logarithms with an intercept for each class, over accounts with sales and hours. It reads a
    cross-section: who sells more may be visited more *because* of it, so the truth is likely to be lower.

    Raises
    ------
    ValueError
        Hours do not differ within classes, or there are too few accounts.
    """
    known = (sales > 0) & (hours > 0)
    x, y, group = (
        np.log(hours[known]),
        np.log(sales[known]),
        np.unique(classes[known], return_inverse=True)[1],
    )
    n_groups = int(group.max(initial=-1)) + 1
    freedom = len(x) - n_groups - 1
    if freedom < 8:
        raise ValueError(f"{len(x)} accounts with sales and hours in {n_groups} classes are too few")
    x, y = (v - (np.bincount(group, v) / np.bincount(group))[group] for v in (x, y))
    spread = float(x @ x)
    if spread < 1e-9:
        raise ValueError("hours are the same for all accounts of a class")
    slope = float(x @ y) / spread
    rest = y - slope * x
    return slope, float(np.sqrt(rest @ rest / freedom / spread))
