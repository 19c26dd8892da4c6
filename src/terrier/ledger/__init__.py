"""What was sold: append-only invoice lines, and the measures over them. Knows nothing of the engine or the office."""

from __future__ import annotations

from terrier.ledger.loading import Loaded, load_lines, load_products, withdraw
from terrier.ledger.store import Ledger, Load, WriterBusyError

__all__ = ["Ledger", "Load", "Loaded", "WriterBusyError", "load_lines", "load_products", "withdraw"]
