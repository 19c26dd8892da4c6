"""What the sample company sells: products of eight categories, their brands, prices, seasons and campaigns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BRANDS = (
    "Harrow & Hound", "Millbrook", "Larkspur", "Old Quarry", "Nine Lanes", "Fenway Farms", "Pebble Creek", "Tuckahoe", "Wren & Co.", "Bluff Country",
)  # fmt: skip
RISES = (0.03, 0.04, 0.02, 0.05, 0.03, 0.06, 0.04, 0.03, 0.025, 0.045)
"""What each brand raises its prices by on February 1, every year."""
DEAR = (1, 0.06)
"""The brand that raised its prices by so much more the last time, and lost customers to it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A category. share : of what a customer buys who buys all. price : of its products, the median in $ for a case.
    margin : of the price. trend : how it grows a year. season : by month, from January, around 1.
    """

    name: str
    share: float
    price: float
    margin: float
    trend: float
    season: tuple[float, ...]
    wares: tuple[str, ...]
    n_products: int


_FLAT = (1.0,) * 12
KINDS = (
    Kind("Dog food", 0.30, 21.0, 0.22, 0.03, (1.04, 1.02, 1.0, 0.98, 0.97, 0.96, 0.96, 0.98, 1.0, 1.02, 1.03, 1.04), ("Adult Kibble", "Puppy Kibble", "Senior Kibble", "Grain-Free Kibble", "Stew", "Freeze-Dried Bites"), 72),
    Kind("Cat food", 0.22, 15.0, 0.24, 0.07, _FLAT, ("Adult Kibble", "Kitten Kibble", "Indoor Formula", "Pâté", "Flakes in Gravy", "Freeze-Dried Bites"), 60),
    Kind("Treats and chews", 0.14, 9.0, 0.36, 0.09, (0.92, 0.98, 0.95, 0.95, 0.95, 0.95, 0.98, 0.98, 1.0, 1.04, 1.12, 1.18), ("Training Treats", "Dental Chews", "Jerky", "Bully Sticks", "Biscuits"), 48),
    Kind("Litter", 0.10, 11.0, 0.19, 0.04, _FLAT, ("Clumping Clay", "Pine Pellets", "Silica Crystals", "Walnut"), 20),
    Kind("Toys", 0.08, 7.0, 0.42, 0.01, (0.8, 0.82, 0.9, 0.94, 0.96, 0.96, 0.94, 0.94, 0.98, 1.1, 1.28, 1.38), ("Rope", "Squeaker", "Fetch Ball", "Feather Wand", "Puzzle Feeder"), 44),
    Kind("Health and grooming", 0.08, 13.0, 0.38, 0.06, (0.75, 0.85, 1.08, 1.25, 1.32, 1.28, 1.16, 1.08, 0.98, 0.84, 0.72, 0.69), ("Shampoo", "Flea and Tick Drops", "Ear Cleaner", "Joint Supplement", "Slicker Brush"), 40),
    Kind("Collars and leashes", 0.05, 8.0, 0.45, -0.01, (0.86, 0.9, 1.06, 1.12, 1.1, 1.04, 0.98, 0.96, 0.94, 0.94, 1.02, 1.08), ("Nylon Collar", "Leather Collar", "Harness", "Retractable Leash"), 28),
    Kind("Small animals and birds", 0.03, 10.0, 0.33, -0.06, (1.0, 1.02, 1.08, 1.04, 0.98, 0.96, 0.94, 0.94, 0.98, 1.0, 1.02, 1.04), ("Timothy Hay", "Seed Mix", "Bedding", "Pellets"), 24),
)  # fmt: skip
SIZES = ("Small", "Medium", "Large", "Case of 6", "Case of 12", "Family Size")

CAMPAIGNS = (
    ("Spring flea and tick", 5, (3, 4), 0.5, 0.08),
    ("Back to the bowl", 0, (9,), 0.35, 0.07),
    ("Holiday treats", 2, (11, 12), 0.4, 0.1),
    ("Holiday toys", 4, (11, 12), 0.45, 0.1),
)
"""What is pushed: its name, the category, the months, how much more is sold of it, and what is taken off its prices."""


@dataclass(frozen=True, slots=True, eq=False)
class Range:
    """All products. table : product, name, category, brand. kind, brand, price, cost : of each; first : of each kind in the table."""

    table: pl.DataFrame
    kind: NDArray[np.int64]
    brand: NDArray[np.int64]
    price: Floats
    cost: Floats
    first: NDArray[np.int64]


def draw_range(rng: np.random.Generator) -> Range:
    """The products, those of a category side by side, its best sellers first."""
    kind = np.repeat(np.arange(len(KINDS)), [one.n_products for one in KINDS])
    count = len(kind)
    brand = rng.integers(0, len(BRANDS), count)
    price = np.array([one.price for one in KINDS])[kind] * np.exp(0.45 * rng.standard_normal(count))
    price = np.maximum(1.5, np.round(price * 20) / 20)
    cost = np.round(
        price * (1 - np.array([one.margin for one in KINDS])[kind] + 0.03 * rng.standard_normal(count)), 2
    )
    first = np.searchsorted(kind, np.arange(len(KINDS)))
    place = np.arange(count) - first[kind]
    names = []
    for at, of, by in zip(place.tolist(), kind.tolist(), brand.tolist(), strict=True):
        wares = KINDS[of].wares
        names.append(f"{BRANDS[by]} {wares[at % len(wares)]}, {SIZES[at // len(wares) % len(SIZES)]}")
    table = pl.DataFrame(
        {
            "product": [
                f"P{of + 1}{at + 1:03d}" for of, at in zip(kind.tolist(), place.tolist(), strict=True)
            ],
            "name": names,
            "category": [KINDS[of].name for of in kind.tolist()],
            "brand": [BRANDS[by] for by in brand.tolist()],
        }
    )
    return Range(table, kind, brand, price, cost, first)
