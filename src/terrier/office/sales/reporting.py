"""What became of a file's rows, as numbers that a page can show, and as the rows that were refused."""

from __future__ import annotations

from typing import Any

import polars as pl

from terrier.ledger import Loaded
from terrier.office.sales.models import Load

MOST_PARKED = 200


def report_of(found: Loaded) -> dict[str, Any]:
    """What became of a file's rows, in numbers that the page can show and JSON can hold."""
    parked = sorted((found.parked or {}).items(), key=lambda pair: (-pair[1], pair[0]))
    landed = found.load
    return {
        "n_new": landed.n_lines if landed else found.n_changed,
        "net": money_of(landed.net_cents) if landed else {},
        "n_known": found.n_known,
        "n_refused": len(found.refused),
        "notes": list(found.notes),
        "parked": [list(pair) for pair in parked[:MOST_PARKED]],
        "n_parked_accounts": len(parked),
        "n_parked": sum(n for _account, n in parked),
    }


def keep_refused(load: Load, found: Loaded) -> None:
    load.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    found.refused.write_parquet(load.refused)


def n_refused(load: Load) -> int:
    """How many rows are kept as refused."""
    return int(pl.scan_parquet(load.refused).select(pl.len()).collect().item())


def money_of(cents: Any) -> dict[str, str]:
    return {currency: f"{amount / 100:.2f}" for currency, amount in sorted(cents.items())}
