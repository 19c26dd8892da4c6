"""Sample files: the headings that a kind knows, and a row that shows what goes under them."""

from __future__ import annotations

from terrier.office.imports.kinds.known import CHECKERS


def sample_of(kind: str) -> tuple[list[str], list[list[str]]]:
    fields = CHECKERS[kind].FIELDS
    return [str(one.label) for one in fields], [[one.example for one in fields]]
