"""What is in the database already, in the form in which a row's values are compared with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import models

from terrier.office.imports.kinds.base import in_batches


def plain(value: Any) -> Any:
    """A stored value as the audit tells it."""
    if isinstance(value, Decimal | dt.date):
        return str(value) if isinstance(value, Decimal) else value.isoformat()
    return value


def stored(
    model: type[models.Model], by: str, keys: Iterable[Any], names: Sequence[str]
) -> dict[Any, list[dict[str, Any]]]:
    """The rows of which a field is one of some keys, by that field: their values by name, foreign keys as numbers."""
    found: dict[Any, list[dict[str, Any]]] = {}
    columns = dict.fromkeys([by, "id", *names])
    for batch in in_batches(list(keys)):
        for values in model._base_manager.filter(**{f"{by}__in": batch}).values_list(*columns):
            row = dict(zip(columns, map(plain, values), strict=True))
            found.setdefault(row[by], []).append(row)
    return found


def initial(model: type[models.Model], names: Iterable[str]) -> dict[str, Any]:
    """What something new starts with, and what a cleared field goes back to."""
    values = {}
    for name in names:
        one: Any = model._meta.get_field(name)
        value = one.get_default()
        if isinstance(one, models.DecimalField) and value is not None:
            value = str(Decimal(value).quantize(Decimal(1).scaleb(-one.decimal_places)))
        values[name] = plain(value)
    return values
