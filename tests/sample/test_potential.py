"""The sample's market: more could buy than do, in every county, and the same whenever it is made up again."""

from __future__ import annotations

import numpy as np
import polars as pl

from terrier.atlas.outlines import counties
from terrier.sample import generate
from terrier.sample.potential import INDUSTRIES, draw_potential


def test_every_county_has_more_who_could_buy_than_accounts() -> None:
    accounts = generate(600, 6, 1).accounts
    told = draw_potential(accounts, 1)
    assert draw_potential(accounts, 1).equals(told)
    assert set(told["industry"]) == set(INDUSTRIES)
    assert told["establishments"].min() >= 1
    assert told["potential_cents"].min() > 0
    at = counties().containing(accounts.select("longitude", "latitude").to_numpy())
    held = pl.DataFrame({"area": np.array(counties().fips)[at[at >= 0]]}).group_by("area").len("accounts")
    places = told.group_by("area").agg(pl.col("establishments").sum())
    both = held.join(places, on="area", how="left")
    assert both["establishments"].null_count() == 0
    assert (both["establishments"] > both["accounts"]).all()
