"""Cursor paging: each page starts after the last row of the one before, however many rows were added meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _

GREATEST_ID = 2**63 - 1

Row = TypeVar("Row", bound=models.Model)


def page_of(
    rows: QuerySet[Row], *, cursor: str | None, limit: int, newest_first: bool = False, by: str = "pk"
) -> dict[str, Any]:
    """One page of rows in the order of their numbers, or of another field that no two have alike.

    Raises ValidationError for a cursor that no page gave.
    """
    if cursor:
        rows = rows.filter(**{f"{by}__{'lt' if newest_first else 'gt'}": _read(cursor)})
    found = list(rows.order_by(f"{'-' if newest_first else ''}{by}")[: limit + 1])
    more = len(found) > limit
    return {"items": found[:limit], "next": _write(getattr(found[limit - 1], by)) if more else None}


def _write(last: int) -> str:
    return base64.urlsafe_b64encode(json.dumps(last).encode()).decode().rstrip("=")


def _read(cursor: str) -> int:
    try:
        last = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        last = None
    if type(last) is not int or not 0 <= last <= GREATEST_ID:
        raise ValidationError({"cursor": _("This is not a cursor that a page gave.")})
    return last
