"""The composition root of the sample: sizes and a seed in, the tables of a whole company out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from terrier.errors import TerrierError
from terrier.sample.accounts import draw_accounts
from terrier.sample.people import draw_people, present_owners

MOST_ACCOUNTS = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A made-up pet-products wholesaler.

    accounts : one row each, with today's ``owner`` (a person's name, "VACANT", or null). people : one row each.
    chains : chains of accounts, with how many sites each has.
    """

    accounts: pl.DataFrame
    people: pl.DataFrame
    chains: pl.DataFrame


def generate(n_accounts: int, n_people: int, seed: int = 1) -> Sample:
    """Make up a wholesaler at true places in the contiguous US; the same arguments give the same one anywhere.

    Raises
    ------
    TerrierError
        Fewer people than 1, fewer accounts than people, or more accounts than 2,000,000.
    """
    if not 1 <= n_people <= n_accounts:
        raise TerrierError(
            f"{n_people:,} people for {n_accounts:,} accounts: must be between 1 and {n_accounts:,}"
        )
    if n_accounts > MOST_ACCOUNTS:
        raise TerrierError(f"{n_accounts:,} accounts: at most {MOST_ACCOUNTS:,} can be made up")
    if seed < 0:
        raise TerrierError(f"seed {seed}: must be 0 or more")
    of_accounts, of_people, of_history = (
        np.random.Generator(np.random.PCG64(s)) for s in np.random.SeedSequence(seed).spawn(3)
    )
    accounts = draw_accounts(n_accounts, of_accounts)
    force = draw_people(n_people, of_people)
    owner = present_owners(accounts, force, of_history)
    return Sample(accounts.table.with_columns(owner), force.table, accounts.chains)
