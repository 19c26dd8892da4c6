"""What services refuse, and how it is told."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

from django.db import models

from terrier.errors import TerrierError


class RefusedError(TerrierError, ValueError):
    """What cannot be done to things as they are: its text says why, and what would be right.

    field : the field of a form that it is about, if one.
    """

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.field = field


def refuse_wrong(row: models.Model, values: Mapping[str, Any]) -> None:
    """Try some values on a copy of a row. Raises ValidationError that names each field that would be wrong."""
    tried = copy(row)
    for name, value in values.items():
        setattr(tried, name, value)
    tried.full_clean(exclude=["password"])
