"""What alignment refuses, in sentences that say what would be right."""

from __future__ import annotations

from collections.abc import Sequence

from terrier.office.errors import RefusedError


class PlanError(RefusedError):
    """Something that cannot be done to a plan as it is now; its text says why and what would be right."""


class ChangedMeanwhileError(PlanError):
    """Somebody else moved some of the accounts since the writer looked. Nothing was written."""

    def __init__(self, reason: str, accounts: Sequence[int]) -> None:
        super().__init__(reason)
        self.accounts = tuple(accounts)


class LockedError(PlanError):
    """Some of what was to be moved is locked. Nothing was written."""

    def __init__(self, reason: str, accounts: Sequence[int]) -> None:
        super().__init__(reason)
        self.accounts = tuple(accounts)
