from __future__ import annotations

import pytest

from terrier.intake.sealed import read_here
from terrier.office.imports import corrections, jobs


@pytest.fixture(autouse=True)
def _read_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of these tests are our own; that strangers' are read in a process of its own has tests of its own."""
    monkeypatch.setattr(jobs, "read_sealed", read_here)
    monkeypatch.setattr(corrections, "read_sealed", read_here)
