"""The market of the sample company: its made-up potential, as a file that was loaded, and says that it is made up."""

from __future__ import annotations

import datetime as dt

import polars as pl

from terrier.office.brought.models import State
from terrier.office.brought.services import REFUSED_ROWS
from terrier.office.market.jobs import keep, report_of
from terrier.office.market.models import Source, SourceKind
from terrier.office.market.reading import Found
from terrier.office.market.services import write_figures
from terrier.sample.potential import draw_potential

FILE = "sample-potential.csv"


def tell_potential(accounts: pl.DataFrame, now: dt.datetime, seed: int) -> None:
    """Load what the market could buy, county by county."""
    rows = draw_potential(accounts, seed)
    none = pl.DataFrame(schema={"area": pl.String, "value": pl.Float64})
    found = Found(rows, none, pl.DataFrame(schema=REFUSED_ROWS), "county", rows["area"].n_unique())
    source = Source(
        kind=SourceKind.PATTERNS,
        file_name=FILE,
        state=State.LOADED,
        made_up=True,
        report=report_of(found),
        loaded_at=now,
    )
    source.save()
    keep(source, found)
    write_figures(source, found.rows)
