"""A ledger whose writer is killed; a long run: python -m tests.ledger.killing 50."""

from __future__ import annotations

from tests.ledger import killing


def test_a_writer_that_is_killed_leaves_the_ledger_before_or_after() -> None:
    assert killing.main(3) == 0
