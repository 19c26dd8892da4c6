"""Who of the sample's owners an account lies nearest to: in the sample some drove across the country for one shop."""

from __future__ import annotations

import numpy as np
import polars as pl

KM_PER_DEGREE = 111.2
FARTHER_KM = 250.0
"""So much farther than the nearest territory an account may lie from its own: borders are never quite right."""


def near_owners(accounts: pl.DataFrame) -> list[str | None]:
    """The owner of each account, in the sample's order; the nearest one in place of one who is much too far away.

    A territory lies where the middle of its accounts does. Accounts of nobody stay with nobody.
    """
    owned = accounts.drop_nulls("owner")
    middles = owned.group_by("owner").agg(pl.col("latitude", "longitude").median()).sort("owner")
    names = middles["owner"].to_list()
    far = _km(accounts, middles)
    nearest = far.argmin(axis=1)
    at = {name: number for number, name in enumerate(names)}
    kept: list[str | None] = []
    for row, owner in enumerate(accounts["owner"].to_list()):
        too_far = owner is not None and far[row, at[owner]] > far[row, nearest[row]] + FARTHER_KM
        kept.append(names[nearest[row]] if too_far else owner)
    return kept


def neighbors(accounts: pl.DataFrame, owners: list[str | None]) -> dict[str, str]:
    """The territory next to each."""
    owned = accounts.with_columns(pl.Series("owner", owners)).drop_nulls("owner")
    middles = owned.group_by("owner").agg(pl.col("latitude", "longitude").median()).sort("owner")
    between = _km(middles, middles)
    np.fill_diagonal(between, np.inf)
    names = middles["owner"].to_list()
    return {name: names[int(between[number].argmin())] for number, name in enumerate(names)}


def _km(here: pl.DataFrame, there: pl.DataFrame) -> np.ndarray:
    """Rough distances: a degree of longitude is shorter the farther north."""
    north = here["latitude"].to_numpy()[:, None] - there["latitude"].to_numpy()
    middle = np.radians((here["latitude"].to_numpy()[:, None] + there["latitude"].to_numpy()) / 2)
    east = (here["longitude"].to_numpy()[:, None] - there["longitude"].to_numpy()) * np.cos(middle)
    found: np.ndarray = np.hypot(north, east) * KM_PER_DEGREE
    return found
