"""What a page of a list looks like over the API."""

from __future__ import annotations

from typing import Generic, TypeVar

from ninja import Schema

Item = TypeVar("Item")


class Page(Schema, Generic[Item]):
    """Some rows, and the cursor of the next page; none on the last."""

    items: list[Item]
    next: str | None = None
