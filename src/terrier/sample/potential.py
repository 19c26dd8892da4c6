"""What the sample company's market could buy, county by county: made up, like the company, and of no use for anything else.

Establishments are where people are, as `terrier.sample.market` places them, more than the company has accounts; how well an area buys
differs from state to state and from county to county.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from terrier.atlas.outlines import counties
from terrier.sample.market import Floats, market

INDUSTRIES: Final = {"459910": (0.42, 21_000), "541940": (0.22, 12_500), "812910": (0.36, 6_500)}
"""Of each NAICS code its share of the establishments, and what one spends a year, in $."""

PLACES_AN_ACCOUNT = 2.4
AT_LEAST = 1.12
"""So many establishments there are in a county for each account of the company's."""


def draw_potential(accounts: pl.DataFrame, seed: int = 1) -> pl.DataFrame:
    """area (a county's FIPS number), industry, establishments, potential_cents; the same for the same arguments.

    accounts : as `generate` makes them.
    """
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, 11])))
    outlines, where = counties(), market()
    people = _by_county(where.table.select("longitude", "latitude").to_numpy(), where.people)
    held = _by_county(accounts.select("longitude", "latitude").to_numpy(), np.ones(len(accounts)))
    states, state_of = np.unique(np.array(outlines.states), return_inverse=True)
    lively = np.exp(0.22 * rng.standard_normal(len(states)))[state_of]
    places = people * PLACES_AN_ACCOUNT * len(accounts) * np.exp(0.3 * rng.standard_normal(len(people)))
    counted = np.maximum.reduce([np.round(places), np.ceil(AT_LEAST * held), people > 0]).astype(np.int64)
    spends = lively * np.exp(0.18 * rng.standard_normal(len(people)))
    shares = [share for share, _spending in INDUSTRIES.values()]
    numbers = rng.multinomial(counted, shares)
    area, industry = np.nonzero(numbers)
    spending = np.array([dollars for _share, dollars in INDUSTRIES.values()])
    cents = np.round(numbers[area, industry] * spending[industry] * spends[area]).astype(np.int64) * 100
    return pl.DataFrame(
        {
            "area": np.array(outlines.fips)[area],
            "industry": np.array(list(INDUSTRIES))[industry],
            "establishments": numbers[area, industry],
            "potential_cents": cents,
        }
    )


def _by_county(points: Floats, weights: Floats) -> Floats:
    """Sums of weights by county; what lies in none, on a simplified coast, is left out."""
    outlines = counties()
    at = outlines.containing(points)
    sums = np.zeros(len(outlines))
    np.add.at(sums, at[at >= 0], weights[at >= 0])
    return sums
