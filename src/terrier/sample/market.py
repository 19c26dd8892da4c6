"""Where business is: US ZIP codes with a stand-in for the people who live in each.

No package carries the population of ZIP codes. But the post office draws them by its workload: they lie close together
where people do. Each state's people (census of 2020) are spread over its ZIP codes in proportion to the number of codes
within 15 km, to the power of 0.75. Against the census, the share of 30 large counties in their states is then unbiased,
and off by a factor of 1.5 at one standard deviation: plenty for a believable sample, and no use for anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.spatial import KDTree

from terrier.atlas.zips import zip_table
from terrier.engine.design.geometry import to_xyz

Floats = NDArray[np.float64]

_THOUSAND_PEOPLE = """
AL 5024  AZ 7152  AR 3012  CA 39538  CO 5774  CT 3606  DE 990  DC 690  FL 21538  GA 10712  ID 1839  IL 12813  IN 6786
IA 3190  KS 2938  KY 4506  LA 4658  ME 1362  MD 6177  MA 7030  MI 10077  MN 5706  MS 2961  MO 6155  MT 1084  NE 1962
NV 3105  NH 1378  NJ 9289  NM 2118  NY 20201  NC 10439  ND 779  OH 11799  OK 3959  OR 4237  PA 13003  RI 1097  SC 5118
SD 887  TN 6911  TX 29146  UT 3272  VT 643  VA 8631  WA 7705  WV 1794  WI 5894  WY 577
"""
_WORDS = _THOUSAND_PEOPLE.split()
THOUSAND_PEOPLE = {state: int(people) for state, people in zip(_WORDS[::2], _WORDS[1::2], strict=True)}
"""Residents of the states that the wholesaler serves: all but Alaska and Hawaii."""

NEAR_KM = 15.0
LARGEST_RADIUS_KM = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """z ZIP codes: their table (see `zip_table`), points on the globe in km, share of the people, how many codes are
    near, and the radius in km around each centre that is surely nobody else's.
    """

    table: pl.DataFrame
    points: Floats
    people: Floats
    near: NDArray[np.int64]
    radius_km: Floats


@cache
def market() -> Market:
    """The contiguous states."""
    table = zip_table().filter(pl.col("state").is_in(list(THOUSAND_PEOPLE)))
    points = to_xyz(table.select("longitude", "latitude").to_numpy(), "sphere")
    tree = KDTree(points)
    near = np.asarray(tree.query_ball_point(points, NEAR_KM, return_length=True), dtype=np.int64)
    people = np.asarray(near**0.75, dtype=np.float64)
    states, state_of = np.unique(table["state"].to_numpy(), return_inverse=True)
    residents = np.array([THOUSAND_PEOPLE[state] for state in states.tolist()])
    people *= (residents / np.bincount(state_of, weights=people))[state_of]
    nearest = np.asarray(tree.query(points, k=2)[0])[:, 1]
    radius = np.minimum(LARGEST_RADIUS_KM, np.maximum(0.5, 0.45 * nearest))
    return Market(table, points, people / people.sum(), near, radius)


def draw_zips(weights: NDArray[np.floating[Any]], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Positions of ``count`` ZIP codes drawn in proportion to the weights, with repetition."""
    upto = np.cumsum(weights)
    drawn = np.searchsorted(upto, rng.random(count) * upto[-1], side="right")
    positions: NDArray[np.int64] = np.minimum(drawn, len(weights) - 1)
    return positions


def draw_places(zips: NDArray[np.int64], rng: np.random.Generator) -> Floats:
    """(n, 2) longitude and latitude: a place within the area of each ZIP code, evenly on a disc around its centre."""
    where = market()
    distance = where.radius_km[zips] * np.sqrt(rng.random(len(zips)))
    bearing = 2 * np.pi * rng.random(len(zips))
    centre = where.table.select("longitude", "latitude").to_numpy()[zips]
    km_a_degree = 111.2
    latitude = centre[:, 1] + distance * np.sin(bearing) / km_a_degree
    longitude = centre[:, 0] + distance * np.cos(bearing) / (km_a_degree * np.cos(np.radians(centre[:, 1])))
    return np.column_stack([longitude, latitude]).round(4)
