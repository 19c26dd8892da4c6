"""How to search. What is asked is in `Problem`; nothing here changes what a good plan is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Settings of the search. The defaults suit 100 to 1,000,000 units."""

    candidates: int = 12
